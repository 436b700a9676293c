// Capital and small letters, without a locale: Unicode's simple mappings (one code point to one) of
// Latin, Greek, Cyrillic, Armenian, Georgian, Coptic and Glagolitic letters.
#pragma once
#include <string>
#include <string_view>

namespace mote {

char32_t to_small(char32_t c);
char32_t to_capital(char32_t c);
// The same for letters that differ in case only.
inline char32_t case_folded(char32_t c) { return to_small(to_capital(c)); }

// Bytes that are no UTF-8 stay as they are.
std::string small_text(std::string_view text);
std::string capital_text(std::string_view text);

}  // namespace mote
