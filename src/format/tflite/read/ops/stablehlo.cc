// Operators of StableHLO that pad, and that slide windows.
#include <algorithm>

#include "base/text.h"
#include "format/tflite/read/ops/body.h"
#include "format/tflite/read/ops/dilation.h"
#include "format/tflite/read/ops/reduce_window.h"

namespace mote::tfl {
namespace {

std::vector<std::int64_t> list(const flatbuffers::Vector<std::int64_t>* values) {
  const auto span = values_of(values);
  return {span.begin(), span.end()};
}

// The same for each axis, if the file has none.
std::vector<std::int64_t> list_or(const flatbuffers::Vector<std::int64_t>* values,
                                  std::int64_t count, std::int64_t otherwise) {
  if (size_of(values) > 0) return list(values);
  return std::vector<std::int64_t>(static_cast<std::size_t>(count), otherwise);
}

// Inputs: x, the scalar to pad with. Elements are set apart first; negative padding cuts.
void pad(OpReader& op) {
  const auto* o = op.options<fb::StablehloPadOptions>();
  if (o == nullptr) return op.fail(no_options());
  const ValueId x = op.stored(0), fill = op.reshape(op.stored(1), {});
  std::vector<std::int64_t> apart = list(o->interior_padding());
  if (!op.are_small(apart, "padding")) return;
  for (std::int64_t& n : apart) n = n < 0 ? 0 : n + 1;
  std::vector<std::int64_t> pads = list(o->edge_padding_low());
  const std::vector<std::int64_t> ends = list(o->edge_padding_high());
  if (pads.size() != apart.size() || ends.size() != apart.size()) {
    return op.fail({Code::kInvalidArgument,
                    cat("padding [", join(pads, ","), "] and [", join(ends, ","), "]")});
  }
  pads.insert(pads.end(), ends.begin(), ends.end());
  const ValueId spread = dilated(op, x, apart, fill);
  op.yield_stored(0, op.add("Pad", {spread, op.integers(std::move(pads)), fill}));
}

// Inputs: x, the initial value, which is what is padded with.
void reduce_window(OpReader& op) {
  const auto* o = op.options<fb::StablehloReduceWindowOptions>();
  if (o == nullptr) return op.fail(no_options());
  const std::string_view op_type = combiner_of_body(op, o->body_subgraph_index());
  const int rank = op.rank_of(0);
  if (!op.status()) return;
  if (op_type.empty()) return op.unsupported("windows reduced by taking the last");
  const ValueId initial = op.reshape(op.stored(1), {});
  ValueId x = dilated(op, op.stored(0), list_or(o->base_dilations(), rank, 1), initial);
  const std::vector<std::int64_t> pairs = list_or(o->padding(), std::int64_t{2} * rank, 0);
  if (std::ssize(pairs) != 2 * rank) {
    return op.fail({Code::kInvalidArgument, cat("padding [", join(pairs, ","), "]")});
  }
  std::vector<std::int64_t> pads(pairs.size());
  for (std::size_t i = 0; i < pads.size(); ++i) {
    pads[i % 2 * static_cast<std::size_t>(rank) + i / 2] = pairs[i];
  }
  const bool padded = std::ranges::any_of(pads, [](auto p) { return p != 0; });
  if (padded) x = op.add("Pad", {x, op.integers(std::move(pads)), initial});
  const SlidingWindow window{list(o->window_dimensions()), list_or(o->window_strides(), rank, 1),
                             list_or(o->window_dilations(), rank, 1)};
  op.yield_stored(0, reduce_windows(op, op_type, x, initial, window));
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_STABLEHLO_PAD, pad},
    {fb::BuiltinOperator_STABLEHLO_REDUCE_WINDOW, reduce_window},
};

}  // namespace

extern const Mappings kStablehlo;
constinit const Mappings kStablehlo{kMappings};

}  // namespace mote::tfl
