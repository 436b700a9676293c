#include "ops/ml/maps/map_input.h"

#include "base/text.h"
#include "ops/support/text_bytes.h"

namespace mote::ml {

Result<MapType> map_type(const InferArgs& args) {
  const Type& type = args.in[0].type;
  if (type.unknown()) return MapType{};
  if (type.kind != Type::Kind::kMap) {
    return Error{Code::kInvalidArgument, cat("input is ", to_string(type), ", not a map")};
  }
  return MapType{type.key, type.element ? type.element->tensor.dtype : DType::kUndefined};
}

Result<Datum> map_input(const ComputeArgs& args, DType key) {
  if (!args.has(0) || !args.in[0].is_map()) {
    return Error{Code::kInvalidArgument, "input is not a map"};
  }
  const DType dtype = args.in[0].keys().dtype();
  if (dtype == key) return args.in[0];
  return Error{Code::kInvalidArgument,
               cat("the keys of the map are ", name(dtype), ", not ", name(key))};
}

std::uint64_t bytes_as_text(const Tensor& tensor) {
  constexpr std::uint64_t kNumber = 48;
  if (tensor.dtype() == DType::kString) return text_bytes(tensor);
  return kNumber * static_cast<std::uint64_t>(tensor.count());
}

}  // namespace mote::ml
