// Guessing which name somebody meant.
#pragma once
#include <span>
#include <string_view>

namespace mote {

// The name that takes the fewest insertions, deletions and replacements of a character to make of
// `text` (Levenshtein, 1966), if these are at most half of its characters; empty otherwise.
std::string_view nearest_name(std::string_view text, std::span<const std::string_view> names);

}  // namespace mote
