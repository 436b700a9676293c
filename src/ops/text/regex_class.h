// The characters of a pattern: literals, escapes, and the classes in brackets.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ops/text/regex.h"

namespace mote {

// A class that has a name, as \d or [:alpha:].
struct NamedClass {
  std::span<const RegexRange> ranges;
  bool negated = false;
};

class RegexScanner {
 public:
  explicit RegexScanner(std::string_view pattern) : pattern_(pattern) {}

  bool at_end() const { return at_ == pattern_.size(); }
  std::size_t position() const { return at_; }
  std::string_view rest() const { return pattern_.substr(at_); }
  void advance(std::size_t bytes) { at_ += bytes; }
  void back_to(std::size_t position) { at_ = position; }
  // Steps over `text`, if that comes next.
  bool skip(std::string_view text);
  // A number that comes next, at most 10^6.
  std::optional<std::int64_t> number();

  // "pattern, byte 3: ..."
  static Error error(std::size_t position, std::string_view problem);
  static Error unsupported(std::size_t position, std::string_view problem);

  // The next code point as it stands. Errors: no UTF-8.
  Result<char32_t> take();
  // One that an escape names. Errors: an escape that names none. Requires: a backslash comes next.
  Result<char32_t> escaped();
  // \d, \D, \s, \S, \w or \W, if one comes next.
  std::optional<NamedClass> class_escape();
  // A class from after its bracket to its end: its ranges go to `ranges`, sorted and apart. True:
  // it is negated.
  Result<bool> bracket(std::size_t start, std::vector<RegexRange>& ranges);

 private:
  Result<std::optional<NamedClass>> bracket_name();
  Result<char32_t> bracket_char();
  Result<char32_t> octal(std::size_t start);
  Result<char32_t> hexadecimal(std::size_t start);

  std::string_view pattern_;
  std::size_t at_ = 0;
};

}  // namespace mote
