// A model as a file of another format, and whether it still gives the same.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "format/onnx/onnx.h"
#include "mote/session.h"

namespace mote {

struct ConversionOptions {
  bool dequantize = false;        // the float model of a quantized one
  std::vector<Dims> input_sizes;  // of all inputs; empty: as the model has them
  std::string external_file;      // as OnnxWriteOptions has it
  std::uint64_t max_bytes = std::uint64_t{4} << 30;
};

struct Conversion {
  OnnxFiles files;
  std::int64_t nodes = 0;
  ModelDef def;  // what was written
};

// Operators stay as they are in the file, but for what readers of other formats leave behind:
// constants are computed and what nobody reads is removed.
// Requires: the model has no obstacles. Errors: kUnsupported: no opset serves all nodes; an
// operator that reads quantized integers for what they are; kResourceExhausted.
Result<Conversion> convert_to_onnx(const Model& model, const ConversionOptions& options);

struct OutputNoise {
  std::string name;
  double snr_db = 0;  // 10 log10 of the original's power by that of the difference; infinite: equal
};

struct Agreement {
  bool compared = false;   // false: the original does not run on such inputs; `difference` says why
  std::string difference;  // the first, naming the output; empty: there is none
  std::vector<OutputNoise> noise =
      {};  // of dequantized models only, which differ by their rounding

  // Null: there is no output with any.
  const OutputNoise* worst() const;
};

// Runs both on the same random inputs of the converted model's sizes, those that are open being 1.
// Floats must agree within 1e-4 and 1e-6 of the greatest; quantized integers within one step;
// everything else exactly. Errors: those of the converted model; kCancelled.
Result<Agreement> compare_conversion(std::shared_ptr<const Model> original,
                                     std::shared_ptr<const Model> converted,
                                     const SessionOptions& options);

}  // namespace mote
