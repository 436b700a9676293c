#include "ops/support/has_kernels.h"

#include <string_view>

#include "ir/uses.h"

namespace mote {
namespace {

constexpr std::string_view kNames[] = {
#define MOTE_KERNEL(entry) #entry,
#define MOTE_PRODUCT(entry) #entry,
#include "kernels/entries.inc"
#undef MOTE_KERNEL
#undef MOTE_PRODUCT
};

bool has_kernel(const KernelTable& kernels, Kernel kernel) {
  switch (kernel) {
#define MOTE_KERNEL(entry) \
  case Kernel::entry:      \
    return kernels.entry != nullptr;
#define MOTE_PRODUCT(entry) \
  case Kernel::entry:       \
    return kernels.entry.pack != nullptr;
#include "kernels/entries.inc"
#undef MOTE_KERNEL
#undef MOTE_PRODUCT
  }
  return false;
}

}  // namespace

bool table_has(const KernelTable& kernels, std::initializer_list<Kernel> wanted) {
  Uses* uses = collected_uses();
  bool all = true;
  for (const Kernel kernel : wanted) {
    if (uses != nullptr) uses->kernels.emplace(kNames[static_cast<int>(kernel)]);
    all = all && has_kernel(kernels, kernel);
  }
  return all;
}

}  // namespace mote
