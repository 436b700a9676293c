// Lists of passes: a build may leave some out (docs/small-binary.md).
#pragma once
#include <array>

#include "passes/pass.h"

namespace mote {

constexpr bool is_built([[maybe_unused]] std::string_view pass) {
#include "passes/built_passes.inc"
}

struct ListedPass {
  std::string_view name;  // as pass->name
  const Pass* pass;
};

// Those that are built, in order; a pass that is not is not linked.
template <std::size_t kCount>
struct PassList {
  std::array<const Pass*, kCount> passes = {};
  std::size_t count = 0;

  constexpr explicit PassList(const ListedPass (&all)[kCount]) {
    for (const ListedPass& listed : all) {
      if (is_built(listed.name)) passes[count++] = listed.pass;
    }
  }
  constexpr operator std::span<const Pass* const>() const { return {passes.data(), count}; }
};

}  // namespace mote
