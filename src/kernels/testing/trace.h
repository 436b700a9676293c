// Kernel tables that note which of their kernels are called, and tables that lack some.
#pragma once
#include <string_view>
#include <vector>

#include "kernels/table.h"

namespace mote {

// `real` with every kernel noted when it is called. One table: the one named last is what all
// tables that were returned call. Any thread may call the kernels.
const KernelTable& trace_kernels(const KernelTable& real);

// The names, as members of KernelTable, of the kernels that were called since the last call.
std::vector<std::string_view> take_traced_kernels();

// All names that there are.
std::vector<std::string_view> kernel_names();

// A copy without the kernel of that name.
KernelTable without_kernel(const KernelTable& table, std::string_view name);

}  // namespace mote
