// Scalars and element types that the signal operators take.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "ir/op_def.h"

namespace mote {

// The one element of input i, s32 or s64, if it is there and its value is known.
// Errors: kInvalidArgument: another dtype or number of elements, naming it `what`.
Result<std::optional<std::int64_t>> known_integer(const InferArgs& args, std::size_t i,
                                                  std::string_view what);

// Attribute output_datatype; f32 where it is absent. Errors: kInvalidArgument: one that does not
// count.
Result<DType> read_number_dtype(AttributeReader& r);

}  // namespace mote
