#include "ir/type.h"

#include "base/result.h"
#include "base/text.h"

namespace mote {
namespace {

// What an optional holds; a type of its own otherwise.
Type held(const Type& type) {
  if (type.kind != Type::Kind::kOptional) return type;
  return type.element ? *type.element : Type{};
}

Error contradiction(const std::string& a, const std::string& b) {
  return Error{Code::kInvalidArgument, cat("type ", a, " contradicts ", b)};
}

}  // namespace

std::optional<Dims> TensorType::dims() const {
  if (dtype == DType::kUndefined || !shape || shape->size() > kMaxRank) return std::nullopt;
  Dims dims;
  for (const Dim& d : *shape) {
    if (!d.known()) return std::nullopt;
    dims.push_back(d.size());
  }
  return dims;
}

Type Type::of(Kind kind, Type element, DType key) {
  Type t;
  t.kind = kind;
  t.key = key;
  t.element = std::make_shared<const Type>(std::move(element));
  return t;
}

bool Type::operator==(const Type& other) const {
  if (kind != other.kind || key != other.key || tensor != other.tensor) return false;
  if (!element || !other.element) return element == other.element;
  return *element == *other.element;
}

std::string to_string(const Dim& dim) {
  if (dim.known()) return cat(dim.size());
  return dim.symbol().empty() ? "?" : dim.symbol();
}

std::string to_string(const TensorType& type) {
  const std::string_view dtype = type.dtype == DType::kUndefined ? "?" : name(type.dtype);
  if (!type.shape) return type.dtype == DType::kUndefined ? "?" : cat(dtype, "[...]");
  std::string out = cat(dtype, "[");
  for (std::size_t i = 0; i < type.shape->size(); ++i) {
    if (i > 0) out += ',';
    out += to_string((*type.shape)[i]);
  }
  return out + "]";
}

std::string to_string(const Type& type) {
  const auto inner = [&] { return type.element ? to_string(*type.element) : std::string("?"); };
  switch (type.kind) {
    case Type::Kind::kTensor:
      return to_string(type.tensor);
    case Type::Kind::kSparseTensor:
      return cat("sparse(", to_string(type.tensor), ")");
    case Type::Kind::kSequence:
      return cat("seq(", inner(), ")");
    case Type::Kind::kOptional:
      return cat("optional(", inner(), ")");
    case Type::Kind::kMap:
      return cat("map(", name(type.key), ",", inner(), ")");
  }
  return "?";
}

Result<TensorType> merge(const TensorType& a, const TensorType& b) {
  TensorType out = a;
  if (a.dtype == DType::kUndefined) out.dtype = b.dtype;
  const bool dtypes_differ =
      a.dtype != DType::kUndefined && b.dtype != DType::kUndefined && a.dtype != b.dtype;
  if (dtypes_differ) return contradiction(to_string(a), to_string(b));
  if (!b.shape) return out;
  if (!a.shape) {
    out.shape = b.shape;
    return out;
  }
  if (a.shape->size() != b.shape->size()) return contradiction(to_string(a), to_string(b));
  for (std::size_t i = 0; i < a.shape->size(); ++i) {
    const Dim& x = (*a.shape)[i];
    const Dim& y = (*b.shape)[i];
    if (x.known() && y.known() && x != y) return contradiction(to_string(a), to_string(b));
    const bool take_y = y.known() || (!x.known() && x.symbol().empty());
    if (take_y) (*out.shape)[i] = y;
  }
  return out;
}

Result<Type> merge(const Type& a, const Type& b) {
  if (a.unknown()) return b;
  if (b.unknown()) return a;
  // A value that may be an optional and is said to be no optional is none.
  const bool one_optional = (a.kind == Type::Kind::kOptional) != (b.kind == Type::Kind::kOptional);
  if (one_optional) return merge(held(a), held(b));
  if (a.kind != b.kind || a.key != b.key) return contradiction(to_string(a), to_string(b));
  Type out = a;
  MOTE_ASSIGN(out.tensor, merge(a.tensor, b.tensor));
  if (a.element && b.element) {
    MOTE_ASSIGN(Type element, merge(*a.element, *b.element));
    out.element = std::make_shared<const Type>(std::move(element));
  } else if (b.element) {
    out.element = b.element;
  }
  return out;
}

Result<Type> join(const Type& a, const Type& b) {
  if (a.unknown() || b.unknown()) return Type{};
  const bool one_optional = (a.kind == Type::Kind::kOptional) != (b.kind == Type::Kind::kOptional);
  if (one_optional) {
    MOTE_ASSIGN(Type element, join(held(a), held(b)));
    return Type::of(Type::Kind::kOptional, std::move(element));
  }
  if (a.kind != b.kind || a.key != b.key) return contradiction(to_string(a), to_string(b));
  Type out = a;
  if (a.element && b.element) {
    MOTE_ASSIGN(Type element, join(*a.element, *b.element));
    out.element = std::make_shared<const Type>(std::move(element));
  }
  const bool dtypes_differ = a.tensor.dtype != DType::kUndefined &&
                             b.tensor.dtype != DType::kUndefined &&
                             a.tensor.dtype != b.tensor.dtype;
  if (dtypes_differ) return contradiction(to_string(a), to_string(b));
  const auto& x = a.tensor.shape;
  const auto& y = b.tensor.shape;
  if (!x || !y || x->size() != y->size()) {
    out.tensor.shape.reset();
    return out;
  }
  for (std::size_t i = 0; i < x->size(); ++i) {
    if (!(*x)[i].same((*y)[i])) (*out.tensor.shape)[i] = Dim();
  }
  return out;
}

}  // namespace mote
