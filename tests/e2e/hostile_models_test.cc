// Real models, cut short and with bytes flipped: an error or a finished run, in time and within the
// budget. MOTE_HOSTILE_CUTS and MOTE_HOSTILE_FLIPS say how often (the slow tier: 200 and 2,000).
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "base/file_system.h"
#include "base/random.h"
#include "mote/session.h"
#include "peak_memory.h"
#include "runtime/random_tensors.h"

namespace mote {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kBudget = std::uint64_t{256} << 20;
constexpr std::uint64_t kSlack = std::uint64_t{64} << 20;

int setting(const char* name, int fallback) {
  const char* value = std::getenv(name);
  return value != nullptr ? std::atoi(value) : fallback;
}

std::vector<fs::path> models() {
  std::vector<fs::path> paths = {"examples/digits/model.onnx"};
  const char* folder = std::getenv("MOTE_DATA");
  const fs::path data = folder != nullptr ? fs::path(folder) : fs::path("../shared/data");
  for (const char* name : {"mnist-cnn/model.onnx", "super-resolution.onnx", "cifar-resnet20.onnx",
                           "squeezenet1.1/model.onnx", "silero-vad.onnx", "yolox-nano.onnx",
                           "ultraface/version-slim-320.onnx", "cifar-resnet56.onnx"}) {
    if (fs::exists(data / "models" / name)) paths.push_back(data / "models" / name);
  }
  for (const char* name :
       {"models/mlperf-tiny/kws_float.tflite", "models/mlperf-tiny/kws_int8.tflite",
        "models/mobilenet/mobilenet_v1_0.25_128_quant.tflite",
        "models/ultraface/version-slim-320_without_postprocessing.tflite",
        "tflite-ops/litert/litert/test/testdata/torchaudio_conformer.tflite",
        "tflite-ops/litert/tflite/testdata/unidirectional_sequence_lstm.bin",
        "tflite-ops/litert/tflite/testdata/multi_subgraphs_while.bin",
        "tflite-ops/litert/tflite/testdata/call_once_mul.bin"}) {
    if (fs::exists(data / name)) paths.push_back(data / name);
  }
  return paths;
}

// Loads and runs; any outcome but a crash, a hang or too much memory will do.
void try_to_run(std::span<const std::byte> bytes) {
  ModelOptions model_options;
  model_options.memory_budget_bytes = kBudget;
  auto model = Model::parse(bytes, model_options);
  if (!model) {
    EXPECT_FALSE(model.error().message.empty());
    return;
  }
  SessionOptions options;
  options.threads = 2;
  options.memory_budget_bytes = kBudget;
  options.deadline = std::chrono::milliseconds(100);
  auto session = Session::create(*model, options);
  if (!session) return;
  std::vector<Tensor> inputs;
  Random random(1);
  for (const TensorInfo& info : (*model)->inputs()) {
    Dims dims;
    if (info.shape.size() > kMaxRank) return;
    for (const SizeInfo& s : info.shape) dims.push_back(s.size < 0 ? 1 : s.size);
    const auto size = byte_size(info.dtype, dims);
    if (!size || *size > kBudget / 4) return;
    inputs.push_back(*random_tensor(info.dtype, dims, random));
  }
  const auto outputs = (*session)->run(inputs);
  if (!outputs) {
    EXPECT_FALSE(outputs.error().message.empty());
  }
}

class HostileModels : public testing::TestWithParam<fs::path> {
 protected:
  void SetUp() override {
    bytes_ = *FileSystem::real().read(GetParam(), 1U << 30);
    before_ = peak_rss();
  }
  void TearDown() override {
    if (kSanitized) return;
    EXPECT_LE(peak_rss(), std::max(before_, 3 * bytes_.size() + kBudget + kSlack));
  }
  // Loading, planning and running are bounded by a second each; sanitizers slow all of them.
  void try_in_time(std::span<const std::byte> bytes, const std::string& what) {
    const auto begin = std::chrono::steady_clock::now();
    try_to_run(bytes);
    const auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_LT(took, std::chrono::seconds(20)) << what << " hangs";
  }

  Bytes bytes_;
  std::uint64_t before_ = 0;
};

TEST_P(HostileModels, CutShort) {
  const int cuts = setting("MOTE_HOSTILE_CUTS", 10);
  for (int i = 0; i < cuts; ++i) {
    const std::size_t size =
        bytes_.size() * static_cast<std::size_t>(i) / static_cast<std::size_t>(cuts);
    try_in_time(std::span(bytes_).first(size), "cut at " + std::to_string(size));
  }
}

TEST_P(HostileModels, WithFlippedBytes) {
  const int flips = setting("MOTE_HOSTILE_FLIPS", 40);
  Random random(23);
  for (int i = 0; i < flips; ++i) {
    // Half of them near an end, where the structure is rather than the weights.
    std::size_t at = random.below(bytes_.size());
    if (i % 4 == 0) at = random.below(std::min<std::size_t>(bytes_.size(), 4096));
    if (i % 4 == 1)
      at = bytes_.size() - 1 - random.below(std::min<std::size_t>(bytes_.size(), 4096));
    const std::byte old = bytes_[at];
    bytes_[at] ^= static_cast<std::byte>(1 + random.below(255));
    try_in_time(bytes_, "byte " + std::to_string(at) + " flipped");
    bytes_[at] = old;
  }
}

INSTANTIATE_TEST_SUITE_P(RealModels, HostileModels, testing::ValuesIn(models()), [](const auto& p) {
  std::string name = p.param.parent_path().filename().native() + "_" + p.param.stem().native();
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
});

}  // namespace
}  // namespace mote
