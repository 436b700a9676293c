// A model's intermediate values, as the outputs of another model.
#pragma once
#include <memory>
#include <span>
#include <string>

#include "mote/model.h"

namespace mote {

// The same computation with the values `names` of its outermost graph as outputs, in that order;
// nodes that they do not need are left out. Rewriting leaves outputs whole: layers that would be
// fused across one of them run one by one.
// Errors: kNotFound: no such value; those of the rewrites.
Result<std::shared_ptr<const Model>> with_outputs(const Model& model,
                                                  std::span<const std::string> names,
                                                  const ModelOptions& options = {});

}  // namespace mote
