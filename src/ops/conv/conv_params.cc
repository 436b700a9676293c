#include "ops/conv/conv_params.h"

#include "base/text.h"

namespace mote {
namespace {

constexpr std::int64_t kMaxKernel = (std::int64_t{1} << 31) - 1;

}  // namespace

Status read_conv(AttributeReader& r, ConvParams& p) {
  MOTE_TRY(read_window(r, p.window));
  p.group = r.integer("group", 1);
  if (p.group < 1) {
    return Error{Code::kInvalidArgument, cat("group ", p.group, " is not positive")};
  }
  return {};
}

Result<int> conv_rank(const InferArgs& args, const ConvParams& p, std::size_t w_input) {
  const int x = args.type(0).rank();
  const int w = args.type(w_input).rank();
  if (x >= 0 && w >= 0 && x != w) {
    return Error{Code::kInvalidArgument, cat("X has rank ", x, ", W has rank ", w)};
  }
  const int stated = static_cast<int>(p.window.kernel_shape.size());
  const int rank = x >= 0 ? x : w >= 0 ? w : stated > 0 ? stated + 2 : -1;
  if (rank >= 0 && (rank < 3 || rank > kMaxRank)) {
    return Error{Code::kInvalidArgument, cat("rank ", rank, " is outside [3, ", kMaxRank, "]")};
  }
  return rank;
}

Result<Shape> conv_kernel(const InferArgs& args, const ConvParams& p, int rank, std::size_t w) {
  const auto& stated = p.window.kernel_shape;
  Shape kernel(static_cast<std::size_t>(rank - 2));
  if (!stated.empty() && stated.size() != kernel.size()) {
    return Error{Code::kInvalidArgument, cat("kernel_shape has ", stated.size(), " values for ",
                                             kernel.size(), " dimensions")};
  }
  for (std::size_t d = 0; d < kernel.size(); ++d) {
    kernel[d] = size_of(args, w, static_cast<int>(d) + 2);
    const std::int64_t size = kernel[d].known() ? kernel[d].size() : 1;
    if (size < 1 || size > kMaxKernel) {
      return Error{Code::kInvalidArgument,
                   cat("W has kernel size ", size, ", which is outside [1, ", kMaxKernel, "]")};
    }
    if (stated.empty()) continue;
    MOTE_TRY(expect_size(args, w, static_cast<int>(d) + 2, stated[d], "W"));
    kernel[d] = stated[d];
  }
  return kernel;
}

}  // namespace mote
