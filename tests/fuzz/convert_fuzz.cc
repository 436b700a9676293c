// Any model as a file of another format: an error, obstacles, or a file that can be read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "measure/conversion.h"
#include "measure/tflite_conversion.h"

namespace {

constexpr std::uint64_t kBudget = std::uint64_t{16} << 20;

void require(bool condition) {
  if (!condition) std::abort();
}

mote::Result<std::shared_ptr<const mote::Model>> parse(std::span<const std::byte> bytes,
                                                       std::uint64_t budget) {
  mote::ModelOptions options;
  options.memory_budget_bytes = budget;
  return mote::Model::parse(bytes, options);
}

// What was written takes more than what was read: constants are computed.
void require_readable(const std::string& written) {
  if (written.empty()) return;
  const auto again = parse(std::as_bytes(std::span(written)), 64 * kBudget);
  require(again || again.error().code == mote::Code::kResourceExhausted);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto model = parse(std::as_bytes(std::span(data, size)), kBudget);
  if (!model) return 0;
  for (const bool dequantize : {false, true}) {
    mote::TfliteConversionOptions as_tflite;
    as_tflite.dequantize = dequantize;
    as_tflite.max_bytes = kBudget;
    const auto tflite = mote::convert_to_tflite(**model, as_tflite);
    if (tflite) require_readable(tflite->bytes);
    mote::ConversionOptions as_onnx;
    as_onnx.dequantize = dequantize;
    as_onnx.max_bytes = kBudget;
    const auto onnx = mote::convert_to_onnx(**model, as_onnx);
    if (onnx) require_readable(onnx->files.model);
  }
  return 0;
}
