// From a map of features to a model's inputs.
#pragma once
#include "mote/model.h"
#include "tasks/audio/audio_features.h"
#include "tasks/task.h"

namespace mote {

// A model that takes fewer frames than there are gets them in windows, each a frame after the one
// before.
class FeatureWindows {
 public:
  // input: an input of features of sound, bound to `info`. Errors: kInvalidArgument: fewer frames
  // than the model takes.
  static Result<FeatureWindows> create(const FeatureMap& map, const InputDescription& input,
                                       const TensorInfo& info);

  std::int64_t count() const { return map_.frames - frames_ + 1; }
  // Window i as a batch of one. Requires: i < count().
  Result<Tensor> tensor(std::int64_t i) const;

 private:
  FeatureWindows(const FeatureMap& map, const InputDescription& input, const TensorInfo& info)
      : map_(map), input_(input), info_(info) {}

  const FeatureMap& map_;
  const InputDescription& input_;
  const TensorInfo& info_;
  Dims dims_;
  std::int64_t frames_ = 0;  // of a window
};

// How many frames of `width` numbers the input takes; null: any number.
// Errors: kInvalidArgument: no whole number of frames, or more than one size is open.
Result<std::optional<std::int64_t>> frames_of_input(const TensorInfo& info, std::int64_t width);

}  // namespace mote
