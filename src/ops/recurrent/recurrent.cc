// LSTM, GRU, RNN: one layer of a recurrent network.
#include "ops/recurrent/recurrent.h"

#include <cmath>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/choices.h"
#include "ops/support/expect_elements.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

// -- attributes

std::vector<std::string> default_activations(Cell cell) {
  switch (cell) {
    case Cell::kLstm:
      return {"Sigmoid", "Tanh", "Tanh"};
    case Cell::kGru:
      return {"Sigmoid", "Tanh"};
    case Cell::kRnn:
      return {"Tanh"};
  }
  return {};
}

// Functions take their alpha and beta from the lists in order, those that have any.
Status read_activations(AttributeReader& r, RecurrentParams& p) {
  const auto defaults = default_activations(p.cell);
  const std::size_t each = defaults.size();
  std::vector<std::string> names = r.texts("activations", {});
  const std::vector<float> alphas = r.reals("activation_alpha", {});
  const std::vector<float> betas = r.reals("activation_beta", {});
  const auto directions = static_cast<std::size_t>(p.directions);
  // RNN's default is a list of two, whatever the direction.
  if (p.cell == Cell::kRnn && names.size() > directions) names.resize(directions);
  if (names.empty()) {
    for (std::size_t d = 0; d < directions; ++d) {
      names.insert(names.end(), defaults.begin(), defaults.end());
    }
  }
  if (names.size() != each * directions) {
    return Error{Code::kInvalidArgument,
                 cat("activations has ", names.size(), " names, not ", each * directions)};
  }
  std::size_t alpha = 0;
  std::size_t beta = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    MOTE_ASSIGN(RecurrentActivation f, activation_named(names[i]));
    if (f.has_alpha() && alpha < alphas.size()) f.alpha = alphas[alpha++];
    if (f.has_beta() && beta < betas.size()) f.beta = betas[beta++];
    p.activations[i / each][i % each] = f;
  }
  return {};
}

enum class Direction { kForward, kReverse, kBidirectional };

template <Cell kCell>
Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<RecurrentParams>();
  p->cell = kCell;
  AttributeReader r(attributes);
  MOTE_ASSIGN(const auto direction,
              enum_named<Direction>(r, "direction", {"forward", "reverse", "bidirectional"}));
  p->directions = direction == Direction::kBidirectional ? 2 : 1;
  p->reversed = direction == Direction::kReverse;
  MOTE_TRY(read_activations(r, *p));
  p->clip = r.real("clip", p->clip);
  p->hidden_size = r.integer("hidden_size", 0);
  p->batch_first = r.flag("layout", false);
  if (kCell == Cell::kLstm) p->input_forget = r.flag("input_forget", false);
  // Any number but 0 counts.
  if (kCell == Cell::kGru) p->linear_before_reset = r.integer("linear_before_reset", 0) != 0;
  MOTE_TRY(r.finish());
  if (!(p->clip >= 0)) return Error{Code::kInvalidArgument, cat("clip ", p->clip, " is negative")};
  if (r.has("hidden_size") && p->hidden_size < 1) {
    return Error{Code::kInvalidArgument, cat("hidden_size ", p->hidden_size, " is not positive")};
  }
  return p;
}

// -- inference

// factor * dim, if that is known.
Result<Dim> times(const Dim& dim, std::int64_t factor) {
  const Dim dims[] = {dim, Dim(factor)};
  return dim.known() ? product(dims) : Dim();
}

// As the attribute, R or W says.
Result<Dim> hidden_size(const InferArgs& args, const RecurrentParams& p) {
  Dim hidden = p.hidden_size > 0 ? Dim(p.hidden_size) : size_of(args, kR, 2);
  const Dim rows = size_of(args, kW, 1);
  if (!hidden.known() && rows.known()) hidden = rows.size() / p.gates();
  MOTE_ASSIGN(const Dim gate_rows, times(hidden, p.gates()));
  MOTE_TRY(expect_size(args, kR, 2, hidden, "R"));
  MOTE_TRY(expect_size(args, kR, 1, gate_rows, "R"));
  MOTE_TRY(expect_size(args, kW, 1, gate_rows, "W"));
  return hidden;
}

Status expect_matrix(const InferArgs& args, std::size_t i, const Dim& rows, const Dim& columns,
                     std::string_view what) {
  MOTE_TRY(expect_rank(args, i, 2, what));
  MOTE_TRY(expect_size(args, i, 0, rows, what));
  return expect_size(args, i, 1, columns, what);
}

Status expect_state(const InferArgs& args, std::size_t i, const Shape& shape,
                    std::string_view what) {
  MOTE_TRY(expect_rank(args, i, 3, what));
  for (int d = 0; d < 3; ++d) {
    MOTE_TRY(expect_size(args, i, d, shape[static_cast<std::size_t>(d)], what));
  }
  return {};
}

Status expect_dtypes(const InferArgs& args, DType& dtype) {
  for (const std::size_t i : {kX, kW, kR}) MOTE_TRY(expect_elements(args, i, FloatElements{}));
  MOTE_ASSIGN(dtype, shared_dtype(args, {kX, kW, kR, kB, kInitialH, kInitialC, kPeepholes}));
  return expect_dtype(args, kLengths, {DType::kS32});
}

// X: [steps, batch, input]; W: [directions, gates * hidden, input]; R: [.., gates * hidden,
// hidden]; B: [.., 2 * gates * hidden]; sequence_lens: s32[batch]; initial_h, initial_c:
// [directions, batch, hidden]; P: [directions, 3 * hidden]. Y: [steps, directions, batch, hidden].
// With layout 1 the batch comes first.
Status infer(const InferArgs& args) {
  const auto& p = args.params<RecurrentParams>();
  DType dtype = DType::kUndefined;
  MOTE_TRY(expect_dtypes(args, dtype));
  MOTE_TRY(expect_rank(args, kX, 3, "X"));
  MOTE_TRY(expect_rank(args, kW, 3, "W"));
  MOTE_TRY(expect_rank(args, kR, 3, "R"));
  const Dim directions(p.directions);
  MOTE_TRY(expect_size(args, kW, 0, directions, "W"));
  MOTE_TRY(expect_size(args, kR, 0, directions, "R"));
  MOTE_TRY(expect_size(args, kW, 2, size_of(args, kX, 2), "W"));
  MOTE_ASSIGN(const Dim hidden, hidden_size(args, p));
  MOTE_ASSIGN(const Dim biases, times(hidden, 2 * p.gates()));
  MOTE_ASSIGN(const Dim peepholes, times(hidden, 3));
  const Dim steps = size_of(args, kX, p.batch_first ? 1 : 0);
  const Dim batch = size_of(args, kX, p.batch_first ? 0 : 1);
  const Shape state =
      p.batch_first ? Shape{batch, directions, hidden} : Shape{directions, batch, hidden};
  MOTE_TRY(expect_matrix(args, kB, directions, biases, "B"));
  MOTE_TRY(expect_vector(args, kLengths, batch, "sequence_lens"));
  MOTE_TRY(expect_state(args, kInitialH, state, "initial_h"));
  MOTE_TRY(expect_state(args, kInitialC, state, "initial_c"));
  MOTE_TRY(expect_matrix(args, kPeepholes, directions, peepholes, "P"));
  args.set(kY, {dtype, p.batch_first ? Shape{batch, steps, directions, hidden}
                                     : Shape{steps, directions, batch, hidden}});
  args.set(kYH, {dtype, state});
  args.set(kYC, {dtype, state});
  return {};
}

// -- running

// Allocates the state, which has no place in outputs that may be absent; planned steps do not.
Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const RecurrentParams*>(params);
  const RecurrentShape s(p, args.in[kX].dims, args.in[kR].dims);
  std::vector<double> scratch(static_cast<std::size_t>(recurrent_scratch(s)));
  return recurrent_reference(p, args, scratch.data());
}

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  return prepare_recurrent(args.params<RecurrentParams>(), args);
}

std::int64_t macs(const PrepareArgs& args) {
  const Dims x = args.in_dims(kX);
  return macs_of(x[0] * x[1], args.in_dims(kW).count() + args.in_dims(kR).count());
}

// -- upgrades

// Whether all of Y is an output is told by its name.
Status drop_output_sequence(const UpgradeArgs& args) {
  args.node().attributes.erase("output_sequence");
  return {};
}

// Opset 1 misspelt GRU's default direction.
Status spell_forward(const UpgradeArgs& args) {
  const AttributeValue* direction = args.node().attributes.find("direction");
  const auto* word = direction != nullptr ? std::get_if<std::string>(direction) : nullptr;
  if (word != nullptr && *word == "foward") {
    args.node().attributes.set("direction", std::string("forward"));
  }
  return {};
}

constexpr int kVersions[] = {1, 7, 14, 22};
constexpr int kGruVersions[] = {1, 3, 7, 14, 22};
constexpr OnnxUpgrade kUpgrades[] = {{7, drop_output_sequence}};
constexpr OnnxUpgrade kGruUpgrades[] = {{3, spell_forward}, {7, drop_output_sequence}};

// -- samples

constexpr std::string_view kLstmSamples[] = {
    "(x: f32[5,2,3]) -> (y, h, c) { w: f32[1,16,3] = {random 1} r: f32[1,16,4] = {random 2}\n"
    "  b: f32[1,32] = {random 3} y, h, c = LSTM(x, w, r, b) {hidden_size=4} }",
    "(x: f32[4,3,2], h0: f32[2,3,5], c0: f32[2,3,5]) -> (y, h, c) { w: f32[2,20,2] = {random 1}\n"
    "  r: f32[2,20,5] = {random 2} b: f32[2,40] = {random 3} l: s32[3] = {4, 0, 2}\n"
    "  p: f32[2,15] = {random 4} y, h, c = LSTM(x, w, r, b, l, h0, c0, p) {hidden_size=5,\n"
    "  direction=\"bidirectional\", clip=2.5} }",
    "(x: f32[2,4,3], w: f32[1,8,3], r: f32[1,8,2]) -> (h, c) { _, h, c = LSTM(x, w, r) {\n"
    "  hidden_size=2, direction=\"reverse\", layout=1, input_forget=1} }",
    "(x: f32[3,1,2]) -> (y, c) { w: f32[1,12,2] = {random 1} r: f32[1,12,3] = {random 2}\n"
    "  y, _, c = LSTM(x, w, r) {activations=[\"HardSigmoid\", \"ScaledTanh\", \"Softsign\"],\n"
    "  activation_alpha=[0.3, 1.5], activation_beta=[0.4, 0.5]} }",
    // More steps than are multiplied with W at once.
    "(x: f32[20,64,3]) -> (y, c) { w: f32[1,256,3] = {random 1} r: f32[1,256,64] = {random 2}\n"
    "  y, _, c = LSTM(x, w, r) {direction=\"reverse\", clip=1.0} }",
    "(x: f16[2,2,3], w: f16[1,8,3], r: f16[1,8,2]) -> (y) { y = LSTM(x, w, r) }",
    "(x: bf16[2,1,1], w: bf16[1,4,1], r: bf16[1,4,1]) -> (h) { _, h = LSTM(x, w, r) }",
    "(x: f64[2,1,3], w: f64[1,8,3], r: f64[1,8,2], p: f64[1,6]) -> (y, h, c) {\n"
    "  y, h, c = LSTM(x, w, r, _, _, _, _, p) }",
    "(x: f32[0,2,3], w: f32[1,8,3], r: f32[1,8,2]) -> (y, h) { y, h = LSTM(x, w, r) }",
    "(x: f32[3,2,0], w: f32[1,8,0], r: f32[1,8,2]) -> (y) { y = LSTM(x, w, r) }",
};
constexpr std::string_view kGruSamples[] = {
    "(x: f32[5,2,3]) -> (y, h) { w: f32[1,12,3] = {random 1} r: f32[1,12,4] = {random 2}\n"
    "  b: f32[1,24] = {random 3} y, h = GRU(x, w, r, b) {hidden_size=4} }",
    "(x: f32[3,4,2], h0: f32[3,2,3]) -> (y, h) { w: f32[2,9,2] = {random 1}\n"
    "  r: f32[2,9,3] = {random 2} b: f32[2,18] = {random 3} l: s32[3] = {1, 4, 3}\n"
    "  y, h = GRU(x, w, r, b, l, h0) {direction=\"bidirectional\", layout=1,\n"
    "  linear_before_reset=1, activations=[\"Sigmoid\", \"Tanh\", \"Softplus\", \"Elu\"]} }",
    "(x: f32[4,1,3], w: f32[1,6,3], r: f32[1,6,2], b: f32[1,12]) -> (h) {\n"
    "  _, h = GRU(x, w, r, b) {direction=\"reverse\", clip=0.5} }",
    // Hidden elements enough for several threads.
    "(x: f32[3,64,2]) -> (y, z) { w: f32[1,156,2] = {random 1} r: f32[1,156,52] = {random 2}\n"
    "  b: f32[1,312] = {random 3} y = GRU(x, w, r, b)\n"
    "  z = GRU(x, w, r, b) {linear_before_reset=1} }",
    "(x: f64[2,2,3], w: f64[1,6,3], r: f64[1,6,2], b: f64[1,12]) -> (y) {\n"
    "  y = GRU(x, w, r, b) {linear_before_reset=1} }",
    "(x: f16[2,2,3], w: f16[1,6,3], r: f16[1,6,2]) -> (y, h) { y, h = GRU(x, w, r) }",
};
constexpr std::string_view kRnnSamples[] = {
    "(x: f32[5,2,3]) -> (y, h) { w: f32[1,4,3] = {random 1} r: f32[1,4,4] = {random 2}\n"
    "  b: f32[1,8] = {random 3} y, h = RNN(x, w, r, b) {hidden_size=4} }",
    "(x: f32[3,4,2], l: s32[3]) -> (y, h) { w: f32[2,3,2] = {random 1} m: s32[] = {4}\n"
    "  r: f32[2,3,3] = {random 2} n = Mul(l, l) s = Min(n, m) y, h = RNN(x, w, r, _, s) "
    "{layout=1,\n"
    "  direction=\"bidirectional\", activations=[\"ThresholdedRelu\", \"Affine\"],\n"
    "  activation_alpha=[0.2, 0.5], activation_beta=[0.1]} }",
    "(x: f32[3,2,2], w: f32[1,3,2], r: f32[1,3,3]) -> (y) {\n"
    "  y = RNN(x, w, r) {activations=[\"LeakyRelu\"], direction=\"reverse\"} }",
    "(x: f32[2,1,2], w: f32[1,3,2], r: f32[1,3,3]) -> (h) {\n"
    "  _, h = RNN(x, w, r) {activations=[\"Relu\"]} }",
    "(x: f64[2,1,2], w: f64[1,3,2], r: f64[1,3,3]) -> (y) { y = RNN(x, w, r) }",
};

}  // namespace

extern const OpDef kOp_LSTM;
constinit const OpDef kOp_LSTM = {
    .name = "LSTM",
    .min_inputs = 3,
    .max_inputs = 8,
    .min_outputs = 0,
    .max_outputs = 3,
    .parse = parse<Cell::kLstm>,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
    .macs = macs,
};
extern const OpDef kOp_GRU;
constinit const OpDef kOp_GRU = {
    .name = "GRU",
    .min_inputs = 3,
    .max_inputs = 6,
    .min_outputs = 0,
    .max_outputs = 2,
    .parse = parse<Cell::kGru>,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
    .macs = macs,
};
extern const OpDef kOp_RNN;
constinit const OpDef kOp_RNN = {
    .name = "RNN",
    .min_inputs = 3,
    .max_inputs = 6,
    .min_outputs = 0,
    .max_outputs = 2,
    .parse = parse<Cell::kRnn>,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
    .macs = macs,
};

extern const OnnxOp kOnnx_LSTM;
constinit const OnnxOp kOnnx_LSTM = {.name = "LSTM", .versions = kVersions, .upgrades = kUpgrades};
extern const OnnxOp kOnnx_GRU;
constinit const OnnxOp kOnnx_GRU = {
    .name = "GRU", .versions = kGruVersions, .upgrades = kGruUpgrades};
extern const OnnxOp kOnnx_RNN;
constinit const OnnxOp kOnnx_RNN = {.name = "RNN", .versions = kVersions, .upgrades = kUpgrades};

extern const OpDoc kDoc_LSTM;
constinit const OpDoc kDoc_LSTM = {
    .name = "LSTM",
    .doc =
        "Long short-term memory over the steps of `X`, forwards, in reverse or both. `clip` bounds "
        "what enters the gates' activations, not the cell. A sequence of no steps ends in zeros.",
    .samples = kLstmSamples,
};
extern const OpDoc kDoc_GRU;
constinit const OpDoc kDoc_GRU = {
    .name = "GRU",
    .doc =
        "Gated recurrent units over the steps of `X`, forwards, in reverse or both. A sequence of "
        "no steps ends in zeros.",
    .samples = kGruSamples,
};
extern const OpDoc kDoc_RNN;
constinit const OpDoc kDoc_RNN = {
    .name = "RNN",
    .doc =
        "A simple recurrent layer over the steps of `X`, forwards, in reverse or both. A sequence "
        "of no steps ends in zeros.",
    .samples = kRnnSamples,
};

}  // namespace mote
