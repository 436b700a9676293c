#include "cli/commands/tensor_report.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "base/file_system.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/terminal/interrupt.h"
#include "measure/npy.h"
#include "ops/support/convert.h"

namespace mote::cli {
namespace {

constexpr std::int64_t kValuesShown = 6;
constexpr std::int64_t kValuesInJson = 1000;

struct Summary {
  double min = std::numeric_limits<double>::infinity();
  double max = -std::numeric_limits<double>::infinity();
  double mean = 0;
};

double value_at(const Tensor& tensor, std::int64_t i) {
  double value = 0;
  convert_range(tensor.view(), i, {DType::kF64, {1}, &value}, 0, 1);
  return value;
}

void add_block(std::span<const double> block, Summary& summary) {
  double sum = 0;
  for (const double v : block) {
    if (v < summary.min) summary.min = v;
    if (v > summary.max) summary.max = v;
    sum += v;
  }
  summary.mean += sum;
}

// Null if there are no numbers. NaNs count in the mean alone, unless there is nothing else.
// Errors: kCancelled.
Result<std::optional<Summary>> summarize(const Tensor& tensor) {
  const std::int64_t count = tensor.count();
  if (!is_convertible(tensor.dtype()) || count == 0) return std::optional<Summary>();
  constexpr std::int64_t kBlock = std::int64_t{1} << 16;
  std::vector<double> block(static_cast<std::size_t>(std::min(count, kBlock)));
  Summary summary;
  for (std::int64_t begin = 0; begin < count; begin += kBlock) {
    MOTE_TRY(Interrupt::check());
    const std::int64_t n = std::min(kBlock, count - begin);
    convert_range(tensor.view(), begin, {DType::kF64, {n}, block.data()}, 0, n);
    add_block(std::span(block).first(static_cast<std::size_t>(n)), summary);
  }
  summary.mean /= static_cast<double>(count);
  if (summary.min > summary.max) summary.min = summary.max = summary.mean;
  return std::optional(summary);
}

std::string value_text(const Tensor& tensor, std::int64_t i) {
  if (tensor.dtype() == DType::kString) {
    return cat("'", tensor.values<std::string>()[static_cast<std::size_t>(i)], "'");
  }
  if (!is_convertible(tensor.dtype())) return "?";
  return fmt::format("{:.6g}", value_at(tensor, i));
}

// JSON has no infinities and NaNs.
Json number_json(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json values_json(const Tensor& tensor) {
  Json values = Json::array();
  for (std::int64_t i = 0; i < tensor.count(); ++i) {
    if (tensor.dtype() == DType::kString) {
      values.push_back(tensor.values<std::string>()[static_cast<std::size_t>(i)]);
    } else {
      values.push_back(number_json(value_at(tensor, i)));
    }
  }
  return values;
}

std::string file_name(const std::string& name) {
  std::string out;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.';
    out += plain ? c : '_';
  }
  return out.empty() || out.front() == '.' ? cat("_", out) : out;
}

}  // namespace

Status print_text(const std::string& name, const Tensor& tensor) {
  MOTE_ASSIGN(const auto s, summarize(tensor));
  std::string line = cat(name, "  ", mote::name(tensor.dtype()), to_string(tensor.dims()));
  if (s) {
    line += fmt::format("  min {:.6g}, max {:.6g}, mean {:.6g}", s->min, s->max, s->mean);
  }
  const std::int64_t shown = std::min(tensor.count(), kValuesShown);
  for (std::int64_t i = 0; i < shown; ++i) {
    line += cat(i == 0 ? ": " : ", ", value_text(tensor, i));
  }
  if (shown < tensor.count()) line += ", ...";
  say("{}", printable(line));
  return {};
}

Result<Json> tensor_json(const std::string& name, const Tensor& tensor) {
  MOTE_ASSIGN(const auto s, summarize(tensor));
  Json json;
  json["name"] = name;
  json["dtype"] = std::string(mote::name(tensor.dtype()));
  json["shape"] = dims_json(tensor.dims());
  if (s) {
    json["min"] = number_json(s->min);
    json["max"] = number_json(s->max);
    json["mean"] = number_json(s->mean);
  }
  const bool values = is_convertible(tensor.dtype()) || tensor.dtype() == DType::kString;
  if (values && tensor.count() <= kValuesInJson) json["values"] = values_json(tensor);
  return json;
}

Result<std::string> NpyFolder::write(const std::string& name, const Tensor& tensor) {
  if (path_.empty()) return std::string();
  // File systems take 255 bytes, of which some are for a number and the extension.
  constexpr std::size_t kMaxName = 200;
  const std::string base = file_name(name).substr(0, kMaxName);
  std::string free = base;
  for (int n = 2; !taken_.insert(free).second; ++n) free = cat(base, "_", n);
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  if (error) return Error{Code::kIo, cat(path_.native(), ": ", error.message())};
  auto bytes = write_npy(tensor);
  if (!bytes) return std::move(bytes).error().with_context(cat("output '", name, "'"));
  const std::filesystem::path path = path_ / (free + ".npy");
  MOTE_TRY(FileSystem::real().write(path, *bytes));
  return path.native();
}

Status tell_tensors(const Model& model, std::span<const Tensor> outputs, bool json, Json& entry) {
  if (json) entry["outputs"] = Json::array();
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const std::string& name = model.outputs()[i].name;
    if (!json) {
      MOTE_TRY(print_text("  " + name, outputs[i]));
      continue;
    }
    MOTE_ASSIGN(Json tensor, tensor_json(name, outputs[i]));
    entry["outputs"].push_back(std::move(tensor));
  }
  return {};
}

}  // namespace mote::cli
