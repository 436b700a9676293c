// How much text tensors hold.
#pragma once
#include <cstdint>

#include "mote/tensor.h"

namespace mote {

// Characters of the strings of a tensor; 0 for other types.
inline std::uint64_t text_bytes(const Tensor& tensor) {
  std::uint64_t bytes = 0;
  if (tensor.dtype() != DType::kString) return bytes;
  for (const std::string& s : tensor.values<std::string>()) bytes += s.size();
  return bytes;
}

}  // namespace mote
