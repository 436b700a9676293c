// Plain recurrent networks and SVDF.
#include "base/text.h"
#include "format/tflite/read/op_reader.h"

namespace mote::tfl {
namespace {

// Inputs: x, weights [units, in], recurrent weights [units, units], bias, state.
struct RnnLayout {
  std::size_t input, recurrent, bias, state;
  std::size_t aux = 0;  // weights of the auxiliary input; 0: none
};

ValueId pre_activation(OpReader& op, const RnnLayout& at, ValueId x, ValueId state) {
  const ValueId from_x = op.add("MatMul", {x, op.real(at.input, {1, 0})});
  const ValueId from_state = op.add("MatMul", {state, op.real(at.recurrent, {1, 0})});
  return op.add("Add", {op.add("Add", {from_x, from_state}), op.real(at.bias)});
}

void rnn(OpReader& op) {
  const auto* o = op.options<fb::RNNOptions>();
  if (o == nullptr) return op.fail(no_options());
  constexpr RnnLayout kAt = {1, 2, 3, 4};
  const ValueId sum = pre_activation(op, kAt, op.real(0), op.real(kAt.state));
  const ValueId next = op.activated(sum, o->fused_activation_function());
  op.assign(kAt.state, next);
  op.yield(0, next);
}

struct RnnActivation {
  std::string name;
  float alpha = 1, beta = 0;
};

RnnActivation activation_of(OpReader& op, fb::ActivationFunctionType activation) {
  switch (activation) {
    case fb::ActivationFunctionType_TANH:
      return {"Tanh"};
    case fb::ActivationFunctionType_RELU:
      return {"Relu"};
    case fb::ActivationFunctionType_NONE:
      return {"Affine", 1, 0};
    default:
      op.unsupported(cat("fused activation ", fb::EnumNameActivationFunctionType(activation)));
      return {"Tanh"};
  }
}

// x: [time, batch, in]. The outputs [time, batch, units]; the state is kept.
ValueId run_direction(OpReader& op, const RnnLayout& at, ValueId x, ValueId aux,
                      fb::ActivationFunctionType activation, bool backward) {
  const auto first = [&](ValueId v) { return op.add("Unsqueeze", {v, op.integers({0})}); };
  ValueId weights = op.real(at.input);
  if (aux != ValueId::kNone) {  // two inputs by two matrices are one by one
    x = op.add("Concat", {x, aux}, {{"axis", std::int64_t{2}}});
    weights = op.add("Concat", {weights, op.real(at.aux)}, {{"axis", std::int64_t{1}}});
  }
  const ValueId bias = op.real(at.bias);
  const auto dims = op.type(bias).dims();
  if (!op.status()) return ValueId::kNone;
  if (!dims || dims->rank() != 1) {
    op.unsupported("a bias of unknown size");
    return ValueId::kNone;
  }
  const ValueId zeros = op.zeros(*dims);
  const ValueId biases = op.add("Concat", {bias, zeros}, {{"axis", std::int64_t{0}}});
  const RnnActivation a = activation_of(op, activation);
  Attributes attributes{{"hidden_size", (*dims)[0]},
                        {"direction", std::string(backward ? "reverse" : "forward")},
                        {"activations", std::vector<std::string>{a.name}}};
  if (a.name == "Affine") {
    attributes.set("activation_alpha", std::vector<float>{a.alpha});
    attributes.set("activation_beta", std::vector<float>{a.beta});
  }
  const auto made = op.add_many(2, "RNN",
                                {x, first(weights), first(op.real(at.recurrent)), first(biases),
                                 ValueId::kNone, first(op.real(at.state))},
                                std::move(attributes));
  op.assign(at.state, op.add("Squeeze", {made[1], op.integers({0})}));
  return op.add("Squeeze", {made[0], op.integers({1})});
}

ValueId with_time_first(OpReader& op, ValueId v, bool time_major) {
  return v == ValueId::kNone || time_major ? v : op.transpose(v, {1, 0, 2});
}

void unidirectional_sequence_rnn(OpReader& op) {
  const auto* o = op.options<fb::SequenceRNNOptions>();
  if (o == nullptr) return op.fail(no_options());
  const ValueId x = with_time_first(op, op.real(0), o->time_major());
  const ValueId y =
      run_direction(op, {1, 2, 3, 4}, x, ValueId::kNone, o->fused_activation_function(), false);
  op.yield(0, with_time_first(op, y, o->time_major()));
}

void bidirectional_sequence_rnn(OpReader& op) {
  const auto* o = op.options<fb::BidirectionalSequenceRNNOptions>();
  if (o == nullptr) return op.fail(no_options());
  constexpr std::size_t kAux = 9;
  const ValueId x = with_time_first(op, op.real(0), o->time_major());
  ValueId aux = with_time_first(op, op.real(kAux), o->time_major());
  ValueId back = x;
  // Without weights of its own the auxiliary input is what the way back reads.
  if (aux != ValueId::kNone && !op.has(kAux + 1)) back = std::exchange(aux, ValueId::kNone);
  const auto activation = o->fused_activation_function();
  const ValueId f = run_direction(op, {1, 2, 3, 4, 10}, x, aux, activation, false);
  const ValueId b = run_direction(op, {5, 6, 7, 8, 11}, back, aux, activation, true);
  if (o->merge_outputs()) {
    const ValueId both = op.add("Concat", {f, b}, {{"axis", std::int64_t{2}}});
    return op.yield(0, with_time_first(op, both, o->time_major()));
  }
  op.yield(0, with_time_first(op, f, o->time_major()));
  op.yield(1, with_time_first(op, b, o->time_major()));
}

// A layer of rank-1 filters: each takes a number from x and weighs the last `memory` of them.
// Inputs: x [batch, in], weights of features [filters, in] and of time [filters, memory], a bias
// [units] or none, the state [batch, filters * memory]. Each unit is the sum of `rank` filters.
// (Nakkiran et al., "Compressing deep neural networks using a rank-constrained topology", 2015.)
void svdf(OpReader& op) {
  const auto* o = op.options<fb::SVDFOptions>();
  if (o == nullptr) return op.fail(no_options());
  constexpr std::size_t kState = 4;
  const auto dims = op.dims_of(2);
  if (!op.status()) return;
  if (!dims || dims->rank() != 2 || o->rank() <= 0 || (*dims)[0] % o->rank() != 0) {
    return op.fail({Code::kInvalidArgument, cat("filters of rank ", o->rank())});
  }
  const std::int64_t filters = (*dims)[0], memory = (*dims)[1], rank = o->rank();
  const ValueId state = op.reshape(op.real(kState), {-1, filters, memory});
  const ValueId feature = op.add("MatMul", {op.real(0), op.real(1, {1, 0})});
  const ValueId newest = op.add("Unsqueeze", {feature, op.integers({2})});
  const ValueId next =
      op.add("Concat", {op.slice(state, 2, 1, memory), newest}, {{"axis", std::int64_t{2}}});
  op.assign(kState, op.reshape(next, {-1, filters * memory}));
  // What was kept is what is weighed: on the state's grid, in an integer model.
  const ValueId kept = op.reshape(op.real(kState), {-1, filters, memory});
  const Attributes gone{{"keepdims", std::int64_t{0}}};
  const ValueId weighed =
      op.add("ReduceSum", {op.add("Mul", {kept, op.real(2)}), op.integers({2})}, gone);
  ValueId units = op.reshape(weighed, {-1, filters / rank, rank});
  units = op.add("ReduceSum", {units, op.integers({2})}, gone);
  if (op.has(3)) units = op.add("Add", {units, op.real(3)});
  op.yield(0, units, {}, o->fused_activation_function());
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_RNN, rnn},
    {fb::BuiltinOperator_UNIDIRECTIONAL_SEQUENCE_RNN, unidirectional_sequence_rnn},
    {fb::BuiltinOperator_BIDIRECTIONAL_SEQUENCE_RNN, bidirectional_sequence_rnn},
    {fb::BuiltinOperator_SVDF, svdf},
};

}  // namespace

extern const Mappings kRecurrent;
constinit const Mappings kRecurrent{kMappings};

}  // namespace mote::tfl
