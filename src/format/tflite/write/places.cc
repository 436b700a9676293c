#include "format/tflite/write/places.h"

#include "base/text.h"
#include "ir/dtype.h"
#include "ops/support/convert.h"

namespace mote::tfl::write {
namespace {

constexpr std::int64_t kShift = 128;  // from u8 to s8

Grid shifted(Grid grid) {
  for (std::int64_t& z : grid.zero_points) z -= kShift;
  return grid;
}

Result<Tensor> shifted(const Tensor& bytes) {
  MOTE_ASSIGN(Tensor made, Tensor::zeros(DType::kS8, bytes.dims()));
  auto* to = static_cast<std::int8_t*>(made.mut().data);
  for (const std::uint8_t v : bytes.values<std::uint8_t>()) {
    *to++ = static_cast<std::int8_t>(static_cast<int>(v) - kShift);
  }
  return made;
}

// Elements of less than a byte as bytes.
Result<Tensor> widened(const Tensor& tensor) {
  if (!is_convertible(tensor.dtype())) return tensor;
  const bool narrow = tensor.dtype() == DType::kS4 || tensor.dtype() == DType::kS2;
  const bool narrow_unsigned = tensor.dtype() == DType::kU4 || tensor.dtype() == DType::kU2;
  if (!narrow && !narrow_unsigned) return tensor;
  MOTE_ASSIGN(Tensor made, Tensor::zeros(narrow ? DType::kS8 : DType::kU8, tensor.dims()));
  convert_range(tensor.view(), 0, made.mut(), 0, tensor.count());
  return made;
}

// The same elements in a row, since only axes of one element change places.
bool is_still(const Order& order, const Shape& shape) {
  int last = -1;
  for (const int axis : order) {
    const Dim& dim = shape[static_cast<std::size_t>(axis)];
    if (dim.known() && dim.size() == 1) continue;
    if (axis < last) return false;
    last = axis;
  }
  return true;
}

}  // namespace

std::vector<std::int32_t> sizes_of(const Shape& shape) {
  std::vector<std::int32_t> sizes;
  for (const Dim& dim : shape) sizes.push_back(static_cast<std::int32_t>(dim.size()));
  return sizes;
}

Places::Place& Places::place(ValueId value) {
  const auto found = places_.find(value);
  if (found != places_.end()) return found->second;
  const Value& v = graph_.value(value);
  Storage made{v.name, v.type.tensor.dtype, v.type.tensor.shape.value_or(Shape()),
               {},     v.constant,          {}};
  if (v.constant) made.shape = Shape(v.constant.dims().begin(), v.constant.dims().end());
  if (const auto grid = grids_.find(value); grid != grids_.end()) made.grid = grid->second;
  const int rank = static_cast<int>(made.shape.size());
  storages_.push_back(std::move(made));
  return places_[value] = Place{storages_.size() - 1, as_is(rank), false};
}

const Grid* Places::grid_of(ValueId value) {
  const auto& grid = storage(value).grid;
  return grid ? &*grid : nullptr;
}

DType Places::stored_dtype(ValueId value) { return storage(value).dtype; }

bool Places::is_constant(ValueId value) { return static_cast<bool>(storage(value).constant); }

Result<Tensor> Places::constant_of(ValueId value) {
  const Place at = place(value);
  const Tensor& constant = storages_[at.storage].constant;
  if (!constant) return Tensor();
  MOTE_ASSIGN(const Tensor bytes, widened(constant));
  return reordered(bytes, at.order);
}

Order Places::order_of(ValueId value) {
  const Place at = place(value);
  const Storage& s = storages_[at.storage];
  if (s.forms.empty()) return as_is(static_cast<int>(at.order.size()));
  return then(inverse(at.order), s.forms.back().order);
}

Elements Places::elements_of(ValueId value) {
  const Storage& s = storage(value);
  if (!has_integers(s)) return Elements::kReal;
  return s.forms.empty() ? Elements::kStored : s.forms.back().elements;
}

// The one of several ways of asking for the same that forms go by.
Elements Places::settled(const Storage& storage, bool real, Elements elements) const {
  if (!has_integers(storage)) return Elements::kReal;
  if (elements == Elements::kReal) return real ? Elements::kReal : Elements::kStored;
  return storage.dtype == DType::kU8 ? elements : Elements::kStored;
}

TensorSpec Places::spec_of(const Storage& storage, const Order& order, Elements elements) const {
  TensorSpec spec{storage.name, storage.dtype, in_order(sizes_of(storage.shape), order)};
  if (has_integers(storage) && elements == Elements::kReal) spec.dtype = DType::kF32;
  if (!storage.grid || elements == Elements::kReal) return spec;
  spec.grid = elements == Elements::kSigned ? shifted(*storage.grid) : *storage.grid;
  if (elements == Elements::kSigned) spec.dtype = DType::kS8;
  spec.grid->axis = position_of(order, spec.grid->per_axis() ? spec.grid->axis : 0);
  return spec;
}

Result<std::int32_t> Places::tensor(ValueId value, const Order& order, Elements elements) {
  const Place at = place(value);
  return form(at.storage, then(at.order, order), settled(storages_[at.storage], at.real, elements));
}

Result<std::int32_t> Places::flat(ValueId value, Elements elements) {
  const Place at = place(value);
  const Storage& s = storages_[at.storage];
  const Elements wanted = settled(s, at.real, elements);
  for (const Form& f : s.forms) {
    if (f.elements != wanted) continue;
    if (is_still(then(inverse(at.order), f.order), in_order(s.shape, at.order))) return f.tensor;
  }
  return tensor(value, as_is(static_cast<int>(at.order.size())), elements);
}

Result<std::int32_t> Places::form(std::size_t id, const Order& order, Elements elements) {
  const auto find = [&](auto&& matches) -> std::optional<Form> {
    for (const Form& f : storages_[id].forms) {
      if (matches(f)) return f;
    }
    return std::nullopt;
  };
  const auto same_order = [&](const Form& f) { return f.order == order; };
  const auto same_elements = [&](const Form& f) { return f.elements == elements; };
  if (const auto f = find([&](const Form& g) { return same_order(g) && same_elements(g); })) {
    return f->tensor;
  }
  if (storages_[id].constant) return constant_form(storages_[id], order, elements);
  if (storages_[id].forms.empty()) {
    return Error{Code::kInternal, cat("nothing computes '", storages_[id].name, "'")};
  }
  Form from = storages_[id].forms.front();
  if (const auto f = find(same_elements)) from = *f;
  if (const auto f = find(same_order)) from = *f;
  if (from.elements != elements) {
    from = {from.order, elements, converted(storages_[id], from, elements)};
    storages_[id].forms.push_back(from);
  }
  if (from.order != order) {
    from = {order, elements, moved(storages_[id], from, order)};
    storages_[id].forms.push_back(from);
  }
  return from.tensor;
}

Result<std::int32_t> Places::constant_form(Storage& storage, const Order& order,
                                           Elements elements) {
  if (has_integers(storage) && elements == Elements::kReal) {
    MOTE_ASSIGN(const std::int32_t stored, constant_form(storage, order, Elements::kStored));
    const Form from{order, Elements::kStored, stored};
    storage.forms.push_back({order, elements, converted(storage, from, elements)});
    return storage.forms.back().tensor;
  }
  TensorSpec spec = spec_of(storage, order, elements);
  MOTE_ASSIGN(const Tensor bytes, widened(storage.constant));
  MOTE_ASSIGN(spec.constant, reordered(bytes, order));
  if (elements == Elements::kSigned) {
    MOTE_ASSIGN(spec.constant, shifted(spec.constant));
  }
  spec.dtype = spec.constant.dtype();
  storage.forms.push_back({order, elements, subgraph_.add(std::move(spec))});
  return storage.forms.back().tensor;
}

std::int32_t Places::moved(const Storage& storage, const Form& from, const Order& order) {
  TensorSpec spec = spec_of(storage, order, from.elements);
  std::string digits;
  std::vector<std::int32_t> axes;
  for (const int axis : order) {
    axes.push_back(position_of(from.order, axis));
    digits += std::to_string(axis);
  }
  spec.name += "/" + digits;
  const std::int32_t perm =
      constant(Tensor::of<std::int32_t>({static_cast<std::int64_t>(axes.size())}, axes),
               spec.name + "/perm");
  const std::int32_t made = subgraph_.add(std::move(spec));
  subgraph_.operators.push_back({fb::BuiltinOperator_TRANSPOSE, {from.tensor, perm}, {made}});
  return made;
}

std::int32_t Places::converted(const Storage& storage, const Form& from, Elements elements) {
  TensorSpec spec = spec_of(storage, from.order, elements);
  spec.name += elements == Elements::kReal ? "/real" : "/integers";
  const auto code =
      elements == Elements::kReal ? fb::BuiltinOperator_DEQUANTIZE : fb::BuiltinOperator_QUANTIZE;
  const std::int32_t made = subgraph_.add(std::move(spec));
  subgraph_.operators.push_back({code, {from.tensor}, {made}});
  return made;
}

std::int32_t Places::constant(Tensor tensor, std::string name) {
  TensorSpec spec{std::move(name), tensor.dtype(), {}};
  for (const std::int64_t size : tensor.dims()) {
    spec.shape.push_back(static_cast<std::int32_t>(size));
  }
  spec.constant = std::move(tensor);
  return subgraph_.add(std::move(spec));
}

std::int32_t Places::give(ValueId value, const Order& order, Elements elements) {
  const Place at = place(value);
  Storage& s = storages_[at.storage];
  elements = settled(s, at.real, elements);
  const std::int32_t made = subgraph_.add(spec_of(s, order, elements));
  s.forms.push_back({order, elements, made});
  return made;
}

std::int32_t Places::between(ValueId value, const Order& order, std::string_view suffix) {
  TensorSpec spec = spec_of(storage(value), order, Elements::kReal);
  spec.name += suffix;
  return subgraph_.add(std::move(spec));
}

void Places::view(ValueId value, ValueId of, const Order& order) {
  const Place from = place(of);
  places_[value] = {from.storage, then(from.order, order), from.real};
}

void Places::alike(ValueId value, ValueId of) {
  const Place from = place(of);
  Place& at = place(value);
  at.real = from.real;
  storages_[at.storage].dtype = storages_[from.storage].dtype;
  storages_[at.storage].grid = storages_[from.storage].grid;
}

void Places::dequantized(ValueId value, ValueId of) {
  const Place from = place(of);
  places_[value] = {from.storage, from.order, true};
}

void Places::same_integers(ValueId value, ValueId of) {
  const Place from = place(of);
  places_[value] = {from.storage, from.order, false};
}

}  // namespace mote::tfl::write
