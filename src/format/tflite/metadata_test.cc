#include "format/tflite/read/metadata.h"

#include <gmock/gmock.h>

#include "format/tflite/testing_metadata.h"

namespace mote::tfl {
namespace {

using ::testing::ElementsAre;

TEST(TfliteMetadata, IsNoneWhereTheFileHasNone) {
  ModelBuilder b;
  const auto metadata = read_tflite_metadata(b.bytes());
  ASSERT_TRUE(metadata) << metadata.error().message;
  EXPECT_EQ(*metadata, nullptr);
}

TEST(TfliteMetadata, SaysWhatInputsAndOutputsMean) {
  const auto bytes = with_file(described_classifier(), "labels.txt", "cat\ndog\n");
  const auto metadata = read_tflite_metadata(bytes);
  ASSERT_TRUE(metadata) << metadata.error().message;
  ASSERT_NE(*metadata, nullptr);
  const TfliteMetadata& m = **metadata;
  EXPECT_EQ(m.name, "pets");
  ASSERT_EQ(m.inputs.size(), 1U);
  EXPECT_EQ(m.inputs[0].content, TfliteTensorMeaning::Content::kImage);
  EXPECT_THAT(m.inputs[0].mean, ElementsAre(127.5F));
  EXPECT_THAT(m.inputs[0].std, ElementsAre(64));
  ASSERT_EQ(m.outputs.size(), 1U);
  ASSERT_EQ(m.outputs[0].files.size(), 1U);
  EXPECT_EQ(m.outputs[0].files[0].name, "labels.txt");
  EXPECT_EQ(m.outputs[0].files[0].kind, TfliteFile::Kind::kAxisLabels);
  ASSERT_EQ(m.entries.size(), 1U);
  EXPECT_EQ(m.entries[0].name, "labels.txt");
  const auto* text = reinterpret_cast<const char*>(m.entries[0].content.data());
  EXPECT_EQ(std::string(text, m.entries[0].content.size()), "cat\ndog\n");
}

TEST(TfliteMetadata, RefusesWhatIsNoTable) {
  ModelBuilder b;
  add_metadata(b, "nothing of the kind");
  const auto metadata = read_tflite_metadata(b.bytes());
  ASSERT_FALSE(metadata);
  EXPECT_EQ(metadata.error().code, Code::kCorrupt);
}

}  // namespace
}  // namespace mote::tfl
