#include "passes/quantized_operators.h"

#include <algorithm>
#include <cmath>

#include "base/result.h"
#include "ir/inference.h"
#include "ir/stated.h"
#include "ops/decomposition.h"

namespace mote {
namespace {

// Fails where what is known of a scale is no scale: operators disagree on what follows.
void expect_scale(Decomposition& d, ValueId scale) {
  const Tensor* known = d.constant(scale);
  if (known == nullptr || known->dtype() != DType::kF32) return;
  const auto sound = [](float s) { return s > 0 && std::isfinite(s); };
  if (!std::ranges::all_of(known->values<float>(), sound)) {
    d.fail({Code::kUnsupported, "a scale that is not a positive number"});
  }
}

// Inputs `first`, `first` + 1 and `first` + 2: integers, their scale, their zero point.
ValueId number(Decomposition& d, std::size_t first, std::int64_t axis = 1) {
  expect_scale(d, d.in(first + 1));
  return d.add("DequantizeLinear", {d.in(first), d.in(first + 1), d.in(first + 2)},
               {{"axis", axis}});
}

// Quantized by inputs `scale` and `scale` + 1; without a zero point to the type of `like`.
ValueId integer(Decomposition& d, ValueId x, std::size_t scale, ValueId like) {
  expect_scale(d, d.in(scale));
  ValueId zero_point = d.in(scale + 1);
  if (zero_point == ValueId::kNone) zero_point = d.scalar_like(like, 0);
  return d.add("QuantizeLinear", {x, d.in(scale), zero_point});
}

// The node's attributes but for those that only the quantized form has.
Attributes attributes_of(const Decomposition& d) {
  Attributes attributes = d.node().attributes;
  for (const std::string_view name : {"channels_last", "opset"}) attributes.erase(name);
  return attributes;
}

std::int64_t integer_of(const Decomposition& d, std::string_view name, std::int64_t fallback) {
  return stated_or(d.node().attributes, name, fallback);
}

Status stays(std::string why) { return Error{Code::kUnsupported, std::move(why)}; }

bool is_channels_last(const Decomposition& d) { return integer_of(d, "channels_last", 0) != 0; }

// -- products

// 32-bit integers of the product of two scales.
ValueId bias(Decomposition& d, std::size_t input, std::size_t scale_a, std::size_t scale_b) {
  if (!d.has(input)) return ValueId::kNone;
  const ValueId scale = d.add("Mul", {d.in(scale_a), d.in(scale_b)});
  const Tensor* known = d.constant(scale);
  return d.add("DequantizeLinear", {d.in(input), known != nullptr ? d.constant(*known) : scale},
               {{"axis", std::int64_t{0}}});
}

Status conv(Decomposition& d) {
  if (is_channels_last(d)) return stays("channels come last");
  const ValueId x = number(d, 0), w = number(d, 3, 0);
  const ValueId made = d.add("Conv", {x, w, bias(d, 8, 1, 4)}, attributes_of(d));
  d.yield(0, integer(d, made, 6, d.in(0)));
  return d.status();
}

Status matmul(Decomposition& d) {
  const ValueId product = d.add("MatMul", {number(d, 0, -2), number(d, 3, -1)});
  d.yield(0, integer(d, product, 6, d.in(0)));
  return d.status();
}

// alpha belongs to the product alone, and so to the scale of C.
Status gemm(Decomposition& d) {
  const bool scaled = stated_or(d.node().attributes, "alpha", 1.0F) != 1.0F;
  if (scaled && d.has(6)) return stays("alpha beside a bias");
  const std::int64_t column = integer_of(d, "transB", 0) != 0 ? 0 : 1;
  const ValueId a = number(d, 0), b = number(d, 3, column);
  const ValueId made = d.add("Gemm", {a, b, bias(d, 6, 1, 4)}, attributes_of(d));
  d.yield(0, d.has(7) ? integer(d, made, 7, d.in(0)) : made);
  return d.status();
}

// -- elements

template <const char* op_type>
Status binary(Decomposition& d) {
  const ValueId made = d.add(op_type, {number(d, 0), number(d, 3)});
  d.yield(0, integer(d, made, 6, d.in(0)));
  return d.status();
}

template <const char* op_type>
Status unary(Decomposition& d) {
  if (is_channels_last(d)) return stays("channels come last");
  const ValueId made = d.add(op_type, {number(d, 0)}, attributes_of(d));
  d.yield(0, integer(d, made, 3, d.in(0)));
  return d.status();
}

// Before opset 13 all dimensions from the axis on were one.
Status softmax(Decomposition& d) {
  const std::int64_t axis = integer_of(d, "axis", -1);
  const bool last = axis == -1 || axis == d.rank(d.in(0)) - 1;
  if (integer_of(d, "opset", 13) < 13 && !last) return stays("several dimensions are one");
  const ValueId made = d.add("Softmax", {number(d, 0)}, {{"axis", axis}});
  d.yield(0, integer(d, made, 3, d.in(0)));
  return d.status();
}

Status reduce_mean(Decomposition& d) {
  const auto* axes = stated<std::vector<std::int64_t>>(d.node().attributes, "axes");
  const ValueId list = axes == nullptr ? ValueId::kNone : d.integers(*axes);
  const ValueId made =
      d.add("ReduceMean", {number(d, 0), list}, {{"keepdims", integer_of(d, "keepdims", 1)}});
  d.yield(0, integer(d, made, 3, d.in(0)));
  return d.status();
}

// -- several

// The result's scale and zero point come first.
Status concat(Decomposition& d) {
  std::vector<ValueId> parts;
  for (std::size_t i = 2; i < d.node().declared_inputs().size(); i += 3) {
    parts.push_back(number(d, i));
  }
  const ValueId made = d.add("Concat", std::move(parts), {{"axis", integer_of(d, "axis", 0)}});
  d.yield(0, integer(d, made, 0, d.in(2)));
  return d.status();
}

Status where(Decomposition& d) {
  const ValueId made = d.add("Where", {d.in(0), number(d, 1), number(d, 4)});
  d.yield(0, integer(d, made, 7, d.in(1)));
  return d.status();
}

constexpr char kAdd[] = "Add";
constexpr char kAveragePool[] = "AveragePool";
constexpr char kGlobalAveragePool[] = "GlobalAveragePool";
constexpr char kLeakyRelu[] = "LeakyRelu";
constexpr char kMul[] = "Mul";
constexpr char kSigmoid[] = "Sigmoid";

struct Splitting {
  std::string_view op_type;
  Status (*decompose)(Decomposition&);
};

// Of ONNX and of com.microsoft.
constexpr Splitting kSplittings[] = {
    {"QLinearConv", conv},
    {"QLinearMatMul", matmul},
    {"QGemm", gemm},
    {"QLinearAdd", binary<kAdd>},
    {"QLinearMul", binary<kMul>},
    {"QLinearSigmoid", unary<kSigmoid>},
    {"QLinearLeakyRelu", unary<kLeakyRelu>},
    {"QLinearAveragePool", unary<kAveragePool>},
    {"QLinearGlobalAveragePool", unary<kGlobalAveragePool>},
    {"QLinearSoftmax", softmax},
    {"QLinearReduceMean", reduce_mean},
    {"QLinearConcat", concat},
    {"QLinearWhere", where},
};

const Splitting* find_splitting(const Node& node) {
  if (node.op == nullptr) return nullptr;
  for (const Splitting& s : kSplittings) {
    if (s.op_type == node.op_type) return &s;
  }
  return nullptr;
}

class Splitter {
 public:
  Splitter(Graph& graph, const PassContext& context, int depth)
      : graph_(graph), context_(context), inference_(graph, depth), depth_(depth) {}

  Status run() {
    for (const NodeId id : graph_.node_ids()) {
      MOTE_TRY(visit_subgraphs(id));
      MOTE_TRY(inference_.infer(id));
      const Splitting* splitting = find_splitting(graph_.node(id));
      if (splitting == nullptr) continue;
      const auto made = decompose_node(graph_, id, inference_, splitting->decompose);
      if (!made && made.error().code == Code::kResourceExhausted) return made.error();
    }
    return {};
  }

 private:
  Status visit_subgraphs(NodeId id) {
    Node& node = graph_.node(id);
    bool any = false;
    const auto split = [&](GraphPtr& graph) -> Status {
      Graph copy = *graph;
      for (const Capture& c : copy.captures) {
        const auto first = static_cast<std::size_t>(node.first_captured());
        const ValueId outer = node.inputs[first + static_cast<std::size_t>(c.index)];
        MOTE_TRY(refine(copy.value(c.inner), graph_.value(outer).type));
      }
      any = true;
      MOTE_TRY(Splitter(copy, context_, depth_ + 1).run());
      graph = std::make_shared<const Graph>(std::move(copy));
      return {};
    };
    for (Attribute& attribute : node.attributes) {
      if (auto* one = std::get_if<GraphPtr>(&attribute.value)) MOTE_TRY(split(*one));
      if (auto* many = std::get_if<std::vector<GraphPtr>>(&attribute.value)) {
        for (GraphPtr& graph : *many) MOTE_TRY(split(graph));
      }
    }
    return any ? bind(node, context_.ops) : Status();
  }

  Graph& graph_;
  const PassContext& context_;
  TypeInference inference_;
  int depth_;
};

}  // namespace

Status split_quantized_operators(Graph& graph, const PassContext& context) {
  return Splitter(graph, context, 0).run();
}

}  // namespace mote
