// Sum, Mean, Max, Min of any number of broadcast tensors.
#include <type_traits>

#include "ops/elementwise/binary.h"
#include "ops/support/has_kernels.h"

namespace mote {
namespace {

// Elements that a thread takes at once.
constexpr std::int64_t kGrain = 16384;

struct Sum {
  using Types = NumberElements;
  static constexpr BinaryF32 kKernel = BinaryF32::kAdd;
  static constexpr bool kMean = false;
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_integral_v<T>) {
      return static_cast<T>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
    } else {
      return a + b;
    }
  }
};

struct Mean : Sum {
  using Types = FloatElements;
  static constexpr bool kMean = true;
};

// NaN wins.
struct Max {
  using Types = NumberElements;
  static constexpr BinaryF32 kKernel = BinaryF32::kMax;
  static constexpr bool kMean = false;
  template <class T>
  T operator()(T a, T b) const {
    return a != a || a > b ? a : b;
  }
};

struct Min {
  using Types = NumberElements;
  static constexpr BinaryF32 kKernel = BinaryF32::kMin;
  static constexpr bool kMean = false;
  template <class T>
  T operator()(T a, T b) const {
    return a != a || a < b ? a : b;
  }
};

template <class F>
Status infer(const InferArgs& args) {
  DType dtype = DType::kUndefined;
  for (std::size_t i = 0; i < args.in.size(); ++i) {
    MOTE_TRY(expect_elements(args, i, typename F::Types{}));
    MOTE_ASSIGN(const DType shared, shared_dtype(args, {0, i}));
    if (shared != DType::kUndefined) dtype = shared;
  }
  MOTE_ASSIGN(auto shape, broadcast_inputs(args));
  args.set(0, {dtype, std::move(shape)});
  return {};
}

// y = f(y, x), or y = x for the first one.
template <class F, class T>
void accumulate(const TensorView& x, bool first, const MutTensorView& out) {
  const auto rows = broadcast_rows<1>({x.dims}, out.dims);
  for_each_row(rows, [&](const auto& at, std::int64_t to, std::int64_t n) {
    const T* from = x.as<T>() + at[0];
    T* y = out.as<T>() + to;
    for (std::int64_t i = 0; i < n; ++i) {
      const T v = from[i * rows.step[0]];
      y[i] = first ? v : static_cast<T>(F()(Compute<T>(y[i]), Compute<T>(v)));
    }
  });
}

template <class F>
Status reference(const OpParams*, const RunArgs& args) {
  const MutTensorView& out = args.out[0];
  return with_dtype(typename F::Types{}, out.dtype, [&](auto element) -> Status {
    using T = decltype(element);
    for (std::size_t i = 0; i < args.in.size(); ++i) accumulate<F, T>(args.in[i], i == 0, out);
    if constexpr (F::kMean) {
      const auto n = static_cast<Compute<T>>(args.in.size());
      T* y = out.as<T>();
      for (std::int64_t i = 0; i < out.dims.count(); ++i) y[i] = static_cast<T>(y[i] / n);
    }
    return {};
  });
}

// Adds one operand after the other to the result, within a range that stays in the cache.
class VariadicStep final : public Step {
 public:
  VariadicStep(const PrepareArgs& args, BinaryF32 f, bool mean)
      : kernels_(args.kernels), f_(f), mean_(mean) {
    const Dims out = args.out_dims(0);
    first_ = broadcast_rows<2>({args.in_dims(0), args.in_dims(1)}, out);
    for (std::size_t i = 2; i < args.in.size(); ++i) {
      rest_.push_back(broadcast_rows<2>({out, args.in_dims(i)}, out));
    }
  }

  std::string_view kernel() const override { return "binary_f32"; }

  Status run(const RunArgs& args) const override {
    float* y = args.out[0].as<float>();
    args.workers.for_each_range(first_.count(), kGrain, [&](std::int64_t begin, std::int64_t end) {
      apply(first_, args.in[0].as<float>(), args.in[1].as<float>(), y, begin, end);
      for (std::size_t i = 0; i < rest_.size(); ++i) {
        apply(rest_[i], y, args.in[i + 2].as<float>(), y, begin, end);
      }
      if (!mean_) return;
      const auto n = static_cast<float>(args.in.size());
      kernels_.binary_f32(BinaryF32::kDiv, y + begin, 1, &n, 0, y + begin, end - begin);
    });
    return {};
  }

 private:
  void apply(const BroadcastRows<2>& rows, const float* a, const float* b, float* y,
             std::int64_t begin, std::int64_t end) const {
    for_each_row(rows, begin, end, [&](const auto& at, std::int64_t to, std::int64_t n) {
      kernels_.binary_f32(f_, a + at[0], rows.step[0], b + at[1], rows.step[1], y + to, n);
    });
  }

  const KernelTable& kernels_;
  BinaryF32 f_;
  bool mean_;
  BroadcastRows<2> first_;
  std::vector<BroadcastRows<2>> rest_;
};

template <class F>
Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  if (args.in_dtype(0) != DType::kF32 || args.in.size() < 2) return std::unique_ptr<Step>();
  if (args.in.size() == 2 && !F::kMean) return make_binary_step(args, F::kKernel);
  if (!has_kernels<Kernel::binary_f32>(args.kernels)) {
    return std::unique_ptr<Step>();
  }
  return std::make_unique<VariadicStep>(args, F::kKernel, F::kMean);
}

template <class F>
constexpr OpDef variadic_op(std::string_view name) {
  OpDef op;
  op.name = name;
  op.max_inputs = -1;
  op.infer = infer<F>;
  op.reference = reference<F>;
  op.prepare = prepare<F>;
  return op;
}

constexpr int kSumVersions[] = {1, 6, 8, 13};
constexpr int kMaxVersions[] = {1, 6, 8, 12, 13};
constexpr OnnxUpgrade kTo6[] = {{6, drop_consumed_inputs}};

#define MOTE_VARIADIC_SAMPLES(Op)                                                             \
  "(a: f32[2,3]) -> (y) { y = " #Op "(a) }",                                                  \
      "(a: f32[2,3], b: f32[2,3]) -> (y) { y = " #Op "(a, b) }",                              \
      "(a: f32[2,3], b: f32[3]) -> (y) { y = " #Op "(a, b, a) }",                             \
      "(a: f32[4], b: f32[3,1], c: f32[2,1,1], d: f32[]) -> (y) { y = " #Op "(a, b, c, d) }", \
      "(a: f16[2,3], b: f16[2,3], c: f16[3]) -> (y) { y = " #Op "(a, b, c) }",                \
      "(a: f64[0,3], b: f64[3]) -> (y) { y = " #Op "(a, b) }"
constexpr std::string_view kSumSamples[] = {MOTE_VARIADIC_SAMPLES(Sum)};
constexpr std::string_view kMeanSamples[] = {MOTE_VARIADIC_SAMPLES(Mean)};
constexpr std::string_view kMaxSamples[] = {
    MOTE_VARIADIC_SAMPLES(Max), "(a: s8[2,3], b: s8[3]) -> (y) { y = Max(a, b) }",
    "(a: u64[2,3], b: u64[3], c: u64[]) -> (y) { y = Max(a, b, c) }",
    "() -> (y) { a: f32[3] = {nan, 1, 2} b: f32[3] = {1, nan, 3} y = Max(a, b) }"};
constexpr std::string_view kMinSamples[] = {
    MOTE_VARIADIC_SAMPLES(Min), "(a: s64[2,3], b: s64[3]) -> (y) { y = Min(a, b) }",
    "(a: u8[2,3], b: u8[3], c: u8[]) -> (y) { y = Min(a, b, c) }",
    "() -> (y) { a: f32[3] = {nan, 1, 2} b: f32[3] = {1, nan, 3} y = Min(a, b) }"};
#undef MOTE_VARIADIC_SAMPLES

}  // namespace

#define MOTE_VARIADIC_OP(Op, op_versions, text)                                                 \
  extern const OpDef kOp_##Op;                                                                  \
  constinit const OpDef kOp_##Op = variadic_op<Op>(#Op);                                        \
  extern const OnnxOp kOnnx_##Op;                                                               \
  constinit const OnnxOp kOnnx_##Op = {.name = #Op, .versions = op_versions, .upgrades = kTo6}; \
  extern const OpDoc kDoc_##Op;                                                                 \
  constinit const OpDoc kDoc_##Op = {.name = #Op, .doc = text, .samples = k##Op##Samples};
MOTE_VARIADIC_OP(Sum, kSumVersions, "The sum of the inputs, broadcast.")
MOTE_VARIADIC_OP(Mean, kSumVersions, "The mean of the inputs, broadcast.")
MOTE_VARIADIC_OP(Max, kMaxVersions, "The greatest of the inputs, broadcast; NaN is above all.")
MOTE_VARIADIC_OP(Min, kMaxVersions, "The smallest of the inputs, broadcast; NaN is below all.")
#undef MOTE_VARIADIC_OP

}  // namespace mote
