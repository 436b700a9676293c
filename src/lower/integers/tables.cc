#include "lower/integers/tables.h"

#include <algorithm>
#include <limits>

#include "passes/rewrite.h"

namespace mote {
namespace {

using Kind = RealFunction::Kind;

// Operands between x and the value, counted as often as they are read; models write a few.
constexpr int kMaxOperands = 32;
constexpr double kInf = std::numeric_limits<double>::infinity();

struct Named {
  std::string_view op;
  Kind kind;
  std::string_view a = {};  // the attribute that is its parameter a
  float a_default = 0.0F;
  std::string_view b = {};
  float b_default = 0.0F;
};

constexpr Named kFunctions[] = {
    {"Abs", Kind::kAbs},
    {"Elu", Kind::kElu, "alpha", 1.0F},
    {"Erf", Kind::kErf},
    {"Exp", Kind::kExp},
    {"HardSigmoid", Kind::kHardSigmoid, "alpha", 0.2F, "beta", 0.5F},
    {"HardSwish", Kind::kHardSwish},
    {"LeakyRelu", Kind::kLeakyRelu, "alpha", 0.01F},
    {"Log", Kind::kLog},
    {"Mish", Kind::kMish},
    {"Neg", Kind::kNeg},
    {"Reciprocal", Kind::kReciprocal},
    {"Sigmoid", Kind::kSigmoid},
    {"Softplus", Kind::kSoftplus},
    {"Softsign", Kind::kSoftsign},
    {"Sqrt", Kind::kSqrt},
    {"Swish", Kind::kSwish, "alpha", 1.0F},
    {"Tanh", Kind::kTanh},
};

double real_of(const Node& node, std::string_view attribute, float fallback) {
  const AttributeValue* value = attribute.empty() ? nullptr : node.attributes.find(attribute);
  const auto* real = value != nullptr ? std::get_if<float>(value) : nullptr;
  return static_cast<double>(real != nullptr ? *real : fallback);
}

// Functions of one variable, without Clip.
std::optional<RealFunction> function_of(const Node& node) {
  if (is_op(node, "Relu")) return RealFunction{Kind::kClip, 0.0, kInf};
  if (is_op(node, "Gelu")) {
    const AttributeValue* value = node.attributes.find("approximate");
    const auto* text = value != nullptr ? std::get_if<std::string>(value) : nullptr;
    return RealFunction{text != nullptr && *text == "tanh" ? Kind::kGeluTanh : Kind::kGelu};
  }
  for (const Named& f : kFunctions) {
    if (!is_op(node, f.op)) continue;
    return RealFunction{f.kind, real_of(node, f.a, f.a_default), real_of(node, f.b, f.b_default)};
  }
  return std::nullopt;
}

std::optional<double> scalar_of(const Graph& graph, ValueId value) {
  if (value == ValueId::kNone) return std::nullopt;
  const auto dims = graph.value(value).type.tensor.dims();
  if (!dims || dims->count() != 1) return std::nullopt;
  const auto reals = real_values(graph, value);
  return reals && reals->size() == 1 ? std::optional((*reals)[0]) : std::nullopt;
}

bool is_arithmetic(const Node& node) {
  return node.inputs.size() == 2 &&
         (is_op(node, "Add") || is_op(node, "Sub") || is_op(node, "Mul") || is_op(node, "Div"));
}

class Tabulator {
 public:
  explicit Tabulator(const Graph& graph) : graph_(graph) {}

  // Finds the one x that `value` is a function of. False: it is none.
  bool find(ValueId value) {
    if (++operands_ > kMaxOperands) return false;
    if (scalar_of(graph_, value)) return true;
    if (const auto x = dequantized(graph_, value)) return is_same(*x);
    if (value == ValueId::kNone) return false;
    const NodeId id = graph_.value(value).producer;
    if (id == NodeId::kNone) return false;
    const Node& node = graph_.node(id);
    if (is_op(node, "Clip")) {
      return has_bounds(node) && find(node.inputs[0]);
    }
    if (function_of(node)) return find(node.inputs[0]);
    return is_arithmetic(node) && find(node.inputs[0]) && find(node.inputs[1]);
  }

  const std::optional<QuantizedValue>& x() const { return x_; }

  // Requires: find(value). x: the number that stands for it.
  double evaluate(ValueId value, double x) const {
    if (const auto scalar = scalar_of(graph_, value)) return *scalar;
    if (dequantized(graph_, value)) return x;
    const Node& node = graph_.node(graph_.value(value).producer);
    const double a = evaluate(node.inputs[0], x);
    if (is_op(node, "Clip")) return RealFunction{Kind::kClip, low_of(node), high_of(node)}(a);
    if (const auto f = function_of(node)) return (*f)(a);
    const double b = evaluate(node.inputs[1], x);
    if (is_op(node, "Add")) return a + b;
    if (is_op(node, "Sub")) return a - b;
    return is_op(node, "Mul") ? a * b : a / b;
  }

 private:
  bool is_same(const QuantizedValue& x) {
    if (!x_) x_ = x;
    return x_->q == x.q && x_->affine.scale == x.affine.scale &&
           x_->affine.zero_point == x.affine.zero_point;
  }

  static bool is_there(const Node& node, std::size_t i) {
    return i < node.inputs.size() && node.inputs[i] != ValueId::kNone;
  }
  double low_of(const Node& clip) const {
    return is_there(clip, 1) ? *scalar_of(graph_, clip.inputs[1]) : -kInf;
  }
  double high_of(const Node& clip) const {
    return is_there(clip, 2) ? *scalar_of(graph_, clip.inputs[2]) : kInf;
  }
  bool has_bounds(const Node& clip) const {
    for (const std::size_t i : {1, 2}) {
      if (is_there(clip, i) && !scalar_of(graph_, clip.inputs[i])) return false;
    }
    return true;
  }

  const Graph& graph_;
  std::optional<QuantizedValue> x_;
  int operands_ = 0;
};

}  // namespace

bool Tabulated::is_identity(DType y) const {
  if (x.dtype != y) return false;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table[i] != i) return false;
  }
  return true;
}

std::optional<Tabulated> tabulate(const Graph& graph, ValueId value, const QuantizedValue& y) {
  Tabulator tabulator(graph);
  if (!tabulator.find(value) || !tabulator.x()) return std::nullopt;
  Tabulated t{*tabulator.x(), {}};
  // Constants of more dimensions would add some.
  const auto dims = graph.value(value).type.tensor.dims();
  if (!dims || graph.value(t.x.q).type.tensor.dims() != dims) return std::nullopt;
  const IntegerRange range = range_of(y.dtype);
  for (std::size_t byte = 0; byte < t.table.size(); ++byte) {
    const int q = t.x.dtype == DType::kS8 ? static_cast<std::int8_t>(byte) : static_cast<int>(byte);
    const double x = static_cast<double>(t.x.affine.scale) * (q - t.x.affine.zero_point);
    const double v = tabulator.evaluate(value, x) / static_cast<double>(y.affine.scale);
    t.table[byte] = static_cast<std::uint8_t>(quantized(v, y.affine.zero_point, range));
  }
  return t;
}

}  // namespace mote
