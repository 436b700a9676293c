// Random inputs for tests and benchmarks, the same on every machine.
#pragma once
#include "base/random.h"
#include "mote/tensor.h"

namespace mote {

// Floats in [-4, 4), integers in [-3, 3] ([0, 6] if unsigned), booleans; strings stay empty. Types
// below a byte and float8 get random bits. Errors: as Tensor::zeros.
Result<Tensor> random_tensor(DType dtype, const Dims& dims, Random& random);

}  // namespace mote
