// Any bytes as a TensorFlow Lite model: an error, or a sound graph that can be written as ONNX, and
// from which quantization can be taken out.
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "format/onnx/onnx.h"
#include "format/tflite/read/metadata.h"
#include "format/tflite/tflite.h"
#include "ir/verify.h"
#include "ops/ops.h"
#include "passes/dequantize.h"

namespace {

// Small, so that what a few bytes can make us take is found soon.
constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 20;

void require(bool condition) {
  if (!condition) std::abort();
}

void read(const std::shared_ptr<const mote::Bytes>& bytes, std::vector<mote::Obstacle>* obstacles) {
  mote::TfliteReadOptions options;
  options.max_bytes = kMaxBytes;
  options.obstacles = obstacles;
  auto model = mote::read_tflite(bytes, options);
  if (!model) return;
  require(static_cast<bool>(mote::verify(model->graph)));
  (void)mote::write_onnx(*model);
  // What it leaves of a graph that it refuses is nobody's.
  if (!mote::dequantize(model->graph, {mote::all_ops(), kMaxBytes})) return;
  require(static_cast<bool>(mote::verify(model->graph)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto* bytes = reinterpret_cast<const std::byte*>(data);
  const auto copy = std::make_shared<const mote::Bytes>(bytes, bytes + size);
  if (!mote::is_tflite(*copy)) return 0;
  (void)mote::read_tflite_metadata(copy);
  read(copy, nullptr);
  std::vector<mote::Obstacle> obstacles;
  read(copy, &obstacles);
  return 0;
}
