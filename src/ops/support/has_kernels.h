// Asking for kernels: builds may lack some (docs/small-binary.md).
#pragma once
#include <initializer_list>
#include <string_view>

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

// Whether `kernels` has all of these. What prepares a step asks for every kernel that the step may
// call, and makes none where one is missing: the operator's reference takes its place.
bool has_kernels(const KernelTable& kernels, std::initializer_list<Kernel> wanted);

}  // namespace mote
