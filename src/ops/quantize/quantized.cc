#include "ops/quantize/quantized.h"

#include "base/text.h"
#include "ir/dtype.h"
#include "ops/support/axes.h"
#include "ops/support/expect_elements.h"
#include "ops/support/indices.h"
#include "ops/support/shapes.h"

namespace mote {

bool is_quantized_integer(DType dtype) { return is_integer(dtype) && bit_width(dtype) <= 16; }

IntegerRange range_of(DType dtype) {
  if (!is_quantized_integer(dtype)) return {};
  const int bits = bit_width(dtype);
  if (!is_signed_integer(dtype)) return {0, (1 << bits) - 1};
  return {-(1 << (bits - 1)), (1 << (bits - 1)) - 1};
}

float load_scale(const TensorView& tensor, std::int64_t i) {
  switch (tensor.dtype) {
    case DType::kF16:
      return tensor.as<F16>()[i];
    case DType::kBF16:
      return tensor.as<BF16>()[i];
    case DType::kF8E8M0:
      return minifloat_to_f32(DType::kF8E8M0, tensor.as<std::uint8_t>()[i]);
    case DType::kS32:
      return static_cast<float>(tensor.as<std::int32_t>()[i]);
    default:
      return tensor.as<float>()[i];
  }
}

std::int32_t load_quantized(const TensorView& tensor, std::int64_t i) {
  switch (tensor.dtype) {
    case DType::kS8:
      return tensor.as<std::int8_t>()[i];
    case DType::kU8:
      return tensor.as<std::uint8_t>()[i];
    case DType::kS16:
      return tensor.as<std::int16_t>()[i];
    case DType::kU16:
      return tensor.as<std::uint16_t>()[i];
    case DType::kS32:
      return tensor.as<std::int32_t>()[i];
    default:
      return load_packed(tensor.dtype, tensor.data, i);
  }
}

Result<Affine> load_affine(const RunArgs& args, std::size_t scale, std::size_t zero_point) {
  Affine a;
  for (const std::size_t i : {scale, zero_point}) {
    const TensorView input = optional_input(args, i);
    if (!input || input.dims.count() == 1) continue;
    return Error{Code::kInvalidArgument,
                 cat("input ", i, " has ", input.dims.count(), " elements, not 1")};
  }
  a.scale = load_scale(args.in[scale], 0);
  if (const TensorView z = optional_input(args, zero_point)) a.zero_point = load_quantized(z, 0);
  return a;
}

std::optional<Affine> constant_affine(const PrepareArgs& args, std::size_t scale,
                                      std::size_t zero_point) {
  const Tensor* s = args.constant(scale);
  const Tensor* z = args.constant(zero_point);
  if (args.has(scale) && (s == nullptr || s->count() != 1)) return std::nullopt;
  if (args.has(zero_point) && (z == nullptr || z->count() != 1)) return std::nullopt;
  Affine a;
  if (s != nullptr) a.scale = load_scale(s->view(), 0);
  if (z != nullptr) a.zero_point = load_quantized(z->view(), 0);
  return a;
}

Status expect_present(const InferArgs& args, std::initializer_list<std::size_t> inputs) {
  for (const std::size_t i : inputs) {
    if (!args.has(i)) return Error{Code::kInvalidArgument, cat("input ", i, " is missing")};
  }
  return {};
}

Status expect_scalar(const InferArgs& args, std::size_t i, std::string_view what) {
  if (!args.has(i) || !args.type(i).shape) return {};
  for (const Dim& d : *args.type(i).shape) {
    if (!d.known() || d.size() == 1) continue;
    return Error{Code::kInvalidArgument,
                 cat(what, " is ", to_string(args.type(i)), ", not one element")};
  }
  return {};
}

Status expect_affine(const InferArgs& args, std::size_t like, std::size_t scale,
                     std::size_t zero_point) {
  MOTE_TRY(expect_dtype(args, scale, {DType::kF32}));
  MOTE_TRY(expect_scalar(args, scale, cat("input ", scale, ", a scale,")));
  MOTE_TRY(expect_scalar(args, zero_point, cat("input ", zero_point, ", a zero point,")));
  MOTE_TRY(shared_dtype(args, {like, zero_point}));
  return {};
}

Status expect_requantized(const InferArgs& args) {
  MOTE_TRY(expect_present(args, {3}));
  MOTE_TRY(expect_elements(args, 0, ByteElements{}));
  MOTE_TRY(expect_affine(args, 0, 1, 2));
  return expect_affine(args, 0, 3, 4);
}

}  // namespace mote
