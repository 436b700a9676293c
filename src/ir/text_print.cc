#include <cmath>
#include <string_view>

#include "base/text.h"
#include "ir/text.h"
#include "ir/text_lexer.h"
#include "ir/text_tensor.h"
#include "ir/text_type.h"

namespace mote {
namespace {

// Of empty lists, whose elements do not tell.
template <class T>
constexpr std::string_view kListName = "";
template <>
constexpr std::string_view kListName<float> = "floats";
template <>
constexpr std::string_view kListName<std::int64_t> = "ints";
template <>
constexpr std::string_view kListName<std::string> = "strings";
template <>
constexpr std::string_view kListName<Tensor> = "tensors";
template <>
constexpr std::string_view kListName<GraphPtr> = "graphs";
template <>
constexpr std::string_view kListName<Type> = "types";

class Printer {
 public:
  Printer(std::string& out, const PrintOptions& options) : out_(out), options_(options) {}

  // From "graph" to its "}".
  void graph(const Graph& g, int indent);

 private:
  void line(int indent) {
    out_ += '\n';
    out_.append(static_cast<std::size_t>(indent) * 2, ' ');
  }
  // f(item) for each item, ", " between them.
  template <class Range, class F>
  void list(const Range& range, const F& f) {
    bool first = true;
    for (const auto& item : range) {
      if (!first) out_ += ", ";
      first = false;
      f(item);
    }
  }

  void reference(const Graph& g, ValueId id);
  void type_of(const Type& type);
  void constant(const Value& value);
  void inputs(const Graph& g);
  void captures(const Graph& g);
  void outputs(const Graph& g);
  bool body(const Graph& g, int indent);
  void node(const Graph& g, const Node& n, int indent);
  void op(const Node& n);
  void attributes(const Node& n, int indent);

  void value(float v, int);
  void value(std::int64_t v, int) { append(out_, v); }
  void value(const std::string& v, int) { append_quoted(out_, v); }
  void value(const Tensor& v, int);
  void value(const GraphPtr& v, int indent) { graph(v ? *v : Graph(), indent); }
  void value(const Type& v, int);
  template <class T>
  void value(const std::vector<T>& v, int indent);

  std::string& out_;
  const PrintOptions& options_;
};

void Printer::reference(const Graph& g, ValueId id) {
  if (id == ValueId::kNone) {
    out_ += '_';
  } else {
    append_name(out_, g.value(id).name);
  }
}

void Printer::type_of(const Type& type) {
  if (type.unknown()) return;
  out_ += ": ";
  append_type(out_, type);
}

// By the tensor's own type: the value's may say less.
void Printer::constant(const Value& v) {
  append_name(out_, v.name);
  out_ += ": ";
  append_type(out_, TensorType(v.constant.dtype(), v.constant.dims()));
  out_ += " = ";
  const auto at = options_.elsewhere ? options_.elsewhere(v) : std::nullopt;
  if (!at) return append_elements(out_, v.constant, options_.max_elements);
  out_ += "{elsewhere ";
  append(out_, *at);
  out_ += '}';
}

void Printer::inputs(const Graph& g) {
  if (g.inputs.empty() && g.overridable.empty()) return;
  out_ += " (";
  list(g.inputs, [&](ValueId id) {
    reference(g, id);
    type_of(g.value(id).type);
  });
  if (!g.inputs.empty() && !g.overridable.empty()) out_ += ", ";
  list(g.overridable, [&](ValueId id) { constant(g.value(id)); });
  out_ += ')';
}

void Printer::captures(const Graph& g) {
  if (g.captures.empty()) return;
  out_ += " captures (";
  list(g.captures, [&](const Capture& c) {
    append(out_, c.index);
    out_ += ": ";
    reference(g, c.inner);
    if (options_.types) type_of(g.value(c.inner).type);
  });
  out_ += ')';
}

void Printer::outputs(const Graph& g) {
  out_ += " -> (";
  list(g.outputs, [&](const GraphOutput& output) {
    const bool same_name =
        output.value != ValueId::kNone && g.value(output.value).name == output.name;
    if (!same_name) {
      append_name(out_, output.name);
      out_ += " = ";
    }
    reference(g, output.value);
    type_of(output.type);
  });
  out_ += ')';
}

// False if there is nothing in it.
bool Printer::body(const Graph& g, int indent) {
  bool any = false;
  std::vector<bool> is_default(g.value_count());
  for (const ValueId id : g.overridable) is_default[static_cast<std::size_t>(id)] = true;
  for (std::size_t i = 0; i < g.value_count(); ++i) {
    const auto id = static_cast<ValueId>(i);
    if (!g.is_constant(id) || is_default[i] || (!options_.unused && g.unused(id))) continue;
    line(indent);
    constant(g.value(id));
    any = true;
  }
  for (NodeId id = g.first_node(); id != NodeId::kNone; id = g.next_node(id)) {
    line(indent);
    node(g, g.node(id), indent);
    any = true;
  }
  return any;
}

void Printer::graph(const Graph& g, int indent) {
  out_ += "graph";
  if (!g.name.empty()) {
    out_ += ' ';
    append_name(out_, g.name);
  }
  inputs(g);
  captures(g);
  outputs(g);
  out_ += " {";
  if (body(g, indent + 1)) line(indent);
  out_ += '}';
}

// domain.Op@overload
void Printer::op(const Node& n) {
  const auto identifier = [](std::string_view s) {
    std::string name;
    append_name(name, s);
    return name == s;
  };
  const bool plain = identifier(n.op_type) && n.op_type.find('.') == std::string::npos &&
                     (n.domain.empty() || identifier(n.domain));
  if (!n.domain.empty()) {
    plain ? append(out_, n.domain) : append_quoted(out_, n.domain);
    out_ += '.';
  }
  plain ? append(out_, n.op_type) : append_quoted(out_, n.op_type);
  if (!n.overload.empty()) {
    out_ += '@';
    append_name(out_, n.overload);
  }
}

void Printer::node(const Graph& g, const Node& n, int indent) {
  list(n.outputs, [&](ValueId id) {
    reference(g, id);
    if (options_.types && id != ValueId::kNone) type_of(g.value(id).type);
  });
  if (!n.outputs.empty()) out_ += " = ";
  op(n);
  out_ += '(';
  list(n.declared_inputs(), [&](ValueId id) { reference(g, id); });
  out_ += ')';
  if (n.captured > 0) {
    out_ += " captures (";
    list(std::span(n.inputs).last(static_cast<std::size_t>(n.captured)),
         [&](ValueId id) { reference(g, id); });
    out_ += ')';
  }
  attributes(n, indent);
  if (!n.name.empty()) {
    out_ += ' ';
    append_quoted(out_, n.name);
  }
}

// On one line, or each on its own if there are graphs among them.
void Printer::attributes(const Node& n, int indent) {
  if (n.attributes.empty()) return;
  bool graphs = false;
  for_each_subgraph(n, [&](const GraphPtr&) { graphs = true; });
  out_ += " {";
  bool first = true;
  for (const Attribute& a : n.attributes) {
    if (!first) out_ += graphs ? "," : ", ";
    first = false;
    if (graphs) line(indent + 1);
    append_name(out_, a.name);
    out_ += '=';
    std::visit([&](const auto& v) { value(v, indent + 1); }, a.value);
  }
  if (graphs) line(indent);
  out_ += '}';
}

// With a point, exponent or word: no integer.
void Printer::value(float v, int) {
  if (std::isnan(v)) {
    out_ += "nan";
    return;
  }
  const std::string text = cat(v);
  out_ += text;
  if (text.find_first_of(".ei") == std::string::npos) out_ += ".0";
}

void Printer::value(const Tensor& v, int) {
  append_type(out_, v ? TensorType(v.dtype(), v.dims()) : TensorType());
  append_elements(out_, v, options_.max_elements);
}

void Printer::value(const Type& v, int) {
  out_ += "type ";
  append_type(out_, v);
}

template <class T>
void Printer::value(const std::vector<T>& v, int indent) {
  if (v.empty()) {
    out_ += kListName<T>;
    out_ += "[]";
    return;
  }
  out_ += '[';
  list(v, [&](const T& item) { value(item, indent); });
  out_ += ']';
}

}  // namespace

std::string to_text(const Graph& graph, const PrintOptions& options) {
  std::string out;
  Printer(out, options).graph(graph, 0);
  out += '\n';
  return out;
}

}  // namespace mote
