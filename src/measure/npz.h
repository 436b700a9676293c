// NumPy's .npz files: zip archives of .npy files.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mote/tensor.h"

namespace mote {

// Names of the arrays, without ".npy", in the archive's order.
// Errors: kCorrupt, kUnsupported.
Result<std::vector<std::string>> npz_names(std::span<const std::byte> archive);

// One array. Errors: kNotFound, naming those that there are; those of read_npy, kCorrupt also for a
// wrong checksum; kUnsupported: encryption, other compression than deflate.
Result<Tensor> read_npz(std::span<const std::byte> archive, std::string_view name,
                        std::uint64_t max_bytes = std::uint64_t{4} << 30);

}  // namespace mote
