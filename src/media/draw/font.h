// A bitmap font of the project's own.
#pragma once
#include <array>
#include <cstdint>

namespace mote {

inline constexpr int kGlyphWidth = 5;
inline constexpr int kGlyphHeight = 8;  // the last row is for tails of small letters

// Rows from the top; the leftmost pixel is bit 4.
using Glyph = std::array<std::uint8_t, kGlyphHeight>;

// Of a printable ASCII character; of any other a frame.
const Glyph& glyph_of(char character);

}  // namespace mote
