#include "ops/support/indices.h"

#include <limits>

#include "base/text.h"
#include "ops/support/convert.h"
#include "ops/support/element.h"

namespace mote {
namespace {

template <class T>
std::int64_t to_integer(T value) {
  const Compute<T> v = value;
  if constexpr (std::is_floating_point_v<Compute<T>>) {
    return real_to_integer<std::int64_t>(static_cast<double>(v));
  } else if constexpr (std::is_same_v<T, std::uint64_t>) {
    constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
    return v > static_cast<std::uint64_t>(kMax) ? kMax : static_cast<std::int64_t>(v);
  } else {
    return std::int64_t{v};
  }
}

}  // namespace

Result<std::int64_t> load_index(const TensorView& tensor, std::int64_t i, std::int64_t size) {
  const std::int64_t index = load_integer(tensor, i);
  if (index < -size || index >= size) {
    return Error{Code::kInvalidArgument,
                 cat("index ", index, " is outside [", -size, ", ", size - 1, "]")};
  }
  return index < 0 ? index + size : index;
}

Result<std::int64_t> load_as_integer(const TensorView& tensor, std::int64_t i) {
  std::int64_t value = 0;
  MOTE_TRY(with_dtype(NumberElements(), tensor.dtype, [&](auto t) -> Status {
    value = to_integer(tensor.as<decltype(t)>()[i]);
    return {};
  }));
  return value;
}

Result<std::int64_t> load_scalar_integer(const TensorView& tensor, std::string_view what) {
  if (tensor.dims.count() != 1) {
    return Error{Code::kInvalidArgument,
                 cat(what, " has ", tensor.dims.count(), " elements, not one")};
  }
  return load_as_integer(tensor, 0);
}

Status check_integer_list(const TensorView& tensor, std::string_view what) {
  if (tensor.dims.rank() > 1) {
    return Error{Code::kInvalidArgument, cat(what, " has rank ", tensor.dims.rank(), ", not 1")};
  }
  if (tensor.dtype == DType::kS64 || tensor.dtype == DType::kS32) return {};
  return Error{Code::kInvalidArgument, cat(what, " is ", name(tensor.dtype), ", not s64 or s32")};
}

Result<std::optional<std::int64_t>> list_length(const InferArgs& args, std::size_t i,
                                                std::string_view what) {
  if (!args.has(i) || !args.type(i).shape) return std::optional<std::int64_t>();
  const Shape& shape = *args.type(i).shape;
  if (shape.size() > 1) {
    return Error{Code::kInvalidArgument, cat(what, " has rank ", shape.size(), ", not 1")};
  }
  if (shape.empty()) return std::optional<std::int64_t>(1);
  if (!shape[0].known()) return std::optional<std::int64_t>();
  return std::optional<std::int64_t>(shape[0].size());
}

Status expect_output_size(const RunArgs& args, const Dims& dims) {
  const Dims& declared = args.out[0].dims;
  if (declared == dims) return {};
  return Error{Code::kInvalidArgument,
               cat("the output has size ", to_string(dims), ", not ", to_string(declared))};
}

}  // namespace mote
