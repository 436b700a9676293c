// What Conv and ConvTranspose have in common: attributes, ranks, kernel sizes.
#pragma once
#include "ir/op_def.h"
#include "ops/support/shapes.h"
#include "ops/support/window.h"

namespace mote {

struct ConvParams : OpParams {
  WindowParams window;
  std::int64_t group = 1;
  // ConvTranspose only:
  std::vector<std::int64_t> output_padding;
  std::vector<std::int64_t> output_shape;
};

// Reads the window and `group`. Errors: kInvalidArgument.
Status read_conv(AttributeReader& r, ConvParams& p);

// The rank of X, or that of W, input `w`; -1 if neither is known.
// Errors: kInvalidArgument: they differ, or there is no spatial dimension.
Result<int> conv_rank(const InferArgs& args, const ConvParams& p, std::size_t w = 1);

// The kernel's sizes by W, or kernel_shape. Errors: kInvalidArgument: they contradict each other,
// or are too large.
Result<Shape> conv_kernel(const InferArgs& args, const ConvParams& p, int rank, std::size_t w = 1);

// All sizes but the first two.
inline std::span<const std::int64_t> spatial(const Dims& dims) {
  return std::span<const std::int64_t>(dims).subspan(2);
}

inline bool has_bias(const RunArgs& args) { return args.in.size() > 2 && args.in[2]; }

}  // namespace mote
