// Einsum of two operands as a MatMul.
#pragma once
#include "ops/decomposition.h"
#include "ops/linalg/equation.h"

namespace mote {

struct EinsumParams : OpParams {
  Equation equation;
};

// Errors: kUnsupported: it is no product of matrices, or sizes are unknown.
Status einsum_as_product(Decomposition& d);

}  // namespace mote
