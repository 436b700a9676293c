// Integers that operators read from tensors while they run, without allocating.
#pragma once
#include <cstdint>
#include <optional>

#include "base/result.h"
#include "ir/op_def.h"

namespace mote {

// Element i of an s64 or s32 tensor. Requires: i is inside; the dtype is one of these.
inline std::int64_t load_integer(const TensorView& tensor, std::int64_t i) {
  return tensor.dtype == DType::kS64 ? tensor.as<std::int64_t>()[i]
                                     : std::int64_t{tensor.as<std::int32_t>()[i]};
}

// The same, as an index in [0, size): counted from the end where negative.
// Errors: kInvalidArgument, outside [-size, size - 1].
Result<std::int64_t> load_index(const TensorView& tensor, std::int64_t i, std::int64_t size);

// Element i of a tensor of any number type, cut to an integer; beyond its range the nearest one,
// NaN 0. Errors: kUnsupported dtype.
Result<std::int64_t> load_as_integer(const TensorView& tensor, std::int64_t i);

// The only element of a tensor. Errors: kInvalidArgument: another number of elements, naming it
// `what`; as load_as_integer.
Result<std::int64_t> load_scalar_integer(const TensorView& tensor, std::string_view what);

// Input i of a running step; one without dtype if it is absent.
inline TensorView optional_input(const RunArgs& args, std::size_t i) {
  return i < args.in.size() ? args.in[i] : TensorView();
}

// A list of integers that an operator reads: s64 or s32, rank 0 or 1. Errors: kInvalidArgument,
// naming it `what`.
Status check_integer_list(const TensorView& tensor, std::string_view what);

// Length of the list that input i is, if it is known. Errors: kInvalidArgument: rank over 1.
Result<std::optional<std::int64_t>> list_length(const InferArgs& args, std::size_t i,
                                                std::string_view what);

// Where sizes depend on values, a declared type may say otherwise: errors with kInvalidArgument if
// output 0 is not of size `dims`.
Status expect_output_size(const RunArgs& args, const Dims& dims);

}  // namespace mote
