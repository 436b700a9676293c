// Enumerations whose values people write by name.
#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace mote {

// The names of Enum's values, in their order, from 0. Each is there once. Specialised beside Enum.
template <class Enum>
inline constexpr std::array<std::string_view, 0> kNames = {};

template <class Enum>
requires(!kNames<Enum>.empty()) constexpr std::string_view name(Enum value) {
  return kNames<Enum>[static_cast<std::size_t>(value)];
}

// Null if there is none of that name.
template <class Enum>
constexpr std::optional<Enum> value_named(std::string_view text) {
  for (std::size_t i = 0; i < kNames<Enum>.size(); ++i) {
    if (kNames<Enum>[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace mote
