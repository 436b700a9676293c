#include "ops/resize/resize_axis.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ops/support/axes.h"
#include "ops/support/element.h"
#include "ops/support/indices.h"
#include "ops/support/real.h"

namespace mote {
namespace {

constexpr double kMaxSize = 1LL << 53;

Status set_roi(const TensorView& roi, std::int64_t i, std::int64_t count, ResizeAxis& axis) {
  axis.roi_begin = load_real(roi, i);
  axis.roi_end = load_real(roi, count + i);
  if (std::isfinite(axis.roi_begin) && std::isfinite(axis.roi_end)) return {};
  return Error{Code::kInvalidArgument,
               cat("roi [", axis.roi_begin, ", ", axis.roi_end, "] is not finite")};
}

// floor(size * extent * scale), in f32 as other runtimes do: 10 * 0.7 is 7.
Status set_scale(double scale, ResizeAxis& axis) {
  if (!(scale > 0.0) || !std::isfinite(scale)) {
    return Error{Code::kInvalidArgument, cat("scale ", scale, " is not positive")};
  }
  axis.num = scale;
  axis.out = axis.in;
  const double extent = axis.roi_end - axis.roi_begin;
  if (axis.in < 0) return {};
  const double out = std::floor(static_cast<float>(static_cast<double>(axis.in) * extent * scale));
  if (!(out >= 0.0) || out > kMaxSize) {
    return Error{Code::kInvalidArgument, cat("scale ", scale, " and an extent of ", extent,
                                             " make size ", axis.in, " ", out)};
  }
  axis.out = static_cast<std::int64_t>(out);
  return {};
}

Status set_size(std::int64_t size, ResizeAxis& axis) {
  if (size < 0 || static_cast<double>(size) > kMaxSize) {
    return Error{Code::kInvalidArgument, cat("size ", size, " is negative or too large")};
  }
  axis.out = size;
  axis.num = static_cast<double>(size);
  axis.den = static_cast<double>(axis.in);
  return {};
}

// One scale for all axes: the least or the greatest of those that the sizes ask for.
void keep_aspect(const ResizeParams& p, std::span<ResizeAxis* const> axes) {
  const auto by_scale = [](const ResizeAxis* a, const ResizeAxis* b) {
    return a->scale() < b->scale();
  };
  const bool known = std::ranges::all_of(axes, [](const ResizeAxis* a) { return a->in > 0; });
  const auto chosen = p.policy == AspectPolicy::kNotLarger
                          ? std::ranges::min_element(axes, by_scale)
                          : std::ranges::max_element(axes, by_scale);
  if (chosen == axes.end()) return;
  const ResizeAxis like = **chosen;
  for (ResizeAxis* axis : axes) {
    axis->num = like.num;
    axis->den = like.den;
    const double size = std::floor(static_cast<double>(axis->in) * like.num / like.den + 0.5);
    axis->out = known ? static_cast<std::int64_t>(std::min(size, kMaxSize)) : -1;
  }
}

Status check_length(const TensorView& list, std::int64_t expected, std::string_view what) {
  if (!list || (list.dims.rank() == 1 && list.dims.count() == expected)) return {};
  return Error{Code::kInvalidArgument,
               cat(what, " has shape ", to_string(list.dims), ", not [", expected, "]")};
}

// Something is to be made of something, with a filter that ends.
Status check_axis(const ResizeParams& p, const ResizeAxis& axis) {
  if (axis.out <= 0 || axis.in < 0) return {};
  if (axis.in == 0) {
    return Error{Code::kInvalidArgument, cat("size 0 cannot become ", axis.out)};
  }
  if (p.antialias && axis.scale() * static_cast<double>(axis.in) < 0.25) {
    return Error{Code::kInvalidArgument,
                 cat("scale ", axis.scale(), " is too small for size ", axis.in)};
  }
  return {};
}

// To f32 where the nearest element is asked for: quotients that are meant to be whole or half come
// out so. Far positions would lose too much.
double snapped(const ResizeParams& p, double position) {
  constexpr double kFine = 1 << 20;
  const bool snap = p.mode == ResizeMode::kNearest && std::abs(position) < kFine;
  return snap ? double{static_cast<float>(position)} : position;
}

// Where element x of the output lies in the input.
double position_of(const ResizeParams& p, const ResizeAxis& a, double x) {
  const double in = static_cast<double>(a.in);
  const double out = static_cast<double>(a.out);
  const double width = in * a.num / a.den;  // of the output, before it was rounded down
  const double centre = (x + 0.5) * a.den / a.num;
  switch (p.coordinates) {
    case ResizeCoordinates::kHalfPixel:
      return snapped(p, centre) - 0.5;
    case ResizeCoordinates::kHalfPixelSymmetric:
      return snapped(p, in / 2 * (1 - out / width) + centre) - 0.5;
    case ResizeCoordinates::kPytorchHalfPixel:
      return a.out > 1 ? snapped(p, centre) - 0.5 : 0.0;
    case ResizeCoordinates::kAlignCorners:
      return width == 1.0 ? 0.0 : snapped(p, x * (in - 1) / (width - 1));
    case ResizeCoordinates::kAsymmetric:
      return snapped(p, x * a.den / a.num);
    case ResizeCoordinates::kTfHalfPixelForNn:
      return snapped(p, centre);
    case ResizeCoordinates::kTfCropAndResize:
      if (a.out <= 1) return 0.5 * (a.roi_begin + a.roi_end) * (in - 1);
      return a.roi_begin * (in - 1) + x * (a.roi_end - a.roi_begin) * (in - 1) / (out - 1);
  }
  return x;
}

std::int64_t nearest(NearestMode mode, double x) {
  switch (mode) {
    case NearestMode::kRoundPreferFloor:
      return static_cast<std::int64_t>(std::ceil(x - 0.5));
    case NearestMode::kRoundPreferCeil:
      return static_cast<std::int64_t>(std::floor(x + 0.5));
    case NearestMode::kFloor:
      return static_cast<std::int64_t>(std::floor(x));
    case NearestMode::kCeil:
      return static_cast<std::int64_t>(std::ceil(x));
  }
  return 0;
}

// Keys: Cubic convolution interpolation for digital image processing, 1981, equation 4.
double cubic(double a, double x) {
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return 0.0;
}

}  // namespace

Result<std::array<ResizeAxis, kMaxRank>> resize_axes(const ResizeParams& p, const Dims& dims,
                                                     const ResizeLists& lists) {
  const int rank = dims.rank();
  const std::int64_t count = p.axes ? std::ssize(*p.axes) : rank;
  MOTE_TRY(check_length(lists.scales, count, "scales"));
  MOTE_TRY(check_length(lists.sizes, count, "sizes"));
  const bool crop = p.coordinates == ResizeCoordinates::kTfCropAndResize;
  if (crop) MOTE_TRY(check_length(lists.roi, 2 * count, "roi"));
  std::array<ResizeAxis, kMaxRank> axes;
  std::array<ResizeAxis*, kMaxRank> resized;
  for (int d = 0; d < rank; ++d) axes[static_cast<std::size_t>(d)] = {dims[d], dims[d]};
  if (count > rank) return Error{Code::kInvalidArgument, cat(count, " axes for rank ", rank)};
  for (std::int64_t i = 0; i < count; ++i) {
    MOTE_ASSIGN(const int d,
                normalize_axis(p.axes ? (*p.axes)[static_cast<std::size_t>(i)] : i, rank));
    ResizeAxis& axis = axes[static_cast<std::size_t>(d)];
    resized[static_cast<std::size_t>(i)] = &axis;
    if (crop && lists.roi) MOTE_TRY(set_roi(lists.roi, i, count, axis));
    if (lists.scales) {
      MOTE_TRY(set_scale(load_real(lists.scales, i), axis));
    } else {
      MOTE_TRY(set_size(load_integer(lists.sizes, i), axis));
    }
  }
  if (lists.sizes && p.policy != AspectPolicy::kStretch) {
    keep_aspect(p, std::span(resized).first(static_cast<std::size_t>(count)));
  }
  for (int d = 0; d < rank; ++d) MOTE_TRY(check_axis(p, axes[static_cast<std::size_t>(d)]));
  return axes;
}

ResizeTaps::ResizeTaps(const ResizeParams& p, const ResizeAxis& axis, std::int64_t x)
    : p_(p), in_(axis.in) {
  const double last = static_cast<double>(in_ - 1);
  const double position = position_of(p, axis, static_cast<double>(x));
  if (p.coordinates == ResizeCoordinates::kTfCropAndResize &&
      !(position >= 0 && position <= last)) {
    extrapolated_ = true;
    return;
  }
  if (p.antialias && p.mode != ResizeMode::kNearest) stretch_ = std::max(1.0, 1.0 / axis.scale());
  const double reach = (p.mode == ResizeMode::kCubic ? 2.0 : 1.0) * stretch_;
  // Farther out than the filter reaches, all is the border.
  position_ = std::clamp(position, -reach - 1.0, last + reach + 1.0);
  if (p.mode == ResizeMode::kNearest) {
    first_ = last_ = nearest(p.nearest, position_);
    return;
  }
  first_ = static_cast<std::int64_t>(std::floor(position_ - reach)) + 1;
  last_ = static_cast<std::int64_t>(std::ceil(position_ + reach)) - 1;
  if (!p.antialias && !p.exclude_outside) return;
  double sum = 0.0;
  for (std::int64_t i = first_; i <= last_; ++i) sum += raw_weight(i);
  if (sum != 0.0) sum_ = sum;
}

double ResizeTaps::raw_weight(std::int64_t i) const {
  if (p_.mode == ResizeMode::kNearest) return 1.0;
  if (p_.exclude_outside && (i < 0 || i >= in_)) return 0.0;
  const double x = std::abs(static_cast<double>(i) - position_) / stretch_;
  return p_.mode == ResizeMode::kCubic ? cubic(static_cast<double>(p_.cubic_a), x)
                                       : std::max(0.0, 1.0 - x);
}

}  // namespace mote
