#include "tasks/segmentation/segmentation.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/result.h"
#include "base/text.h"
#include "tasks/image/image_axes.h"

namespace mote {
namespace {

Error invalid(std::string message) { return Error{Code::kInvalidArgument, std::move(message)}; }

// Places of the output, and how far apart its numbers lie.
struct Grid {
  std::int64_t height = 1, width = 1, channels = 1;
  std::int64_t channel_step = 1, place_step = 1;
};

Result<Grid> grid_of(const Dims& d, const SegmentRule& rule) {
  Grid g;
  const bool flat = d.rank() == 3;
  if (flat) {
    g = {d[1], d[2], 1, 1, 1};
  } else if (d.rank() == 4) {
    const ImageAxes axes = axes_of(rule.layout);
    g.height = d[static_cast<int>(axes.height)];
    g.width = d[static_cast<int>(axes.width)];
    g.channels = d[static_cast<int>(axes.channels)];
    const bool planar = rule.layout == ImageLayout::kNchw;
    g.channel_step = planar ? g.height * g.width : 1;
    g.place_step = planar ? 1 : g.channels;
  }
  const bool image = (flat || d.rank() == 4) && d[0] == 1 && d.count() > 0;
  const bool classes = rule.holds == SegmentNumbers::kClasses;
  if (image && (!classes || g.channels == 1)) return g;
  return invalid(cat("it has shape ", to_string(d), "; ", name(rule.holds), " of one image are ",
                     classes ? "[1, height, width]"
                             : cat("[1, ...], ", name(rule.layout), " of any number of classes")));
}

// Between which places of a line a pixel lies.
struct Tap {
  std::int64_t low = -1;  // below 0: outside what the model saw
  std::int64_t high = 0;
  float share = 0;  // of `high`
  std::int64_t nearest = 0;
};

// One side of the image: what is cut away before and behind, how it is stretched, where it lies.
struct Side {
  std::int32_t pixels, cut;
  const Stretch& stretch;
  std::int32_t begin;  // in the input
  std::int32_t input;
  std::int64_t places;
};

std::vector<Tap> taps_of(const Side& s) {
  std::vector<Tap> taps;
  for (std::int32_t i = 0; i < s.pixels; ++i) {
    const double stretched = (i + 0.5 - s.cut) * s.stretch.target / s.stretch.source;
    const double seen = stretched - s.stretch.first;
    Tap& tap = taps.emplace_back();
    if (seen < 0 || seen >= s.stretch.count) continue;
    const double at = (seen + s.begin) * static_cast<double>(s.places) / s.input;
    const double center = std::clamp(at - 0.5, 0.0, static_cast<double>(s.places - 1));
    tap.low = static_cast<std::int64_t>(center);
    tap.high = std::min(tap.low + 1, s.places - 1);
    tap.share = static_cast<float>(center - static_cast<double>(tap.low));
    tap.nearest = std::min(static_cast<std::int64_t>(at), s.places - 1);
  }
  return taps;
}

class Segmenter {
 public:
  Segmenter(std::vector<float> numbers, const Grid& grid, const OutputDescription& description)
      : numbers_(std::move(numbers)), grid_(grid), description_(description) {}

  // Requires: both taps lie within what the model saw.
  std::int32_t class_at(const Tap& y, const Tap& x) const {
    const SegmentRule& rule = description_.segments;
    if (rule.holds == SegmentNumbers::kClasses) {
      return static_cast<std::int32_t>(at(y.nearest, x.nearest, 0));
    }
    if (grid_.channels == 1) {
      float score = between(y, x, 0);
      activate(description_.activation, {&score, 1});
      return score >= rule.threshold ? 1 : 0;
    }
    std::int64_t best = 0;
    float most = between(y, x, 0);
    for (std::int64_t c = 1; c < grid_.channels; ++c) {
      const float score = between(y, x, c);
      if (!(score > most || (std::isnan(most) && !std::isnan(score)))) continue;
      best = c;
      most = score;
    }
    return static_cast<std::int32_t>(best);
  }

 private:
  float at(std::int64_t y, std::int64_t x, std::int64_t channel) const {
    const std::int64_t place = y * grid_.width + x;
    return numbers_[static_cast<std::size_t>(place * grid_.place_step +
                                             channel * grid_.channel_step)];
  }

  // A place without a share does not count: it may be no number.
  static float mixed(float low, float high, float share) {
    return share > 0.0F ? std::lerp(low, high, share) : low;
  }

  float between(const Tap& y, const Tap& x, std::int64_t channel) const {
    const auto row = [&](std::int64_t at_y) {
      return mixed(at(at_y, x.low, channel), at(at_y, x.high, channel), x.share);
    };
    return mixed(row(y.low), row(y.high), y.share);
  }

  std::vector<float> numbers_;
  Grid grid_;
  const OutputDescription& description_;
};

Status check_classes(const Tensor& output, std::span<const float> numbers) {
  constexpr float kMost = 1 << 24;  // which floats count to
  for (const float v : numbers) {
    if (v >= 0.0F && v < kMost) continue;
    return invalid(cat("it has ", v, " among its classes, ", name(output.dtype()),
                       "; they must be 0 or more, below ", kMost));
  }
  return {};
}

}  // namespace

Status check(const SegmentRule& rule) {
  if (std::isfinite(rule.threshold)) return {};
  return invalid(cat("threshold is ", rule.threshold, "; it must be a number"));
}

Result<SegmentMap> segment(const Tensor& output, const OutputDescription& description,
                           const SegmentPlace& where, std::uint64_t max_bytes) {
  MOTE_ASSIGN(const Grid grid, grid_of(output.dims(), description.segments));
  const std::uint64_t pixels = static_cast<std::uint64_t>(where.image.width) *
                               static_cast<std::uint64_t>(where.image.height);
  const std::uint64_t bytes = (pixels + static_cast<std::uint64_t>(output.count())) * 4;
  if (bytes > max_bytes) {
    return Error{Code::kResourceExhausted,
                 cat("classes of ", where.image.width, "x", where.image.height, " pixels take ",
                     human_bytes(bytes), ", over the limit of ", human_bytes(max_bytes))};
  }
  MOTE_ASSIGN(std::vector<float> numbers, dequantized(output, description.quantization));
  if (description.segments.holds == SegmentNumbers::kClasses) {
    MOTE_TRY(check_classes(output, numbers));
  }
  const ImagePlacement& p = where.place;
  const auto rows =
      taps_of({where.image.height, p.y, p.vertical, p.top, where.input.height, grid.height});
  const auto columns =
      taps_of({where.image.width, p.x, p.horizontal, p.left, where.input.width, grid.width});
  const Segmenter segmenter(std::move(numbers), grid, description);
  SegmentMap map{where.image.width, where.image.height, {}};
  map.classes.reserve(pixels);
  for (const Tap& y : rows) {
    for (const Tap& x : columns) {
      const bool seen = y.low >= 0 && x.low >= 0;
      map.classes.push_back(seen ? segmenter.class_at(y, x) : kNoClass);
    }
  }
  return map;
}

std::vector<ClassShare> class_shares(const SegmentMap& map) {
  std::map<std::int32_t, std::int64_t> counts;
  std::int64_t all = 0;
  for (const std::int32_t index : map.classes) {
    if (index == kNoClass) continue;
    ++counts[index];
    ++all;
  }
  std::vector<ClassShare> shares;
  shares.reserve(counts.size());
  for (const auto& [index, count] : counts) {
    shares.push_back({index, static_cast<double>(count) / static_cast<double>(all)});
  }
  std::ranges::stable_sort(shares, std::ranges::greater(), &ClassShare::share);
  return shares;
}

}  // namespace mote
