// Golden vectors as files: inputs of a model with the outputs that they must give.
#pragma once
#include <filesystem>
#include <vector>

#include "base/result.h"
#include "mote/datum.h"
#include "mote/model.h"

namespace mote {

// One set. Laid out as in ONNX's backend tests (test_data_set_N/{input,output}_K.pb beside
// model.onnx), or as archives beside it: io.npz, whose arrays have the names of the model's inputs
// and outputs, or test_data_N.npz with `inputs` and `outputs` (see class_vectors.h).
struct GoldenCase {
  std::filesystem::path model;
  std::filesystem::path data;  // the folder or the archive
};

// All sets beneath `path`, at any depth; by folder's name, then by number.
// Errors: kNotFound: no such path, or no set beneath it; kIo.
Result<std::vector<GoldenCase>> find_golden_cases(const std::filesystem::path& path);

struct GoldenOutput {
  int index = 0;  // of model.outputs()
  Datum datum;
};

struct GoldenValues {
  std::vector<Datum> inputs;  // as model.inputs()
  std::vector<GoldenOutput> outputs;
};

// Tensors belong to the inputs and outputs of their names, or, where names are others, to those of
// their numbers.
// Errors: kNotFound: the set lacks an input; kInvalidArgument: it has too many tensors; kCorrupt;
// kUnsupported: not a tensor; kResourceExhausted: an archive and its arrays over max_bytes.
Result<GoldenValues> read_golden(const GoldenCase& golden, const Model& model,
                                 std::uint64_t max_bytes = std::uint64_t{4} << 30);

}  // namespace mote
