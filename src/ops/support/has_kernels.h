// Asking for kernels: builds may lack some (docs/small-binary.md).
#pragma once
#include <initializer_list>

#include "kernels/table.h"

namespace mote {

// Named as the members of KernelTable.
enum class Kernel {
#define MOTE_KERNEL(entry) entry,
#define MOTE_PRODUCT(entry) entry,
#include "kernels/entries.inc"
#undef MOTE_KERNEL
#undef MOTE_PRODUCT
};

// Whether this build's tables have it.
constexpr bool is_built([[maybe_unused]] Kernel kernel) {
#define MOTE_WITHOUT(entry) \
  if (kernel == Kernel::entry) return false;
#include "kernels/without.inc"
#undef MOTE_WITHOUT
  return true;
}

// Whether `kernels` has all of these; notes that they were asked for.
bool table_has(const KernelTable& kernels, std::initializer_list<Kernel> wanted);

// The same; false as the code is compiled where the build lacks one, so that nothing of what the
// answer leads to is linked. What prepares a step asks for every kernel that the step may call, and
// makes none where one is missing: the operator's reference takes its place.
template <Kernel... kWanted>
bool has_kernels(const KernelTable& kernels) {
  if constexpr ((is_built(kWanted) && ...)) return table_has(kernels, {kWanted...});
  return false;
}

}  // namespace mote
