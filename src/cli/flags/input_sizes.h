// --size NAME=N: the sizes of inputs that a model leaves open.
#pragma once
#include <CLI/App.hpp>
#include <span>
#include <string>
#include <vector>

#include "mote/model.h"

namespace mote::cli {

CLI::Option* add_size_flag(CLI::App& command, std::vector<std::string>& sizes);

// Sizes for each input: as declared; by "batch=8" where the declaration names a symbol; by
// "image=1x3x224x224" for a whole input (rank 0: "x=scalar"); and else 1.
// Errors: kInvalidArgument: no such name, no such number, another rank, a size that two flags
// state, an input whose number of sizes is unknown and that no flag states.
Result<std::vector<Dims>> resolve_sizes(std::span<const TensorInfo> inputs,
                                        std::span<const std::string> sizes);

// "f32[1,3,224,224]"
std::string to_string(DType dtype, const Dims& dims);

}  // namespace mote::cli
