// Adagrad, Adam, Momentum: one step of gradient descent for any number of tensors.
#include <cmath>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/expect_elements.h"
#include "ops/support/indices.h"
#include "ops/support/real.h"

namespace mote {
namespace {

// A rule is a struct:
//   kStates: tensors beside a value and its gradient that it updates
//   read(reader): its attributes
//   begin(rate, count): what holds for all elements of a step
//   step(rate, x, g, states): the new element; states become the new ones
struct Adagrad {
  static constexpr int kStates = 1;
  float norm_coefficient = 0.0F, decay_factor = 0.0F, epsilon = 1e-6F;

  Status read(AttributeReader& r) {
    norm_coefficient = r.real("norm_coefficient", norm_coefficient);
    decay_factor = r.real("decay_factor", decay_factor);
    epsilon = r.real("epsilon", epsilon);
    return {};
  }
  double begin(double rate, std::int64_t count) const {
    return rate / (1 + static_cast<double>(count) * static_cast<double>(decay_factor));
  }
  double step(double rate, double x, double g, double* states) const {
    g += static_cast<double>(norm_coefficient) * x;
    states[0] += g * g;
    return x - rate * g / (std::sqrt(states[0]) + static_cast<double>(epsilon));
  }
};

struct Adam {
  static constexpr int kStates = 2;
  float alpha = 0.9F, beta = 0.999F, epsilon = 1e-6F;
  float norm_coefficient = 0.0F, norm_coefficient_post = 0.0F;

  Status read(AttributeReader& r) {
    alpha = r.real("alpha", alpha);
    beta = r.real("beta", beta);
    epsilon = r.real("epsilon", epsilon);
    norm_coefficient = r.real("norm_coefficient", norm_coefficient);
    norm_coefficient_post = r.real("norm_coefficient_post", norm_coefficient_post);
    return {};
  }
  // The averages begin at 0; this undoes their bias.
  double begin(double rate, std::int64_t count) const {
    if (count <= 0) return rate;
    const auto t = static_cast<double>(count);
    return rate * std::sqrt(1 - std::pow(static_cast<double>(beta), t)) /
           (1 - std::pow(static_cast<double>(alpha), t));
  }
  double step(double rate, double x, double g, double* states) const {
    const auto a = static_cast<double>(alpha);
    const auto b = static_cast<double>(beta);
    g += static_cast<double>(norm_coefficient) * x;
    states[0] = a * states[0] + (1 - a) * g;
    states[1] = b * states[1] + (1 - b) * g * g;
    const double moved =
        x - rate * states[0] / (std::sqrt(states[1]) + static_cast<double>(epsilon));
    return (1 - static_cast<double>(norm_coefficient_post)) * moved;
  }
};

struct Momentum {
  static constexpr int kStates = 1;
  float norm_coefficient = 0.0F, alpha = 0.0F, beta = 0.0F;
  bool nesterov = false;

  Status read(AttributeReader& r) {
    norm_coefficient = r.real("norm_coefficient", 0.0F);
    alpha = r.real("alpha", 0.0F);
    beta = r.real("beta", 0.0F);
    const std::string mode = r.required_text("mode");
    for (const std::string_view name : {"norm_coefficient", "alpha", "beta"}) {
      if (!r.has(name)) {
        return Error{Code::kInvalidArgument, cat("attribute '", name, "' is missing")};
      }
    }
    nesterov = mode == "nesterov";
    if (nesterov || mode == "standard" || mode.empty()) return {};
    return Error{Code::kInvalidArgument, cat("mode '", mode, "' is not nesterov or standard")};
  }
  struct Rate {
    double rate, beta;
  };
  // The first gradient counts whole.
  Rate begin(double rate, std::int64_t count) const {
    return {rate, count > 0 ? static_cast<double>(beta) : 1.0};
  }
  double step(const Rate& r, double x, double g, double* states) const {
    const auto a = static_cast<double>(alpha);
    g += static_cast<double>(norm_coefficient) * x;
    states[0] = a * states[0] + r.beta * g;
    return x - r.rate * (nesterov ? g + a * states[0] : states[0]);
  }
};

template <class Rule>
struct OptimizerParams : OpParams {
  Rule rule;
};

template <class Rule>
Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<OptimizerParams<Rule>>();
  AttributeReader r(attributes);
  const Status read = p->rule.read(r);
  MOTE_TRY(r.finish());
  if (!read) return read.error();
  return p;
}

using OptimizedElements = Elements<float, double>;

// How many tensors are optimized: after R and T come as many values, gradients, and states of each
// kind. Errors: kInvalidArgument: inputs or outputs that do not divide so.
Result<std::size_t> tensor_count(std::size_t inputs, std::size_t outputs, std::size_t states) {
  const std::size_t count = (inputs - 2) / (states + 2);
  if (count * (states + 2) + 2 == inputs && count * (states + 1) == outputs) return count;
  return Error{Code::kInvalidArgument,
               cat(inputs, " inputs and ", outputs, " outputs are not 2 and ", states + 2,
                   " inputs and ", states + 1, " outputs for each tensor")};
}

Status expect_scalar(const InferArgs& args, std::size_t i, std::string_view what) {
  if (!args.type(i).shape) return {};
  MOTE_ASSIGN(const Dim count, product(*args.type(i).shape));
  if (!count.known() || count.size() == 1) return {};
  return Error{Code::kInvalidArgument, cat(what, " has ", count.size(), " elements, not one")};
}

// R: one float; T: one s64; then tensors of floats, each with its gradient and states.
template <class Rule>
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, OptimizedElements{}));
  MOTE_TRY(expect_dtype(args, 1, {DType::kS64}));
  MOTE_TRY(expect_scalar(args, 0, "R"));
  MOTE_TRY(expect_scalar(args, 1, "T"));
  constexpr std::size_t kStates = Rule::kStates;
  MOTE_ASSIGN(const std::size_t count, tensor_count(args.in.size(), args.output_count, kStates));
  for (std::size_t k = 0; k < count; ++k) {
    TensorType type;
    for (std::size_t part = 0; part < kStates + 2; ++part) {
      const std::size_t i = 2 + part * count + k;
      if (!args.has(i)) return Error{Code::kInvalidArgument, cat("input ", i, " is missing")};
      auto merged = merge(type, args.type(i));
      if (!merged) return std::move(merged).error().with_context(cat("inputs ", 2 + k, " and ", i));
      type = *std::move(merged);
    }
    for (std::size_t part = 0; part <= kStates; ++part) args.set(part * count + k, type);
  }
  return {};
}

// Tensor k of `count`.
template <class T, class Rule, class Rate>
void step_tensor(const Rule& rule, const Rate& rate, std::size_t k, std::size_t count,
                 const RunArgs& args) {
  constexpr std::size_t kStates = Rule::kStates;
  constexpr std::int64_t kGrain = 4096;
  const T* x = args.in[2 + k].as<T>();
  const T* g = args.in[2 + count + k].as<T>();
  args.workers.for_each_range(
      args.in[2 + k].dims.count(), kGrain, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
          double states[kStates];
          for (std::size_t s = 0; s < kStates; ++s) {
            states[s] = static_cast<double>(args.in[2 + (2 + s) * count + k].as<T>()[i]);
          }
          const double moved =
              rule.step(rate, static_cast<double>(x[i]), static_cast<double>(g[i]), states);
          args.out[k].as<T>()[i] = static_cast<T>(moved);
          for (std::size_t s = 0; s < kStates; ++s) {
            args.out[(1 + s) * count + k].as<T>()[i] = static_cast<T>(states[s]);
          }
        }
      });
}

template <class Rule>
Status reference(const OpParams* params, const RunArgs& args) {
  const Rule& rule = static_cast<const OptimizerParams<Rule>*>(params)->rule;
  MOTE_ASSIGN(const std::size_t count,
              tensor_count(args.in.size(), args.out.size(), Rule::kStates));
  const auto rate = rule.begin(load_real(args.in[0], 0), args.in[1].as<std::int64_t>()[0]);
  for (std::size_t k = 0; k < count; ++k) {
    MOTE_TRY(with_dtype(OptimizedElements{}, args.in[2 + k].dtype, [&]<class T>(T) -> Status {
      step_tensor<T>(rule, rate, k, count, args);
      return {};
    }));
  }
  return {};
}

constexpr std::string_view kDomain = "ai.onnx.preview.training";

template <class Rule>
constexpr OpDef optimizer(std::string_view name) {
  OpDef op;
  op.name = name;
  op.domain = kDomain;
  op.min_inputs = 2;
  op.max_inputs = -1;
  op.max_outputs = -1;
  op.parse = parse<Rule>;
  op.infer = infer<Rule>;
  op.reference = reference<Rule>;
  return op;
}

constexpr int kVersions[] = {1};

constexpr std::string_view kSamples_Adagrad[] = {
    "(x: f32[2,3], g: f32[2,3]) -> (y, k) { r: f32[] = {0.1} t: s64[] = {3}\n"
    "  h: f32[2,3] = {1, 2, 3, 4, 5, 6}\n"
    "  y, k = ai.onnx.preview.training.Adagrad(r, t, x, g, h)\n"
    "    {norm_coefficient=0.001, epsilon=1e-5, decay_factor=0.1} }",
    "(x: f64[2], z: f64[], g: f64[2], e: f64[]) -> (a, b, c, d) { r: f64[] = {0.1}\n"
    "  t: s64[] = {0} h: f64[2] = {1, 2} k: f64[] = {0.5}\n"
    "  a, b, c, d = ai.onnx.preview.training.Adagrad(r, t, x, z, g, e, h, k) }",
};
constexpr std::string_view kSamples_Adam[] = {
    "(x: f32[2,3], g: f32[2,3], v: f32[2,3]) -> (y, w, k) { r: f32[] = {0.1} t: s64[] = {3}\n"
    "  h: f32[2,3] = {1, 2, 3, 4, 5, 6}\n"
    "  y, w, k = ai.onnx.preview.training.Adam(r, t, x, g, v, h)\n"
    "    {norm_coefficient=0.001, norm_coefficient_post=0.1, alpha=0.95, beta=0.1} }",
    "(x: f64[2], z: f32[0], g: f64[2], e: f32[0]) -> (a, b, c) { r: f64[] = {0.1} t: s64[] = {0}\n"
    "  h: f64[2] = {1, 2} k: f32[0] = {}\n"
    "  a, b, c, _, _, _ = ai.onnx.preview.training.Adam(r, t, x, z, g, e, h, k, h, k) }",
};
constexpr std::string_view kSamples_Momentum[] = {
    "(x: f32[2,3], g: f32[2,3], v: f32[2,3]) -> (y, w) { r: f32[] = {0.1} t: s64[] = {3}\n"
    "  y, w = ai.onnx.preview.training.Momentum(r, t, x, g, v)\n"
    "    {norm_coefficient=0.001, alpha=0.95, beta=0.1, mode=\"standard\"} }",
    "(x: f64[2], g: f64[2], v: f64[2]) -> (y, w) { r: f64[1] = {0.1} t: s64[1] = {0}\n"
    "  y, w = ai.onnx.preview.training.Momentum(r, t, x, g, v)\n"
    "    {norm_coefficient=0.0, alpha=0.9, beta=0.5, mode=\"nesterov\"} }",
};

}  // namespace

#define MOTE_OPTIMIZER(Op, text)                                                \
  extern const OpDef kOp_ai_onnx_preview_training_##Op;                         \
  constinit const OpDef kOp_ai_onnx_preview_training_##Op = optimizer<Op>(#Op); \
  extern const OnnxOp kOnnx_ai_onnx_preview_training_##Op;                      \
  constinit const OnnxOp kOnnx_ai_onnx_preview_training_##Op = {                \
      .name = #Op, .domain = kDomain, .versions = kVersions};                   \
  extern const OpDoc kDoc_ai_onnx_preview_training_##Op;                        \
  constinit const OpDoc kDoc_ai_onnx_preview_training_##Op = {                  \
      .name = #Op, .domain = kDomain, .doc = text, .samples = kSamples_##Op};
MOTE_OPTIMIZER(Adagrad,
               "One step against the gradients, at a rate divided by the root of the sum of their "
               "squares so far.")
MOTE_OPTIMIZER(Adam,
               "One step against a running average of the gradients, at a rate divided by the root "
               "of that of their squares.")
MOTE_OPTIMIZER(
    Momentum,
    "One step against a running sum of the gradients; `mode`=\"nesterov\" looks one step "
    "ahead.")
#undef MOTE_OPTIMIZER

}  // namespace mote
