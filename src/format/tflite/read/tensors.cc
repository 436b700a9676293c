#include "format/tflite/read/tensors.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "base/text.h"
#include "format/tflite/read/constant_reader.h"
#include "ir/dtype.h"
#include "ops/support/box.h"
#include "ops/support/convert.h"
#include "ops/support/copy.h"
#include "ops/support/strides.h"

namespace mote::tfl {
namespace {

constexpr std::uint64_t kBytesOfScale = sizeof(float) + sizeof(std::int64_t);  // and zero point

bool is_identity(const Permutation& perm) {
  for (std::size_t i = 0; i < perm.size(); ++i) {
    if (perm[i] != static_cast<std::int64_t>(i)) return false;
  }
  return true;
}

Permutation normal(const Permutation& perm) { return is_identity(perm) ? Permutation() : perm; }

// Where axis `axis` of the tensor stands.
std::int64_t place_of(std::int64_t axis, const Permutation& perm) {
  if (perm.empty()) return axis;
  return std::ranges::find(perm, axis) - perm.begin();
}

// What Transpose must do to a value in order `from` for it to be in order `to`.
Permutation between(const Permutation& from, const Permutation& to, std::size_t rank) {
  Permutation perm;
  for (std::size_t i = 0; i < rank; ++i) {
    perm.push_back(place_of(to.empty() ? static_cast<std::int64_t>(i) : to[i], from));
  }
  return perm;
}

Result<Tensor> permuted(const Tensor& tensor, const Permutation& perm, Budget& budget) {
  MOTE_TRY(budget.take(tensor.bytes()));
  const Dims own = row_major_strides(tensor.dims());
  Dims dims, strides;
  for (const std::int64_t axis : perm) {
    dims.push_back(tensor.dims()[static_cast<int>(axis)]);
    strides.push_back(own[static_cast<int>(axis)]);
  }
  MOTE_ASSIGN(Tensor out, Tensor::zeros(tensor.dtype(), dims));
  copy_box(dims, tensor.view(), {0, strides}, out.mut(), placed_whole(dims));
  return out;
}

// With sizes of 1 in front, as broadcasting reads it.
Tensor widened(const Tensor& tensor, std::size_t rank) {
  Dims dims;
  for (std::size_t i = tensor.dims().size(); i < rank; ++i) dims.push_back(1);
  for (const std::int64_t size : tensor.dims()) dims.push_back(size);
  return tensor.reshaped(dims);
}

std::pair<std::int64_t, std::int64_t> range_of(DType dtype) {
  const int bits = bit_width(dtype);
  const bool is_signed = is_signed_integer(dtype);
  if (bits >= 32)
    return {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()};
  const std::int64_t count = std::int64_t{1} << bits;
  if (is_signed) return {-count / 2, count / 2 - 1};
  return {0, count - 1};
}

// By scale 0 writers say that integers are not quantized. Weights that are all zero have it, too.
bool stands_for_itself(const TensorDef& def, const File& file) {
  if (def.quantization.scales != std::vector<float>{0}) return false;
  if (bit_width(def.dtype) >= 32) return true;
  const auto bytes = file.buffer(def.table->buffer());
  return !bytes || bytes->empty();
}

bool has_one_element(const TensorDef& def) {
  const auto dims = def.type().dims();
  return dims && dims->count() == 1;
}

}  // namespace

Permutation channels_first(int rank) {
  Permutation perm{0, rank - 1};
  for (std::int64_t axis = 1; axis < rank - 1; ++axis) perm.push_back(axis);
  return perm;
}

Result<Tensor> zero_state(const TensorDef& def, Budget& budget) {
  Dims dims;
  for (const std::int32_t size : values_of(def.table->shape())) dims.push_back(size);
  MOTE_ASSIGN(const std::uint64_t bytes, byte_size(def.dtype, dims));
  MOTE_TRY(budget.take(bytes));
  MOTE_ASSIGN(Tensor state, Tensor::zeros(def.dtype, dims));
  const auto& zero_points = def.quantization.zero_points;
  if (zero_points.empty() || zero_points[0] == 0 || state.count() == 0) return state;
  convert_range(Tensor::scalar(zero_points[0]).view(), 0, state.mut(), 0, 1);
  const TensorView first = state.view();
  fill_range(first, 0, state.mut(), 1, state.count() - 1);
  return state;
}

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

Result<Tensors> Tensors::read(ReadContext& context, const fb::SubGraph& subgraph, Graph& graph,
                              TypeInference& inference) {
  Tensors tensors(context, graph, inference);
  tensors.subgraph_key_ =
      cat("subgraph ", reinterpret_cast<std::uintptr_t>(&subgraph) -
                           reinterpret_cast<std::uintptr_t>(context.file.bytes()->data()));
  const std::size_t count = size_of(subgraph.tensors());
  MOTE_TRY(context.budget.take(count * (sizeof(TensorDef) + sizeof(std::vector<Form>))));
  for (std::uint32_t i = 0; i < count; ++i) {
    MOTE_ASSIGN(TensorDef def, read_tensor_def(subgraph.tensors()->Get(i)));
    // Tensors may share the bytes of their scales.
    MOTE_TRY(context.budget.take(def.quantization.scales.size() * kBytesOfScale));
    if (stands_for_itself(def, context.file)) def.quantization = {};
    tensors.defs_.push_back(std::move(def));
  }
  tensors.forms_.resize(count);
  tensors.scales_.resize(count);
  return tensors;
}

Tensors::Form* Tensors::find(int tensor, const Permutation& perm) {
  auto& forms = forms_[static_cast<std::size_t>(tensor)];
  const auto it = std::ranges::find(forms, perm, &Form::perm);
  return it == forms.end() ? nullptr : &*it;
}

Tensors::Form& Tensors::form(int tensor, const Permutation& perm) {
  if (Form* found = find(tensor, perm)) return *found;
  return forms_[static_cast<std::size_t>(tensor)].emplace_back(Form{perm});
}

std::string Tensors::name_of(int tensor, const Permutation& perm) const {
  const std::string& name = def(tensor).name;
  std::string base = name.empty() ? cat("tensor_", tensor) : name;
  if (perm.empty()) return base;
  return cat(base, perm == channels_first(4) ? "/nchw" : "/transposed");
}

Result<bool> Tensors::load_constant(int tensor) {
  MOTE_ASSIGN(std::optional<Tensor> constant,
              read_constant(context_->file, def(tensor), context_->budget));
  // A constant without elements has no bytes.
  const auto dims = def(tensor).type().dims();
  if (!constant && dims && dims->count() == 0 && !def(tensor).variable) {
    MOTE_ASSIGN(constant, Tensor::zeros(def(tensor).dtype, *dims));
  }
  if (!constant) return false;
  form(tensor, {}).stored = graph_->add_constant(name_of(tensor, {}), *std::move(constant));
  return true;
}

Result<bool> Tensors::is_known(int tensor) {
  if (!forms_[static_cast<std::size_t>(tensor)].empty()) return true;
  return load_constant(tensor);
}

bool Tensors::has_order(int tensor, const Permutation& perm) {
  if (find(tensor, normal(perm)) != nullptr || has_one_element(def(tensor))) return true;
  const auto known = is_known(tensor);
  if (!known || !*known) return false;
  const Form& first = forms_[static_cast<std::size_t>(tensor)].front();
  return graph_->is_constant(first.stored);
}

bool Tensors::was_made_in(int tensor, const Permutation& perm) {
  const Form* have = find(tensor, normal(perm));
  return have != nullptr && graph_->value(have->stored).producer != NodeId::kNone;
}

Status Tensors::declare_variable(int tensor) {
  if (graph_ != context_->top) {
    return Error{Code::kUnsupported,
                 cat("tensor '", name_of(tensor, {}), "' is a variable within a branch or a loop")};
  }
  const std::string key = cat(subgraph_key_, "/", tensor);
  if (!context_->variables.contains(key)) {
    MOTE_ASSIGN(Tensor initial, zero_state(def(tensor), context_->budget));
    context_->variables.declare(key, name_of(tensor, {}), def(tensor).type(), std::move(initial));
  }
  form(tensor, {}).stored = context_->variables.value(key);
  return {};
}

void Tensors::set_variable(int tensor, ValueId value, Status& status) {
  const std::string key = cat(subgraph_key_, "/", tensor);
  set_real(tensor, {}, value, status);
  const ValueId q = stored(tensor, {}, status);
  if (status && context_->variables.contains(key)) context_->variables.assign(key, q);
}

Result<ValueId> Tensors::make_stored(int tensor, const Permutation& perm) {
  MOTE_ASSIGN(bool known, is_known(tensor));
  if (!known && def(tensor).variable) {
    MOTE_TRY(declare_variable(tensor));
    known = true;
  }
  if (!known && def(tensor).dtype == DType::kC64) {
    return Error{Code::kUnsupported,
                 cat("tensor '", name_of(tensor, {}), "' holds complex numbers")};
  }
  if (!known) {
    return Error{Code::kInvalidArgument,
                 cat("tensor '", name_of(tensor, {}), "' is read before it is made")};
  }
  if (const Form* have = find(tensor, perm); have != nullptr) return have->stored;
  const Form from = forms_[static_cast<std::size_t>(tensor)].front();
  const int rank = inference_->known(from.stored).type.tensor.rank();
  if (graph_->is_constant(from.stored) && rank < std::ssize(perm)) {
    const Tensor wide = widened(graph_->value(from.stored).constant, perm.size());
    MOTE_ASSIGN(Tensor t, permuted(wide, perm, context_->budget));
    return graph_->add_constant(name_of(tensor, perm), std::move(t));
  }
  if (!perm.empty() && rank != std::ssize(perm)) {
    return Error{Code::kInvalidArgument, cat("tensor '", name_of(tensor, {}), "' has rank ", rank,
                                             ", ", perm.size(), " are needed")};
  }
  const Permutation moved = between(from.perm, perm, static_cast<std::size_t>(rank));
  if (graph_->is_constant(from.stored)) {
    MOTE_ASSIGN(Tensor t, permuted(graph_->value(from.stored).constant, moved, context_->budget));
    return graph_->add_constant(name_of(tensor, perm), std::move(t));
  }
  NodeWriter w = writer(name_of(tensor, perm));
  const ValueId value = w.add("Transpose", {from.stored}, {{"perm", moved}});
  MOTE_TRY(w.status());
  give_name(value, tensor, perm);
  return value;
}

ValueId Tensors::stored(int tensor, const Permutation& order, Status& status) {
  if (!status) return ValueId::kNone;
  const Permutation perm = normal(order);
  auto value = make_stored(tensor, perm);
  if (!value) {
    status = std::move(value).error();
    return ValueId::kNone;
  }
  form(tensor, perm).stored = *value;
  return *value;
}

Result<ValueId> Tensors::dequantize_blocks(int tensor, ValueId q) {
  const Quantization& blocks = def(tensor).quantization;
  Status status;
  if (!contains(blocks.block_scales)) {
    return Error{Code::kCorrupt, cat("tensor '", def(tensor).name, "': scales of blocks in tensor ",
                                     blocks.block_scales)};
  }
  NodeWriter w = writer(cat(name_of(tensor, {}), "/real"));
  // One scale for each block: [..., blocks]. Scales of f16 are numbers as good.
  ValueId scale = stored(blocks.block_scales, {}, status);
  MOTE_TRY(std::move(status));
  scale = w.add("Cast", {scale}, {{"to", std::int64_t{static_cast<int>(DType::kF32)}}});
  ValueId zero_point = ValueId::kNone;
  if (blocks.block_zero_points >= 0) {
    if (!contains(blocks.block_zero_points)) {
      return Error{Code::kCorrupt,
                   cat("tensor '", def(tensor).name, "': zero points of blocks in tensor ",
                       blocks.block_zero_points)};
    }
    Status known;
    zero_point = stored(blocks.block_zero_points, {}, known);
    MOTE_TRY(std::move(known));
    zero_point =
        w.add("Cast", {zero_point}, {{"to", std::int64_t{static_cast<int>(def(tensor).dtype)}}});
  }
  const ValueId value =
      w.add("DequantizeLinear", {q, scale, zero_point},
            {{"axis", std::int64_t{-1}}, {"block_size", std::int64_t{blocks.block_size}}});
  MOTE_TRY(w.status());
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

// 64-bit integers, of which ONNX dequantizes none, as 32-bit ones. kNone: they do not fit.
static ValueId narrowed(NodeWriter& w, ValueId q) {
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
  MOTE_ASSIGN(const ValueId straight, [&]() -> Result<ValueId> {
    Status s;
    const ValueId v = real(tensor, {}, s);
    MOTE_TRY(std::move(s));
    return v;
  }());
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

void Tensors::give_name(ValueId value, int tensor, const Permutation& perm) {
  const bool made = graph_->value(value).producer != NodeId::kNone;
  if (!made || static_cast<std::size_t>(value) < first_fresh_) return;
  if (named_.insert(value).second) graph_->rename_value(value, name_of(tensor, perm));
}

void Tensors::set_stored(int tensor, const Permutation& order, ValueId value) {
  const Permutation perm = normal(order);
  give_name(value, tensor, perm);
  forms_[static_cast<std::size_t>(tensor)].assign(1, Form{perm, value});
}

namespace {

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

void Tensors::set_real(int tensor, const Permutation& perm, ValueId value, Status& status) {
  if (!status) return;
  const TensorDef& d = def(tensor);
  if (!d.quantized()) {
    if (is_integer(d.dtype) && is_float(inference_->known(value).type.tensor.dtype)) {
      status = Error{Code::kCorrupt, cat("tensor '", name_of(tensor, {}), "': ", name(d.dtype),
                                         " without a scale is to hold real numbers")};
      return;
    }
    return set_stored(tensor, perm, value);
  }
  const auto quantize = [&]() -> Result<ValueId> {
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
  };
  auto q = quantize();
  if (!q) {
    status = std::move(q).error().with_context(cat("tensor '", name_of(tensor, {}), "'"));
    return;
  }
  set_stored(tensor, perm, *q);
}

}  // namespace mote::tfl
