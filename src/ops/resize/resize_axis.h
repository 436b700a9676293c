// Resize along one axis: which elements of the input make an element of the output, and how much
// each counts. What reference and step of Resize share.
#pragma once
#include <array>
#include <optional>
#include <vector>

#include "base/result.h"
#include "ir/op_def.h"

namespace mote {

enum class ResizeMode : std::uint8_t { kNearest, kLinear, kCubic };
enum class ResizeCoordinates : std::uint8_t {
  kHalfPixel,
  kHalfPixelSymmetric,
  kPytorchHalfPixel,
  kAlignCorners,
  kAsymmetric,
  kTfCropAndResize,
  kTfHalfPixelForNn,  // opsets 11 and 12
};
enum class NearestMode : std::uint8_t { kRoundPreferFloor, kRoundPreferCeil, kFloor, kCeil };
enum class AspectPolicy : std::uint8_t { kStretch, kNotLarger, kNotSmaller };

struct ResizeParams : OpParams {
  ResizeMode mode = ResizeMode::kNearest;
  ResizeCoordinates coordinates = ResizeCoordinates::kHalfPixel;
  NearestMode nearest = NearestMode::kRoundPreferFloor;
  AspectPolicy policy = AspectPolicy::kStretch;
  bool antialias = false;
  bool exclude_outside = false;
  float cubic_a = -0.75F;
  float extrapolation = 0.0F;
  std::optional<std::vector<std::int64_t>> axes;  // what the inputs' lists refer to; none: all
};

// One axis of the input. scale = num / den, as exactly as it is known.
struct ResizeAxis {
  std::int64_t in = 0;   // -1: unknown
  std::int64_t out = 0;  // -1: unknown
  double num = 1.0;
  double den = 1.0;
  double roi_begin = 0.0;
  double roi_end = 1.0;

  double scale() const { return num / den; }
  bool same() const { return in == out && num == den && roi_begin == 0.0 && roi_end == 1.0; }
};

// Inputs 1 to 3; without dtype where absent or empty. Exactly one of scales and sizes is there.
struct ResizeLists {
  TensorView roi, scales, sizes;
};

// Of every dimension of an input of size `dims` (-1: unknown).
// Errors: kInvalidArgument: lists that do not suit.
Result<std::array<ResizeAxis, kMaxRank>> resize_axes(const ResizeParams& p, const Dims& dims,
                                                     const ResizeLists& lists);

// The elements that count for one output element: input clamp(i, 0, in - 1) for each i in
// [first, last] has weight (i).
class ResizeTaps {
 public:
  // Requires: 0 <= x < axis.out; axis.in > 0.
  ResizeTaps(const ResizeParams& p, const ResizeAxis& axis, std::int64_t x);

  // The position is outside the input, and p.extrapolation takes its place.
  bool extrapolated() const { return extrapolated_; }
  std::int64_t first() const { return first_; }
  std::int64_t last() const { return last_; }
  std::int64_t index(std::int64_t i) const { return i < 0 ? 0 : i >= in_ ? in_ - 1 : i; }
  double weight(std::int64_t i) const { return raw_weight(i) / sum_; }

 private:
  double raw_weight(std::int64_t i) const;

  const ResizeParams& p_;
  std::int64_t in_;
  double position_;
  double stretch_ = 1.0;  // of the filter, where it is antialiased
  double sum_ = 1.0;
  std::int64_t first_ = 0;
  std::int64_t last_ = 0;
  bool extrapolated_ = false;
};

}  // namespace mote
