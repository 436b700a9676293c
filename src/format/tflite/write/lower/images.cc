// Resizing by tables, blocks in the other order, responses normalized across channels.
#include "format/tflite/write/lower/lowering.h"
#include "format/tflite/write/op_writer.h"
#include "format/tflite/write/resizing.h"
#include "ops/resize/resize_axis.h"

namespace mote::tfl::write {
namespace {

bool has_no_operator(const Graph& graph, const Node& node) {
  return !takes_elements(*find_mapping(node), graph, node) || !resizing_of(graph, node);
}

// Of input x the element or the elements that make each of the result.
ValueId along_axis(Decomposition& d, ValueId x, const ResizeParams& params, const ResizeAxis& axis,
                   int number, int rank) {
  if (Status s = expect_modest({axis.in, axis.out}); !s) {
    d.fail(std::move(s).error());
    return x;
  }
  std::vector<std::int64_t> index;
  std::vector<float> matrix(static_cast<std::size_t>(axis.in * axis.out), 0.0F);
  for (std::int64_t to = 0; to < axis.out; ++to) {
    const ResizeTaps taps(params, axis, to);
    if (taps.extrapolated()) d.fail({Code::kUnsupported, "values from beyond the image"});
    index.push_back(taps.index(taps.first()));
    for (std::int64_t i = taps.first(); i <= taps.last(); ++i) {
      // Several taps beyond an edge are the same element.
      matrix[static_cast<std::size_t>(taps.index(i) * axis.out + to)] +=
          static_cast<float>(taps.weight(i));
    }
  }
  if (params.mode == ResizeMode::kNearest) {
    return d.add("Gather", {x, d.integers(std::move(index))},
                 {{"axis", static_cast<std::int64_t>(number)}});
  }
  const ValueId weights =
      d.constant(Tensor::of<float>({axis.in, axis.out}, std::span<const float>(matrix)));
  std::vector<std::int64_t> swap(static_cast<std::size_t>(rank));
  for (std::size_t i = 0; i < swap.size(); ++i) swap[i] = static_cast<std::int64_t>(i);
  std::swap(swap[static_cast<std::size_t>(number)], swap.back());
  const bool last = number == rank - 1;
  if (!last) x = Formula(d).transpose(x, swap);
  x = d.add("MatMul", {x, weights});
  return last ? x : Formula(d).transpose(x, swap);
}

Status resize(Decomposition& d) {
  const auto in = d.type(d.in(0)).dims();
  const auto& params = d.params<ResizeParams>();
  const auto list = [&](std::size_t i) {
    const Tensor* tensor = d.has(i) ? d.constant(d.in(i)) : nullptr;
    if (d.has(i) && tensor == nullptr) d.fail({Code::kUnsupported, "sizes that are computed"});
    return tensor != nullptr && tensor->count() > 0 ? tensor->view() : TensorView();
  };
  if (!in) d.fail({Code::kUnsupported, "an image of open size"});
  const ResizeLists lists{list(1), list(2), list(3)};
  const bool counts = params.mode == ResizeMode::kNearest || d.dtype(d.in(0)) == DType::kF32;
  if (!counts) d.fail({Code::kUnsupported, "means of integers"});
  if (!d.status()) return d.status();
  MOTE_ASSIGN(const auto axes, resize_axes(params, *in, lists));
  ValueId x = d.in(0);
  for (int i = 0; i < in->rank(); ++i) {
    const ResizeAxis& axis = axes[static_cast<std::size_t>(i)];
    if (!axis.same()) x = along_axis(d, x, params, axis, i, in->rank());
  }
  d.yield(0, x == d.in(0) ? d.add("Identity", {x}) : x);
  return d.status();
}

bool is_crd(const Graph&, const Node& node) { return text_of(node, "mode", "DCR") == "CRD"; }

// [N, C, b, b, H, W] → [N, C, H, b, W, b], by transposes of at most five axes.
Status depth_to_space(Decomposition& d) {
  Formula f(d);
  const auto dims = d.type(d.in(0)).dims();
  if (!dims || dims->rank() != 4) return Error{Code::kUnsupported, "its sizes must be known"};
  const std::int64_t b = integer_of(d.node(), "blocksize", 1);
  const std::int64_t n = (*dims)[0], c = (*dims)[1] / (b * b), h = (*dims)[2], w = (*dims)[3];
  const ValueId blocks = f.reshape(d.in(0), {n, c, b * b, h, w});
  const ValueId first = f.transpose(blocks, {0, 2, 1, 3, 4});
  const ValueId depth = f.reshape(first, {n, b * b * c, h, w});
  d.yield(0, d.add("DepthToSpace", {depth}, {{"blocksize", b}}));
  return d.status();
}

// The same way back.
Status space_to_depth(Decomposition& d) {
  Formula f(d);
  const auto dims = d.type(d.in(0)).dims();
  if (!dims || dims->rank() != 4) return Error{Code::kUnsupported, "its sizes must be known"};
  const std::int64_t b = integer_of(d.node(), "blocksize", 1);
  const std::int64_t n = (*dims)[0], c = (*dims)[1], h = (*dims)[2] / b, w = (*dims)[3] / b;
  const ValueId depth = d.add("SpaceToDepth", {d.in(0)}, {{"blocksize", b}});
  const ValueId blocks = f.transpose(f.reshape(depth, {n, b * b, c, h, w}), {0, 2, 1, 3, 4});
  d.yield(0, f.reshape(blocks, {n, c * b * b, h, w}));
  return d.status();
}

constexpr Lowering kLowerings[] = {
    {"SpaceToDepth", space_to_depth, is_crd},
    {"Resize", resize, has_no_operator},
    {"DepthToSpace", depth_to_space, is_crd},
};

}  // namespace

extern const Lowerings kLowerImages;
constinit const Lowerings kLowerImages{kLowerings};

}  // namespace mote::tfl::write
