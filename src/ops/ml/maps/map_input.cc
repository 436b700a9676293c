#include "ops/ml/maps/map_input.h"

#include "base/text.h"

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

std::uint64_t text_bytes(const Tensor& tensor) {
  constexpr std::uint64_t kNumber = 48;
  if (tensor.dtype() != DType::kString) return kNumber * static_cast<std::uint64_t>(tensor.count());
  std::uint64_t bytes = 0;
  for (const std::string& text : tensor.values<std::string>()) bytes += text.size();
  return bytes;
}

}  // namespace mote::ml
