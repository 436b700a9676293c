// NumPy's .npy files ⇄ tensors. Format: numpy.lib.format, versions 1.0 to 3.0.
#pragma once
#include <cstdint>
#include <span>

#include "base/file_system.h"
#include "mote/tensor.h"

namespace mote {

class ByteSource;

// Any numeric type, either byte order, C or Fortran order; f16 as it is; texts (U as UTF-8, S); no
// objects.
// Errors: kCorrupt: another format, bytes missing or left over; kUnsupported: other element types;
// kInvalidArgument: more than 12 dimensions; kResourceExhausted: more than max_bytes, or, of
// Fortran order, which is turned, half of them.
Result<Tensor> read_npy(std::span<const std::byte> bytes,
                        std::uint64_t max_bytes = std::uint64_t{4} << 30);
Result<Tensor> read_npy(ByteSource& source, std::uint64_t max_bytes);

// Little-endian, C order, version 1.0; texts as U, or as S if one is no UTF-8. Errors:
// kUnsupported: a type that NumPy has not.
Result<Bytes> write_npy(const Tensor& tensor);

}  // namespace mote
