#include <algorithm>
#include <tuple>

#include "ir/uses.h"
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
      nullptr,  // a build may have none
  };
  return std::span(kAll).first(std::size(kAll) - 1);
}

const OpGrad* find_grad(std::string_view domain, std::string_view name) {
  const auto key = [](const OpGrad* grad) { return std::tuple(grad->domain, grad->name); };
  const auto all = all_grads();
  const auto it = std::ranges::lower_bound(all, std::tuple(domain, name), {}, key);
  if (it == all.end() || key(*it) != std::tuple(domain, name)) return nullptr;
  if (Uses* uses = collected_uses()) uses->gradients.insert(qualified_name(domain, name));
  return *it;
}

}  // namespace mote
