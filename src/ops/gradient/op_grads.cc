#include <algorithm>
#include <tuple>

#include "ops/gradient/op_grad.h"

namespace mote {

#define MOTE_OP(symbol) extern const OpGrad kGrad_##symbol;
#include "ops/grad_list.inc"
#undef MOTE_OP

std::span<const OpGrad* const> all_grads() {
  static constexpr const OpGrad* kAll[] = {
#define MOTE_OP(symbol) &kGrad_##symbol,
#include "ops/grad_list.inc"
#undef MOTE_OP
  };
  return kAll;
}

const OpGrad* find_grad(std::string_view domain, std::string_view name) {
  const auto key = [](const OpGrad* grad) { return std::tuple(grad->domain, grad->name); };
  const auto all = all_grads();
  const auto it = std::ranges::lower_bound(all, std::tuple(domain, name), {}, key);
  return it != all.end() && key(*it) == std::tuple(domain, name) ? *it : nullptr;
}

}  // namespace mote
