// Metadata and files within .tflite files, for tests.
#pragma once
#include <string>
#include <string_view>

#include "format/tflite/testing_models.h"
#include "metadata_generated.h"

namespace mote::tfl {

inline void add_metadata(ModelBuilder& b, std::string_view bytes) {
  auto buffer = std::make_unique<fb::BufferT>();
  buffer->data.assign(bytes.begin(), bytes.end());
  auto entry = std::make_unique<fb::MetadataT>();
  entry->name = "TFLITE_METADATA";
  entry->buffer = static_cast<std::uint32_t>(b.model().buffers.size());
  b.model().buffers.push_back(std::move(buffer));
  b.model().metadata.push_back(std::move(entry));
}

inline void add_metadata(ModelBuilder& b, const fb::ModelMetadataT& metadata) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(fb::ModelMetadata::Pack(builder, &metadata), "M001");
  add_metadata(b, {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()});
}

// image f32[1,2,2,3] → scores f32[1,2], whose labels are the file `labels_name`; (x - 127.5) / 64.
inline ModelBuilder described_classifier(fb::TensorType type = fb::TensorType_FLOAT32,
                                         std::string labels_name = "labels.txt") {
  ModelBuilder b;
  const int x = b.input(b.tensor("image", type, {1, 2, 2, 3}));
  if (type != fb::TensorType_FLOAT32)
    b.quantized(x, {0.5F}, {type == fb::TensorType_UINT8 ? 4 : -4});
  const int w = b.constant("w", {2, 12}, std::vector<float>(24, 1));
  const int real = type == fb::TensorType_FLOAT32 ? x : b.floats("real", {1, 2, 2, 3});
  if (real != x) b.op(fb::BuiltinOperator_DEQUANTIZE, {x}, {real});
  const int y = b.output(b.floats("scores", {1, 2}));
  b.op(fb::BuiltinOperator_FULLY_CONNECTED, {real, w, -1}, {y}, fb::FullyConnectedOptionsT());
  fb::ModelMetadataT m;
  m.name = "pets";
  auto graph = std::make_unique<fb::SubGraphMetadataT>();
  auto image = std::make_unique<fb::TensorMetadataT>();
  image->content = std::make_unique<fb::ContentT>();
  fb::ImagePropertiesT properties;
  properties.color_space = fb::ColorSpaceType_RGB;
  image->content->content_properties.Set(std::move(properties));
  auto unit = std::make_unique<fb::ProcessUnitT>();
  fb::NormalizationOptionsT normalization;
  normalization.mean = {127.5F};
  normalization.std = {64};
  unit->options.Set(std::move(normalization));
  image->process_units.push_back(std::move(unit));
  auto scores = std::make_unique<fb::TensorMetadataT>();
  auto labels = std::make_unique<fb::AssociatedFileT>();
  labels->name = std::move(labels_name);
  labels->type = fb::AssociatedFileType_TENSOR_AXIS_LABELS;
  scores->associated_files.push_back(std::move(labels));
  graph->input_tensor_metadata.push_back(std::move(image));
  graph->output_tensor_metadata.push_back(std::move(scores));
  m.subgraph_metadata.push_back(std::move(graph));
  add_metadata(b, m);
  return b;
}

// The file with a zip archive of one stored file behind it. The checksum is left 0: nobody
// inflates.
inline std::shared_ptr<const Bytes> with_file(const ModelBuilder& b, std::string_view name,
                                              std::string_view content) {
  auto bytes = std::make_shared<Bytes>(*b.bytes());
  std::string zip;
  const auto put = [&](std::uint32_t v, int width) {
    for (int i = 0; i < width; ++i) zip.push_back(static_cast<char>(v >> (8 * i) & 0xFF));
  };
  const auto begin = static_cast<std::uint32_t>(bytes->size());
  const auto length = static_cast<std::uint32_t>(name.size());
  const auto size = static_cast<std::uint32_t>(content.size());
  put(0x04034b50, 4);  // local header: version, flags, method, time, date, checksum, sizes, lengths
  for (const int width : {2, 2, 2, 2, 2, 4}) put(0, width);
  for (const std::uint32_t v : {size, size}) put(v, 4);
  for (const std::uint32_t v : {length, 0U}) put(v, 2);
  zip.append(name).append(content);
  const auto directory = begin + static_cast<std::uint32_t>(zip.size());
  put(0x02014b50, 4);  // directory: two versions, then as above, comment, disk, attributes, place
  for (const int width : {2, 2, 2, 2, 2, 2, 4}) put(0, width);
  for (const std::uint32_t v : {size, size}) put(v, 4);
  for (const std::uint32_t v : {length, 0U, 0U, 0U, 0U}) put(v, 2);
  for (const std::uint32_t v : {0U, begin}) put(v, 4);
  zip.append(name);
  const auto end = begin + static_cast<std::uint32_t>(zip.size());
  put(0x06054b50, 4);  // end: disks, entries, the directory's size and place, a comment's length
  for (const std::uint32_t v : {0U, 0U, 1U, 1U}) put(v, 2);
  for (const std::uint32_t v : {end - directory, directory}) put(v, 4);
  put(0, 2);
  const auto* first = reinterpret_cast<const std::byte*>(zip.data());
  bytes->insert(bytes->end(), first, first + zip.size());
  return bytes;
}

}  // namespace mote::tfl
