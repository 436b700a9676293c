// MaxUnpool: what MaxPool kept, put back where it was; zeros elsewhere.
#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/copy.h"
#include "ops/support/expect_elements.h"
#include "ops/support/indices.h"
#include "ops/support/shapes.h"
#include "ops/support/window.h"

namespace mote {
namespace {

struct MaxUnpoolParams : OpParams {
  WindowParams window;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<MaxUnpoolParams>();
  AttributeReader r(attributes);
  r.required_integers("kernel_shape");
  MOTE_TRY(read_window(r, p->window));
  MOTE_TRY(r.finish());
  for (const std::string_view name : {"dilations", "auto_pad"}) {
    if (r.has(name))
      return Error{Code::kInvalidArgument, cat("there is no attribute '", name, "'")};
  }
  return p;
}

// What MaxPool pooled, in one dimension. Errors: kInvalidArgument: nothing, or too much.
Result<std::int64_t> unpooled_size(const WindowParams& p, std::size_t d, std::int64_t pooled) {
  const std::size_t rank = p.kernel_shape.size();
  const std::int64_t stride = p.strides.empty() ? 1 : p.strides[d];
  const std::int64_t pads = p.pads.empty() ? 0 : p.pads[d] + p.pads[rank + d];
  std::int64_t size = 0;
  if (__builtin_mul_overflow(pooled - 1, stride, &size) ||
      __builtin_add_overflow(size, p.kernel_shape[d] - pads, &size) || size < 0) {
    return Error{Code::kInvalidArgument,
                 cat("no size pools to ", pooled, " in dimension ", d + 2, " with kernel ",
                     p.kernel_shape[d], ", stride ", stride, ", pads ", pads)};
  }
  return size;
}

Status check_pooled_rank(const WindowParams& p, std::size_t rank) {
  if (rank == p.kernel_shape.size() + 2) return {};
  return Error{Code::kInvalidArgument,
               cat("X has rank ", rank, ", kernel_shape ", p.kernel_shape.size(), " dimensions")};
}

// The shape that attributes give. Errors: kInvalidArgument.
Result<Shape> unpooled_shape(const WindowParams& p, const Shape& pooled) {
  MOTE_TRY(check_pooled_rank(p, pooled.size()));
  Shape shape = pooled;
  for (std::size_t d = 2; d < shape.size(); ++d) {
    if (!shape[d].known()) continue;
    MOTE_ASSIGN(const std::int64_t size, unpooled_size(p, d - 2, shape[d].size()));
    shape[d] = Dim(size);
  }
  MOTE_TRY(product(shape));
  return shape;
}

// X: [N, C, D...]; I: s64, as X; output_shape: s64[rank], optional.
Status infer(const InferArgs& args) {
  const auto& p = args.params<MaxUnpoolParams>();
  MOTE_TRY(expect_elements(args, 0, FloatElements{}));
  MOTE_TRY(expect_dtype(args, 1, {DType::kS64}));
  MOTE_TRY(expect_dtype(args, 2, {DType::kS64}));
  auto merged =
      merge({DType::kUndefined, args.type(0).shape}, {DType::kUndefined, args.type(1).shape});
  if (!merged) return std::move(merged).error().with_context("X and I");
  const auto rank = static_cast<int>(p.window.kernel_shape.size() + 2);
  MOTE_ASSIGN(Shape shape,
              unpooled_shape(p.window, merged->shape ? *merged->shape : unknown_shape(rank)));
  if (args.has(2)) {
    MOTE_TRY(expect_vector(args, 2, Dim(rank), "output_shape"));
    MOTE_ASSIGN(const auto stated, known_integers(args, 2));
    shape = unknown_shape(rank);
    for (std::size_t d = 0; stated && d < stated->size(); ++d) {
      if ((*stated)[d] < 0) {
        return Error{Code::kInvalidArgument, cat("output_shape has size ", (*stated)[d])};
      }
      shape[d] = Dim((*stated)[d]);
    }
    MOTE_TRY(product(shape));
  }
  args.set(0, {args.type(0).dtype, std::move(shape)});
  return {};
}

// Element `index` of a tensor of size `from`, in one of size `to` with the same first corner.
// Errors: kInvalidArgument: it is not in both.
Result<std::int64_t> element_in(const Dims& from, const Dims& to, std::int64_t index) {
  if (index < 0 || index >= from.count()) {
    return Error{Code::kInvalidArgument,
                 cat("index ", index, " is outside [0, ", from.count() - 1, "]")};
  }
  std::int64_t element = 0, stride = 1, rest = index;
  for (int d = from.rank() - 1; d >= 0; --d) {
    const std::int64_t at = rest % from[d];
    if (at >= to[d]) {
      return Error{Code::kInvalidArgument, cat("index ", index, " lies at ", at, " in dimension ",
                                               d, ", outside of output_shape's ", to[d])};
    }
    element += at * stride;
    stride *= to[d];
    rest /= from[d];
  }
  return element;
}

// Indices count within the size that attributes give, whatever output_shape is.
Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const MaxUnpoolParams*>(params);
  const Dims& x = args.in[0].dims;
  MOTE_TRY(check_pooled_rank(p.window, x.size()));
  Dims counted = x;
  for (int d = 2; d < x.rank(); ++d) {
    MOTE_ASSIGN(counted[d], unpooled_size(p.window, static_cast<std::size_t>(d - 2), x[d]));
  }
  fill_zero(args.out[0]);
  for (std::int64_t i = 0; i < x.count(); ++i) {
    const std::int64_t index = load_integer(args.in[1], i);
    MOTE_ASSIGN(const std::int64_t to, element_in(counted, args.out[0].dims, index));
    copy_range(args.in[0], i, args.out[0], to, 1);
  }
  return {};
}

constexpr int kVersions[] = {9, 11, 22};

constexpr std::string_view kSamples[] = {
    "(x: f32[1,1,2,2]) -> (y) { i: s64[1,1,2,2] = {5, 7, 13, 15}\n"
    "  y = MaxUnpool(x, i) {kernel_shape=[2, 2], strides=[2, 2]} }",
    "(x: f32[1,1,2,2]) -> (y) { i: s64[1,1,2,2] = {5, 7, 13, 15} s: s64[4] = {1, 1, 5, 6}\n"
    "  y = MaxUnpool(x, i, s) {kernel_shape=[2, 2], strides=[2, 2]} }",
    "(x: f32[2,3,9]) -> (y) { v, i = MaxPool(x) {kernel_shape=[3], strides=[3], pads=[1, 1]}\n"
    "  y = MaxUnpool(v, i) {kernel_shape=[3], strides=[3], pads=[0, 0]} }",
    "(x: f64[1,1,1,2,1]) -> (y) { i: s64[1,1,1,2,1] = {0, 3}\n"
    "  y = MaxUnpool(x, i) {kernel_shape=[2, 2, 3], pads=[0, 1, 0, 1, 0, 1]} }",
    "(x: f16[0,1,2]) -> (y) { i: s64[0,1,2] = {} y = MaxUnpool(x, i) {kernel_shape=[2]} }",
    "(x: bf16[1,1,2]) -> (y) { i: s64[1,1,2] = {2, 0} y = MaxUnpool(x, i) {kernel_shape=[2]} }",
};

}  // namespace

extern const OpDef kOp_MaxUnpool;
constinit const OpDef kOp_MaxUnpool = {
    .name = "MaxUnpool",
    .min_inputs = 2,
    .max_inputs = 3,
    .parse = parse,
    .infer = infer,
    .reference = reference,
};

extern const OnnxOp kOnnx_MaxUnpool;
constinit const OnnxOp kOnnx_MaxUnpool = {.name = "MaxUnpool", .versions = kVersions};

extern const OpDoc kDoc_MaxUnpool;
constinit const OpDoc kDoc_MaxUnpool = {
    .name = "MaxUnpool",
    .doc =
        "Zeros, but for the elements of `X` where `I` says, counted within the size that kernel, "
        "strides and pads give; `output_shape` may add zeros behind it.",
    .samples = kSamples,
};

}  // namespace mote
