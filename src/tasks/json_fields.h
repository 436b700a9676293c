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
#include "tasks/choices.h"

namespace mote {

using Json = nlohmann::ordered_json;

// Errors: kCorrupt, with line and column: no JSON, a field that is there twice, more than 64 levels
// of nesting, more than 1 MiB.
Result<Json> parse_json(std::string_view text);

// As JSON's double: the number of the shortest text that gives the same float.
double as_written(float value);

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
  // A whole number that 32 bits hold.
  std::int32_t int32(std::string_view field, std::int32_t fallback);
  float float32(std::string_view field, float fallback);
  // The objects of a list; absent: none.
  std::vector<FieldReader> objects(std::string_view field, std::size_t max_count);
  std::optional<FieldReader> object(std::string_view field);

  std::vector<std::string> texts(std::string_view field, std::size_t max_count);

  // One of the names of an enumeration.
  template <class Enum>
  Enum choice(std::string_view field, Enum fallback) {
    const Json* value = find(field);
    if (value == nullptr) return fallback;
    if (value->is_string()) {
      const auto found = value_named<Enum>(value->get_ref<const std::string&>());
      if (found) return *found;
    }
    fail(field, *value, allowed<Enum>());
    return fallback;
  }
  // A list of them; absent: empty.
  template <class Enum>
  std::vector<Enum> choices(std::string_view field, std::size_t max_count) {
    std::vector<Enum> found;
    for (const std::string& text : texts(field, max_count)) {
      const auto value = value_named<Enum>(text);
      if (value) {
        found.push_back(*value);
      } else {
        fail(field, text, allowed<Enum>());
      }
    }
    return found;
  }
  // "allowed are: a, b"
  template <class Enum>
  static std::string allowed() {
    return cat("allowed are: ", join(kNames<Enum>, ", "));
  }

  // "inputs[0].scale is "big"; `wanted`"
  void fail(std::string_view field, const Json& value, std::string_view wanted);
  void fail_missing(std::string_view field, std::string_view wanted);
  // Takes over the problem of an object within.
  void add(const Status& status);
  // Takes over what is wrong with the fields together: "inputs[0]." and the message.
  void add_check(const Status& sound);
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
