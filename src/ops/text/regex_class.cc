#include "ops/text/regex_class.h"

#include <algorithm>

#include "base/text.h"
#include "ops/text/utf8.h"

namespace mote {
namespace {

constexpr char32_t kLastCodePoint = 0x10FFFF;

constexpr RegexRange kDigit[] = {{'0', '9'}};
constexpr RegexRange kSpaceOfPerl[] = {{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}};
constexpr RegexRange kWord[] = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
constexpr RegexRange kAlnum[] = {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}};
constexpr RegexRange kAlpha[] = {{'A', 'Z'}, {'a', 'z'}};
constexpr RegexRange kAscii[] = {{0, 0x7F}};
constexpr RegexRange kBlank[] = {{'\t', '\t'}, {' ', ' '}};
constexpr RegexRange kCntrl[] = {{0, 0x1F}, {0x7F, 0x7F}};
constexpr RegexRange kGraph[] = {{'!', '~'}};
constexpr RegexRange kLower[] = {{'a', 'z'}};
constexpr RegexRange kPrint[] = {{' ', '~'}};
constexpr RegexRange kPunct[] = {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}};
constexpr RegexRange kSpace[] = {{'\t', '\r'}, {' ', ' '}};
constexpr RegexRange kUpper[] = {{'A', 'Z'}};
constexpr RegexRange kXdigit[] = {{'0', '9'}, {'A', 'F'}, {'a', 'f'}};

struct Named {
  std::string_view name;
  std::span<const RegexRange> ranges;
};

constexpr Named kPosix[] = {
    {"alnum", kAlnum}, {"alpha", kAlpha}, {"ascii", kAscii}, {"blank", kBlank},   {"cntrl", kCntrl},
    {"digit", kDigit}, {"graph", kGraph}, {"lower", kLower}, {"print", kPrint},   {"punct", kPunct},
    {"space", kSpace}, {"upper", kUpper}, {"word", kWord},   {"xdigit", kXdigit},
};

// What is in none of `ranges`, which are sorted and apart, or in one of them.
void append_class(const NamedClass& set, std::vector<RegexRange>& to) {
  if (!set.negated) {
    to.insert(to.end(), set.ranges.begin(), set.ranges.end());
    return;
  }
  char32_t next = 0;
  for (const RegexRange& range : set.ranges) {
    if (range.first > next) to.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  to.push_back({next, kLastCodePoint});
}

// Sorts the ranges from `first` on, and joins those that touch.
void sort_ranges(std::vector<RegexRange>& ranges, std::size_t first) {
  const auto begin = ranges.begin() + static_cast<std::ptrdiff_t>(first);
  std::sort(begin, ranges.end(),
            [](const RegexRange& a, const RegexRange& b) { return a.first < b.first; });
  auto last = begin;
  for (auto it = begin; it != ranges.end(); ++it) {
    if (it == begin) continue;
    if (it->first <= last->last + 1) {
      last->last = std::max(last->last, it->last);
    } else {
      *++last = *it;
    }
  }
  if (begin != ranges.end()) ranges.erase(last + 1, ranges.end());
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 16;
}

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_code_point(char32_t c) { return c <= kLastCodePoint && (c < 0xD800 || c > 0xDFFF); }

}  // namespace

bool RegexScanner::skip(std::string_view text) {
  if (!rest().starts_with(text)) return false;
  at_ += text.size();
  return true;
}

std::optional<std::int64_t> RegexScanner::number() {
  constexpr std::int64_t kMost = 1'000'000;
  const std::size_t start = at_;
  std::int64_t value = 0;
  for (; !at_end() && digit_value(rest()[0]) < 10; ++at_) {
    value = std::min(value * 10 + digit_value(rest()[0]), kMost);
  }
  return at_ > start ? std::optional(value) : std::nullopt;
}

Error RegexScanner::error(std::size_t position, std::string_view problem) {
  return {Code::kInvalidArgument, cat("pattern, byte ", position, ": ", problem)};
}

Error RegexScanner::unsupported(std::size_t position, std::string_view problem) {
  return {Code::kUnsupported, cat("pattern, byte ", position, ": ", problem)};
}

Result<char32_t> RegexScanner::take() {
  const CodePoint c = first_code_point(rest());
  if (c.value == kNoCodePoint) return error(at_, "this is no UTF-8");
  at_ += static_cast<std::size_t>(c.bytes);
  return c.value;
}

Result<char32_t> RegexScanner::escaped() {
  const std::size_t start = at_++;
  if (at_end()) return error(start, "a backslash ends the pattern");
  const char c = rest()[0];
  if (c >= '0' && c <= '7') return octal(start);
  ++at_;
  switch (c) {
    case 'a':
      return U'\a';
    case 'f':
      return U'\f';
    case 'n':
      return U'\n';
    case 'r':
      return U'\r';
    case 't':
      return U'\t';
    case 'v':
      return U'\v';
    case 'x':
      return hexadecimal(start);
    case 'p':
    case 'P':
      return unsupported(start, "Unicode properties are not supported");
    case 'C':
      return unsupported(start, "single bytes are not supported");
    default:
      break;
  }
  // Punctuation stands for itself.
  if (static_cast<unsigned char>(c) < 0x80 && !is_letter_or_digit(c)) {
    return static_cast<char32_t>(c);
  }
  return error(start, "there is no such escape");
}

// \0, \01, \012, \123; a digit from 1 on, alone, would refer to a group.
Result<char32_t> RegexScanner::octal(std::size_t start) {
  const auto is_octal = [this] { return !at_end() && digit_value(rest()[0]) < 8; };
  char32_t value = static_cast<char32_t>(digit_value(rest()[0]));
  ++at_;
  if (value > 0 && !is_octal()) return unsupported(start, "backreferences are not supported");
  for (int i = 0; i < 2 && is_octal(); ++i, ++at_) {
    value = value * 8 + static_cast<char32_t>(digit_value(rest()[0]));
  }
  return value;
}

// \x41 or \x{1F600}
Result<char32_t> RegexScanner::hexadecimal(std::size_t start) {
  const bool braces = skip("{");
  char32_t value = 0;
  int digits = 0;
  for (; !at_end() && digit_value(rest()[0]) < 16 && (braces || digits < 2); ++at_, ++digits) {
    value = std::min<char32_t>(value * 16 + static_cast<char32_t>(digit_value(rest()[0])),
                               kLastCodePoint + 1);
  }
  const bool whole = braces ? digits > 0 && skip("}") : digits == 2;
  if (!whole || !is_code_point(value)) return error(start, "\\x names no code point");
  return value;
}

std::optional<NamedClass> RegexScanner::class_escape() {
  if (rest().size() < 2 || rest()[0] != '\\') return std::nullopt;
  struct Escape {
    char name;
    std::span<const RegexRange> ranges;
  };
  constexpr Escape kEscapes[] = {{'d', kDigit}, {'s', kSpaceOfPerl}, {'w', kWord}};
  const char c = rest()[1];
  for (const Escape& escape : kEscapes) {
    const bool negated = c == escape.name - 'a' + 'A';
    if (c != escape.name && !negated) continue;
    at_ += 2;
    return NamedClass{escape.ranges, negated};
  }
  return std::nullopt;
}

// [:alpha:] or [:^alpha:]; none if there is nothing of the kind.
Result<std::optional<NamedClass>> RegexScanner::bracket_name() {
  const std::size_t end = rest().starts_with("[:") ? rest().find(":]", 2) : std::string_view::npos;
  if (end == std::string_view::npos) return std::optional<NamedClass>();
  std::string_view name = rest().substr(2, end - 2);
  const bool negated = name.starts_with('^');
  if (negated) name.remove_prefix(1);
  for (const Named& known : kPosix) {
    if (known.name != name) continue;
    at_ += end + 2;
    return std::optional(NamedClass{known.ranges, negated});
  }
  return error(at_, "there is no class of this name");
}

Result<char32_t> RegexScanner::bracket_char() {
  if (at_end()) return error(at_, "a class is not closed");
  return rest()[0] == '\\' ? escaped() : take();
}

Result<bool> RegexScanner::bracket(std::size_t start, std::vector<RegexRange>& ranges) {
  const std::size_t before = ranges.size();
  const bool negated = skip("^");
  for (bool first = true; first || !rest().starts_with(']'); first = false) {
    if (at_end()) return error(start, "this '[' is never closed");
    MOTE_ASSIGN(auto named, bracket_name());
    if (!named) named = class_escape();
    if (named) {
      append_class(*named, ranges);
      continue;
    }
    const std::size_t at = at_;
    MOTE_ASSIGN(const char32_t low, bracket_char());
    char32_t high = low;
    if (rest().size() >= 2 && rest()[0] == '-' && rest()[1] != ']') {
      ++at_;
      if (class_escape()) return error(at, "a range does not end in a class");
      MOTE_ASSIGN(high, bracket_char());
    }
    if (high < low) return error(at, "this range ends before it begins");
    ranges.push_back({low, high});
  }
  skip("]");
  sort_ranges(ranges, before);
  return negated;
}

}  // namespace mote
