// TaskDescription: what a model's inputs and outputs mean to people. docs/task-description.md has
// the JSON form that lies beside a model as <model>.task.json.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace mote {

enum class TaskKind : std::uint8_t { kImageClassification, kClassification, kOther };
enum class InputKind : std::uint8_t { kImage, kTensor };
enum class OutputKind : std::uint8_t { kClassScores, kTensor };
enum class ImageLayout : std::uint8_t { kNchw, kNhwc };
enum class ColorOrder : std::uint8_t { kRgb, kBgr, kGray };
enum class ResizeFilter : std::uint8_t { kBilinear, kNearest };
enum class Activation : std::uint8_t { kNone, kSoftmax, kSigmoid };

// As the JSON form spells them: "image-classification", "NCHW", "bilinear".
std::string_view name(TaskKind kind);
std::string_view name(InputKind kind);
std::string_view name(OutputKind kind);
std::string_view name(ImageLayout layout);
std::string_view name(ColorOrder color);
std::string_view name(ResizeFilter filter);
std::string_view name(Activation activation);

// Every value of one of these types; name() of each is unique.
template <class Enum>
inline constexpr Enum kAll[] = {};
template <>
inline constexpr TaskKind kAll<TaskKind>[] = {TaskKind::kImageClassification,
                                              TaskKind::kClassification, TaskKind::kOther};
template <>
inline constexpr InputKind kAll<InputKind>[] = {InputKind::kImage, InputKind::kTensor};
template <>
inline constexpr OutputKind kAll<OutputKind>[] = {OutputKind::kClassScores, OutputKind::kTensor};
template <>
inline constexpr ImageLayout kAll<ImageLayout>[] = {ImageLayout::kNchw, ImageLayout::kNhwc};
template <>
inline constexpr ColorOrder kAll<ColorOrder>[] = {ColorOrder::kRgb, ColorOrder::kBgr,
                                                  ColorOrder::kGray};
template <>
inline constexpr ResizeFilter kAll<ResizeFilter>[] = {ResizeFilter::kBilinear,
                                                      ResizeFilter::kNearest};
template <>
inline constexpr Activation kAll<Activation>[] = {Activation::kNone, Activation::kSoftmax,
                                                  Activation::kSigmoid};

struct ImageSize {
  std::int32_t height = 0;
  std::int32_t width = 0;
  bool operator==(const ImageSize&) const = default;
};

// Ceilings for what a description may ask for.
inline constexpr std::int32_t kMaxImageSide = 16384;
inline constexpr std::int64_t kMaxImagePixels = std::int64_t{1} << 24;

struct ResizeRule {
  enum class To : std::uint8_t {
    kInputSize,  // the model's, whatever the sides' ratio
    kShortSide,  // the shorter side gets `short_side` pixels, the ratio stays
    kSize,       // `size`
    kKeep,       // no resizing
  };
  To to = To::kInputSize;
  std::int32_t short_side = 0;
  ImageSize size;
  ResizeFilter filter = ResizeFilter::kBilinear;
  bool operator==(const ResizeRule&) const = default;
};

struct CropRule {
  enum class Kind : std::uint8_t {
    kNone,
    kCenter,    // after resizing, the middle of the model's size
    kFraction,  // before resizing, the middle `fraction` of each side
  };
  Kind kind = Kind::kNone;
  double fraction = 1.0;
  bool operator==(const CropRule&) const = default;
};

// How an image becomes numbers: crop by fraction, resize, crop, then for each channel
// (value / scale - mean) / std, where value is in [0, 255].
struct ImageRule {
  ImageLayout layout = ImageLayout::kNchw;
  ColorOrder color = ColorOrder::kRgb;
  ImageSize size;  // {0, 0}: what the model's input says
  ResizeRule resize;
  CropRule crop;
  float scale = 255.0F;
  std::vector<float> mean = {0.0F};  // one for all channels, or one each
  std::vector<float> std = {1.0F};

  int channels() const { return color == ColorOrder::kGray ? 1 : 3; }
  bool operator==(const ImageRule&) const = default;
};

struct InputDescription {
  std::string name;  // empty: the model's only input
  InputKind kind = InputKind::kTensor;
  ImageRule image;  // kImage
  bool operator==(const InputDescription&) const = default;
};

struct OutputDescription {
  std::string name;  // empty: the model's only output
  OutputKind kind = OutputKind::kTensor;
  Activation activation = Activation::kNone;  // kClassScores
  std::string labels;  // kClassScores: file beside the description; empty: classes have no names
  bool operator==(const OutputDescription&) const = default;
};

struct TaskDescription {
  TaskKind task = TaskKind::kOther;
  std::vector<InputDescription> inputs;
  std::vector<OutputDescription> outputs;
  bool operator==(const TaskDescription&) const = default;
};

// That the parts of `rule` can be meant together: sizes within bounds, a crop that the resized
// image holds, numbers of means that fit the channels. Errors: kInvalidArgument, naming the field.
Status check(const ImageRule& rule);

}  // namespace mote
