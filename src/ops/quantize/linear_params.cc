#include "ops/quantize/linear_params.h"

#include "base/text.h"
#include "ops/quantize/quantized.h"
#include "ops/support/indices.h"
#include "ops/support/read_dtype.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

// One element, or perhaps one: [] and [1] are the same here.
bool is_single(const Shape& shape) {
  return shape.empty() || (shape.size() == 1 && (!shape[0].known() || shape[0].size() == 1));
}

}  // namespace

Status read_linear(AttributeReader& r, LinearParams& p) {
  p.axis = r.integer("axis", 1);
  p.block_size = r.integer("block_size", 0);
  MOTE_ASSIGN(p.output_dtype, read_dtype(r, "output_dtype"));
  if (p.block_size < 0) {
    return Error{Code::kInvalidArgument, cat("block_size ", p.block_size, " is negative")};
  }
  return {};
}

Status check_linear(const InferArgs& args, const LinearParams& p) {
  MOTE_TRY(check_scales(args, 1, p.axis, p.block_size));
  if (!args.has(2) || !args.type(2).shape || !args.type(1).shape) return {};
  if (is_single(*args.type(1).shape) && is_single(*args.type(2).shape)) return {};
  MOTE_TRY(expect_rank(args, 2, args.type(1).rank(), "the zero point"));
  for (int d = 0; d < args.type(1).rank(); ++d) {
    MOTE_TRY(expect_size(args, 2, d, size_of(args, 1, d), "the zero point"));
  }
  return {};
}

Result<ScaleLayout> linear_layout(const LinearParams& p, const RunArgs& args) {
  const TensorView zero_point = optional_input(args, 2);
  if (zero_point && zero_point.dims.count() != args.in[1].dims.count()) {
    return Error{Code::kInvalidArgument, cat("there are ", args.in[1].dims.count(), " scales and ",
                                             zero_point.dims.count(), " zero points")};
  }
  return scale_layout(args.in[0].dims, args.in[1].dims, p.axis, p.block_size);
}

void load_scales(const TensorView& scales, std::int64_t scale, std::int64_t step,
                 std::int64_t count, float* to) {
  if (step == 0) {
    std::fill(to, to + count, load_scale(scales, scale));
  } else {
    for (std::int64_t i = 0; i < count; ++i) to[i] = load_scale(scales, scale + i);
  }
}

}  // namespace mote
