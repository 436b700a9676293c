// mote_value_…, mote_tensor_…, mote_sequence_…, mote_map_…
#include "base/result.h"
#include "base/text.h"
#include "c_api/handles.h"
#include "ir/foreign_data.h"

using namespace mote::c_api;

namespace {

// Null unless it is a tensor.
const mote::Tensor* tensor_of(const mote_value* value) {
  return value != nullptr && value->datum.is_tensor() ? &value->datum.tensor() : nullptr;
}

mote::Error no(const char* kind) {
  return {mote::Code::kInvalidArgument, mote::cat("the value is no ", kind)};
}

mote::Status give(mote::Datum datum, mote_value** value) {
  *value = new mote_value{std::move(datum)};
  return {};
}

// Errors: kInvalidArgument: no tensor of strings, or an index outside.
mote::Status expect_string(const mote_value& value, int64_t index) {
  const mote::Tensor* t = tensor_of(&value);
  if (t == nullptr || t->dtype() != mote::DType::kString) return no("tensor of strings");
  if (index >= 0 && index < t->count()) return {};
  return mote::Error{mote::Code::kInvalidArgument,
                     mote::cat("element ", index, " is outside [0, ", t->count(), ")")};
}

}  // namespace

mote_code mote_tensor_create(mote_dtype dtype, const int64_t* sizes, int32_t rank,
                             mote_value** tensor) {
  if (tensor == nullptr) return null_argument();
  return guarded([&]() -> mote::Status {
    MOTE_ASSIGN(const mote::Dims dims, dims_of(sizes, rank));
    MOTE_ASSIGN(const mote::DType type, dtype_of(dtype));
    MOTE_ASSIGN(mote::Tensor t, mote::Tensor::zeros(type, dims));
    return give(std::move(t), tensor);
  });
}

mote_code mote_tensor_view(mote_dtype dtype, const int64_t* sizes, int32_t rank, const void* data,
                           size_t bytes, mote_value** tensor) {
  if (tensor == nullptr || (data == nullptr && bytes > 0)) return null_argument();
  return guarded([&]() -> mote::Status {
    MOTE_ASSIGN(const mote::Dims dims, dims_of(sizes, rank));
    MOTE_ASSIGN(const mote::DType type, dtype_of(dtype));
    if (type == mote::DType::kString) return no("view: strings have memory of their own");
    MOTE_ASSIGN(const std::uint64_t needed, mote::byte_size(type, dims));
    if (needed != bytes) {
      return mote::Error{mote::Code::kInvalidArgument,
                         mote::cat(mote::name(type), mote::to_string(dims), " takes ", needed,
                                   " bytes, is given ", bytes)};
    }
    MOTE_TRY(check_aligned(data, type));
    mote::Tensor view = mote::Tensor::view(type, dims, data, nullptr);
    MOTE_TRY(mote::check_bools(view.view()));
    return give(std::move(view), tensor);
  });
}

mote_code mote_sequence_create(const mote_value* const* elements, size_t count,
                               mote_value** sequence) {
  if (sequence == nullptr || (elements == nullptr && count > 0)) return null_argument();
  return guarded([&]() -> mote::Status {
    std::vector<mote::Datum> list;
    for (size_t i = 0; i < count; ++i) {
      if (elements[i] == nullptr) return no("element: it is null");
      list.push_back(elements[i]->datum);
    }
    return give(mote::Datum::sequence(std::move(list)), sequence);
  });
}

void mote_value_free(mote_value* value) { delete value; }

mote_kind mote_value_kind(const mote_value* value) {
  return value == nullptr ? MOTE_NOTHING : static_cast<mote_kind>(value->datum.kind());
}

mote_dtype mote_tensor_dtype(const mote_value* tensor) {
  const mote::Tensor* t = tensor_of(tensor);
  return t == nullptr ? MOTE_UNDEFINED : static_cast<mote_dtype>(t->dtype());
}

int32_t mote_tensor_rank(const mote_value* tensor) {
  const mote::Tensor* t = tensor_of(tensor);
  return t == nullptr ? -1 : t->dims().rank();
}

int64_t mote_tensor_size(const mote_value* tensor, int32_t axis) {
  const bool inside = axis >= 0 && axis < mote_tensor_rank(tensor);
  return inside ? tensor_of(tensor)->dims()[axis] : -1;
}

int64_t mote_tensor_count(const mote_value* tensor) {
  const mote::Tensor* t = tensor_of(tensor);
  return t == nullptr ? 0 : t->count();
}

size_t mote_tensor_bytes(const mote_value* tensor) {
  const mote::Tensor* t = tensor_of(tensor);
  return t == nullptr || t->dtype() == mote::DType::kString ? 0 : t->bytes();
}

const void* mote_tensor_data(const mote_value* tensor) {
  const mote::Tensor* t = tensor_of(tensor);
  return t == nullptr || t->dtype() == mote::DType::kString ? nullptr : t->data();
}

void* mote_tensor_mutable_data(mote_value* tensor) {
  const mote::Tensor* t = tensor_of(tensor);
  const bool writable = t != nullptr && t->unique();
  return writable ? const_cast<void*>(mote_tensor_data(tensor)) : nullptr;
}

mote_code mote_tensor_string(const mote_value* tensor, int64_t index, const char** text,
                             size_t* size) {
  if (tensor == nullptr || text == nullptr || size == nullptr) return null_argument();
  return guarded([&]() -> mote::Status {
    MOTE_TRY(expect_string(*tensor, index));
    const std::string& s =
        tensor->datum.tensor().values<std::string>()[static_cast<std::size_t>(index)];
    *text = s.c_str();
    *size = s.size();
    return {};
  });
}

mote_code mote_tensor_set_string(mote_value* tensor, int64_t index, const char* text, size_t size) {
  if (tensor == nullptr || (text == nullptr && size > 0)) return null_argument();
  return guarded([&]() -> mote::Status {
    MOTE_TRY(expect_string(*tensor, index));
    const mote::Tensor& t = tensor->datum.tensor();
    if (!t.unique()) return no("tensor to write: its memory is shared");
    auto* strings = const_cast<std::string*>(t.values<std::string>().data());
    strings[index].assign(text == nullptr ? "" : text, size);
    return {};
  });
}

size_t mote_sequence_length(const mote_value* sequence) {
  const bool is = sequence != nullptr && sequence->datum.is_sequence();
  return is ? sequence->datum.elements().size() : 0;
}

mote_code mote_sequence_at(const mote_value* sequence, size_t index, mote_value** element) {
  if (sequence == nullptr || element == nullptr) return null_argument();
  return guarded([&]() -> mote::Status {
    if (!sequence->datum.is_sequence()) return no("sequence");
    const auto elements = sequence->datum.elements();
    if (index < elements.size()) return give(elements[index], element);
    return mote::Error{mote::Code::kInvalidArgument,
                       mote::cat("element ", index, " is outside [0, ", elements.size(), ")")};
  });
}

mote_code mote_map_keys(const mote_value* map, mote_value** keys) {
  if (map == nullptr || keys == nullptr) return null_argument();
  return guarded([&]() -> mote::Status {
    if (!map->datum.is_map()) return no("map");
    return give(map->datum.keys(), keys);
  });
}

mote_code mote_map_values(const mote_value* map, mote_value** values) {
  if (map == nullptr || values == nullptr) return null_argument();
  return guarded([&]() -> mote::Status {
    if (!map->datum.is_map()) return no("map");
    return give(map->datum.values(), values);
  });
}
