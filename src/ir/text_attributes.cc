#include <limits>
#include <type_traits>
#include <unordered_set>

#include "base/text.h"
#include "ir/text_source.h"
#include "ir/text_tensor.h"
#include "ir/text_type.h"

namespace mote {
namespace {

// The attributes of one node.
class AttributeParser {
 public:
  AttributeParser(TextSource& source, int depth, int captured)
      : source_(source), in_(source.in), depth_(depth), captured_(captured) {}

  // '{' name=value, ... '}'
  Result<Attributes> run();

 private:
  Status attribute(Attributes* out);
  Result<AttributeValue> value();
  Result<AttributeValue> list();
  Result<AttributeValue> empty_list(AttributeValue empty);
  template <class T>
  Result<AttributeValue> list_from(T first);
  // A value that is no list.
  Result<AttributeValue> single();
  Result<AttributeValue> number();
  Result<AttributeValue> word();
  Result<AttributeValue> subgraph();
  Result<AttributeValue> tensor();

  TextSource& source_;
  Lexer& in_;
  int depth_;
  int captured_;
  std::unordered_set<std::string> names_;
};

Result<Attributes> AttributeParser::run() {
  Attributes out;
  in_.next();
  if (in_.accept("}")) return out;
  do {
    MOTE_TRY(attribute(&out));
  } while (in_.accept(","));
  MOTE_TRY(in_.expect("}"));
  return out;
}

Status AttributeParser::attribute(Attributes* out) {
  if (!in_.peek().is_text()) return in_.unexpected("an attribute");
  const Token at = in_.next();
  if (!names_.insert(at.value()).second) {
    return Lexer::error(at, cat("attribute '", at.value(), "' stands there twice"));
  }
  MOTE_TRY(in_.expect("="));
  MOTE_ASSIGN(AttributeValue v, value());
  out->append({at.value(), std::move(v), {}});
  return {};
}

Result<AttributeValue> AttributeParser::value() {
  if (in_.accept("[")) return list();
  const Token& t = in_.peek();
  if (t.kind == TokenKind::kName && in_.peek_second().is_mark("[")) {
    if (t.text == "ints") return empty_list(std::vector<std::int64_t>());
    if (t.text == "floats") return empty_list(std::vector<float>());
    if (t.text == "strings") return empty_list(std::vector<std::string>());
    if (t.text == "tensors") return empty_list(std::vector<Tensor>());
    if (t.text == "graphs") return empty_list(std::vector<GraphPtr>());
    if (t.text == "types") return empty_list(std::vector<Type>());
  }
  return single();
}

Result<AttributeValue> AttributeParser::empty_list(AttributeValue empty) {
  in_.next();
  MOTE_TRY(in_.expect("["));
  MOTE_TRY(in_.expect("]"));
  return empty;
}

template <class T>
Result<AttributeValue> AttributeParser::list_from(T first) {
  std::vector<T> items;
  items.push_back(std::move(first));
  while (in_.accept(",")) {
    const Token at = in_.peek();
    MOTE_ASSIGN(AttributeValue v, single());
    T* item = std::get_if<T>(&v);
    if (item == nullptr) return Lexer::error(at, "a list holds values of one kind");
    items.push_back(std::move(*item));
  }
  MOTE_TRY(in_.expect("]"));
  return AttributeValue(std::move(items));
}

// The first element says what all are.
Result<AttributeValue> AttributeParser::list() {
  MOTE_ASSIGN(AttributeValue first, single());
  return std::visit(
      [&]<class T>(T& v) -> Result<AttributeValue> {
        if constexpr (std::is_constructible_v<AttributeValue, std::vector<T>>) {
          return list_from<T>(std::move(v));
        } else {
          return in_.unexpected("a list's element");
        }
      },
      first);
}

Result<AttributeValue> AttributeParser::single() {
  const Token& t = in_.peek();
  switch (t.kind) {
    case TokenKind::kNumber:
      return number();
    case TokenKind::kString:
      return AttributeValue(in_.next().value());
    case TokenKind::kName:
      return word();
    default:
      if (t.is_mark("?")) return tensor();
      return in_.unexpected("an attribute's value");
  }
}

// An integer, unless it has a point, an exponent or is infinite.
Result<AttributeValue> AttributeParser::number() {
  const Token& t = in_.peek();
  AttributeValue out;
  if (t.text.find_first_of(".eEi") == std::string_view::npos) {
    std::int64_t v = 0;
    if (!read_number(t, &v)) return in_.unexpected("an integer of 64 bits");
    out = v;
  } else {
    float v = 0;
    if (!read_number(t, &v)) return in_.unexpected("a float");
    out = v;
  }
  in_.next();
  return out;
}

Result<AttributeValue> AttributeParser::word() {
  if (in_.at_word("graph")) return subgraph();
  if (in_.accept_word("inf")) return AttributeValue(std::numeric_limits<float>::infinity());
  if (in_.accept_word("nan")) return AttributeValue(std::numeric_limits<float>::quiet_NaN());
  if (!in_.accept_word("type")) return tensor();
  Result<Type> type = read_type(in_);
  if (!type) return std::move(type).error();
  return AttributeValue(*std::move(type));
}

Result<AttributeValue> AttributeParser::subgraph() {
  MOTE_ASSIGN(Graph graph, read_graph(source_, depth_ + 1, captured_));
  return AttributeValue(GraphPtr(std::make_shared<const Graph>(std::move(graph))));
}

// "f32[2]{1, 2}"; "?{}" is a tensor without type.
Result<AttributeValue> AttributeParser::tensor() {
  const Token at = in_.peek();
  MOTE_ASSIGN(const Type type, read_type(in_));
  if (type.unknown()) {
    MOTE_TRY(in_.expect("{"));
    MOTE_TRY(in_.expect("}"));
    return AttributeValue(Tensor());
  }
  MOTE_ASSIGN(Tensor tensor, read_elements(source_, type, at));
  return AttributeValue(std::move(tensor));
}

}  // namespace

Result<Attributes> read_attributes(TextSource& source, int depth, int captured) {
  return AttributeParser(source, depth, captured).run();
}

}  // namespace mote
