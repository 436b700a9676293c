// Axes and sizes that operators take as attributes or inputs.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "ir/op_def.h"

namespace mote {

// In [0, rank), counting from the end where negative. Errors: kInvalidArgument, out of range.
Result<int> normalize_axis(std::int64_t axis, int rank);

// The same for each, which must differ. Sorted.
Result<std::vector<int>> normalize_axes(std::span<const std::int64_t> axes, int rank);

// Elements of an s64 or s32 tensor of rank 0 or 1, at most `most`, which for sizes and axes is what
// a tensor may have. Errors: kInvalidArgument: another dtype or rank, more elements.
Result<std::vector<std::int64_t>> read_integers(const TensorView& tensor,
                                                std::size_t most = kMaxRank);
// Of input i, if it is there and its value is known.
Result<std::optional<std::vector<std::int64_t>>> known_integers(const InferArgs& args,
                                                                std::size_t i,
                                                                std::size_t most = kMaxRank);

// Errors: kInvalidArgument: input i is known not to have dtype d (or one of the dtypes).
Status expect_dtype(const InferArgs& args, std::size_t i, std::initializer_list<DType> dtypes);

// Of inputs `first`, `first + step` and so on, put together along `axis`: the sizes along it are
// added, an unknown one makes the sum unknown.
// Errors: kInvalidArgument: an absent input, other dtypes, ranks or sizes, an axis out of range.
Result<TensorType> concat_type(const InferArgs& args, std::size_t first, std::size_t step,
                               std::int64_t axis);

// Unknown sizes of `rank` dimensions.
Shape unknown_shape(int rank);

// [first, last) multiplied; unknown if one is. Errors: kInvalidArgument, overflow.
Result<Dim> product(std::span<const Dim> dims);

}  // namespace mote
