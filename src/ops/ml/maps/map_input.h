// Inputs that are maps.
#pragma once
#include "base/result.h"
#include "ir/op_def.h"

namespace mote::ml {

// What inference knows of a map: the types of its keys and values, unknown ones if it is.
struct MapType {
  DType key = DType::kUndefined;
  DType value = DType::kUndefined;
};
// Of input 0. Errors: kInvalidArgument: it is no map.
Result<MapType> map_type(const InferArgs& args);

// Input 0 of a running operator. Errors: kInvalidArgument: no map, or one whose keys are not of
// type `key`.
Result<Datum> map_input(const ComputeArgs& args, DType key);

// Characters of all texts of a tensor of strings; of numbers what they take as texts at most.
std::uint64_t bytes_as_text(const Tensor& tensor);

}  // namespace mote::ml
