#include "tasks/audio/feature_windows.h"

#include "base/result.h"
#include "base/text.h"

namespace mote {
namespace {

constexpr std::int64_t kMaxNumbers = 1 << 26;

// Sizes behind the batch: their product where known, and which axis is open.
struct Sizes {
  std::int64_t known = 1;
  std::optional<std::size_t> open;
};

Result<Sizes> sizes_of(const TensorInfo& info) {
  Sizes sizes;
  for (std::size_t axis = 1; axis < info.shape.size(); ++axis) {
    const std::int64_t size = info.shape[axis].size;
    if (size < 0 && sizes.open) {
      return Error{Code::kInvalidArgument,
                   cat("it is ", to_string(info), "; of features of sound one size may be open")};
    }
    if (size < 0) {
      sizes.open = axis;
    } else {
      sizes.known = size > kMaxNumbers / std::max<std::int64_t>(sizes.known, 1)
                        ? kMaxNumbers + 1
                        : sizes.known * size;
    }
  }
  return sizes;
}

}  // namespace

Result<std::optional<std::int64_t>> frames_of_input(const TensorInfo& info, std::int64_t width) {
  if (!info.ranked || info.shape.size() < 2) {
    return Error{Code::kInvalidArgument,
                 cat("it is ", to_string(info), "; features of sound are [batch, ...]")};
  }
  const std::int64_t batch = info.shape[0].size;
  MOTE_ASSIGN(const Sizes sizes, sizes_of(info));
  if (sizes.known < 1 || sizes.known > kMaxNumbers || batch > 1) {
    return Error{Code::kInvalidArgument, cat("it is ", to_string(info),
                                             "; features of sound are a batch of one of at most ",
                                             kMaxNumbers, " numbers")};
  }
  if (sizes.open && width % sizes.known == 0) return std::optional<std::int64_t>();
  if (!sizes.open && sizes.known % width == 0) return std::optional(sizes.known / width);
  return Error{Code::kInvalidArgument, cat("it takes ", to_string(info), ", and a frame has ",
                                           width, " numbers; mel_bins and coefficients say so")};
}

Result<FeatureWindows> FeatureWindows::create(const FeatureMap& map, const InputDescription& input,
                                              const TensorInfo& info) {
  FeatureWindows windows(map, input, info);
  MOTE_ASSIGN(const auto frames, frames_of_input(info, map.width));
  windows.frames_ = frames.value_or(map.frames);
  if (windows.frames_ > map.frames) {
    return Error{Code::kInvalidArgument, cat("it has ", map.frames, " frames, the model takes ",
                                             windows.frames_, "; a longer clip has more")};
  }
  MOTE_ASSIGN(const Sizes sizes, sizes_of(info));
  for (std::size_t axis = 0; axis < info.shape.size(); ++axis) {
    const std::int64_t rest = windows.frames_ * map.width / sizes.known;
    const std::int64_t size = info.shape[axis].size;
    windows.dims_.push_back(axis == 0 ? 1 : size < 0 ? rest : size);
  }
  return windows;
}

Result<Tensor> FeatureWindows::tensor(std::int64_t i) const {
  const auto begin = static_cast<std::size_t>(i * map_.width);
  const auto count = static_cast<std::size_t>(frames_ * map_.width);
  return quantized(std::span(map_.values).subspan(begin, count), dims_, info_.dtype,
                   input_.quantization);
}

}  // namespace mote
