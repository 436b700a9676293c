#include "ops/quantize/scale_layout.h"

#include "base/text.h"
#include "ops/support/axes.h"

namespace mote {
namespace {

std::int64_t blocks_of(std::int64_t size, std::int64_t block) {
  return size / block + (size % block != 0 ? 1 : 0);
}

Error mismatch(const Dims& x, const Dims& scale, std::int64_t axis, std::int64_t block_size) {
  return Error{Code::kInvalidArgument,
               cat("scales ", to_string(scale), " do not fit ", to_string(x), " along axis ", axis,
                   block_size > 0 ? cat(" in blocks of ", block_size) : std::string())};
}

}  // namespace

Result<ScaleLayout> scale_layout(const Dims& x, const Dims& scale, std::int64_t axis,
                                 std::int64_t block_size) {
  ScaleLayout l;
  if (scale.rank() <= 1 && scale.count() == 1) {
    l.single = true;
    l.inner = x.count();
    return l;
  }
  MOTE_ASSIGN(const int a, normalize_axis(axis, x.rank()));
  l.outer = x.count(0, a);
  l.size = x[a];
  l.inner = x.count(a + 1, x.rank());
  if (block_size == 0) {
    if (scale.rank() == 1 && scale[0] == l.size) return l;
    return mismatch(x, scale, axis, block_size);
  }
  Dims wanted = x;
  wanted[a] = blocks_of(l.size, block_size);
  if (scale != wanted) return mismatch(x, scale, axis, block_size);
  l.block = block_size;
  l.blocks = wanted[a];
  return l;
}

Status check_scales(const InferArgs& args, std::size_t scale, std::int64_t axis,
                    std::int64_t block_size) {
  const TensorType& x = args.type(0);
  if (!x.shape || !args.has(scale) || !args.type(scale).shape) return {};
  const Shape& s = *args.type(scale).shape;
  const bool single = s.empty() || (s.size() == 1 && (!s[0].known() || s[0].size() == 1));
  if (single) return {};
  MOTE_ASSIGN(const int a, normalize_axis(axis, x.rank()));
  const auto at = static_cast<std::size_t>(a);
  const std::size_t rank = block_size == 0 ? 1 : x.shape->size();
  if (s.size() != rank) {
    return Error{Code::kInvalidArgument, cat("the scales have rank ", s.size(), ", not ", rank)};
  }
  for (std::size_t d = 0; d < rank; ++d) {
    const std::size_t of = block_size == 0 ? at : d;
    Dim wanted = (*x.shape)[of];
    if (block_size > 0 && d == at && wanted.known()) wanted = blocks_of(wanted.size(), block_size);
    if (!wanted.known() || !s[d].known() || wanted.size() == s[d].size()) continue;
    return Error{
        Code::kInvalidArgument,
        cat("scales ", to_string(args.type(scale)), " do not fit ", to_string(x), " along axis ",
            axis, block_size > 0 ? cat(" in blocks of ", block_size) : std::string())};
  }
  return {};
}

}  // namespace mote
