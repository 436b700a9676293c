// Any bytes as an ONNX model: an error, or a model that is written and read again.
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "format/onnx/onnx.h"
#include "ir/verify.h"

namespace {

// Small, so that what a few bytes can make us take is found soon.
constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 20;

void require(bool condition) {
  if (!condition) std::abort();
}

mote::OnnxReadOptions small_options() {
  mote::OnnxReadOptions options;
  options.max_bytes = kMaxBytes;
  return options;
}

mote::Result<mote::ModelDef> read(std::shared_ptr<const mote::Bytes> bytes) {
  return mote::read_onnx(std::move(bytes), small_options());
}

void write_and_read(const mote::ModelDef& model) {
  const auto files = mote::write_onnx(model);
  if (!files) return;
  const auto* data = reinterpret_cast<const std::byte*>(files->model.data());
  const auto again = read(std::make_shared<const mote::Bytes>(data, data + files->model.size()));
  // A second reading may need a little more memory, and nothing else may go wrong.
  require(again || again.error().code == mote::Code::kResourceExhausted);
  if (again) require(static_cast<bool>(mote::verify(again->graph)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto* bytes = reinterpret_cast<const std::byte*>(data);
  (void)mote::read_tensor_proto({bytes, size}, small_options());
  auto model = read(std::make_shared<const mote::Bytes>(bytes, bytes + size));
  if (!model) return 0;
  require(static_cast<bool>(mote::verify(model->graph)));
  write_and_read(*model);
  if (mote::expand_functions(*model, kMaxBytes)) {
    require(static_cast<bool>(mote::verify(model->graph)));
    write_and_read(*model);
  }
  return 0;
}
