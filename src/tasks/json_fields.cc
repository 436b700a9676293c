#include "tasks/json_fields.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "tasks/nearest.h"

namespace mote {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{1} << 20;
constexpr int kMaxDepth = 64;
constexpr std::size_t kMaxShown = 60;

// What the parser reports while it reads: the keys seen in each object that is open.
class Watch {
 public:
  bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
    using Event = Json::parse_event_t;
    if (event == Event::object_start || event == Event::array_start) {
      if (depth >= kMaxDepth && problem_.empty()) {
        problem_ = cat("it nests deeper than ", kMaxDepth, " levels");
      }
      if (problem_.empty()) open_.emplace_back();
    } else if (event == Event::object_end || event == Event::array_end) {
      if (problem_.empty()) open_.pop_back();
    } else if (event == Event::key && problem_.empty()) {
      const auto& key = parsed.get_ref<const std::string&>();
      if (!open_.back().insert(key).second) problem_ = cat("field '", key, "' is there twice");
    }
    return problem_.empty();  // what follows a problem is not kept
  }

  const std::string& problem() const { return problem_; }

 private:
  std::vector<std::set<std::string>> open_;
  std::string problem_;
};

// Without the library's number in brackets.
std::string message_of(const Json::exception& e) {
  std::string_view text = e.what();
  if (const auto end = text.find("] "); end != std::string_view::npos) text.remove_prefix(end + 2);
  return std::string(text.substr(0, 300));
}

// On one line and short.
std::string shown(const Json& value) {
  std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > kMaxShown) text.replace(kMaxShown, std::string::npos, "...");
  return text;
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
  if (text.size() > kMaxBytes) {
    return Error{Code::kCorrupt, cat("it has ", text.size(), " bytes, more than ", kMaxBytes)};
  }
  try {
    Watch watch;
    Json value = Json::parse(text.begin(), text.end(), std::ref(watch));
    if (!watch.problem().empty()) return Error{Code::kCorrupt, watch.problem()};
    return value;
  } catch (const Json::exception& e) {
    return Error{Code::kCorrupt, message_of(e)};
  } catch (const std::bad_alloc&) {
    return Error{Code::kResourceExhausted, "out of memory"};
  }
}

double as_written(float value) { return std::stod(cat(value)); }

FieldReader::FieldReader(const Json& value, std::string path)
    : value_(value), path_(std::move(path)) {
  if (!value_.is_object()) {
    problem_ = cat(path_.empty() ? "the description" : path_, " is ", shown(value_),
                   "; it must be an object, {...}");
  }
}

std::string FieldReader::path_of(std::string_view field) const {
  return path_.empty() ? std::string(field) : cat(path_, ".", field);
}

const Json* FieldReader::find(std::string_view field) {
  if (std::ranges::find(known_, field) == known_.end()) known_.push_back(field);
  if (!value_.is_object()) return nullptr;
  const auto it = value_.find(std::string(field));
  return it == value_.end() ? nullptr : &*it;
}

bool FieldReader::has(std::string_view field) { return find(field) != nullptr; }

void FieldReader::fail(std::string_view field, const Json& value, std::string_view wanted) {
  if (problem_.empty()) problem_ = cat(path_of(field), " is ", shown(value), "; ", wanted);
}

void FieldReader::fail_missing(std::string_view field, std::string_view wanted) {
  if (problem_.empty()) problem_ = cat(path_of(field), " is missing; ", wanted);
}

void FieldReader::add(const Status& status) {
  if (!status && problem_.empty()) problem_ = status.error().message;
}

void FieldReader::add_check(const Status& sound) {
  if (!sound) add(Error{Code::kInvalidArgument, path_of(sound.error().message)});
}

std::string FieldReader::text(std::string_view field, std::string_view fallback) {
  const Json* value = find(field);
  if (value == nullptr) return std::string(fallback);
  if (value->is_string()) return value->get<std::string>();
  fail(field, *value, "it must be a text in quotes");
  return std::string(fallback);
}

std::optional<double> FieldReader::number(std::string_view field) {
  const Json* value = find(field);
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) return value->get<double>();
  fail(field, *value, "it must be a number");
  return std::nullopt;
}

std::vector<double> FieldReader::numbers(std::string_view field, std::size_t max_count) {
  const Json* value = find(field);
  if (value == nullptr) return {};
  if (value->is_number()) return {value->get<double>()};
  const bool fits = value->is_array() && !value->empty() && value->size() <= max_count &&
                    std::ranges::all_of(*value, [](const Json& v) { return v.is_number(); });
  if (fits) return value->get<std::vector<double>>();
  fail(field, *value, cat("it must be a number or a list of at most ", max_count, " numbers"));
  return {};
}

std::optional<std::int64_t> FieldReader::integer(std::string_view field) {
  const Json* value = find(field);
  if (value == nullptr) return std::nullopt;
  const bool signed_fits = value->is_number_integer() && !value->is_number_unsigned();
  const bool unsigned_fits =
      value->is_number_unsigned() && value->get<std::uint64_t>() <= INT64_MAX;
  if (signed_fits || unsigned_fits) return value->get<std::int64_t>();
  fail(field, *value, "it must be a whole number");
  return std::nullopt;
}

std::int32_t FieldReader::int32(std::string_view field, std::int32_t fallback) {
  const auto value = integer(field);
  if (!value) return fallback;
  if (*value >= INT32_MIN && *value <= INT32_MAX) return static_cast<std::int32_t>(*value);
  fail(field, *find(field), "it must be a number of at most 32 bits");
  return fallback;
}

float FieldReader::float32(std::string_view field, float fallback) {
  const auto value = number(field);
  return value ? static_cast<float>(*value) : fallback;
}

std::vector<std::string> FieldReader::texts(std::string_view field, std::size_t max_count) {
  const Json* value = find(field);
  if (value == nullptr) return {};
  const bool fits = value->is_array() && !value->empty() && value->size() <= max_count &&
                    std::ranges::all_of(*value, [](const Json& v) { return v.is_string(); });
  if (fits) return value->get<std::vector<std::string>>();
  fail(field, *value, cat("it must be a list of at most ", max_count, " texts in quotes"));
  return {};
}

std::vector<FieldReader> FieldReader::objects(std::string_view field, std::size_t max_count) {
  const Json* value = find(field);
  std::vector<FieldReader> readers;
  if (value == nullptr) return readers;
  if (!value->is_array() || value->size() > max_count) {
    fail(field, *value, cat("it must be a list of at most ", max_count, " objects"));
    return readers;
  }
  for (std::size_t i = 0; i < value->size(); ++i) {
    readers.emplace_back((*value)[i], cat(path_of(field), "[", i, "]"));
  }
  return readers;
}

std::optional<FieldReader> FieldReader::object(std::string_view field) {
  const Json* value = find(field);
  if (value == nullptr) return std::nullopt;
  return FieldReader(*value, path_of(field));
}

Status FieldReader::finish() {
  if (problem_.empty() && value_.is_object()) {
    for (const auto& [key, value] : value_.items()) {
      if (std::ranges::find(known_, key) != known_.end()) continue;
      const std::string_view near = nearest_name(key, known_);
      problem_ = cat("there is no field ", shown(path_of(key)));
      problem_ += near.empty() ? cat("; allowed are: ", join(known_, ", "))
                               : cat("; did you mean '", near, "'?");
      break;
    }
  }
  if (problem_.empty()) return {};
  return Error{Code::kInvalidArgument, problem_};
}

}  // namespace mote
