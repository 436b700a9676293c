// Pow: a base to the power of an exponent, which may be of another type.
#include <cmath>
#include <type_traits>

#include "ops/elementwise/binary.h"
#include "ops/support/convert.h"
#include "ops/support/has_kernels.h"

namespace mote {
namespace {

// Wraps, as multiplication does. A negative exponent leaves the integer part of 1 / base^|e|.
template <class T>
T integer_power(T base, std::int64_t e, bool exponent_signed, bool& by_zero) {
  const bool negative = exponent_signed && e < 0;
  if (negative && base != 1 && base != static_cast<T>(-1)) {
    by_zero |= base == 0;
    return 0;
  }
  if (negative && std::is_unsigned_v<T> && base != 1) return 0;
  auto square = static_cast<std::uint64_t>(base);
  std::uint64_t result = 1;
  for (auto rest = static_cast<std::uint64_t>(e); rest != 0; rest >>= 1) {
    if ((rest & 1) != 0) result *= square;
    square *= square;
  }
  return static_cast<T>(result);
}

struct Power {
  bool exponent_signed = true;
  bool by_zero = false;

  template <class T>
  T operator()(T base, std::int64_t e) {
    if constexpr (std::is_integral_v<T>) return integer_power(base, e, exponent_signed, by_zero);
    const double exponent = exponent_signed ? static_cast<double>(e)
                                            : static_cast<double>(static_cast<std::uint64_t>(e));
    return rounded<T>(std::pow(static_cast<double>(base), exponent));
  }
  template <class T>
  T operator()(T base, double e) {
    const double power = std::pow(static_cast<double>(base), e);
    if constexpr (std::is_integral_v<T>) return real_to_integer<T>(power);
    return rounded<T>(power);
  }
};

// Exponents pass through s64 or f64 (E, called `wide`), a block at a time.
template <class T, class E>
void raise(const RunArgs& args, Power& power, DType wide) {
  constexpr std::int64_t kBlock = 256;
  const auto rows = broadcast_rows<2>({args.in[0].dims, args.in[1].dims}, args.out[0].dims);
  for_each_row(rows, [&](const auto& at, std::int64_t to, std::int64_t length) {
    E exponents[kBlock];
    const T* base = args.in[0].as<T>() + at[0];
    T* y = args.out[0].as<T>() + to;
    for (std::int64_t begin = 0; begin < length; begin += kBlock) {
      const std::int64_t n = std::min(kBlock, length - begin);
      const std::int64_t from = at[1] + begin * rows.step[1];
      convert_range(args.in[1], from, {wide, {kBlock}, exponents}, 0, rows.step[1] == 0 ? 1 : n);
      for (std::int64_t i = 0; i < n; ++i) {
        y[begin + i] = power(base[(begin + i) * rows.step[0]], exponents[i * rows.step[1]]);
      }
    }
  });
}

Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, NumberElements{}));
  MOTE_TRY(expect_elements(args, 1, NumberElements{}));
  MOTE_ASSIGN(auto shape, broadcast_inputs(args));
  args.set(0, {args.type(0).dtype, std::move(shape)});
  return {};
}

Status reference(const OpParams*, const RunArgs& args) {
  const DType exponent = args.in[1].dtype;
  const bool real = exponent == DType::kF32 || exponent == DType::kF64 || exponent == DType::kF16 ||
                    exponent == DType::kBF16;
  Power power{.exponent_signed = exponent != DType::kU64};
  MOTE_TRY(with_dtype(NumberElements{}, args.in[0].dtype, [&](auto element) -> Status {
    using T = decltype(element);
    if (real) {
      raise<T, double>(args, power, DType::kF64);
    } else {
      raise<T, std::int64_t>(args, power, DType::kS64);
    }
    return {};
  }));
  if (!power.by_zero) return {};
  return Error{Code::kInvalidArgument, "the integer 0 is raised to a negative power"};
}

// x * x, of floats.
class SquareStep final : public Step {
 public:
  explicit SquareStep(const KernelTable& kernels) : kernels_(kernels) {}
  bool may_overwrite(int input) const override { return input == 0; }
  std::string_view kernel() const override { return "binary_f32"; }
  Status run(const RunArgs& args) const override {
    constexpr std::int64_t kGrain = 16384;
    const float* x = args.in[0].as<float>();
    float* y = args.out[0].as<float>();
    args.workers.for_each_range(
        args.out[0].dims.count(), kGrain, [&](std::int64_t begin, std::int64_t end) {
          kernels_.binary_f32(BinaryF32::kMul, x + begin, 1, x + begin, 1, y + begin, end - begin);
        });
    return {};
  }

 private:
  const KernelTable& kernels_;
};

// Exponents that graphs spell out for want of an operator: 2 and -1.
Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  const Tensor* exponent = args.constant(1);
  const bool one = exponent != nullptr && exponent->count() == 1;
  if (!one || args.in_dtype(0) != DType::kF32 || args.in_dims(0) != args.out_dims(0)) {
    return std::unique_ptr<Step>();
  }
  double e = 0;
  convert_range(exponent->view(), 0, {DType::kF64, {1}, &e}, 0, 1);
  if (e == 2 && has_kernels<Kernel::binary_f32>(args.kernels))
    return std::make_unique<SquareStep>(args.kernels);
  if (e == -1) return make_unary_step(args, {UnaryF32::kReciprocal});
  return std::unique_ptr<Step>();
}

constexpr int kVersions[] = {1, 7, 12, 13, 15};
constexpr OnnxUpgrade kUpgrades[] = {{7, upgrade_legacy_broadcast}};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3,4]) -> (y) { e: f32[] = {2} y = Pow(x, e) }",
    "(x: f32[2,3,4]) -> (y) { e: s64[1] = {-1} y = Pow(x, e) }",
    "(x: f32[2,3,4]) -> (y) { e: f32[] = {3} y = Pow(x, e) }",
    "(x: f32[2,3], e: f32[3]) -> (y) { a = Abs(x) y = Pow(a, e) }",
    "(x: f32[2,1], e: s32[3]) -> (y) { y = Pow(x, e) }",
    "(x: f16[5], e: u8[5]) -> (y) { y = Pow(x, e) }",
    "(x: s64[2,3], e: u16[3]) -> (y) { y = Pow(x, e) }",
    "(x: s32[2,3]) -> (y) { e: f32[] = {1.5} y = Pow(x, e) }",
    "() -> (y) { x: s32[4] = {-1, 1, 2, -1} e: s8[4] = {-3, -2, -1, -2} y = Pow(x, e) }",
    "(x: f64[0,3], e: f64[3]) -> (y) { y = Pow(x, e) }",
    "(x: f64[], e: f64[]) -> (y) { y = Pow(x, e) }",
};

}  // namespace

extern const OpDef kOp_Pow;
constinit const OpDef kOp_Pow = {
    .name = "Pow",
    .min_inputs = 2,
    .max_inputs = 2,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
};

extern const OnnxOp kOnnx_Pow;
constinit const OnnxOp kOnnx_Pow = {.name = "Pow", .versions = kVersions, .upgrades = kUpgrades};

extern const OpDoc kDoc_Pow;
constinit const OpDoc kDoc_Pow = {
    .name = "Pow",
    .doc =
        "X to the power of Y, broadcast; the result has the type of X. Integers wrap, and lose "
        "their fraction where the exponent is negative or no integer.",
    .samples = kSamples,
};

}  // namespace mote
