// PRelu: negative elements multiplied by a slope of their own.
#include <algorithm>
#include <limits>

#include "base/text.h"
#include "ops/elementwise/binary.h"
#include "ops/support/has_kernels.h"

namespace mote {
namespace {

struct Prelu {
  template <class T>
  T operator()(T x, T slope) const {
    if constexpr (std::is_integral_v<T>) {
      const auto product = static_cast<std::uint64_t>(slope) * static_cast<std::uint64_t>(x);
      return x < 0 ? static_cast<T>(product) : x;
    } else {
      return x < 0 ? slope * x : x;
    }
  }
};

// slope broadcasts to X, whose shape the result has.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, NumberElements{}));
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {0, 1}));
  const auto& x = args.type(0).shape;
  const auto& slope = args.type(1).shape;
  if (x && slope) {
    MOTE_ASSIGN(const Shape both, broadcast_shapes(*x, *slope));
    bool grows = both.size() > x->size();
    for (std::size_t i = 0; i < both.size() && !grows; ++i) {
      grows = both[i].known() && (*x)[i].known() && both[i] != (*x)[i];
    }
    if (grows) {
      return Error{Code::kInvalidArgument,
                   cat("slope ", to_string(args.type(1)), " does not broadcast to X ",
                       to_string(args.type(0)))};
    }
  }
  args.set(0, {dtype, x});
  return {};
}

Status reference(const OpParams*, const RunArgs& args) {
  return with_dtype(NumberElements{}, args.in[0].dtype, [&](auto element) -> Status {
    Prelu f;
    binary_elements<decltype(element)>(f, args);
    return {};
  });
}

class PreluStep final : public Step {
 public:
  explicit PreluStep(const PrepareArgs& args)
      : kernels_(args.kernels),
        rows_(broadcast_rows<2>({args.in_dims(0), args.in_dims(1)}, args.out_dims(0))) {}

  bool may_overwrite(int input) const override { return input == 0; }
  std::string_view kernel() const override { return "unary_f32"; }

  Status run(const RunArgs& args) const override {
    constexpr std::int64_t kGrain = 16384;
    const float* x = args.in[0].as<float>();
    const float* slope = args.in[1].as<float>();
    float* y = args.out[0].as<float>();
    args.workers.for_each_range(rows_.count(), kGrain, [&](std::int64_t begin, std::int64_t end) {
      for_each_row(rows_, begin, end, [&](const auto& at, std::int64_t to, std::int64_t n) {
        if (rows_.step[1] == 0) {
          kernels_.unary_f32(UnaryF32::kLeakyRelu, slope[at[1]], 0.0F, x + to, y + to, n);
        } else {
          slopes(x + to, slope + at[1], y + to, n);
        }
      });
    });
    return {};
  }

 private:
  // max(x, 0) + slope * min(x, 0), a block at a time.
  void slopes(const float* x, const float* slope, float* y, std::int64_t n) const {
    constexpr std::int64_t kBlock = 512;
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    float negative[kBlock];
    for (std::int64_t i = 0; i < n; i += kBlock) {
      const std::int64_t m = std::min(kBlock, n - i);
      kernels_.unary_f32(UnaryF32::kClamp, -kInfinity, 0.0F, x + i, negative, m);
      kernels_.binary_f32(BinaryF32::kMul, negative, 1, slope + i, 1, negative, m);
      kernels_.unary_f32(UnaryF32::kClamp, 0.0F, kInfinity, x + i, y + i, m);
      kernels_.binary_f32(BinaryF32::kAdd, y + i, 1, negative, 1, y + i, m);
    }
  }

  const KernelTable& kernels_;
  BroadcastRows<2> rows_;
};

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  if (args.in_dtype(0) != DType::kF32) return std::unique_ptr<Step>();
  if (!has_kernels<Kernel::unary_f32, Kernel::binary_f32>(args.kernels)) {
    return std::unique_ptr<Step>();
  }
  return std::make_unique<PreluStep>(args);
}

// Before opset 7 a slope of several elements had one for each channel, dimension 1.
Status slopes_of_channels(const UpgradeArgs& args) {
  const int rank = args.type(0).rank();
  const auto& slope = args.type(1).shape;
  const bool single = slope && (slope->empty() || (slope->size() == 1 && (*slope)[0] == Dim(1)));
  if (single || rank == 2 || (slope && slope->size() != 1)) return {};
  if (rank < 0 || !slope) {
    return Error{Code::kUnsupported, "slopes of channels need inputs whose ranks are known"};
  }
  std::vector<std::int64_t> axes;
  for (int i = 2; i < rank; ++i) axes.push_back(i - 1);
  if (axes.empty()) return {};
  const ValueId where =
      args.add_constant("axes", Tensor::of<std::int64_t>({std::ssize(axes)}, axes));
  MOTE_ASSIGN(const ValueId wide, args.add_before("Unsqueeze", {args.input(1), where}, {}));
  args.set_input(1, wide);
  return {};
}

constexpr int kVersions[] = {1, 6, 7, 9, 16};
constexpr OnnxUpgrade kUpgrades[] = {{6, drop_consumed_inputs}, {7, slopes_of_channels}};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3,4], s: f32[3,1]) -> (y) { y = PRelu(x, s) }",
    "(x: f32[2,3,4], s: f32[4]) -> (y) { y = PRelu(x, s) }",
    "(x: f32[2,3], s: f32[]) -> (y) { y = PRelu(x, s) }",
    "(x: f32[2,3], s: f32[2,3]) -> (y) { y = PRelu(x, s) }",
    "(x: f16[5], s: f16[1]) -> (y) { y = PRelu(x, s) }",
    "(x: s64[2,3], s: s64[3]) -> (y) { y = PRelu(x, s) }",
    "(x: u32[4], s: u32[4]) -> (y) { y = PRelu(x, s) }",
    "(x: f64[0,3], s: f64[3]) -> (y) { y = PRelu(x, s) }",
};

}  // namespace

extern const OpDef kOp_PRelu;
constinit const OpDef kOp_PRelu = {
    .name = "PRelu",
    .min_inputs = 2,
    .max_inputs = 2,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
};

extern const OnnxOp kOnnx_PRelu;
constinit const OnnxOp kOnnx_PRelu = {
    .name = "PRelu", .versions = kVersions, .upgrades = kUpgrades};

extern const OpDoc kDoc_PRelu;
constinit const OpDoc kDoc_PRelu = {
    .name = "PRelu",
    .doc = "The elements, multiplied by `slope`, which broadcasts to X, where they are negative.",
    .samples = kSamples,
};

}  // namespace mote
