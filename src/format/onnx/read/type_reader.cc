#include "format/onnx/read/type_reader.h"

#include "format/onnx/fields.h"

namespace mote::onnx {
namespace {

// Inference copies symbols from value to value: longer ones are taken for unknown sizes.
constexpr std::size_t kMaxSymbol = 256;

Result<Dim> read_dim(ProtoReader dim) {
  Dim d;
  while (dim.next()) {
    if (dim.field() == TensorShapeProto::kDimValue) {
      const std::int64_t size = dim.integer();
      // Older converters write -1 for a size they do not know.
      if (size < -1) dim.fail(cat("size ", size, " is negative"));
      d = size < 0 ? Dim() : Dim(size);
    } else if (dim.field() == TensorShapeProto::kDimParam) {
      const std::string_view symbol = dim.bytes();
      d = symbol.size() > kMaxSymbol ? Dim() : Dim::symbol(std::string(symbol));
    }
  }
  MOTE_TRY(dim.finish());
  return d;
}

Result<Shape> read_shape(ProtoReader shape) {
  Shape s;
  while (shape.next()) {
    if (shape.field() != TensorShapeProto::kDim) continue;
    if (s.size() == kMaxRank) {
      shape.fail(Code::kUnsupported, cat("a rank over ", kMaxRank));
      break;
    }
    MOTE_ASSIGN(Dim dim, read_dim(shape.message()));
    s.push_back(std::move(dim));
  }
  MOTE_TRY(shape.finish());
  return s;
}

DType read_dtype(ProtoReader& message) {
  auto dtype = dtype_of(message.integer());
  if (dtype) return *dtype;
  message.fail(dtype.error().code, dtype.error().message);
  return DType::kUndefined;
}

Result<Type> read_tensor_type(ProtoReader tensor, Type::Kind kind) {
  Type type;
  type.kind = kind;
  while (tensor.next()) {
    if (tensor.field() == TypeProto::kElemType) type.tensor.dtype = read_dtype(tensor);
    if (tensor.field() == TypeProto::kShape) {
      MOTE_ASSIGN(type.tensor.shape, read_shape(tensor.message()));
    }
  }
  MOTE_TRY(tensor.finish());
  return type;
}

Result<Type> read_element_type(ProtoReader holder, Type::Kind kind, int depth) {
  Type element;
  while (holder.next()) {
    if (holder.field() != TypeProto::kElement) continue;
    MOTE_ASSIGN(element, read_type(holder.message(), depth + 1));
  }
  MOTE_TRY(holder.finish());
  return Type::of(kind, std::move(element));
}

Result<Type> read_map_type(ProtoReader map, int depth) {
  DType key = DType::kUndefined;
  Type element;
  while (map.next()) {
    if (map.field() == TypeProto::kKeyType) key = read_dtype(map);
    if (map.field() == TypeProto::kValueType) {
      MOTE_ASSIGN(element, read_type(map.message(), depth + 1));
    }
  }
  MOTE_TRY(map.finish());
  return Type::of(Type::Kind::kMap, std::move(element), key);
}

// One field of the union that TypeProto is.
Result<Type> read_alternative(ProtoReader& type, int depth) {
  switch (type.field()) {
    case TypeProto::kTensor:
      return read_tensor_type(type.message(), Type::Kind::kTensor);
    case TypeProto::kSparseTensor:
      return read_tensor_type(type.message(), Type::Kind::kSparseTensor);
    case TypeProto::kSequence:
      return read_element_type(type.message(), Type::Kind::kSequence, depth);
    case TypeProto::kOptional:
      return read_element_type(type.message(), Type::Kind::kOptional, depth);
    case TypeProto::kMap:
      return read_map_type(type.message(), depth);
    default:
      type.fail(Code::kUnsupported, "an opaque type");
      return Type();
  }
}

bool is_alternative(std::uint32_t field) {
  return field == TypeProto::kTensor || field == TypeProto::kSparseTensor ||
         field == TypeProto::kSequence || field == TypeProto::kOptional ||
         field == TypeProto::kMap || field == TypeProto::kOpaque;
}

}  // namespace

Result<Type> read_type(ProtoReader type, int depth) {
  if (depth > kMaxTypeDepth) {
    type.fail(Code::kUnsupported, cat("types nested deeper than ", kMaxTypeDepth));
  }
  Type t;
  while (type.next()) {
    if (!is_alternative(type.field())) continue;
    MOTE_TRY(type.budget().take(sizeof(Type) + 2 * sizeof(Shape)));
    MOTE_ASSIGN(t, read_alternative(type, depth));
  }
  MOTE_TRY(type.finish());
  return t;
}

Result<ValueInfo> read_value_info(ProtoReader info) {
  ValueInfo v;
  while (info.next()) {
    switch (info.field()) {
      case ValueInfoProto::kName:
        v.name = info.bytes();
        break;
      case ValueInfoProto::kType: {
        auto type = read_type(info.message());
        if (!type) {
          return std::move(type).error().with_context(cat("type of value '", v.name, "'"));
        }
        v.type = *std::move(type);
        break;
      }
      case ValueInfoProto::kDoc:
        v.notes.doc = info.text();
        break;
      case ValueInfoProto::kMetadata:
        read_property(info, v.notes);
        break;
    }
  }
  MOTE_TRY(info.finish());
  return v;
}

}  // namespace mote::onnx
