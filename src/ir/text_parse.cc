#include <optional>

#include "base/text.h"
#include "ir/text.h"
#include "ir/text_lexer.h"
#include "ir/text_source.h"
#include "ir/text_tensor.h"
#include "ir/text_type.h"

namespace mote {
namespace {

constexpr int kMaxGraphDepth = 32;

// Recursive descent, one object a graph; read_attributes opens the next for a subgraph.
class GraphParser {
 public:
  // captured: how many values the node around it captures.
  GraphParser(TextSource& source, int depth, int captured)
      : source_(source), in_(source.in), depth_(depth), captured_(captured) {}

  // From "graph", or "(" where a text begins, to its "}".
  Result<Graph> run();

 private:
  // The left side of a statement.
  struct Target {
    Token name;
    std::optional<Type> type;
    Token type_at;
  };
  // A graph output, resolved at the end: the body makes the value.
  struct Output {
    std::string name;
    Token value;
    Type type;
  };

  // Reads `item` between parentheses, as often as it stands there.
  template <class F>
  Status list(const F& item);

  Status input();
  Status capture();
  Status output();
  Status outputs_to_values();

  Status statement();
  Result<Target> target();
  Status constant(const std::vector<Target>& targets);
  Status node(const std::vector<Target>& targets);
  Status op_name(Node* node);
  Result<ValueId> reference();
  bool starts_call() const;
  bool at_node_name() const;
  Status name_node_outputs(const std::vector<Target>& targets, Node* node);

  Result<Token> name(std::string_view what);
  // A new value. Errors: no name; the name is taken.
  Result<ValueId> define(const Token& name, Type type);
  Status check_new(const Token& name) const;

  TextSource& source_;
  Lexer& in_;
  int depth_;
  int captured_;
  Graph graph_;
  std::vector<Output> outputs_;
};

template <class F>
Status GraphParser::list(const F& item) {
  MOTE_TRY(in_.expect("("));
  if (in_.accept(")")) return {};
  do {
    MOTE_TRY(item());
  } while (in_.accept(","));
  return in_.expect(")");
}

Result<Graph> GraphParser::run() {
  if (depth_ > kMaxGraphDepth) {
    return Lexer::error(in_.peek(), cat("subgraphs are nested deeper than ", kMaxGraphDepth));
  }
  const bool bare = depth_ == 0 && in_.at("(");  // a whole text may leave the word out
  if (!bare && !in_.accept_word("graph")) return in_.unexpected("'graph'");
  if (in_.peek().is_text() && !in_.at_word("captures")) graph_.name = in_.next().value();
  if (in_.at("(")) MOTE_TRY(list([&] { return input(); }));
  if (in_.accept_word("captures")) MOTE_TRY(list([&] { return capture(); }));
  MOTE_TRY(in_.expect("->"));
  MOTE_TRY(list([&] { return output(); }));
  MOTE_TRY(in_.expect("{"));
  while (!in_.at("}")) MOTE_TRY(statement());
  MOTE_TRY(outputs_to_values());
  in_.next();
  return std::move(graph_);
}

// name [':' type] or name ':' type '=' elements
Status GraphParser::input() {
  MOTE_ASSIGN(const Target in, target());
  if (in_.accept("=")) {
    if (!in.type) return Lexer::error(in.name, "a default needs a type");
    MOTE_TRY(check_new(in.name));
    MOTE_ASSIGN(Tensor tensor, read_elements(source_, *in.type, in.type_at));
    graph_.overridable.push_back(graph_.add_constant(in.name.value(), std::move(tensor)));
    return {};
  }
  MOTE_ASSIGN(const ValueId id, define(in.name, in.type.value_or(Type())));
  graph_.value(id).declared = in.type.has_value();
  graph_.inputs.push_back(id);
  return {};
}

// index ':' name [':' type]
Status GraphParser::capture() {
  const Token at = in_.peek();
  Capture capture = {};
  if (at.kind != TokenKind::kNumber || !read_number(at, &capture.index)) {
    return in_.unexpected("the index of a captured value");
  }
  if (capture.index < 0 || capture.index >= captured_) {
    return Lexer::error(at,
                        cat("there is no captured value ", capture.index, " among ", captured_));
  }
  in_.next();
  MOTE_TRY(in_.expect(":"));
  MOTE_ASSIGN(const Target inner, target());
  MOTE_ASSIGN(capture.inner, define(inner.name, inner.type.value_or(Type())));
  graph_.captures.push_back(capture);
  return {};
}

// [name '='] value [':' type]
Status GraphParser::output() {
  Output output;
  MOTE_ASSIGN(output.value, name("an output"));
  output.name = output.value.value();
  if (in_.accept("=")) {
    MOTE_ASSIGN(output.value, name("a value"));
  }
  if (in_.accept(":")) {
    MOTE_ASSIGN(output.type, read_type(in_));
  }
  outputs_.push_back(std::move(output));
  return {};
}

Status GraphParser::outputs_to_values() {
  for (Output& o : outputs_) {
    const std::string value = o.value.value();
    const ValueId id = graph_.find_value(value);
    if (id == ValueId::kNone) {
      return Lexer::error(o.value, cat("output '", value, "' is not defined"));
    }
    graph_.add_output({id, std::move(o.name), std::move(o.type), {}});
  }
  return {};
}

Status GraphParser::statement() {
  std::vector<Target> targets;
  if (!starts_call()) {
    do {
      MOTE_ASSIGN(Target t, target());
      targets.push_back(std::move(t));
    } while (in_.accept(","));
    MOTE_TRY(in_.expect("="));
  }
  return in_.at("{") ? constant(targets) : node(targets);
}

// An operator without outputs: nothing stands before its name.
bool GraphParser::starts_call() const {
  const Token& second = in_.peek_second();
  return in_.peek().is_text() &&
         (second.is_mark("(") || second.is_mark("@") || second.is_mark("."));
}

// name [':' type]
Result<GraphParser::Target> GraphParser::target() {
  Target target;
  MOTE_ASSIGN(target.name, name("a name"));
  if (!in_.accept(":")) return target;
  target.type_at = in_.peek();
  MOTE_ASSIGN(target.type, read_type(in_));
  return target;
}

Status GraphParser::constant(const std::vector<Target>& targets) {
  const bool one = targets.size() == 1 && targets[0].type;
  if (!one) return Lexer::error(in_.peek(), "a constant needs one name, and a type");
  const Target& t = targets[0];
  MOTE_TRY(check_new(t.name));
  MOTE_ASSIGN(Tensor tensor, read_elements(source_, *t.type, t.type_at));
  graph_.add_constant(t.name.value(), std::move(tensor));
  return {};
}

Status GraphParser::node(const std::vector<Target>& targets) {
  const Token at = in_.peek();
  Node node;
  MOTE_TRY(op_name(&node));
  const auto input = [&]() -> Status {
    MOTE_ASSIGN(const ValueId id, reference());
    node.inputs.push_back(id);
    return {};
  };
  MOTE_TRY(list(input));
  const std::size_t declared = node.inputs.size();
  if (in_.accept_word("captures")) MOTE_TRY(list(input));
  node.captured = static_cast<int>(node.inputs.size() - declared);
  if (in_.at("{")) {
    MOTE_ASSIGN(node.attributes, read_attributes(source_, depth_, node.captured));
  }
  if (at_node_name()) node.name = in_.next().value();
  MOTE_TRY(name_node_outputs(targets, &node));
  if (const Status bound = bind(node, source_.ops); !bound) {
    const Error& e = bound.error();
    return Lexer::error(at, cat(describe(graph_, node), ": ", e.message), e.code);
  }
  graph_.add_node(std::move(node));
  return {};
}

// [domain '.'] op ['@' overload]. Within an identifier, the last point ends the domain.
Status GraphParser::op_name(Node* node) {
  if (!in_.peek().is_text()) return in_.unexpected("an operator");
  const Token first = in_.next();
  node->op_type = first.value();
  if (first.kind == TokenKind::kString && in_.accept(".")) {
    if (!in_.peek().is_text()) return in_.unexpected("an operator");
    node->domain = std::move(node->op_type);
    node->op_type = in_.next().value();
  } else if (first.kind == TokenKind::kName) {
    const auto point = node->op_type.rfind('.');
    if (point != std::string::npos) {
      node->domain = node->op_type.substr(0, point);
      node->op_type.erase(0, point + 1);
    }
  }
  if (!in_.accept("@")) return {};
  MOTE_ASSIGN(const Token overload, name("an overload"));
  node->overload = overload.value();
  return {};
}

Result<ValueId> GraphParser::reference() {
  MOTE_ASSIGN(const Token t, name("a value"));
  if (t.is_word("_")) return ValueId::kNone;
  const ValueId id = graph_.find_value(t.value());
  if (id == ValueId::kNone) {
    return Lexer::error(t, cat("value '", t.value(), "' is not defined before it is read"));
  }
  return id;
}

// A string after a node is its name, unless the next statement begins with it.
bool GraphParser::at_node_name() const {
  if (in_.peek().kind != TokenKind::kString) return false;
  const Token& second = in_.peek_second();
  for (const std::string_view mark : {"=", ",", ":", "(", "@", "."}) {
    if (second.is_mark(mark)) return false;
  }
  return true;
}

Status GraphParser::name_node_outputs(const std::vector<Target>& targets, Node* node) {
  for (const Target& t : targets) {
    if (t.name.is_word("_")) {
      if (t.type) return Lexer::error(t.type_at, "an absent output has no type");
      node->outputs.push_back(ValueId::kNone);
      continue;
    }
    MOTE_ASSIGN(const ValueId id, define(t.name, t.type.value_or(Type())));
    graph_.value(id).declared = t.type.has_value();
    node->outputs.push_back(id);
  }
  return {};
}

Result<Token> GraphParser::name(std::string_view what) {
  if (!in_.peek().is_text()) return in_.unexpected(what);
  return in_.next();
}

Result<ValueId> GraphParser::define(const Token& name, Type type) {
  MOTE_TRY(check_new(name));
  return graph_.add_value(name.value(), std::move(type));
}

Status GraphParser::check_new(const Token& name) const {
  const std::string text = name.value();
  if (text.empty() || name.is_word("_")) return Lexer::error(name, "a value needs a name");
  if (graph_.find_value(text) == ValueId::kNone) return {};
  return Lexer::error(name, cat("value '", text, "' is defined twice"));
}

}  // namespace

Result<Graph> read_graph(TextSource& source, int depth, int captured) {
  return GraphParser(source, depth, captured).run();
}

Result<Graph> parse_graph(std::string_view text, const OpSet& ops, const ParseOptions& options) {
  TextSource source = {Lexer(text), ops, options.max_constant_bytes, options};
  MOTE_ASSIGN(Graph graph, read_graph(source, 0, 0));
  if (source.in.peek().kind != TokenKind::kEnd) return source.in.unexpected("the end");
  return graph;
}

}  // namespace mote
