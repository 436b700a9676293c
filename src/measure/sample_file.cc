#include "measure/sample_file.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "measure/image_tensor.h"
#include "measure/sound_samples.h"
#include "tasks/audio/feature_windows.h"

namespace mote {
namespace {

constexpr std::array<std::string_view, 2> kRaw = {".bin", ".raw"};
constexpr std::array<std::string_view, 5> kOthers = {".jpg", ".jpeg", ".png", ".wav", ".wave"};

std::string ending_of(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return ending;
}

template <class Endings>
bool is_one_of(const Endings& endings, const std::string& ending) {
  return std::ranges::find(endings, ending) != endings.end();
}

// The declared sizes, the batch 1.
Result<Dims> dims_of(const TensorInfo& info) {
  Dims dims;
  for (std::size_t axis = 0; axis < info.shape.size(); ++axis) {
    const std::int64_t size = axis == 0 && info.shape[axis].size < 0 ? 1 : info.shape[axis].size;
    if (size < 0 || axis >= static_cast<std::size_t>(kMaxRank)) {
      return Error{Code::kInvalidArgument, cat("input '", info.name, "' is ", to_string(info),
                                               "; bare elements need known sizes")};
    }
    dims.push_back(size);
  }
  return dims;
}

Result<Tensor> read_raw(const std::filesystem::path& path, const InputDescription& input,
                        const TensorInfo& info, std::uint64_t max_bytes, const FileSystem& files) {
  MOTE_ASSIGN(const Dims dims, dims_of(info));
  MOTE_ASSIGN(const Bytes bytes, files.read(path, max_bytes));
  auto tensor = raw_tensor(bytes, input.raw, dims, info.dtype, input.quantization);
  if (!tensor) return std::move(tensor).error().with_context(path.string());
  return tensor;
}

Result<Tensor> features_of(std::span<const float> samples, const InputDescription& input,
                           const TensorInfo& info, std::uint64_t max_bytes) {
  AudioFeatureExtractor extractor(input.audio_features);
  MOTE_ASSIGN(const FeatureMap map, extractor.extract(samples, max_bytes));
  MOTE_ASSIGN(const FeatureWindows windows, FeatureWindows::create(map, input, info));
  if (windows.count() == 1) return windows.tensor(0);
  return Error{Code::kInvalidArgument, cat("it gives ", windows.count(),
                                           " inputs instead of one; clip says how long a "
                                           "sample is")};
}

Result<Tensor> read_sound(const std::filesystem::path& path, const InputDescription& input,
                          const TensorInfo& info, std::uint64_t max_bytes,
                          const FileSystem& files) {
  MOTE_ASSIGN(const std::vector<float> samples,
              read_samples(path, input.audio_features.sample_rate, max_bytes, files));
  auto tensor = features_of(samples, input, info, max_bytes - samples.size() * sizeof(float));
  if (!tensor) return std::move(tensor).error().with_context(path.string());
  return tensor;
}

}  // namespace

bool is_sample_name(std::string_view name) {
  const std::string ending = ending_of(name);
  return name[0] != '.' && (is_one_of(kRaw, ending) || is_one_of(kOthers, ending));
}

Result<Tensor> read_sample(const std::filesystem::path& path, const InputDescription& input,
                           const TensorInfo& info, std::uint64_t max_bytes,
                           const FileSystem& files) {
  if (is_one_of(kRaw, ending_of(path))) return read_raw(path, input, info, max_bytes, files);
  if (input.kind == InputKind::kImage) {
    return read_image_tensor(path, input.image, info.dtype, max_bytes, files);
  }
  if (input.kind == InputKind::kAudioFeatures) {
    return read_sound(path, input, info, max_bytes, files);
  }
  return Error{Code::kInvalidArgument, cat(path.string(), ": the task description does not take ",
                                           "input '", input.name, "' for an image or for sound")};
}

}  // namespace mote
