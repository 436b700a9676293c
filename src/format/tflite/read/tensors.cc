#include "format/tflite/read/tensors.h"

#include <algorithm>

#include "base/text.h"
#include "ir/dtype.h"
#include "ops/support/convert.h"
#include "ops/support/copy.h"

namespace mote::tfl {
namespace {

constexpr std::uint64_t kBytesOfScale = sizeof(float) + sizeof(std::int64_t);  // and zero point

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
  MOTE_ASSIGN(std::optional<Tensor> constant, context_->constants.load(def(tensor)));
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

Status Tensors::require(int tensor) {
  MOTE_ASSIGN(const bool known, is_known(tensor));
  if (known) return {};
  if (def(tensor).variable) return declare_variable(tensor);
  const std::string label = cat("tensor '", name_of(tensor, {}), "'");
  if (def(tensor).dtype == DType::kC64) {
    return Error{Code::kUnsupported, cat(label, " holds complex numbers")};
  }
  return Error{Code::kInvalidArgument, cat(label, " is read before it is made")};
}

Result<ValueId> Tensors::make_stored(int tensor, const Permutation& perm) {
  MOTE_TRY(require(tensor));
  if (const Form* have = find(tensor, perm); have != nullptr) return have->stored;
  const Form from = forms_[static_cast<std::size_t>(tensor)].front();
  const bool is_constant = graph_->is_constant(from.stored);
  const int rank = inference_->known(from.stored).type.tensor.rank();
  const bool is_narrow = rank < std::ssize(perm);  // which only constants may be
  if (is_narrow ? !is_constant : !perm.empty() && rank > std::ssize(perm)) {
    return Error{Code::kInvalidArgument, cat("tensor '", name_of(tensor, {}), "' has rank ", rank,
                                             ", ", perm.size(), " are needed")};
  }
  const Permutation moved =
      is_narrow ? perm : between(from.perm, perm, static_cast<std::size_t>(rank));
  if (is_constant) {
    const Tensor& source = graph_->value(from.stored).constant;
    MOTE_ASSIGN(Tensor t, context_->constants.in_order(source, moved));
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

Result<ValueId> Tensors::make_s64(int tensor, ValueId value) {
  if (inference_->known(value).type.tensor.dtype == DType::kS64) return value;
  NodeWriter w = writer(name_of(tensor, {}));
  const Tensor* known = w.constant(value);
  if (known != nullptr && known->dtype() == DType::kS32) {
    MOTE_ASSIGN(Tensor wide, context_->constants.as_s64(*known));
    return graph_->add_constant(cat(name_of(tensor, {}), "/s64"), std::move(wide));
  }
  const ValueId wide =
      w.add("Cast", {value}, {{"to", std::int64_t{static_cast<int>(DType::kS64)}}});
  MOTE_TRY(w.status());
  return wide;
}

ValueId Tensors::stored_s64(int tensor, Status& status) {
  const ValueId value = stored(tensor, {}, status);
  if (!status) return ValueId::kNone;
  Form& as_stored = form(tensor, {});
  if (as_stored.s64 != ValueId::kNone) return as_stored.s64;
  auto wide = make_s64(tensor, value);
  if (wide) return as_stored.s64 = *wide;
  status = std::move(wide).error();
  return ValueId::kNone;
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

}  // namespace mote::tfl
