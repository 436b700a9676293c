// A hash of bytes, against accidents: whoever wants to can make two texts of one hash.
#pragma once
#include <cstdint>
#include <string_view>

namespace mote {

// FNV-1a of 64 bits (Fowler, Noll, Vo).
constexpr std::uint64_t fnv1a(std::string_view bytes) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char c : bytes) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3;
  }
  return hash;
}

}  // namespace mote
