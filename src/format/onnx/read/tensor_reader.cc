#include "format/onnx/read/tensor_reader.h"

#include <algorithm>
#include <limits>

#include "format/onnx/fields.h"
#include "format/onnx/read/external_data.h"
#include "format/onnx/read/tensor_fields.h"
#include "ir/dtype.h"
#include "ir/foreign_data.h"

namespace mote::onnx {
namespace {

// How a typed field holds elements of a dtype.
struct Packing {
  std::uint32_t field;
  std::uint64_t width;  // bytes of the tensor for each entry
  std::int64_t low = std::numeric_limits<std::int64_t>::min();  // what an integer entry may be
  std::int64_t high = std::numeric_limits<std::int64_t>::max();
};

Packing packing_of(DType dtype) {
  switch (dtype) {
    case DType::kF32:
    case DType::kC64:
      return {TensorProto::kFloatData, 4};
    case DType::kF64:
    case DType::kC128:
      return {TensorProto::kDoubleData, 8};
    case DType::kString:
      return {TensorProto::kStringData, sizeof(std::string)};
    case DType::kS64:
      return {TensorProto::kInt64Data, 8};
    case DType::kU64:
      return {TensorProto::kUint64Data, 8};
    case DType::kU32:
      return {TensorProto::kUint64Data, 4, 0, std::numeric_limits<std::uint32_t>::max()};
    case DType::kS32:
      return {TensorProto::kInt32Data, 4, std::numeric_limits<std::int32_t>::min(),
              std::numeric_limits<std::int32_t>::max()};
    case DType::kS16:
      return {TensorProto::kInt32Data, 2, std::numeric_limits<std::int16_t>::min(),
              std::numeric_limits<std::int16_t>::max()};
    case DType::kU16:
    case DType::kF16:
    case DType::kBF16:
      return {TensorProto::kInt32Data, 2, 0, std::numeric_limits<std::uint16_t>::max()};
    case DType::kS8:
      return {TensorProto::kInt32Data, 1, -128, 127};
    case DType::kBool:
      return {TensorProto::kInt32Data, 1, 0, 1};
    default:  // u8, float8, and the packed types: a whole byte an entry
      return {TensorProto::kInt32Data, 1, 0, 255};
  }
}

Error wrong_size(const TensorFields& fields, std::uint64_t has, std::uint64_t needs,
                 std::string_view what) {
  return Error{Code::kCorrupt, cat(name(fields.dtype), to_string(fields.dims), " takes ", needs,
                                   " ", what, ", has ", has)};
}

// Views `bytes` where they lie, or copies them.
Result<Tensor> tensor_of(const TensorFields& fields, std::string_view bytes,
                         const ReadContext& context) {
  Tensor tensor;
  if (context.owner != nullptr && !bytes.empty() && is_aligned(bytes.data(), fields.dtype)) {
    tensor = Tensor::view(fields.dtype, fields.dims, bytes.data(), context.owner);
  } else {
    MOTE_TRY(context.budget.take(bytes.size()));
    MOTE_ASSIGN(tensor, Tensor::zeros(fields.dtype, fields.dims));
    std::copy(bytes.begin(), bytes.end(), tensor.mut().as<char>());
  }
  MOTE_TRY(check_bools(tensor.view()));
  return tensor;
}

// Copies one entry of a typed field after the other into a tensor's bytes.
class Filler {
 public:
  Filler(Tensor& tensor, const Packing& packing)
      : at_(tensor.mut().as<char>()), strings_(tensor.mut().as<std::string>()), packing_(packing) {}

  // Requires: as many entries as scan_tensor counted, whose bytes are the tensor's.
  void take(ProtoReader& field) {
    switch (packing_.field) {
      case TensorProto::kFloatData:
        return take_bytes(field.fixed<float>());
      case TensorProto::kDoubleData:
        return take_bytes(field.fixed<double>());
      case TensorProto::kStringData:
        *strings_++ = field.text();
        return;
      default:
        field.each_integer([&](std::int64_t v) { take_integer(field, v); });
    }
  }

 private:
  void take_bytes(std::string_view bytes) { at_ = std::copy(bytes.begin(), bytes.end(), at_); }

  void take_integer(ProtoReader& field, std::int64_t v) {
    if (v < packing_.low || v > packing_.high) {
      return field.fail(cat(v, " is outside [", packing_.low, ", ", packing_.high, "]"));
    }
    std::memcpy(at_, &v, packing_.width);
    at_ += packing_.width;
  }

  char* at_;
  std::string* strings_;
  const Packing& packing_;
};

Result<Tensor> typed_tensor(ProtoReader message, const TensorFields& fields, std::uint64_t bytes,
                            const ReadContext& context) {
  const Packing packing = packing_of(fields.dtype);
  const TensorFields::Typed& typed = fields.typed[packing.field];
  const std::uint64_t entries = (bytes + packing.width - 1) / packing.width;
  if (typed.count != entries || bytes != entries * packing.width) {
    return wrong_size(fields, typed.count, entries, "entries");
  }
  const bool floats =
      packing.field == TensorProto::kFloatData || packing.field == TensorProto::kDoubleData;
  if (floats && typed.chunks == 1) return tensor_of(fields, typed.chunk, context);
  MOTE_TRY(context.budget.take(bytes));
  MOTE_ASSIGN(Tensor tensor, Tensor::zeros(fields.dtype, fields.dims));
  Filler filler(tensor, packing);
  message = message.uncharged();
  while (message.next()) {
    if (message.field() == packing.field) filler.take(message);
  }
  MOTE_TRY(message.finish());
  return tensor;
}

// Elements in a field that is not the dtype's would be ignored silently.
Status check_fields(const TensorFields& fields) {
  const std::uint32_t own = packing_of(fields.dtype).field;
  int holders = fields.raw && !fields.raw->empty() ? 1 : 0;
  for (std::uint32_t i = 0; i < fields.typed.size(); ++i) {
    if (fields.typed[i].count == 0) continue;
    ++holders;
    if (i != own) {
      return Error{Code::kCorrupt, cat("has ", name(fields.dtype), " elements in field ", i)};
    }
  }
  if (holders > 1) return Error{Code::kCorrupt, "has its elements twice"};
  if (holders > 0 && fields.is_external) {
    return Error{Code::kCorrupt, "has elements here and in another file"};
  }
  return {};
}

Result<Tensor> elements_of(ProtoReader message, const TensorFields& fields,
                           const ReadContext& context) {
  MOTE_ASSIGN(const std::uint64_t bytes, byte_size(fields.dtype, fields.dims));
  MOTE_TRY(check_fields(fields));
  if (fields.is_external) {
    MOTE_ASSIGN(Tensor tensor, read_external(fields, bytes, context));
    MOTE_TRY(check_bools(tensor.view()));
    return tensor;
  }
  if (!fields.raw || (fields.raw->empty() && bytes > 0)) {
    return typed_tensor(message, fields, bytes, context);
  }
  if (fields.dtype == DType::kString && bytes > 0) {
    return Error{Code::kCorrupt, "has strings as raw data"};
  }
  if (fields.raw->size() != bytes) return wrong_size(fields, fields.raw->size(), bytes, "bytes");
  return tensor_of(fields, *fields.raw, context);
}

struct SparseParts {
  NamedTensor values;
  Tensor indices;
  Dims dims;
};

Result<SparseParts> read_sparse_parts(ProtoReader sparse, const ReadContext& context) {
  SparseParts parts;
  while (sparse.next()) {
    switch (sparse.field()) {
      case SparseTensorProto::kValues: {
        MOTE_ASSIGN(parts.values, read_tensor(sparse.message(), context));
        break;
      }
      case SparseTensorProto::kIndices: {
        MOTE_ASSIGN(NamedTensor indices, read_tensor(sparse.message(), context));
        parts.indices = std::move(indices.tensor);
        break;
      }
      case SparseTensorProto::kDims:
        sparse.each_integer([&](std::int64_t size) {
          if (parts.dims.rank() < kMaxRank) return parts.dims.push_back(size);
          sparse.fail(Code::kUnsupported, cat("a rank over ", kMaxRank));
        });
        break;
    }
  }
  if (!parts.values.tensor) sparse.fail("a sparse tensor without values");
  MOTE_TRY(sparse.finish());
  return parts;
}

// Position in the dense tensor of entry `i`: indices are [n], linear, or [n, rank].
Result<std::int64_t> dense_index(const SparseParts& parts, std::int64_t i) {
  const auto indices = parts.indices.values<std::int64_t>();
  const auto at = static_cast<std::size_t>(i);
  std::int64_t linear = 0;
  if (parts.indices.dims().rank() == 1) {
    linear = indices[at];
    if (linear >= 0 && linear < parts.dims.count()) return linear;
    return Error{Code::kCorrupt, cat("index ", linear, " of entry ", i, " is outside")};
  }
  for (int axis = 0; axis < parts.dims.rank(); ++axis) {
    const std::int64_t index = indices[at * parts.dims.size() + static_cast<std::size_t>(axis)];
    if (index < 0 || index >= parts.dims[axis]) {
      return Error{Code::kCorrupt, cat("index ", index, " of entry ", i, " is outside")};
    }
    linear = linear * parts.dims[axis] + index;
  }
  return linear;
}

Status check_sparse(const SparseParts& parts) {
  const Tensor& values = parts.values.tensor;
  if (values.dtype() == DType::kString || bit_width(values.dtype()) < 8) {
    return Error{Code::kUnsupported, cat("sparse elements of type ", name(values.dtype()))};
  }
  const std::int64_t n = values.count();
  if (n == 0) return {};
  const Dims& d = parts.indices.dims();
  const bool match = d == Dims{n} || d == Dims{n, parts.dims.rank()};
  if (values.dims() == Dims{n} && parts.indices.dtype() == DType::kS64 && match) return {};
  return Error{Code::kCorrupt, cat("indices ", name(parts.indices.dtype()), to_string(d),
                                   " do not go with values ", to_string(values.dims()))};
}

Result<Tensor> expand_sparse(const SparseParts& parts, const ReadContext& context) {
  MOTE_TRY(check_sparse(parts));
  const Tensor& values = parts.values.tensor;
  MOTE_ASSIGN(const std::uint64_t bytes, byte_size(values.dtype(), parts.dims));
  MOTE_TRY(context.budget.take(bytes));
  MOTE_ASSIGN(Tensor dense, Tensor::zeros(values.dtype(), parts.dims));
  const std::int64_t width = byte_width(values.dtype());
  for (std::int64_t i = 0; i < values.count(); ++i) {
    MOTE_ASSIGN(const std::int64_t at, dense_index(parts, i));
    const auto* from = static_cast<const char*>(values.data()) + i * width;
    std::copy(from, from + width, dense.mut().as<char>() + at * width);
  }
  return dense;
}

// "tensor 'w' at byte 90", whatever else is wrong with it.
std::string label(ProtoReader tensor) {
  const std::uint64_t position = tensor.position();
  std::string_view name;
  tensor = tensor.uncharged();
  while (tensor.next()) {
    if (tensor.field() == TensorProto::kName) name = tensor.bytes();
  }
  return cat("tensor '", name, "' at byte ", position);
}

Result<NamedTensor> read_named(ProtoReader tensor, const ReadContext& context) {
  MOTE_ASSIGN(TensorFields fields, scan_tensor(tensor));
  MOTE_ASSIGN(Tensor elements, elements_of(tensor, fields, context));
  MOTE_TRY(context.budget.take(sizeof(NamedTensor) + 2 * fields.name.size()));
  return NamedTensor{std::string(fields.name), std::move(elements), fields.is_external,
                     std::move(fields.notes)};
}

}  // namespace

Result<NamedTensor> read_tensor(ProtoReader tensor, const ReadContext& context) {
  auto read = read_named(tensor, context);
  if (!read) return std::move(read).error().with_context(label(tensor));
  return read;
}

Result<NamedTensor> read_sparse_tensor(ProtoReader sparse, const ReadContext& context) {
  const std::uint64_t position = sparse.position();
  MOTE_ASSIGN(SparseParts parts, read_sparse_parts(sparse, context));
  auto dense = expand_sparse(parts, context);
  if (!dense) {
    return std::move(dense).error().with_context(
        cat("sparse tensor '", parts.values.name, "' at byte ", position));
  }
  parts.values.tensor = *std::move(dense);
  return std::move(parts.values);
}

}  // namespace mote::onnx
