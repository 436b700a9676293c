#include "tasks/embedded_task.h"

#include <gmock/gmock.h>

#include "format/tflite/testing_metadata.h"
#include "runtime/model_impl.h"
#include "tasks/find_task.h"
#include "tasks/labels.h"

namespace mote {
namespace {

using ::testing::ElementsAre;

std::shared_ptr<const Model> parse(const std::shared_ptr<const Bytes>& bytes) {
  auto model = Model::parse(*bytes);
  EXPECT_TRUE(model) << model.error().message;
  return model ? *std::move(model) : nullptr;
}

TEST(EmbeddedTask, ComesFromTheModelWithItsLabels) {
  const auto model = parse(tfl::with_file(tfl::described_classifier(), "labels.txt", "cat\ndog\n"));
  ASSERT_NE(model, nullptr);
  const auto found = find_task("no/such/model.tflite", ModelView::of(*model), model->impl().tflite);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->guess, "");
  const TaskDescription& task = found->task;
  EXPECT_EQ(task.task, TaskKind::kImageClassification);
  ASSERT_EQ(task.inputs[0].kind, InputKind::kImage);
  EXPECT_EQ(task.inputs[0].image.layout, ImageLayout::kNhwc);
  EXPECT_EQ(task.inputs[0].image.scale, 1);
  EXPECT_THAT(task.inputs[0].image.mean, ElementsAre(127.5F));
  EXPECT_THAT(task.inputs[0].image.std, ElementsAre(64));
  ASSERT_NE(found->embedded, nullptr);
  const auto labels = read_labels(task.outputs[0], found->folder, *found->embedded);
  ASSERT_TRUE(labels) << labels.error().message;
  EXPECT_THAT(*labels, ElementsAre("cat", "dog"));
}

// Pixels of s8 go through the stated normalization to the input's grid, scale 0.5 and zero point
// -4: q = (x - 127.5) / 64 / 0.5 - 4 = (x - (127.5 + 4 * 32)) / 32.
TEST(EmbeddedTask, SignedPixelsGoToTheGridOfTheInput) {
  const auto model = parse(tfl::described_classifier(tfl::fb::TensorType_INT8).bytes());
  ASSERT_NE(model, nullptr);
  const auto task = embedded_task(ModelView::of(*model), *model->impl().tflite);
  ASSERT_TRUE(task.has_value());
  EXPECT_THAT(task->inputs[0].image.mean, ElementsAre(127.5F + 4 * 32));
  EXPECT_THAT(task->inputs[0].image.std, ElementsAre(32));
}

TEST(EmbeddedTask, BytesArePixelsAsTheyAre) {
  const auto model = parse(tfl::described_classifier(tfl::fb::TensorType_UINT8).bytes());
  ASSERT_NE(model, nullptr);
  const auto task = embedded_task(ModelView::of(*model), *model->impl().tflite);
  ASSERT_TRUE(task.has_value());
  EXPECT_EQ(task->inputs[0].image.scale, 1);
  EXPECT_THAT(task->inputs[0].image.mean, ElementsAre(0));
}

TEST(EmbeddedTask, LabelsAreNoWayThroughFolders) {
  for (const char* name : {"../labels.txt", "/etc/passwd", "a/b.txt", "..", "."}) {
    const auto model = parse(tfl::described_classifier(tfl::fb::TensorType_FLOAT32, name).bytes());
    ASSERT_NE(model, nullptr);
    const auto task = embedded_task(ModelView::of(*model), *model->impl().tflite);
    ASSERT_TRUE(task.has_value());
    EXPECT_EQ(task->outputs[0].labels, "") << name;
  }
}

TEST(EmbeddedTask, FilesThatAreNotThereAreNamed) {
  const auto model = parse(tfl::described_classifier().bytes());
  ASSERT_NE(model, nullptr);
  const auto found = find_task("model.tflite", ModelView::of(*model), model->impl().tflite);
  ASSERT_TRUE(found) << found.error().message;
  const auto labels = read_labels(found->task.outputs[0], found->folder, *found->embedded);
  ASSERT_FALSE(labels);
  EXPECT_EQ(labels.error().code, Code::kNotFound);
}

}  // namespace
}  // namespace mote
