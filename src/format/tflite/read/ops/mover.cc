#include "format/tflite/read/ops/mover.h"

#include <algorithm>

namespace mote::tfl {
namespace {

using Defs = std::vector<const TensorDef*>;

// Each once: an operator may name a tensor as often as it likes.
Defs distinct(Defs defs) {
  std::ranges::sort(defs);
  defs.erase(std::unique(defs.begin(), defs.end()), defs.end());
  return defs;
}

// The first that says what its elements mean; null if none does.
const TensorDef* first_quantized(const Defs& defs) {
  const auto it = std::ranges::find_if(defs, &TensorDef::quantized);
  return it == defs.end() ? nullptr : *it;
}

// Elements of `like` are the same in all of them. Where one side says nothing of a meaning, they
// are.
bool keep_elements(const Defs& defs, const TensorDef& like, const TensorDef* meaning) {
  return std::ranges::all_of(defs, [&](const TensorDef* def) {
    if (def->dtype != like.dtype) return false;
    if (meaning == nullptr || !def->quantized()) return true;
    const Quantization &a = def->quantization, &b = meaning->quantization;
    return a.scales == b.scales && a.zero_points == b.zero_points && a.block_size == b.block_size;
  });
}

}  // namespace

// Being alike carries over: all outputs are held to one input, and all inputs to one output.
Mover::Mover(OpReader& op, std::size_t first, std::size_t count) : op_(op) {
  Defs from, to;
  for (std::size_t i = first; i < first + count; ++i) from.push_back(&op.in(i));
  for (std::size_t o = 0; o < op.output_count(); ++o) to.push_back(&op.out(o));
  if (from.empty() || to.empty()) return;
  from = distinct(std::move(from));
  to = distinct(std::move(to));
  stored_ = keep_elements(to, *from[0], first_quantized(from)) &&
            keep_elements(from, *to[0], first_quantized(to));
}

}  // namespace mote::tfl
