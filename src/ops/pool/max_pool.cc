// MaxPool: the largest element below a window, and where it is.
#include <cmath>
#include <limits>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/pool/pool_params.h"
#include "ops/support/element.h"

namespace mote {
namespace {

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<PoolParams>();
  AttributeReader r(attributes);
  MOTE_TRY(read_pool(r, *p));
  p->storage_order = r.integer("storage_order", 0);
  MOTE_TRY(r.finish());
  if (p->storage_order != 0 && p->storage_order != 1) {
    return Error{Code::kInvalidArgument, cat("storage_order ", p->storage_order, " is not 0 or 1")};
  }
  return p;
}

Status infer(const InferArgs& args) {
  return infer_pool(args,
                    {DType::kF32, DType::kF64, DType::kF16, DType::kBF16, DType::kS8, DType::kU8});
}

using PooledElements = Elements<float, double, F16, BF16, std::int8_t, std::uint8_t>;

// The number of row-major element `offset`, counted by columns.
std::int64_t column_major(const Dims& dims, std::int64_t offset) {
  std::int64_t number = 0;
  if (dims.count() == 0) return number;
  for (int d = dims.rank() - 1; d >= 0; --d) {
    number += offset % dims[d] * dims.count(0, d);
    offset /= dims[d];
  }
  return number;
}

// NaN is larger than anything.
template <class T>
bool exceeds(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) return a > b || (std::isnan(a) && !std::isnan(b));
  return a > b;
}

template <class T>
void max_pool(const Window& w, bool by_columns, const RunArgs& args) {
  const std::int64_t in_size = w.in.count();
  auto* indices = args.out.size() > 1 ? args.out[1].as<std::int64_t>() : nullptr;
  T* y = args.out[0].as<T>();
  for_each_pooled(w, args, [&](std::int64_t plane, const Dims& at, std::int64_t i) {
    const T* x = args.in[0].as<T>() + plane * in_size;
    Compute<T> best = least<Compute<T>>();
    std::int64_t where = -1;
    for_each_tap(w, at, [&](std::int64_t, std::int64_t offset) {
      const Compute<T> value = x[offset];
      if (where >= 0 && !exceeds(value, best)) return;
      best = value;
      where = offset;
    });
    if (y != nullptr) y[i] = best;
    if (indices == nullptr) return;
    where = std::max<std::int64_t>(where, 0);
    indices[i] = plane * in_size + (by_columns ? column_major(w.in, where) : where);
  });
}

Status reference(const OpParams* params, const RunArgs& args) {
  MOTE_ASSIGN(const Window w, pool_window(params, args));
  const bool by_columns = static_cast<const PoolParams*>(params)->storage_order == 1;
  return with_dtype(PooledElements{}, args.in[0].dtype, [&]<class T>(T) -> Status {
    max_pool<T>(w, by_columns, args);
    return {};
  });
}

constexpr int kVersions[] = {1, 8, 10, 11, 12, 22};

constexpr std::string_view kSamples[] = {
    "(x: f32[1,1,0]) -> (y, i) {\n"
    "  y, i = MaxPool(x) {kernel_shape=[1], pads=[1, 1], storage_order=1} }",
    "(x: f32[1,3,5,6]) -> (y) { y = MaxPool(x) {kernel_shape=[2, 3]} }",
    "(x: f32[2,2,7,5]) -> (y, i) {\n"
    "  y, i = MaxPool(x) {kernel_shape=[3, 2], strides=[2, 1], pads=[1, 0, 1, 1]} }",
    "(x: f32[1,1,5,5]) -> (y, i) {\n"
    "  y, i = MaxPool(x) {kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1, storage_order=1} }",
    "(x: f64[1,2,8]) -> (y) { y = MaxPool(x) {kernel_shape=[3], dilations=[2]} }",
    "(x: u8[1,2,5,5]) -> (y) {\n"
    "  y = MaxPool(x) {kernel_shape=[3, 3], strides=[2, 2], auto_pad=\"SAME_UPPER\"} }",
    "(x: s8[1,2,4,5]) -> (y) { y = MaxPool(x) {kernel_shape=[2, 2], auto_pad=\"SAME_LOWER\"} }",
    "(x: f16[1,1,3,4,5]) -> (y) {\n"
    "  y = MaxPool(x) {kernel_shape=[2, 2, 2], auto_pad=\"VALID\", strides=[1, 2, 3]} }",
    "(x: bf16[2,1,4]) -> (y, i) { y, i = MaxPool(x) {kernel_shape=[2], storage_order=1} }",
    "(x: f32[0,2,4]) -> (y) { y = MaxPool(x) {kernel_shape=[2]} }",
};

}  // namespace

extern const OpDef kOp_MaxPool;
constinit const OpDef kOp_MaxPool = {
    .name = "MaxPool",
    .max_outputs = 2,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .windowed = true,
};

extern const OnnxOp kOnnx_MaxPool;
constinit const OnnxOp kOnnx_MaxPool = {.name = "MaxPool", .versions = kVersions};

extern const OpDoc kDoc_MaxPool;
constinit const OpDoc kDoc_MaxPool = {
    .name = "MaxPool",
    .doc =
        "The largest element below each window; padding does not count. `Indices` says where it "
        "lies in `X`.",
    .samples = kSamples,
};

}  // namespace mote
