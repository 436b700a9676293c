#include "ops/pool/pool_params.h"

#include <cmath>

#include "base/text.h"
#include "ops/support/axes.h"
#include "ops/support/shapes.h"

namespace mote {

Status read_pool(AttributeReader& r, PoolParams& p) {
  MOTE_TRY(read_window(r, p.window));
  p.window.ceil_mode = r.flag("ceil_mode", false);
  if (!r.has("kernel_shape")) {
    return Error{Code::kInvalidArgument, "attribute 'kernel_shape' is missing"};
  }
  return {};
}

Status infer_pool(const InferArgs& args, std::initializer_list<DType> dtypes) {
  MOTE_TRY(expect_dtype(args, 0, dtypes));
  const auto& p = args.params<PoolParams>();
  const TensorType& x = args.type(0);
  const std::size_t dimensions = p.window.kernel_shape.size();
  const int rank = static_cast<int>(dimensions) + 2;
  if (rank < 3 || rank > kMaxRank) {
    return Error{Code::kInvalidArgument, cat("kernel_shape has ", dimensions, " values")};
  }
  MOTE_TRY(expect_rank(args, 0, rank, "X"));
  Shape in(dimensions);
  for (std::size_t d = 0; d < dimensions; ++d) in[d] = size_of(args, 0, static_cast<int>(d) + 2);
  const Shape kernel(p.window.kernel_shape.begin(), p.window.kernel_shape.end());
  MOTE_ASSIGN(const Shape sizes, window_output(p.window, in, kernel));
  Shape out{size_of(args, 0, 0), size_of(args, 0, 1)};
  out.insert(out.end(), sizes.begin(), sizes.end());
  args.set(1, {DType::kS64, out});
  args.set(0, {x.dtype, std::move(out)});
  return {};
}

Result<Window> pool_window(const OpParams* params, const RunArgs& args) {
  const WindowParams& p = static_cast<const PoolParams*>(params)->window;
  return make_window(p, std::span<const std::int64_t>(args.in[0].dims).subspan(2), p.kernel_shape);
}

Status integer_p(const UpgradeArgs& args) {
  const AttributeValue* value = args.node().attributes.find("p");
  const auto* p = value != nullptr ? std::get_if<float>(value) : nullptr;
  if (p == nullptr) return {};
  if (!(*p >= 1.0F && *p <= 1e6F) || *p != std::floor(*p)) {
    return Error{Code::kUnsupported, cat("p ", *p, " is no integer of at least 1")};
  }
  args.node().attributes.set("p", static_cast<std::int64_t>(*p));
  return {};
}

}  // namespace mote
