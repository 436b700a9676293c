#include "kernels/testing/trace.h"

#include <atomic>

namespace mote {
namespace {

constinit std::atomic<const KernelTable*> g_real = nullptr;

// Calls `kernel`, which is somewhere in the real table, of the function that `get` takes from it.
template <auto get, class F = decltype(get(*g_real.load()))>
struct Traced;

template <auto get, class R, class... A>
struct Traced<get, R (*)(A...) noexcept> {
  static inline constinit std::atomic<bool> called = false;
  static R call(A... a) noexcept {
    called.store(true, std::memory_order_relaxed);
    return get(*g_real.load(std::memory_order_relaxed))(a...);
  }
};

template <auto get>
void trace(const KernelTable& real, decltype(get(real))& entry) {
  entry = get(real) != nullptr ? Traced<get>::call : nullptr;
}

template <auto get>
bool take() {
  return Traced<get>::called.exchange(false);
}

#define MOTE_GET(entry) [](const KernelTable& t) { return t.entry; }
// Lambdas are types of their own wherever they are written: one constant for each.
#define MOTE_KERNEL(entry) constexpr auto k_##entry = MOTE_GET(entry);
#define MOTE_PRODUCT(entry)                                      \
  constexpr auto k_##entry##_size = MOTE_GET(entry.packed_size); \
  constexpr auto k_##entry##_pack = MOTE_GET(entry.pack);        \
  constexpr auto k_##entry##_indirect = MOTE_GET(entry.indirect);
#include "kernels/entries.inc"
#undef MOTE_KERNEL
#undef MOTE_PRODUCT

}  // namespace

const KernelTable& trace_kernels(const KernelTable& real) {
  static KernelTable traced;
  g_real = &real;
  traced = real;
#define MOTE_KERNEL(entry) trace<k_##entry>(real, traced.entry);
#define MOTE_PRODUCT(entry)                                \
  trace<k_##entry##_size>(real, traced.entry.packed_size); \
  trace<k_##entry##_pack>(real, traced.entry.pack);        \
  trace<k_##entry##_indirect>(real, traced.entry.indirect);
#include "kernels/entries.inc"
#undef MOTE_KERNEL
#undef MOTE_PRODUCT
  return traced;
}

std::vector<std::string_view> take_traced_kernels() {
  std::vector<std::string_view> called;
#define MOTE_KERNEL(entry) \
  if (take<k_##entry>()) called.push_back(#entry);
#define MOTE_PRODUCT(entry)                                                                   \
  if (take<k_##entry##_size>() + take<k_##entry##_pack>() + take<k_##entry##_indirect>() > 0) \
    called.push_back(#entry);
#include "kernels/entries.inc"
#undef MOTE_KERNEL
#undef MOTE_PRODUCT
  return called;
}

std::vector<std::string_view> kernel_names() {
  return {
#define MOTE_KERNEL(entry) #entry,
#define MOTE_PRODUCT(entry) #entry,
#include "kernels/entries.inc"
#undef MOTE_KERNEL
#undef MOTE_PRODUCT
  };
}

KernelTable without_kernel(const KernelTable& table, std::string_view name) {
  KernelTable rest = table;
#define MOTE_KERNEL(entry) \
  if (name == #entry) rest.entry = nullptr;
#define MOTE_PRODUCT(entry) \
  if (name == #entry) rest.entry = {};
#include "kernels/entries.inc"
#undef MOTE_KERNEL
#undef MOTE_PRODUCT
  return rest;
}

}  // namespace mote
