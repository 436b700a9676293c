// Gradient (ai.onnx.preview.training): the derivative of a part of the graph around the node, which
// its attributes name. Decomposes into that part, where it is to be computed for other values, and
// the nodes of its gradient.
#include <algorithm>
#include <map>

#include "base/text.h"
#include "ops/decomposition.h"
#include "ops/gradient/differentiate.h"
#include "ops/gradient/op_grad.h"
#include "ops/gradient/region.h"
#include "ops/ops.h"

namespace mote {
namespace {

struct GradientParams : OpParams {
  std::vector<std::string> xs;  // to differentiate by
  std::vector<std::string> zs;  // others that y is made of
  std::string y;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<GradientParams>();
  AttributeReader r(attributes);
  p->xs = r.texts("xs", {});
  p->zs = r.texts("zs", {});
  p->y = r.required_text("y");
  MOTE_TRY(r.finish());
  if (p->xs.empty()) return Error{Code::kInvalidArgument, "attribute 'xs' has no names"};
  return p;
}

Status check_counts(const GradientParams& p, std::size_t inputs, std::size_t outputs) {
  if (inputs != p.xs.size() + p.zs.size()) {
    return Error{Code::kInvalidArgument,
                 cat("has ", inputs, " inputs for ", p.xs.size(), " xs and ", p.zs.size(), " zs")};
  }
  if (outputs <= p.xs.size()) return {};
  return Error{Code::kInvalidArgument, cat("has ", outputs, " outputs for ", p.xs.size(), " xs")};
}

// Inputs: the values of xs and zs. Output i: the gradient by xs[i], of its type.
Status infer(const InferArgs& args) {
  MOTE_TRY(check_counts(args.params<GradientParams>(), args.in.size(), args.output_count));
  for (std::size_t i = 0; i < args.output_count; ++i) args.set(i, args.type(i));
  return {};
}

// Computes y anew for other values than the graph around has.
class Replay {
 public:
  Replay(Decomposition& d, std::map<ValueId, ValueId> values) : d_(d), values_(std::move(values)) {}

  Status add(NodeId id) {
    Node copy = d_.graph().node(id);
    copy.name = d_.node().name.empty() ? std::string() : cat(d_.node().name, "/", copy.name);
    for (ValueId& v : copy.inputs) v = value(v);
    for (ValueId& v : copy.outputs) {
      if (v == ValueId::kNone) continue;
      const ValueId made = d_.graph().add_value(d_.graph().value(v).name);
      values_[v] = made;
      v = made;
    }
    return d_.inference().infer(d_.graph().add_node(std::move(copy), d_.id()));
  }

  ValueId value(ValueId v) const {
    const auto it = values_.find(v);
    return it == values_.end() ? v : it->second;
  }

 private:
  Decomposition& d_;
  std::map<ValueId, ValueId> values_;
};

struct Named {
  std::vector<ValueId> xs_and_zs;
  ValueId y;
};

Result<Named> find_named(Decomposition& d) {
  const auto& p = d.params<GradientParams>();
  Named named;
  std::vector<std::string> names = p.xs;
  names.insert(names.end(), p.zs.begin(), p.zs.end());
  names.push_back(p.y);
  for (const std::string& name : names) {
    named.xs_and_zs.push_back(d.graph().find_value(name));
    if (named.xs_and_zs.back() != ValueId::kNone) continue;
    return Error{Code::kInvalidArgument, cat("'", name, "' is no value of the graph")};
  }
  named.y = named.xs_and_zs.back();
  named.xs_and_zs.pop_back();
  return named;
}

// All nodes of the region stand before the Gradient and have gradients.
bool usable_as_it_is(Decomposition& d, const Region& region) {
  std::vector<bool> earlier(d.graph().node_slots());
  for (NodeId id = d.graph().first_node(); id != d.id(); id = d.graph().next_node(id)) {
    earlier[static_cast<std::size_t>(id)] = true;
  }
  return std::ranges::all_of(region.nodes(), [&](NodeId id) {
    const Node& node = d.graph().node(id);
    return earlier[static_cast<std::size_t>(id)] && node.op != nullptr &&
           (node.op->decompose == nullptr || find_grad(node.domain, node.op_type) != nullptr);
  });
}

// Composites among nodes that were added from slot `first` on become what they are made of.
Result<ValueId> decompose_added(Decomposition& d, std::size_t first, ValueId y) {
  for (std::size_t slot = first; slot < d.graph().node_slots(); ++slot) {
    const auto id = static_cast<NodeId>(slot);
    const Node& node = d.graph().node(id);
    const bool composite = node.op != nullptr && node.op->decompose != nullptr;
    if (!composite || find_grad(node.domain, node.op_type) != nullptr) continue;
    const std::vector<ValueId> outputs = node.outputs;
    MOTE_ASSIGN(const std::vector<ValueId> made, decompose_node(d.graph(), id, d.inference()));
    const auto at = std::ranges::find(outputs, y);
    if (at != outputs.end()) y = made[static_cast<std::size_t>(at - outputs.begin())];
  }
  return y;
}

// y as made of the node's inputs; these in xs_and_zs, each a value of its own.
Status replay(Decomposition& d, const Region& region, Named& named) {
  const std::size_t first = d.graph().node_slots();
  std::map<ValueId, ValueId> values;
  for (std::size_t i = 0; i < named.xs_and_zs.size(); ++i) {
    const ValueId fed = d.add("Identity", {d.in(i)});
    values[named.xs_and_zs[i]] = fed;
    named.xs_and_zs[i] = fed;
  }
  MOTE_TRY(d.status());
  Replay copies(d, std::move(values));
  for (const NodeId id : region.nodes()) MOTE_TRY(copies.add(id));
  MOTE_ASSIGN(named.y, decompose_added(d, first, copies.value(named.y)));
  return {};
}

ValueId zeros_like(Decomposition& d, ValueId like) {
  const ValueId zero = d.scalar_like(like, 0);
  if (zero == ValueId::kNone) return zero;
  const Tensor value = d.graph().value(zero).constant.reshaped({1});
  return d.add("ConstantOfShape", {d.add("Shape", {like})}, {{"value", value}});
}

// The node's own output is what an Identity makes: its name may be the y of another Gradient.
void hand_over(Decomposition& d, std::size_t i, ValueId gradient) {
  const ValueId output = d.node().outputs[i];
  Node identity;
  identity.op_type = "Identity";
  identity.op = all_ops().find("", "Identity");
  identity.inputs = {gradient};
  identity.outputs = {output};
  d.graph().value(output).type = d.type(gradient);
  d.graph().add_node(std::move(identity), d.id());
  d.yield(i, output);
}

Status give_gradients(Decomposition& d) {
  const auto& p = d.params<GradientParams>();
  MOTE_TRY(check_counts(p, d.node().declared_inputs().size(), d.output_count()));
  MOTE_ASSIGN(Named named, find_named(d));
  const Region region(d.graph(), named.xs_and_zs, named.y);
  const bool same = std::ranges::equal(named.xs_and_zs, d.node().declared_inputs());
  if (!same || !usable_as_it_is(d, region)) MOTE_TRY(replay(d, region, named));
  GradientRequest request;
  request.y = named.y;
  request.xs.assign(named.xs_and_zs.begin(),
                    named.xs_and_zs.begin() + static_cast<std::ptrdiff_t>(p.xs.size()));
  request.before = d.id();
  request.name =
      d.node().name.empty() ? d.graph().value(named.y).name + "_gradient" : d.node().name;
  MOTE_ASSIGN(const auto gradients, add_gradients(d.graph(), d.inference(), request));
  std::vector<ValueId> all;
  for (std::size_t i = 0; i < d.output_count(); ++i) {
    const bool effect = gradients[i] != ValueId::kNone;
    all.push_back(effect ? gradients[i] : zeros_like(d, request.xs[i]));
  }
  MOTE_TRY(d.status());
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (d.wants(i)) hand_over(d, i, all[i]);
  }
  return {};
}

Status decompose(Decomposition& d) {
  if (Status s = give_gradients(d); !s) d.fail(std::move(s).error());
  return d.status();
}

constexpr int kVersions[] = {1};

constexpr std::string_view kSamples[] = {
    "(a: f32[2,3], b: f32[3]) -> (y, da, db) {\n"
    "  c = Mul(a, b) y = Tanh(c)\n"
    "  da, db = ai.onnx.preview.training.Gradient(a, b) {xs=[\"a\", \"b\"], y=\"y\"} }",
    "(a: f32[2,3], w: f32[3,2], v: f32[3,2]) -> (dw) {\n"
    "  p = MatMul(a, w) y = Sigmoid(p)\n"
    "  dw = ai.onnx.preview.training.Gradient(v, a) {xs=[\"w\"], zs=[\"a\"], y=\"y\"} }",
    "(a: f64[3]) -> (dda) {\n"
    "  b = Mul(a, a) y = Mul(b, a)\n"
    "  da = ai.onnx.preview.training.Gradient(a) {xs=[\"a\"], y=\"y\"}\n"
    "  dda = ai.onnx.preview.training.Gradient(a) {xs=[\"a\"], y=\"da\"} }",
};

}  // namespace

extern const OpDef kOp_ai_onnx_preview_training_Gradient;
constinit const OpDef kOp_ai_onnx_preview_training_Gradient = {
    .name = "Gradient",
    .domain = "ai.onnx.preview.training",
    .max_inputs = -1,
    .max_outputs = -1,
    .parse = parse,
    .infer = infer,
    .decompose = decompose,
};

extern const OnnxOp kOnnx_ai_onnx_preview_training_Gradient;
constinit const OnnxOp kOnnx_ai_onnx_preview_training_Gradient = {
    .name = "Gradient", .domain = "ai.onnx.preview.training", .versions = kVersions};

extern const OpDoc kDoc_ai_onnx_preview_training_Gradient;
constinit const OpDoc kDoc_ai_onnx_preview_training_Gradient = {
    .name = "Gradient",
    .domain = "ai.onnx.preview.training",
    .doc =
        "The gradient of the sum of the elements of value `y` of the graph by the values `xs`, "
        "where "
        "these and `zs` are what the inputs are. Takes the place of the node before the model is "
        "simplified, as the operators' gradients in operators of ONNX.",
    .samples = kSamples,
};

}  // namespace mote
