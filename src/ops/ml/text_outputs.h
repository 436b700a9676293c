// Operators whose outputs are texts from their attributes: the dynamic mode counts these before
// they are made.
#pragma once
#include "ir/op_def.h"

namespace mote::ml {

// Runs `reference` on new outputs of the sizes that `infer` gives; each string of them has at most
// `longest` characters. Errors: theirs; kResourceExhausted.
struct CountedReference {
  Status (*infer)(const InferArgs&);
  Status (*reference)(const OpParams*, const RunArgs&);
};
Status compute_counted(const CountedReference& op, std::uint64_t longest, const OpParams* params,
                       const ComputeArgs& args);

// For OpDef::compute. longest(params): of the texts in the attributes.
template <Status (*infer)(const InferArgs&), Status (*reference)(const OpParams*, const RunArgs&),
          std::uint64_t (*longest)(const OpParams&)>
Status compute_texts(const OpParams* params, const ComputeArgs& args) {
  return compute_counted({infer, reference}, longest(*params), params, args);
}

}  // namespace mote::ml
