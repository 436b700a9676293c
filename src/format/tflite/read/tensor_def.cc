#include "format/tflite/read/tensor_def.h"

#include <cmath>

#include "base/text.h"
#include "ir/dtype.h"

namespace mote::tfl {
namespace {

Result<Shape> read_shape(const fb::Tensor& t) {
  const auto sizes = values_of(t.shape());
  const auto open = values_of(t.shape_signature());
  if (sizes.size() > static_cast<std::size_t>(kMaxRank)) {
    return Error{Code::kUnsupported, cat("rank ", sizes.size(), ", at most ", kMaxRank)};
  }
  Shape shape;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const bool unknown = sizes[i] < 0 || (open.size() == sizes.size() && open[i] < 0);
    shape.push_back(unknown ? Dim() : Dim(sizes[i]));
  }
  return shape;
}

bool can_be_quantized(DType dtype) {
  switch (dtype) {
    case DType::kS2:
    case DType::kS4:
    case DType::kU4:
    case DType::kS8:
    case DType::kU8:
    case DType::kS16:
    case DType::kU16:
    case DType::kS32:  // biases
    case DType::kS64:
      return true;
    default:
      return false;
  }
}

Result<Quantization> read_blocks(const fb::BlockwiseQuantization& blocks) {
  Quantization q;
  if (blocks.block_size() <= 0) {
    return Error{Code::kCorrupt, cat("blocks of ", blocks.block_size(), " elements")};
  }
  q.block_size = blocks.block_size();
  q.block_scales = blocks.scales();
  // 0 is what writers leave that have none.
  q.block_zero_points = blocks.zero_points() > 0 ? blocks.zero_points() : -1;
  return q;
}

Result<Quantization> read_quantization(const fb::QuantizationParameters* p) {
  Quantization q;
  if (p == nullptr) return q;
  if (const auto* blocks = p->details_as_BlockwiseQuantization()) return read_blocks(*blocks);
  if (p->details_type() != fb::QuantizationDetails_NONE) {
    return Error{Code::kUnsupported, "quantized in a way of its own (CustomQuantization)"};
  }
  for (const float scale : values_of(p->scale())) {
    if (!std::isfinite(scale) || scale < 0) {
      return Error{Code::kCorrupt, cat("scale ", scale, " is no positive number")};
    }
    q.scales.push_back(scale);
  }
  const auto zero_points = values_of(p->zero_point());
  q.zero_points.assign(zero_points.begin(), zero_points.end());
  // Writers give one zero point for all scales, or none.
  if (q.zero_points.size() < 2) {
    q.zero_points.assign(q.scales.size(), q.zero_points.empty() ? 0 : q.zero_points[0]);
  }
  if (q.zero_points.size() != q.scales.size()) {
    return Error{Code::kCorrupt,
                 cat(q.zero_points.size(), " zero points for ", q.scales.size(), " scales")};
  }
  q.axis = p->quantized_dimension();
  return q;
}

Status check_axis(const TensorDef& def) {
  const Quantization& q = def.quantization;
  if (!q.per_axis()) return {};
  if (q.axis < 0 || q.axis >= def.rank()) {
    return Error{Code::kCorrupt, cat("scales along axis ", q.axis, " of ", def.rank())};
  }
  const Dim& size = def.shape[static_cast<std::size_t>(q.axis)];
  if (size.known() && size.size() != std::ssize(q.scales)) {
    return Error{Code::kCorrupt,
                 cat(q.scales.size(), " scales along axis ", q.axis, " of size ", size.size())};
  }
  return {};
}

Result<TensorDef> read(const fb::Tensor& table) {
  TensorDef def;
  def.table = &table;
  def.name = text_of(table.name());
  def.dtype = dtype_of(table.type());
  def.variable = table.is_variable();
  MOTE_ASSIGN(def.shape, read_shape(table));
  if (const auto dims = def.type().dims()) {
    if (auto bytes = byte_size(def.dtype, *dims); !bytes) return std::move(bytes).error();
  }
  if (can_be_quantized(def.dtype)) {
    MOTE_ASSIGN(def.quantization, read_quantization(table.quantization()));
    MOTE_TRY(check_axis(def));
  }
  return def;
}

}  // namespace

DType dtype_of(fb::TensorType type) {
  switch (type) {
    case fb::TensorType_FLOAT32:
      return DType::kF32;
    case fb::TensorType_FLOAT16:
      return DType::kF16;
    case fb::TensorType_INT32:
      return DType::kS32;
    case fb::TensorType_UINT8:
      return DType::kU8;
    case fb::TensorType_INT64:
      return DType::kS64;
    case fb::TensorType_STRING:
      return DType::kString;
    case fb::TensorType_BOOL:
      return DType::kBool;
    case fb::TensorType_INT16:
      return DType::kS16;
    case fb::TensorType_COMPLEX64:
      return DType::kC64;
    case fb::TensorType_INT8:
      return DType::kS8;
    case fb::TensorType_FLOAT64:
      return DType::kF64;
    case fb::TensorType_COMPLEX128:
      return DType::kC128;
    case fb::TensorType_UINT64:
      return DType::kU64;
    case fb::TensorType_UINT32:
      return DType::kU32;
    case fb::TensorType_UINT16:
      return DType::kU16;
    case fb::TensorType_INT4:
      return DType::kS4;
    case fb::TensorType_BFLOAT16:
      return DType::kBF16;
    case fb::TensorType_INT2:
      return DType::kS2;
    case fb::TensorType_UINT4:
      return DType::kU4;
    case fb::TensorType_FLOAT8_E4M3FN:
      return DType::kF8E4M3FN;
    case fb::TensorType_FLOAT8_E5M2:
      return DType::kF8E5M2;
    case fb::TensorType_RESOURCE:
    case fb::TensorType_VARIANT:
      return DType::kUndefined;
  }
  return DType::kUndefined;
}

Result<TensorDef> read_tensor_def(const fb::Tensor* table) {
  auto def = read(*table);
  if (!def) {
    return std::move(def).error().with_context(cat("tensor '", text_of(table->name()), "'"));
  }
  return def;
}

}  // namespace mote::tfl
