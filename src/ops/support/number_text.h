// Numbers as texts, in tensors of strings.
#pragma once
#include "base/result.h"
#include "mote/tensor.h"

namespace mote {

// Every element of `from`, a convertible type, as text: the shortest that reads back as the same
// number; NaN, INF and -INF; 1 and 0 for booleans.
void numbers_to_texts(const TensorView& from, const MutTensorView& to);

// The numbers that the strings of `from` spell, as elements of `to`, a convertible type. Spaces
// around them and a plus are skipped; inf and nan are read in any case.
// Errors: kInvalidArgument, naming the element that spells none.
Status texts_to_numbers(const TensorView& from, const MutTensorView& to);

}  // namespace mote
