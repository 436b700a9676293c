#include "format/tflite/read/metadata.h"

#include "base/guard.h"
#include "base/text.h"
#include "format/tflite/read/file.h"
#include "metadata_generated.h"

namespace mote {
namespace tfl {
namespace {

constexpr std::string_view kEntryName = "TFLITE_METADATA";
using Meaning = TfliteTensorMeaning;

template <class T>
using Tables = flatbuffers::Vector<flatbuffers::Offset<T>>;

TfliteFile read_file(const fb::AssociatedFile& f) {
  TfliteFile file;
  file.name = text_of(f.name());
  file.locale = text_of(f.locale());
  switch (f.type()) {
    case fb::AssociatedFileType_UNKNOWN:
      break;
    case fb::AssociatedFileType_TENSOR_AXIS_LABELS:
      file.kind = TfliteFile::Kind::kAxisLabels;
      break;
    case fb::AssociatedFileType_TENSOR_VALUE_LABELS:
      file.kind = TfliteFile::Kind::kValueLabels;
      break;
    case fb::AssociatedFileType_VOCABULARY:
      file.kind = TfliteFile::Kind::kVocabulary;
      break;
    default:
      file.kind = TfliteFile::Kind::kOther;
  }
  return file;
}

void read_content(const fb::Content& content, Meaning& meaning) {
  switch (content.content_properties_type()) {
    case fb::ContentProperties_FeatureProperties:
      meaning.content = Meaning::Content::kFeature;
      break;
    case fb::ContentProperties_ImageProperties:
      meaning.content = Meaning::Content::kImage;
      meaning.grayscale = content.content_properties_as_ImageProperties()->color_space() ==
                          fb::ColorSpaceType_GRAYSCALE;
      break;
    case fb::ContentProperties_BoundingBoxProperties: {
      const auto* boxes = content.content_properties_as_BoundingBoxProperties();
      meaning.content = Meaning::Content::kBoxes;
      meaning.box_kind = boxes->type() == fb::BoundingBoxType_CENTER ? Meaning::BoxKind::kCentre
                         : boxes->type() == fb::BoundingBoxType_UPPER_LEFT
                             ? Meaning::BoxKind::kUpperLeft
                             : Meaning::BoxKind::kCorners;
      meaning.box_pixels = boxes->coordinate_type() == fb::CoordinateType_PIXEL;
      const auto order = values_of(boxes->index());
      meaning.box_order.assign(order.begin(), order.end());
      break;
    }
    case fb::ContentProperties_AudioProperties:
      meaning.content = Meaning::Content::kAudio;
      meaning.sample_rate = content.content_properties_as_AudioProperties()->sample_rate();
      meaning.channels = content.content_properties_as_AudioProperties()->channels();
      break;
    case fb::ContentProperties_NONE:
      break;
  }
}

void read_process(const fb::ProcessUnit& unit, Meaning& meaning) {
  if (const auto* o = unit.options_as_NormalizationOptions()) {
    const auto mean = values_of(o->mean()), std = values_of(o->std());
    meaning.mean.assign(mean.begin(), mean.end());
    meaning.std.assign(std.begin(), std.end());
  }
  if (const auto* o = unit.options_as_ScoreThresholdingOptions()) {
    meaning.score_threshold = o->global_score_threshold();
  }
}

std::vector<Meaning> read_meanings(const Tables<fb::TensorMetadata>* tensors) {
  std::vector<Meaning> meanings;
  for (std::uint32_t i = 0; i < size_of(tensors); ++i) {
    const fb::TensorMetadata& t = *tensors->Get(i);
    Meaning meaning;
    meaning.name = text_of(t.name());
    meaning.description = text_of(t.description());
    if (t.content() != nullptr) read_content(*t.content(), meaning);
    for (std::uint32_t k = 0; k < size_of(t.process_units()); ++k) {
      read_process(*t.process_units()->Get(k), meaning);
    }
    for (std::uint32_t k = 0; k < size_of(t.associated_files()); ++k) {
      meaning.files.push_back(read_file(*t.associated_files()->Get(k)));
    }
    meanings.push_back(std::move(meaning));
  }
  return meanings;
}

Result<std::shared_ptr<const TfliteMetadata>> read(std::shared_ptr<const Bytes> bytes) {
  MOTE_ASSIGN(const File file, File::open(bytes));
  MOTE_ASSIGN(const std::span<const std::byte> entry, file.metadata(kEntryName));
  if (entry.empty()) return std::shared_ptr<const TfliteMetadata>();
  // Copied, so that it lies as a flatbuffer must.
  const Bytes copy(entry.begin(), entry.end());
  const auto* data = reinterpret_cast<const std::uint8_t*>(copy.data());
  flatbuffers::Verifier verifier(data, copy.size());
  if (copy.size() < sizeof(std::uint32_t) || !fb::VerifyModelMetadataBuffer(verifier)) {
    return Error{Code::kCorrupt, "its metadata are no sound flatbuffer"};
  }
  const fb::ModelMetadata& m = *fb::GetModelMetadata(data);
  auto metadata = std::make_shared<TfliteMetadata>();
  metadata->name = text_of(m.name());
  metadata->description = text_of(m.description());
  metadata->version = text_of(m.version());
  metadata->author = text_of(m.author());
  metadata->license = text_of(m.license());
  if (size_of(m.subgraph_metadata()) > 0) {
    const fb::SubGraphMetadata& s = *m.subgraph_metadata()->Get(0);
    metadata->inputs = read_meanings(s.input_tensor_metadata());
    metadata->outputs = read_meanings(s.output_tensor_metadata());
  }
  // Most models have no files, and no archive then.
  if (auto entries = read_zip_index(*bytes)) metadata->entries = *std::move(entries);
  metadata->bytes = std::move(bytes);
  return std::shared_ptr<const TfliteMetadata>(std::move(metadata));
}

}  // namespace
}  // namespace tfl

Result<std::shared_ptr<const TfliteMetadata>> read_tflite_metadata(
    std::shared_ptr<const Bytes> bytes) {
  return guarded([&]() -> Result<std::shared_ptr<const TfliteMetadata>> {
    return tfl::read(std::move(bytes));
  });
}

}  // namespace mote
