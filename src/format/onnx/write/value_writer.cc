#include "format/onnx/fields.h"
#include "format/onnx/write/proto_writer.h"

namespace mote::onnx {
namespace {

// The message that `fill` makes. protozero leaves out a nested message that has no fields; a rank
// of 0 and an unknown size are such.
template <class F>
void add_filled(ProtoWriter& out, std::uint32_t field, const F& fill) {
  std::string bytes;
  ProtoWriter message(bytes);
  fill(message);
  out.add_message(field, bytes);
}

void write_shape(ProtoWriter& out, const Shape& shape) {
  for (const Dim& d : shape) {
    add_filled(out, TensorShapeProto::kDim, [&](ProtoWriter& dim) {
      if (d.known()) dim.add_int64(TensorShapeProto::kDimValue, d.size());
      add_text_if_any(dim, TensorShapeProto::kDimParam, d.symbol());
    });
  }
}

void write_tensor_type(ProtoWriter& out, const TensorType& type) {
  if (type.dtype != DType::kUndefined) {
    out.add_int32(TypeProto::kElemType, static_cast<std::int32_t>(type.dtype));
  }
  if (!type.shape) return;
  add_filled(out, TypeProto::kShape, [&](ProtoWriter& shape) { write_shape(shape, *type.shape); });
}

std::uint32_t field_of(Type::Kind kind) {
  switch (kind) {
    case Type::Kind::kTensor:
      return TypeProto::kTensor;
    case Type::Kind::kSparseTensor:
      return TypeProto::kSparseTensor;
    case Type::Kind::kSequence:
      return TypeProto::kSequence;
    case Type::Kind::kOptional:
      return TypeProto::kOptional;
    case Type::Kind::kMap:
      return TypeProto::kMap;
  }
  return 0;
}

// What stands in the field of the type's kind.
void write_alternative(ProtoWriter& out, const Type& type) {
  const Type element = type.element ? *type.element : Type();
  switch (type.kind) {
    case Type::Kind::kTensor:
    case Type::Kind::kSparseTensor:
      return write_tensor_type(out, type.tensor);
    case Type::Kind::kSequence:
    case Type::Kind::kOptional:
      return add_type(out, TypeProto::kElement, element);
    case Type::Kind::kMap:
      out.add_int32(TypeProto::kKeyType, static_cast<std::int32_t>(type.key));
      return add_type(out, TypeProto::kValueType, element);
  }
}

}  // namespace

void add_entry(ProtoWriter& out, std::uint32_t field, std::string_view key,
               std::string_view value) {
  ProtoWriter entry(out, field);
  add_text(entry, StringStringEntryProto::kKey, key);
  add_text(entry, StringStringEntryProto::kValue, value);
}

void add_notes(ProtoWriter& out, std::uint32_t doc_field, std::uint32_t metadata_field,
               const Notes& notes) {
  add_text_if_any(out, doc_field, notes.doc);
  for (const auto& [key, value] : notes.properties) add_entry(out, metadata_field, key, value);
}

void add_type(ProtoWriter& out, std::uint32_t field, const Type& type) {
  add_filled(out, field, [&](ProtoWriter& t) {
    if (type.unknown()) return;
    add_filled(t, field_of(type.kind), [&](ProtoWriter& a) { write_alternative(a, type); });
  });
}

void add_value_info(ProtoWriter& out, std::uint32_t field, std::string_view name, const Type& type,
                    const Notes& notes) {
  ProtoWriter info(out, field);
  add_text(info, ValueInfoProto::kName, name);
  if (!type.unknown()) add_type(info, ValueInfoProto::kType, type);
  add_notes(info, ValueInfoProto::kDoc, ValueInfoProto::kMetadata, notes);
}

}  // namespace mote::onnx
