// OpGrad: how gradients pass an operator on their way back. Lies beside the operator, in a file and
// a list of its own, so that programs which only run models do without.
#pragma once
#include <span>
#include <string_view>

namespace mote {

class Backward;

struct OpGrad {
  std::string_view name;
  std::string_view domain = "";
  // From the gradients of a node's outputs those of its inputs (gradient/backward.h). Null: they
  // are zero, as Floor's.
  void (*rule)(Backward&) = nullptr;
  // Graphs in text form with inputs of f64, which the contract test fills with random numbers in
  // [0.25, 2.25] and differentiates twice, against finite differences. Null rules need none.
  std::span<const std::string_view> samples = {};
};

// Sorted by (domain, name). Linked only where it is called.
std::span<const OpGrad* const> all_grads();
// Null if there is none.
const OpGrad* find_grad(std::string_view domain, std::string_view name);

}  // namespace mote
