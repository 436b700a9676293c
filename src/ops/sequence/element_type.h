// The type of a sequence's elements, as inference needs it.
#pragma once
#include "base/result.h"
#include "ir/op_def.h"

namespace mote {

// Of input i; unknown if the input is. Errors: kInvalidArgument: the input is no sequence.
Result<Type> element_type(const InferArgs& args, std::size_t i);

// In [0, size], or [0, size) unless `end`: a position counted from the end where negative.
// Errors: kInvalidArgument: not one integer, or out of range.
Result<std::size_t> position_in(const Datum& position, std::size_t size, bool end);

}  // namespace mote
