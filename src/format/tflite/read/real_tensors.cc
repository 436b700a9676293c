// Tensors as the real numbers that their integers stand for, and back.
#include <algorithm>
#include <limits>

#include "base/text.h"
#include "format/tflite/read/tensors.h"
#include "ir/dtype.h"
#include "ops/support/convert.h"

namespace mote::tfl {
namespace {

std::pair<std::int64_t, std::int64_t> range_of(DType dtype) {
  const int bits = bit_width(dtype);
  const bool is_signed = is_signed_integer(dtype);
  if (bits >= 32)
    return {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()};
  const std::int64_t count = std::int64_t{1} << bits;
  if (is_signed) return {-count / 2, count / 2 - 1};
  return {0, count - 1};
}

// 64-bit integers, of which ONNX dequantizes none, as 32-bit ones. kNone: they do not fit.
ValueId narrowed(NodeWriter& w, ValueId q) {
  const Tensor* known = w.constant(q);
  if (known != nullptr && known->dtype() != DType::kS64) return ValueId::kNone;
  const auto fits = [](std::int64_t v) { return v == static_cast<std::int32_t>(v); };
  if (known == nullptr || !std::ranges::all_of(known->values<std::int64_t>(), fits)) {
    return ValueId::kNone;
  }
  Tensor narrow = *Tensor::zeros(DType::kS32, known->dims());
  convert_range(known->view(), 0, narrow.mut(), 0, narrow.count());
  return w.constant(std::move(narrow));
}

// ONNX quantizes to 16 bits at most.
Result<ValueId> quantize_wide(NodeWriter& w, const TensorDef& d, ValueId value) {
  const auto scalar = [&w](double x) { return w.constant(Tensor::scalar(x)); };
  const ValueId x = w.add("Cast", {value}, {{"to", std::int64_t{static_cast<int>(DType::kF64)}}});
  const ValueId steps = w.add("Round", {w.add("Div", {x, scalar(d.quantization.scales[0])})});
  const ValueId moved =
      w.add("Add", {steps, scalar(static_cast<double>(d.quantization.zero_points[0]))});
  constexpr double kLow = std::numeric_limits<std::int32_t>::min();
  constexpr double kHigh = std::numeric_limits<std::int32_t>::max();
  const ValueId q = w.add("Cast", {w.add("Clip", {moved, scalar(kLow), scalar(kHigh)})},
                          {{"to", std::int64_t{static_cast<int>(d.dtype)}}});
  MOTE_TRY(w.status());
  return q;
}

}  // namespace

Result<QuantizationConstants> constants_of(const Quantization& q, DType dtype) {
  const auto [low, high] = range_of(dtype);
  std::vector<std::int32_t> zero_points;
  for (const std::int64_t z : q.zero_points) {
    if (z < low || z > high) {
      return Error{Code::kUnsupported, cat("zero point ", z, " of ", name(dtype))};
    }
    zero_points.push_back(static_cast<std::int32_t>(z));
  }
  const Dims dims = q.per_axis() ? Dims{std::ssize(q.scales)} : Dims{};
  QuantizationConstants out;
  out.scale = Tensor::of<float>(dims, q.scales);
  MOTE_ASSIGN(out.zero_point, Tensor::zeros(dtype, dims));
  convert_range(Tensor::of<std::int32_t>(dims, zero_points).view(), 0, out.zero_point.mut(), 0,
                std::ssize(zero_points));
  return out;
}

Result<ValueId> Tensors::of_blocks(NodeWriter& w, int source, std::string_view what, DType to) {
  if (!contains(source)) {
    return Error{Code::kCorrupt, cat(what, " of blocks in tensor ", source)};
  }
  Status status;
  const ValueId value = stored(source, {}, status);
  MOTE_TRY(std::move(status));
  return w.add("Cast", {value}, {{"to", std::int64_t{static_cast<int>(to)}}});
}

Result<ValueId> Tensors::dequantize_blocks(int tensor, ValueId q) {
  const Quantization& blocks = def(tensor).quantization;
  NodeWriter w = writer(cat(name_of(tensor, {}), "/real"));
  const auto run = [&]() -> Result<ValueId> {
    // One for each block: [..., blocks]. Scales of f16 are numbers as good.
    MOTE_ASSIGN(const ValueId scale, of_blocks(w, blocks.block_scales, "scales", DType::kF32));
    ValueId zero_point = ValueId::kNone;
    if (blocks.block_zero_points >= 0) {
      MOTE_ASSIGN(zero_point,
                  of_blocks(w, blocks.block_zero_points, "zero points", def(tensor).dtype));
    }
    const ValueId value =
        w.add("DequantizeLinear", {q, scale, zero_point},
              {{"axis", std::int64_t{-1}}, {"block_size", std::int64_t{blocks.block_size}}});
    MOTE_TRY(w.status());
    return value;
  };
  auto value = run();
  if (!value) return std::move(value).error().with_context(cat("tensor '", def(tensor).name, "'"));
  return value;
}

Result<Tensors::Scales> Tensors::scales(int tensor) {
  Scales& known = scales_[static_cast<std::size_t>(tensor)];
  if (known.scale != ValueId::kNone) return known;
  const TensorDef& d = def(tensor);
  // 64-bit biases are taken as 32-bit ones.
  auto constants = constants_of(d.quantization, d.dtype == DType::kS64 ? DType::kS32 : d.dtype);
  if (!constants) {
    return std::move(constants).error().with_context(cat("tensor '", name_of(tensor, {}), "'"));
  }
  const std::string name = name_of(tensor, {});
  known.scale = graph_->add_constant(name + "/scale", std::move(constants->scale));
  // Biases have none.
  const bool shifted =
      std::ranges::any_of(d.quantization.zero_points, [](std::int64_t z) { return z != 0; });
  if (bit_width(d.dtype) < 32 || shifted) {
    known.zero_point = graph_->add_constant(name + "/zero_point", std::move(constants->zero_point));
  }
  return known;
}

Result<ValueId> Tensors::dequantize(int tensor, const Permutation& perm, ValueId q) {
  const TensorDef& d = def(tensor);
  MOTE_ASSIGN(const Scales with, scales(tensor));
  NodeWriter w = writer(cat(name_of(tensor, perm), "/real"));
  if (d.dtype == DType::kS64) {
    const ValueId narrow = narrowed(w, q);
    if (narrow == ValueId::kNone) {
      q = w.add("Cast", {q}, {{"to", std::int64_t{static_cast<int>(DType::kF32)}}});
      const ValueId value = w.add("Mul", {q, with.scale});
      MOTE_TRY(w.status());
      return value;
    }
    q = narrow;
  }
  Attributes attributes;
  if (d.quantization.per_axis()) {
    const std::int64_t widening = std::max<std::int64_t>(std::ssize(perm) - d.rank(), 0);
    attributes.set("axis", place_of(d.quantization.axis + widening, perm));
  }
  const ValueId value =
      w.add("DequantizeLinear", {q, with.scale, with.zero_point}, std::move(attributes));
  MOTE_TRY(w.status());
  return value;
}

Result<ValueId> Tensors::make_real(int tensor, const Permutation& perm) {
  Status status;
  const ValueId q = stored(tensor, perm, status);
  MOTE_TRY(std::move(status));
  const TensorDef& d = def(tensor);
  if (!d.quantized()) return q;
  if (d.quantization.block_size == 0) return dequantize(tensor, perm, q);
  if (perm.empty()) return dequantize_blocks(tensor, q);
  const ValueId straight = real(tensor, {}, status);
  MOTE_TRY(std::move(status));
  NodeWriter w = writer(name_of(tensor, perm));
  const ValueId value = w.add("Transpose", {straight}, {{"perm", perm}});
  MOTE_TRY(w.status());
  return value;
}

ValueId Tensors::real(int tensor, const Permutation& order, Status& status) {
  if (!status) return ValueId::kNone;
  const Permutation perm = normal(order);
  if (const Form* have = find(tensor, perm); have != nullptr && have->real != ValueId::kNone) {
    return have->real;
  }
  auto value = make_real(tensor, perm);
  if (!value) {
    status = std::move(value).error();
    return ValueId::kNone;
  }
  form(tensor, perm).real = *value;
  return *value;
}

Result<ValueId> Tensors::quantize(int tensor, const Permutation& perm, ValueId value) {
  const TensorDef& d = def(tensor);
  const bool wide = d.dtype == DType::kS32 || d.dtype == DType::kS64;
  if (d.quantization.block_size > 0 || (wide && d.quantization.per_axis())) {
    return Error{Code::kUnsupported,
                 cat("a result quantized as ", name(d.dtype), " with several scales")};
  }
  if (std::ranges::find(d.quantization.scales, 0.0F) != d.quantization.scales.end()) {
    return Error{Code::kCorrupt, "a result quantized with scale 0"};
  }
  NodeWriter w = writer(cat(name_of(tensor, perm), "/quantized"));
  if (wide) return quantize_wide(w, d, value);
  MOTE_ASSIGN(const Scales with, scales(tensor));
  Attributes attributes;
  if (d.quantization.per_axis()) attributes.set("axis", place_of(d.quantization.axis, perm));
  const ValueId q =
      w.add("QuantizeLinear", {value, with.scale, with.zero_point}, std::move(attributes));
  MOTE_TRY(w.status());
  return q;
}

void Tensors::set_real(int tensor, const Permutation& perm, ValueId value, Status& status) {
  if (!status) return;
  const TensorDef& d = def(tensor);
  const auto as_stored = [&]() -> Result<ValueId> {
    if (d.quantized()) return quantize(tensor, perm, value);
    if (is_integer(d.dtype) && is_float(inference_->known(value).type.tensor.dtype)) {
      return Error{Code::kCorrupt, cat(name(d.dtype), " without a scale is to hold real numbers")};
    }
    return value;
  };
  auto q = as_stored();
  if (q) return set_stored(tensor, perm, *q);
  status = std::move(q).error().with_context(cat("tensor '", name_of(tensor, {}), "'"));
}

}  // namespace mote::tfl
