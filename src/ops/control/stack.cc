#include "ops/control/stack.h"

#include "base/text.h"
#include "ops/support/axes.h"
#include "ops/support/copy.h"
#include "ops/support/text_bytes.h"

namespace mote {
namespace {

Dims dims_with(const Dims& dims, int axis, std::int64_t size) {
  Dims out;
  for (int d = 0; d <= dims.rank(); ++d) {
    if (d == axis) out.push_back(size);
    if (d < dims.rank()) out.push_back(dims[d]);
  }
  return out;
}

Result<Datum> empty_stack(const Type& type, TensorAllocator& allocator) {
  const TensorType& t = type.tensor;
  if (type.kind != Type::Kind::kTensor || t.dtype == DType::kUndefined || !t.shape) {
    return Error{Code::kUnsupported, "without iterations the type of an output is not known"};
  }
  Dims dims;
  for (const Dim& d : *t.shape) dims.push_back(d.known() ? d.size() : 0);
  MOTE_ASSIGN(Tensor empty, allocator.allocate(t.dtype, dims));
  return Datum(std::move(empty));
}

}  // namespace

Status Stack::push(const Datum& datum, TensorAllocator& allocator) {
  if (!datum.is_tensor()) {
    return Error{Code::kInvalidArgument, "an output that is collected is no tensor"};
  }
  const Tensor& t = datum.tensor();
  const bool same =
      tensors_.empty() || (tensors_[0].dtype() == t.dtype() && tensors_[0].dims() == t.dims());
  if (!same) {
    return Error{
        Code::kInvalidArgument,
        cat("an output that is collected is ", name(t.dtype()), to_string(t.dims()), ", was ",
            name(tensors_[0].dtype()), to_string(tensors_[0].dims()), " before")};
  }
  if (tensors_.size() == tensors_.capacity()) {
    const std::size_t more = std::max<std::size_t>(tensors_.capacity(), 8);
    MOTE_ASSIGN(auto charge, allocator.charge(more * sizeof(Tensor)));
    charges_.push_back(std::move(charge));
    tensors_.reserve(tensors_.capacity() + more);
  }
  tensors_.push_back(t);
  return {};
}

Result<Datum> Stack::join(std::int64_t axis, bool reversed, const Type& type,
                          TensorAllocator& allocator) const {
  if (tensors_.empty()) {
    MOTE_ASSIGN(Datum none, empty_stack(type, allocator));
    return none;
  }
  const Dims& dims = tensors_[0].dims();
  if (dims.rank() == kMaxRank) {
    return Error{Code::kUnsupported, cat("an output would have a rank over ", kMaxRank)};
  }
  MOTE_ASSIGN(const int at, normalize_axis(axis, dims.rank() + 1));
  std::uint64_t text = 0;
  for (const Tensor& t : tensors_) text += text_bytes(t);
  MOTE_TRY(allocator.expect_text(text));
  MOTE_ASSIGN(Tensor joined, allocator.allocate(tensors_[0].dtype(), dims_with(dims, at, size())));
  const std::int64_t outer = dims.count(0, at);
  const std::int64_t inner = dims.count(at, dims.rank());
  for (std::int64_t i = 0; i < size(); ++i) {
    const Tensor& t = tensors_[static_cast<std::size_t>(reversed ? size() - 1 - i : i)];
    for (std::int64_t o = 0; o < outer; ++o) {
      copy_range(t.view(), o * inner, joined.mut(), (o * size() + i) * inner, inner);
    }
  }
  return Datum(std::move(joined));
}

Result<Tensor> slice_along(const TensorView& x, int axis, std::int64_t index,
                           TensorAllocator& allocator) {
  Dims dims;
  for (int d = 0; d < x.dims.rank(); ++d) {
    if (d != axis) dims.push_back(x.dims[d]);
  }
  MOTE_ASSIGN(Tensor slice, allocator.allocate(x.dtype, dims));
  const std::int64_t outer = x.dims.count(0, axis);
  const std::int64_t inner = x.dims.count(axis + 1, x.dims.rank());
  for (std::int64_t o = 0; o < outer; ++o) {
    copy_range(x, (o * x.dims[axis] + index) * inner, slice.mut(), o * inner, inner);
  }
  return slice;
}

Result<TensorType> without_axis(const TensorType& type, std::int64_t axis) {
  if (!type.shape) return type;
  MOTE_ASSIGN(const int at, normalize_axis(axis, type.rank()));
  TensorType out = type;
  out.shape->erase(out.shape->begin() + at);
  return out;
}

Result<TensorType> with_axis(const TensorType& type, std::int64_t axis, Dim size) {
  if (!type.shape) return type;
  MOTE_ASSIGN(const int at, normalize_axis(axis, type.rank() + 1));
  TensorType out = type;
  out.shape->insert(out.shape->begin() + at, std::move(size));
  return out;
}

}  // namespace mote
