#include "ops/support/axes.h"

#include <algorithm>

#include "base/text.h"

namespace mote {

Result<int> normalize_axis(std::int64_t axis, int rank) {
  if (axis < -rank || axis >= rank) {
    return Error{Code::kInvalidArgument,
                 cat("axis ", axis, " is outside [", -rank, ", ", rank - 1, "]")};
  }
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

Result<std::vector<int>> normalize_axes(std::span<const std::int64_t> axes, int rank) {
  std::vector<int> out;
  for (const std::int64_t axis : axes) {
    MOTE_ASSIGN(const int a, normalize_axis(axis, rank));
    out.push_back(a);
  }
  std::ranges::sort(out);
  if (const auto twice = std::ranges::adjacent_find(out); twice != out.end()) {
    return Error{Code::kInvalidArgument, cat("axis ", *twice, " is given twice")};
  }
  return out;
}

Result<std::vector<std::int64_t>> read_integers(const TensorView& tensor) {
  if (tensor.dims.rank() > 1) {
    return Error{Code::kInvalidArgument, cat("a list of integers has rank ", tensor.dims.rank())};
  }
  const auto n = static_cast<std::size_t>(tensor.dims.count());
  if (tensor.dtype == DType::kS64) {
    const auto* p = tensor.as<std::int64_t>();
    return std::vector<std::int64_t>(p, p + n);
  }
  if (tensor.dtype == DType::kS32) {
    const auto* p = tensor.as<std::int32_t>();
    return std::vector<std::int64_t>(p, p + n);
  }
  return Error{Code::kInvalidArgument,
               cat("a list of integers has element type ", name(tensor.dtype))};
}

Result<std::optional<std::vector<std::int64_t>>> known_integers(const InferArgs& args,
                                                                std::size_t i) {
  const Tensor* constant = args.constant(i);
  if (constant == nullptr) return std::optional<std::vector<std::int64_t>>();
  auto values = read_integers(constant->view());
  if (!values) return std::move(values).error().with_context(cat("input ", i));
  return std::optional(*std::move(values));
}

Status expect_dtype(const InferArgs& args, std::size_t i, std::initializer_list<DType> dtypes) {
  if (!args.has(i) || args.type(i).dtype == DType::kUndefined) return {};
  if (std::ranges::find(dtypes, args.type(i).dtype) != dtypes.end()) return {};
  std::string expected;
  for (const DType d : dtypes) expected += cat(expected.empty() ? "" : " or ", name(d));
  return Error{Code::kInvalidArgument,
               cat("input ", i, " is ", name(args.type(i).dtype), ", not ", expected)};
}

Shape unknown_shape(int rank) { return Shape(static_cast<std::size_t>(rank)); }

Result<Dim> product(std::span<const Dim> dims) {
  std::int64_t n = 1;
  for (const Dim& d : dims) {
    if (!d.known()) return dims.size() == 1 ? d : Dim();
    if (__builtin_mul_overflow(n, d.size(), &n)) {
      return Error{Code::kInvalidArgument, "a shape has more elements than memory can hold"};
    }
  }
  return Dim(n);
}

}  // namespace mote
