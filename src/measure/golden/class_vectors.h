// Golden vectors of classifiers as early model collections wrote them (test_data_N.npz): integer
// pixels under `inputs`, the right class as a one-hot vector under `outputs`.
#pragma once
#include <optional>
#include <string>

#include "base/result.h"
#include "mote/model.h"

namespace mote {

// `tensor` with the dtype and sizes that the model states, if it has as many elements and both are
// numbers; `tensor` itself if nothing needs to change or nothing can.
Result<Tensor> fit_to_input(const Tensor& tensor, const TensorInfo& input);

// Whether `expected` is an integer tensor with one 1 and zeros otherwise.
bool is_one_hot(const Tensor& expected);

// Null if the largest score of `actual` is where `expected` has its 1; what is wrong otherwise.
// Requires: is_one_hot(expected).
std::optional<std::string> compare_class(const Tensor& actual, const Tensor& expected);

}  // namespace mote
