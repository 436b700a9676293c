// Random inputs for tests and benchmarks, the same on every machine.
#pragma once
#include <functional>

#include "base/random.h"
#include "mote/tensor.h"

namespace mote {

// Floats in [-4, 4), integers in [-3, 3] ([0, 6] if unsigned), booleans; strings stay empty. Types
// below a byte and float8 get random bits. `go_on` is asked every million elements or so.
// Errors: as Tensor::zeros; those of go_on.
Result<Tensor> random_tensor(DType dtype, const Dims& dims, Random& random,
                             const std::function<Status()>& go_on = {});

// Calls fill(begin, end) for ranges of [0, count), and `go_on` before each. Errors: those of go_on.
Status fill_in_blocks(std::int64_t count, const std::function<Status()>& go_on,
                      const std::function<void(std::int64_t, std::int64_t)>& fill);

}  // namespace mote
