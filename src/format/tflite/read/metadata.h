// What a .tflite file says of the meaning of its inputs and outputs, and the files within it.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/zip_index.h"

namespace mote {

struct TfliteFile {
  enum class Kind : std::uint8_t { kUnknown, kAxisLabels, kValueLabels, kVocabulary, kOther };
  std::string name;
  Kind kind = Kind::kUnknown;
  std::string locale;  // of labels; empty: any
};

struct TfliteTensorMeaning {
  enum class Content : std::uint8_t { kUnknown, kFeature, kImage, kBoxes, kAudio };
  std::string name, description;
  Content content = Content::kUnknown;
  bool grayscale = false;                       // kImage
  std::uint32_t sample_rate = 0, channels = 0;  // kAudio; 0: not said
  // kBoxes: where in a row left, top, right and bottom stand (or x, y, width, height).
  enum class BoxKind : std::uint8_t { kCorners, kUpperLeft, kCentre };
  BoxKind box_kind = BoxKind::kCorners;
  bool box_pixels = false;               // otherwise shares of the image's sides
  std::vector<std::uint32_t> box_order;  // empty: as listed
  // (x - mean) / std, one for all channels or one each; empty: not normalized.
  std::vector<float> mean, std;
  float score_threshold = 0;  // 0: none
  std::vector<TfliteFile> files;
};

struct TfliteMetadata {
  std::string name, description, version, author, license;
  std::vector<TfliteTensorMeaning> inputs, outputs;  // of subgraph 0; may be fewer than it has
  std::vector<ZipEntry> entries;                     // the files; their bytes are the model's
  std::shared_ptr<const Bytes> bytes;                // of the model
};

// Null if the file has no metadata. Errors: kCorrupt; kUnsupported: a zip archive of another kind.
Result<std::shared_ptr<const TfliteMetadata>> read_tflite_metadata(
    std::shared_ptr<const Bytes> bytes);

}  // namespace mote
