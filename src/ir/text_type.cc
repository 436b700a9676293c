#include "ir/text_type.h"

#include <charconv>

#include "base/text.h"
#include "ir/text.h"

namespace mote {
namespace {

constexpr int kMaxTypeDepth = 64;

std::string_view dtype_text(DType dtype) { return dtype == DType::kUndefined ? "?" : name(dtype); }

void append_dim(std::string& out, const Dim& dim) {
  if (dim.known()) return append(out, dim.size());
  if (dim.symbol().empty()) return append(out, '?');
  append_name(out, dim.symbol());
}

void append_tensor_type(std::string& out, const TensorType& type) {
  out += dtype_text(type.dtype);
  if (!type.shape) {
    if (type.dtype != DType::kUndefined) out += "[...]";
    return;
  }
  out += '[';
  for (std::size_t i = 0; i < type.shape->size(); ++i) {
    if (i > 0) out += ',';
    append_dim(out, (*type.shape)[i]);
  }
  out += ']';
}

Result<Dim> read_dim(Lexer& in) {
  const Token& t = in.peek();
  if (in.accept("?")) return Dim();
  if (t.is_text()) {
    std::string symbol = in.next().value();
    return symbol.empty() ? Dim() : Dim::symbol(std::move(symbol));
  }
  if (t.kind != TokenKind::kNumber) return in.unexpected("a size");
  std::int64_t size = 0;
  const char* end = t.text.data() + t.text.size();
  const auto [stop, problem] = std::from_chars(t.text.data(), end, size);
  if (problem != std::errc() || stop != end || size < 0)
    return in.unexpected("a size from 0 to 2^63 - 1");
  in.next();
  return Dim(size);
}

// What follows a dtype.
Result<std::optional<Shape>> read_shape(Lexer& in) {
  MOTE_TRY(in.expect("["));
  if (in.accept("...")) {
    MOTE_TRY(in.expect("]"));
    return std::optional<Shape>();
  }
  Shape shape;
  if (in.accept("]")) return std::optional<Shape>(std::move(shape));
  do {
    MOTE_ASSIGN(Dim dim, read_dim(in));
    shape.push_back(std::move(dim));
  } while (in.accept(","));
  MOTE_TRY(in.expect("]"));
  return std::optional<Shape>(std::move(shape));
}

Result<DType> read_dtype(Lexer& in) {
  if (in.accept("?")) return DType::kUndefined;
  const DType dtype =
      in.peek().kind == TokenKind::kName ? dtype_named(in.peek().text) : DType::kUndefined;
  if (dtype == DType::kUndefined) return in.unexpected("a type");
  in.next();
  return dtype;
}

Result<TensorType> read_tensor_type(Lexer& in) {
  TensorType type;
  MOTE_ASSIGN(type.dtype, read_dtype(in));
  const bool has_shape = type.dtype != DType::kUndefined || in.at("[");
  if (has_shape) {
    MOTE_ASSIGN(type.shape, read_shape(in));
  }
  return type;
}

Result<Type> read_type_at(Lexer& in, int depth);

// '(' [key ','] element ')'
Result<Type> read_container(Lexer& in, Type::Kind kind, int depth) {
  in.next();
  MOTE_TRY(in.expect("("));
  DType key = DType::kUndefined;
  if (kind == Type::Kind::kMap) {
    MOTE_ASSIGN(key, read_dtype(in));
    MOTE_TRY(in.expect(","));
  }
  MOTE_ASSIGN(Type element, read_type_at(in, depth + 1));
  MOTE_TRY(in.expect(")"));
  return Type::of(kind, std::move(element), key);
}

Result<Type> read_type_at(Lexer& in, int depth) {
  if (depth > kMaxTypeDepth) {
    return Lexer::error(in.peek(), cat("more than ", kMaxTypeDepth, " types in each other"));
  }
  if (in.at_word("seq")) return read_container(in, Type::Kind::kSequence, depth);
  if (in.at_word("optional")) return read_container(in, Type::Kind::kOptional, depth);
  if (in.at_word("map")) return read_container(in, Type::Kind::kMap, depth);
  const bool sparse = in.accept_word("sparse");
  if (sparse) MOTE_TRY(in.expect("("));
  MOTE_ASSIGN(TensorType tensor, read_tensor_type(in));
  Type type = std::move(tensor);
  if (sparse) {
    MOTE_TRY(in.expect(")"));
    type.kind = Type::Kind::kSparseTensor;
  }
  return type;
}

}  // namespace

void append_type(std::string& out, const Type& type) {
  const auto append_element = [&] {
    append_type(out, type.element ? *type.element : Type());
    out += ')';
  };
  switch (type.kind) {
    case Type::Kind::kTensor:
      return append_tensor_type(out, type.tensor);
    case Type::Kind::kSparseTensor:
      out += "sparse(";
      append_tensor_type(out, type.tensor);
      out += ')';
      return;
    case Type::Kind::kSequence:
      out += "seq(";
      return append_element();
    case Type::Kind::kOptional:
      out += "optional(";
      return append_element();
    case Type::Kind::kMap:
      out += "map(";
      out += dtype_text(type.key);
      out += ',';
      return append_element();
  }
}

Result<Type> read_type(Lexer& in) { return read_type_at(in, 1); }

Result<Type> parse_type(std::string_view text) {
  Lexer in(text);
  MOTE_ASSIGN(Type type, read_type(in));
  if (in.peek().kind != TokenKind::kEnd) return in.unexpected("the end");
  return type;
}

}  // namespace mote
