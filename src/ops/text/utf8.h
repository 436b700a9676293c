// Code points of UTF-8.
#pragma once
#include <string>
#include <string_view>

namespace mote {

// What bytes are that are no UTF-8; greater than every code point.
inline constexpr char32_t kNoCodePoint = 0xFFFFFFFF;

struct CodePoint {
  char32_t value;  // kNoCodePoint: the byte begins none
  int bytes;       // that it takes; 1 of such a byte
};

// The first of `text`. Overlong forms, surrogates and what is beyond U+10FFFF are no code points.
// Requires: text is not empty.
CodePoint first_code_point(std::string_view text);

// Requires: a code point, not a surrogate.
void append_utf8(std::string& out, char32_t c);

// A space, tab, line end or another of Unicode's White_Space.
bool is_white_space(char32_t c);

}  // namespace mote
