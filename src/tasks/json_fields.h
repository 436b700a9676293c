// Reading JSON objects field by field, with messages that name the field, the value and what is
// allowed. Internal to this folder: it shows the JSON library.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"

namespace mote {

using Json = nlohmann::ordered_json;

// Errors: kCorrupt, with line and column: no JSON, a field that is there twice, more than 64 levels
// of nesting, more than 1 MiB.
Result<Json> parse_json(std::string_view text);

// Reads the fields of one object, then reports the first problem. Reading the wrong type gives the
// fallback and a problem.
class FieldReader {
 public:
  // path: "inputs[0]"; empty for the outermost object. `value` outlives this.
  FieldReader(const Json& value, std::string path);

  bool has(std::string_view field);
  const Json* find(std::string_view field);

  std::string text(std::string_view field, std::string_view fallback);
  std::optional<double> number(std::string_view field);
  // One number or a list of 1 to max_count.
  std::vector<double> numbers(std::string_view field, std::size_t max_count);
  std::optional<std::int64_t> integer(std::string_view field);
  // The objects of a list; absent: none.
  std::vector<FieldReader> objects(std::string_view field, std::size_t max_count);
  std::optional<FieldReader> object(std::string_view field);

  // One of the names of an enumeration.
  template <class Enum, std::size_t n>
  Enum choice(std::string_view field, const Enum (&all)[n], Enum fallback) {
    const Json* value = find(field);
    if (value == nullptr) return fallback;
    std::vector<std::string_view> names;
    for (const Enum e : all) {
      names.push_back(name(e));
      if (value->is_string() && value->get_ref<const std::string&>() == names.back()) return e;
    }
    fail(field, *value, cat("allowed are: ", join(names, ", ")));
    return fallback;
  }

  // "inputs[0].scale is "big"; `wanted`"
  void fail(std::string_view field, const Json& value, std::string_view wanted);
  void fail_missing(std::string_view field, std::string_view wanted);
  // Takes over the problem of an object within.
  void add(const Status& status);
  const std::string& path() const { return path_; }
  std::string path_of(std::string_view field) const;

  // Errors: kInvalidArgument: the first problem, or a field that nobody asked for, with the nearest
  // one that there is.
  Status finish();

 private:
  const Json& value_;
  std::string path_;
  std::vector<std::string_view> known_;
  std::string problem_;
};

}  // namespace mote
