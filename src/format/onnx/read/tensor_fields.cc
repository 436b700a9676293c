#include "format/onnx/read/tensor_fields.h"

#include "format/onnx/fields.h"

namespace mote::onnx {
namespace {

void scan_dims(ProtoReader& tensor, Dims& dims) {
  tensor.each_integer([&](std::int64_t size) {
    if (dims.rank() == kMaxRank)
      return tensor.fail(Code::kUnsupported, cat("a rank over ", kMaxRank));
    if (size < 0) return tensor.fail(cat("size ", size, " is negative"));
    dims.push_back(size);
  });
}

void scan_dtype(ProtoReader& tensor, DType& dtype) {
  const auto found = dtype_of(tensor.integer());
  if (!found) return tensor.fail(found.error().code, found.error().message);
  dtype = *found;
}

void scan_external(ProtoReader& tensor, std::vector<Entry>& external) {
  auto entry = read_entry(tensor.message());
  if (!entry) return tensor.fail(std::move(entry).error());
  if (Status s = tensor.budget().take(2 * sizeof(Entry)); !s) return tensor.fail(s.error());
  external.push_back(*entry);
}

void scan_location(ProtoReader& tensor, bool& is_external) {
  const std::int64_t location = tensor.integer();
  if (location != 0 && location != 1) tensor.fail(cat("there is no data location ", location));
  is_external = location == 1;
}

void scan_typed(ProtoReader& tensor, TensorFields::Typed& typed) {
  switch (tensor.field()) {
    case TensorProto::kFloatData:
      typed.chunk = tensor.fixed<float>();
      typed.count += typed.chunk.size() / sizeof(float);
      break;
    case TensorProto::kDoubleData:
      typed.chunk = tensor.fixed<double>();
      typed.count += typed.chunk.size() / sizeof(double);
      break;
    case TensorProto::kStringData:
      ++typed.count;
      break;
    default:
      typed.count += tensor.integer_count();
  }
  ++typed.chunks;
}

void scan_field(ProtoReader& tensor, TensorFields& fields) {
  switch (tensor.field()) {
    case TensorProto::kDims:
      return scan_dims(tensor, fields.dims);
    case TensorProto::kDataType:
      return scan_dtype(tensor, fields.dtype);
    case TensorProto::kSegment:
      return tensor.fail(Code::kUnsupported, "a tensor in segments, or no tensor at all");
    case TensorProto::kName:
      fields.name = tensor.bytes();
      return;
    case TensorProto::kRawData:
      fields.raw = tensor.bytes();
      return;
    case TensorProto::kDoc:
      fields.notes.doc = tensor.text();
      return;
    case TensorProto::kExternalData:
      return scan_external(tensor, fields.external);
    case TensorProto::kDataLocation:
      return scan_location(tensor, fields.is_external);
    case TensorProto::kMetadata:
      return read_property(tensor, fields.notes);
    case TensorProto::kFloatData:
    case TensorProto::kInt32Data:
    case TensorProto::kStringData:
    case TensorProto::kInt64Data:
    case TensorProto::kDoubleData:
    case TensorProto::kUint64Data:
      return scan_typed(tensor, fields.typed[tensor.field()]);
    default:
      return;
  }
}

}  // namespace

Result<TensorFields> scan_tensor(ProtoReader tensor) {
  TensorFields fields;
  tensor = tensor.uncharged();
  while (tensor.next()) scan_field(tensor, fields);
  if (fields.dtype == DType::kUndefined) tensor.fail("a tensor without element type");
  MOTE_TRY(tensor.finish());
  return fields;
}

}  // namespace mote::onnx
