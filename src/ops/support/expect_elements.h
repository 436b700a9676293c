// Checks that an input has one of the dtypes an operator computes.
#pragma once
#include "ops/support/axes.h"
#include "ops/support/element.h"

namespace mote {

// Errors: kInvalidArgument: input i is known to have a dtype outside the list.
template <class... T>
Status expect_elements(const InferArgs& args, std::size_t i, Elements<T...>) {
  return expect_dtype(args, i, {element_dtype<T>()...});
}

}  // namespace mote
