// What a model answers to random inputs, and how close two answers are.
#pragma once
#include <string>
#include <vector>

#include "mote/session.h"

namespace mote {

// Random, of the declared sizes; open ones become `open`.
std::vector<Tensor> make_inputs(const Model& model, std::int64_t open = 1);

// To make_inputs(*model). Errors: as Session.
Result<std::vector<Tensor>> answers(std::shared_ptr<const Model> model, SessionOptions options);

// f32: each element within `bound` times the largest magnitude of `want`. Others: equal.
void expect_within(const Tensor& want, const Tensor& got, double bound, const std::string& where);

}  // namespace mote
