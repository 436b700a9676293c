#include "ops/support/axes.h"

#include <algorithm>

#include "base/text.h"

namespace mote {
namespace {

// An unknown size makes the sum unknown.
Status add_size(const Dim& size, Dim& sum) {
  std::int64_t total = 0;
  if (!size.known() || !sum.known()) {
    sum = Dim();
  } else if (__builtin_add_overflow(size.size(), sum.size(), &total)) {
    return Error{Code::kInvalidArgument, "the sizes along the axis overflow"};
  } else {
    sum = total;
  }
  return {};
}

}  // namespace

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

Result<std::vector<std::int64_t>> read_integers(const TensorView& tensor, std::size_t most) {
  if (tensor.dims.rank() > 1) {
    return Error{Code::kInvalidArgument, cat("a list of integers has rank ", tensor.dims.rank())};
  }
  const auto n = static_cast<std::size_t>(tensor.dims.count());
  if (n > most) {
    return Error{Code::kInvalidArgument, cat("a list of ", n, " integers, over ", most)};
  }
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
                                                                std::size_t i, std::size_t most) {
  const Tensor* constant = args.constant(i);
  if (constant == nullptr) return std::optional<std::vector<std::int64_t>>();
  auto values = read_integers(constant->view(), most);
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

Result<TensorType> concat_type(const InferArgs& args, std::size_t first, std::size_t step,
                               std::int64_t axis) {
  TensorType out;
  Dim sum = 0;
  for (std::size_t i = first; i < args.in.size(); i += step) {
    if (!args.has(i)) return Error{Code::kInvalidArgument, cat("input ", i, " is missing")};
    TensorType type = args.type(i);
    if (!type.shape) {
      sum = Dim();
    } else {
      MOTE_ASSIGN(const int at, normalize_axis(axis, type.rank()));
      Dim& size = (*type.shape)[static_cast<std::size_t>(at)];
      MOTE_TRY(add_size(size, sum));
      size = Dim();
    }
    auto merged = merge(out, type);
    if (!merged) return std::move(merged).error().with_context(cat("input ", i));
    out = *std::move(merged);
  }
  if (out.shape) {
    MOTE_ASSIGN(const int at, normalize_axis(axis, out.rank()));
    (*out.shape)[static_cast<std::size_t>(at)] = sum;
  }
  return out;
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
