// TaskDescription: what a model's inputs and outputs mean to people. docs/task-description.md has
// the JSON form that lies beside a model as <model>.task.json.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/activation.h"
#include "tasks/anomaly/reconstruction_rule.h"
#include "tasks/audio/audio_rule.h"
#include "tasks/audio/feature_rule.h"
#include "tasks/choices.h"
#include "tasks/detection/box_rule.h"
#include "tasks/image/image_rule.h"
#include "tasks/image/picture_rule.h"
#include "tasks/pose/pose_rule.h"
#include "tasks/quantization_rule.h"
#include "tasks/raw_rule.h"
#include "tasks/segmentation/segment_rule.h"

namespace mote {

enum class TaskKind : std::uint8_t {
  kImageClassification,
  kObjectDetection,
  kImageToImage,
  kPoseEstimation,
  kImageSegmentation,
  kVoiceActivity,
  kKeywordSpotting,
  kAnomalyDetection,
  kClassification,
  kRegression,
  kOther,
};
template <>
inline constexpr std::array<std::string_view, 11> kNames<TaskKind> = {"image-classification",
                                                                      "object-detection",
                                                                      "image-to-image",
                                                                      "pose-estimation",
                                                                      "image-segmentation",
                                                                      "voice-activity",
                                                                      "keyword-spotting",
                                                                      "anomaly-detection",
                                                                      "classification",
                                                                      "regression",
                                                                      "other"};

enum class InputKind : std::uint8_t {
  kImage,
  kAudio,          // chunks of sound
  kAudioFeatures,  // what sound is like: MFCC, log-mel spectra
  kFeatures,       // columns of a table
  kState,          // what an output gave in the run before; at first zeros
  kConstant,       // the same in each run
  kTensor,
};
template <>
inline constexpr std::array<std::string_view, 7> kNames<InputKind> = {
    "image", "audio", "audio_features", "features", "state", "constant", "tensor"};

enum class OutputKind : std::uint8_t {
  kClassScores,
  kLabel,          // the class itself: its number or its name
  kValue,          // a number that is the answer
  kDetections,     // boxes with their scores and classes, all in one table
  kBoxes,          // or each of these in a table of its own
  kBoxScores,      // of each box: one, or one for each class
  kBoxClasses,     // the number of its class
  kBoxCount,       // how many boxes count
  kSelectedBoxes,  // which ones: [n, 3] of batch, class, box, as NonMaxSuppression gives
  kImage,
  kSpeech,          // the probability that a chunk of sound is speech
  kReconstruction,  // an input again; how far off it is tells how strange that is
  kKeypoints,       // y, x and score of each point of a body
  kHeatmaps,        // how likely each point is at each place, beside the next
  kHeatmapOffsets,  // how far a point is from its place
  kSegments,        // the class of each place of an image
  kTensor,
};
template <>
inline constexpr std::array<std::string_view, 17> kNames<OutputKind> = {
    "class_scores", "label",     "value",           "detections", "boxes",  "box_scores",
    "box_classes",  "box_count", "selected_boxes",  "image",      "speech", "reconstruction",
    "keypoints",    "heatmaps",  "heatmap_offsets", "segments",   "tensor"};

struct InputDescription {
  std::string name;  // empty: the model's only input
  InputKind kind = InputKind::kTensor;
  ImageRule image = {};                  // kImage
  AudioRule audio = {};                  // kAudio
  AudioFeatureRule audio_features = {};  // kAudioFeatures
  std::vector<std::string> columns;      // kFeatures: in the input's order; empty: as the table's
  std::string from;                      // kState: the output
  std::vector<double> value;             // kConstant: as many as the input has, or one for all
  // kFeatures, kAudioFeatures, kTensor: what an input of integers takes for numbers; null: unknown
  std::optional<QuantizationRule> quantization = {};
  std::optional<RawRule> raw = {};  // kAudioFeatures, kTensor: of files; null: as the input's
  bool operator==(const InputDescription&) const = default;
};

struct OutputDescription {
  std::string name;  // empty: the model's only output
  OutputKind kind = OutputKind::kTensor;
  Activation activation = Activation::kNone;  // of scores, of any kind
  // Where there are classes: a file beside the description, or their names; both empty: classes
  // have no names.
  std::string labels;
  std::vector<std::string> class_names = {};
  // Where has_quantization(kind): what an output of integers stands for; null: for themselves.
  std::optional<QuantizationRule> quantization = {};
  BoxRule boxes = {};                           // kDetections, kBoxes
  BoxLayout layout = BoxLayout::kRows;          // kDetections, kBoxes, kBoxScores
  std::optional<std::int64_t> background = {};  // kDetections, kBoxScores: a class that is none
  PictureRule image = {};                       // kImage
  SpeechRule speech = {};                       // kSpeech
  ReconstructionRule reconstruction = {};       // kReconstruction
  PoseRule pose = {};                           // kKeypoints, kHeatmaps
  SegmentRule segments = {};                    // kSegments
  bool operator==(const OutputDescription&) const = default;
};

// Kinds whose integers may stand for other numbers.
bool has_quantization(OutputKind kind);

struct TaskDescription {
  TaskKind task = TaskKind::kOther;
  std::vector<InputDescription> inputs;
  std::vector<OutputDescription> outputs;

  // The first of its kind; null if there is none.
  const InputDescription* input(InputKind kind) const;
  const OutputDescription* output(OutputKind kind) const;
  InputDescription* input(InputKind kind);
  OutputDescription* output(OutputKind kind);
  bool operator==(const TaskDescription&) const = default;
};

}  // namespace mote
