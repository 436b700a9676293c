// Clip: elements limited to an interval.
#include <limits>

#include "base/text.h"
#include "ops/elementwise/unary.h"
#include "ops/support/convert.h"
#include "ops/support/has_kernels.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

constexpr std::size_t kMin = 1;
constexpr std::size_t kMax = 2;

// The greatest number of an element type, in the type that computes it.
template <class T>
constexpr Compute<T> greatest() {
  if constexpr (std::is_same_v<T, F16>) {
    return 65504.0F;
  } else if constexpr (std::is_same_v<T, BF16>) {
    return 0x1.fep127F;
  } else {
    return std::numeric_limits<T>::max();
  }
}

template <class T>
constexpr Compute<T> lowest() {
  if constexpr (std::is_integral_v<T>) return std::numeric_limits<T>::min();
  return static_cast<Compute<T>>(-greatest<T>());
}

// input: numbers; min, max: one element of its type, optional.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, NumberElements{}));
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {0, kMin, kMax}));
  for (const std::size_t i : {kMin, kMax}) {
    if (!args.has(i) || !args.type(i).shape) continue;
    MOTE_ASSIGN(const Dim count, product(*args.type(i).shape));
    if (count.known() && count.size() != 1) {
      return Error{Code::kInvalidArgument,
                   cat(i == kMin ? "min" : "max", " has ", count.size(), " elements, not 1")};
    }
  }
  args.set(0, {dtype, args.type(0).shape});
  return {};
}

template <class T>
Compute<T> bound(const RunArgs& args, std::size_t i, Compute<T> fallback) {
  if (i >= args.in.size() || !args.in[i]) return fallback;
  return static_cast<Compute<T>>(*args.in[i].as<T>());
}

// NaN stays; where min is above max, max wins.
Status reference(const OpParams*, const RunArgs& args) {
  return with_dtype(NumberElements{}, args.in[0].dtype, [&](auto element) -> Status {
    using T = decltype(element);
    const Compute<T> low = bound<T>(args, kMin, lowest<T>());
    const Compute<T> high = bound<T>(args, kMax, greatest<T>());
    const T* x = args.in[0].as<T>();
    T* y = args.out[0].as<T>();
    const std::int64_t n = args.in[0].dims.count();
    for (std::int64_t i = 0; i < n; ++i) {
      auto v = static_cast<Compute<T>>(x[i]);
      if (v < low) v = low;
      if (v > high) v = high;
      y[i] = static_cast<T>(v);
    }
    return {};
  });
}

// The bounds are read while it runs: they need not be constants.
class ClipStep final : public Step {
 public:
  explicit ClipStep(const KernelTable& kernels) : kernels_(kernels) {}

  bool may_overwrite(int input) const override { return input == 0; }
  std::string_view kernel() const override { return "unary_f32"; }

  Status run(const RunArgs& args) const override {
    constexpr std::int64_t kGrain = 16384;
    const float low = bound<float>(args, kMin, lowest<float>());
    const float high = bound<float>(args, kMax, greatest<float>());
    const float* x = args.in[0].as<float>();
    float* y = args.out[0].as<float>();
    args.workers.for_each_range(
        args.in[0].dims.count(), kGrain, [&](std::int64_t begin, std::int64_t end) {
          kernels_.unary_f32(UnaryF32::kClamp, low, high, x + begin, y + begin, end - begin);
        });
    return {};
  }

 private:
  const KernelTable& kernels_;
};

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  if (args.in_dtype(0) != DType::kF32) return std::unique_ptr<Step>();
  if (!has_kernels<Kernel::unary_f32>(args.kernels)) {
    return std::unique_ptr<Step>();
  }
  return std::make_unique<ClipStep>(args.kernels);
}

// Opset 11 made the bounds inputs, of the type of the data.
Status bounds_to_inputs(const UpgradeArgs& args) {
  const DType known = args.type(0).dtype;
  const DType dtype = is_convertible(known) ? known : DType::kF32;
  for (const std::size_t i : {kMin, kMax}) {
    const std::string_view name = i == kMin ? "min" : "max";
    Attributes& attributes = args.node().attributes;
    const AttributeValue* attribute = attributes.find(name);
    if (attribute == nullptr) continue;
    const auto* value = std::get_if<float>(attribute);
    if (value == nullptr) {
      return Error{Code::kInvalidArgument, cat("attribute '", name, "' is not a float")};
    }
    MOTE_ASSIGN(Tensor tensor, Tensor::zeros(dtype, {}));
    convert_range({DType::kF32, {}, value}, 0, tensor.mut(), 0, 1);
    args.set_input(i, args.add_constant(name, std::move(tensor)));
    args.node().attributes.erase(name);
  }
  return {};
}

constexpr int kVersions[] = {1, 6, 11, 12, 13};
constexpr OnnxUpgrade kUpgrades[] = {{6, drop_consumed_inputs}, {11, bounds_to_inputs}};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3,4]) -> (y) { a: f32[] = {-1} b: f32[] = {2.5} y = Clip(x, a, b) }",
    "(x: f32[5], b: f32[]) -> (y) { y = Clip(x, _, b) }",
    "(x: f32[5], a: f32[1]) -> (y) { y = Clip(x, a) }",
    "(x: f32[5]) -> (y) { a: f32[] = {2} b: f32[] = {-1} y = Clip(x, a, b) }",
    "(x: s8[2,3]) -> (y) { a: s8[] = {-1} y = Clip(x, a) }",
    "(x: u64[3]) -> (y) { b: u64[] = {2} y = Clip(x, _, b) }",
    "() -> (y) { x: f16[3] = {inf, -inf, nan} y = Clip(x) }",
    "(x: f64[0,3]) -> (y) { y = Clip(x) }",
    "(x: bf16[]) -> (y) { y = Clip(x) }",
};

}  // namespace

extern const OpDef kOp_Clip;
constinit const OpDef kOp_Clip = {
    .name = "Clip",
    .max_inputs = 3,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
};

extern const OnnxOp kOnnx_Clip;
constinit const OnnxOp kOnnx_Clip = {.name = "Clip", .versions = kVersions, .upgrades = kUpgrades};

extern const OpDoc kDoc_Clip;
constinit const OpDoc kDoc_Clip = {
    .name = "Clip",
    .doc =
        "The elements, at least `min` and at most `max`; without one, the lowest or greatest "
        "number of the type. Where `min` is above `max`, all become `max`.",
    .samples = kSamples,
};

}  // namespace mote
