#include "tasks/find_task.h"

#include <gmock/gmock.h>

#include <fstream>

#include "base/test_folder.h"
#include "base/text.h"
#include "tasks/bind_task.h"
#include "tasks/guess_task.h"

namespace mote {
namespace {

using testing::HasSubstr;

TensorInfo info(std::string name, DType dtype, std::initializer_list<std::int64_t> shape) {
  TensorInfo i{std::move(name), dtype, true, {}};
  for (const std::int64_t s : shape) i.shape.push_back({s, ""});
  return i;
}

const TensorInfo kImage = info("x", DType::kF32, {-1, 3, 32, 48});
const TensorInfo kScores = info("y", DType::kF32, {-1, 10});

TaskDescription guess(const TensorInfo& in, const TensorInfo& out) {
  return guess_task({std::span(&in, 1), std::span(&out, 1)});
}

Status bind(TaskDescription& task, const TensorInfo& in, const TensorInfo& out) {
  return bind_task(task, std::span(&in, 1), std::span(&out, 1));
}

TaskDescription image_task() {
  TaskDescription task;
  task.inputs.resize(1);
  task.inputs[0].kind = InputKind::kImage;
  task.outputs.resize(1);
  return task;
}

TEST(GuessTask, TakesRankFourForAnImage) {
  const TaskDescription task = guess(kImage, kScores);
  EXPECT_EQ(task.task, TaskKind::kImageClassification);
  const ImageRule& rule = task.inputs[0].image;
  EXPECT_EQ(rule.layout, ImageLayout::kNchw);
  EXPECT_EQ(rule.color, ColorOrder::kRgb);
  EXPECT_EQ(rule.size, (ImageSize{32, 48}));
  EXPECT_EQ(rule.scale, 255.0F);
  EXPECT_EQ(task.outputs[0].kind, OutputKind::kClassScores);
}

TEST(GuessTask, FindsChannelsAtTheEnd) {
  const TaskDescription task = guess(info("x", DType::kU8, {1, 96, 64, 1}), kScores);
  const ImageRule& rule = task.inputs[0].image;
  EXPECT_EQ(rule.layout, ImageLayout::kNhwc);
  EXPECT_EQ(rule.color, ColorOrder::kGray);
  EXPECT_EQ(rule.size, (ImageSize{96, 64}));
  EXPECT_EQ(rule.scale, 1.0F);  // a u8 input takes pixels as they are
}

TEST(GuessTask, LeavesOtherTensorsAlone) {
  EXPECT_EQ(guess(info("x", DType::kF32, {1, 16, 32, 32}), kScores).inputs[0].kind,
            InputKind::kTensor);
  EXPECT_EQ(guess(info("x", DType::kF32, {1, 3, -1, -1}), kScores).inputs[0].kind,
            InputKind::kTensor);
  EXPECT_EQ(guess(info("x", DType::kS64, {1, 3, 8, 8}), kScores).inputs[0].kind,
            InputKind::kTensor);
  EXPECT_EQ(guess(info("x", DType::kF32, {-1, 4}), kScores).task, TaskKind::kClassification);
  EXPECT_EQ(guess(kImage, info("y", DType::kF32, {-1, 3, 16, 24})).task, TaskKind::kOther);
}

TEST(BindTask, FillsInWhatTheModelKnows) {
  TaskDescription task = image_task();
  const Status bound = bind(task, kImage, kScores);
  ASSERT_TRUE(bound) << bound.error().message;
  EXPECT_EQ(task.inputs[0].name, "x");
  EXPECT_EQ(task.outputs[0].name, "y");
  EXPECT_EQ(task.inputs[0].image.size, (ImageSize{32, 48}));
}

std::string bind_error(TaskDescription task, const TensorInfo& in) {
  const Status bound = bind(task, in, kScores);
  EXPECT_FALSE(bound);
  return bound ? "" : bound.error().message;
}

TEST(BindTask, NamesWhatDoesNotFit) {
  TaskDescription task = image_task();
  task.inputs[0].name = "pixels";
  EXPECT_EQ(bind_error(task, kImage), "the model has no input 'pixels'; it has 'x'");
  task = image_task();
  task.inputs[0].image.color = ColorOrder::kGray;
  EXPECT_THAT(bind_error(task, kImage), HasSubstr("give 1 channels at axis 1, the model takes 3"));
  task = image_task();
  task.inputs[0].image.size = {32, 32};
  EXPECT_THAT(bind_error(task, kImage), HasSubstr("size has width 32, the model takes 48"));
  task = image_task();
  EXPECT_THAT(bind_error(task, info("x", DType::kF32, {1, 3, -1, 8})),
              HasSubstr("size is missing: the model leaves the height open"));
  EXPECT_THAT(bind_error(task, info("x", DType::kF64, {1, 3, 8, 8})), HasSubstr("f64"));
  EXPECT_THAT(bind_error(task, info("x", DType::kF32, {3, 8, 8})), HasSubstr("rank 3"));
  task.inputs.resize(2);
  EXPECT_THAT(bind_error(task, kImage), HasSubstr("input 'x' is described twice"));
}

TEST(BindTask, ChecksACropAgainstTheModelsSize) {
  TaskDescription task = image_task();
  ImageRule& rule = task.inputs[0].image;
  rule.crop.kind = CropRule::Kind::kCenter;
  rule.resize.to = ResizeRule::To::kShortSide;
  rule.resize.short_side = 16;
  EXPECT_THAT(bind_error(task, kImage), HasSubstr("short_side is 16, less than"));
}

TEST(BindTask, ChecksWhatFeedsTheOtherInputs) {
  const auto error = [](InputDescription input, const TensorInfo& in) {
    TaskDescription task;
    task.inputs = {std::move(input)};
    return bind_error(std::move(task), in);
  };
  InputDescription audio;
  audio.kind = InputKind::kAudio;
  audio.audio = {.sample_rate = 8'000, .chunk = 100, .context = 10};
  EXPECT_THAT(error(audio, info("x", DType::kF32, {1, 128})),
              HasSubstr("context and chunk have 110 samples together, the model takes 128"));
  EXPECT_THAT(error(audio, info("x", DType::kS16, {1, -1})), HasSubstr("f32, not s16"));
  InputDescription state;
  state.kind = InputKind::kState;
  state.from = "z";
  EXPECT_THAT(error(state, kImage), HasSubstr("from: the model has no output 'z'; it has 'y'"));
  state.from = "y";
  EXPECT_THAT(error(state, info("x", DType::kF64, {1})), HasSubstr("output 'y' gives f32"));
  InputDescription constant;
  constant.kind = InputKind::kConstant;
  constant.value = {1, 2};
  EXPECT_THAT(error(constant, info("x", DType::kF32, {3})), HasSubstr("value has 2 numbers"));
  InputDescription features;
  features.kind = InputKind::kFeatures;
  features.columns = {"a", "b"};
  EXPECT_THAT(error(features, info("x", DType::kF32, {-1, 3})),
              HasSubstr("columns has 2, the model takes 3"));
  EXPECT_THAT(error(features, kImage), HasSubstr("rows of features are [rows, features]"));
  TensorInfo sequence = info("x", DType::kUndefined, {});
  sequence.type = "seq(f32[...])";
  EXPECT_THAT(error(features, sequence), HasSubstr("it takes seq(f32[...])"));
}

TEST(BindTask, ChecksThatAClipGivesTheFramesThatAreTaken) {
  TaskDescription task;
  task.inputs.resize(1);
  task.inputs[0].kind = InputKind::kAudioFeatures;
  EXPECT_TRUE(bind(task, info("x", DType::kF32, {1, 49, 10, 1}), kScores));
  EXPECT_TRUE(bind(task, info("x", DType::kF32, {1, -1, 10}), kScores));
  EXPECT_EQ(bind_error(task, info("x", DType::kF32, {1, 50, 10, 1})),
            "input 'x': a clip of 16000 samples has 49 frames, the model takes 50; clip, window, "
            "step and edges say so");
  // Windows of fewer frames than there are give several answers.
  EXPECT_TRUE(bind(task, info("x", DType::kF32, {1, 40, 10, 1}), kScores));
  task.outputs.resize(1);
  task.outputs[0].kind = OutputKind::kClassScores;
  EXPECT_THAT(bind_error(task, info("x", DType::kF32, {1, 40, 10, 1})), HasSubstr("49 frames"));
  EXPECT_THAT(bind_error(task, info("x", DType::kF32, {1, 49, 12})),
              HasSubstr("a frame has 10 numbers"));
}

class TaskFiles : public testing::Test {
 protected:
  Result<FoundTask> find() {
    return find_task(folder_ / "net.v2.onnx", {std::span(&kImage, 1), std::span(&kScores, 1)});
  }

  const TestFolder test_folder_;
  const std::filesystem::path folder_ = test_folder_.path();
};

TEST_F(TaskFiles, LieBesideTheModel) {
  std::ofstream(folder_ / "net.v2.task.json")
      << R"({"task": "other", "inputs": [{"kind": "image", "scale": 1}]})";
  const auto found = find();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->guess, "");
  EXPECT_EQ(found->folder, folder_);
  EXPECT_EQ(found->task.inputs[0].image.size, (ImageSize{32, 48}));
}

TEST_F(TaskFiles, AreNamedInErrors) {
  std::ofstream(folder_ / "net.v2.task.json") << R"({"task": "otter"})";
  const auto found = find();
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("net.v2.task.json: task is \"otter\"; allowed are"));
}

TEST_F(TaskFiles, AreNotGuessedWhereTheNameIsTaken) {
  std::filesystem::create_directories(folder_ / "net.v2.task.json");
  const auto found = find();
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("net.v2.task.json: not a regular file"));
}

TEST_F(TaskFiles, NameAFewOfManyInputs) {
  std::ofstream(folder_ / "net.v2.task.json")
      << R"({"task": "other", "inputs": [{"name": "y", "kind": "tensor"}]})";
  std::vector<TensorInfo> inputs(1000, kImage);
  for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i].name = cat("x", i);
  const auto found = find_task(folder_ / "net.v2.onnx", {inputs, std::span(&kScores, 1)});
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("no input 'y'; it has 'x0', 'x1', "));
  EXPECT_THAT(found.error().message, testing::EndsWith("'x9' and 990 more"));
}

TEST_F(TaskFiles, AreGuessedWhereThereIsNone) {
  const auto found = find();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->guess,
            "no net.v2.task.json: guessed task image-classification, RGB images 32x48 NCHW, "
            "pixels / 255");
}

TEST(ExampleTask, IsRead) {
  const TensorInfo image = info("image", DType::kF32, {-1, 1, 8, 8});
  const TensorInfo logits = info("logits", DType::kF32, {-1, 10});
  const auto found =
      find_task("examples/digits/model.onnx", {std::span(&image, 1), std::span(&logits, 1)});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->guess, "");
  EXPECT_EQ(found->task.outputs[0].labels, "labels.txt");
}

}  // namespace
}  // namespace mote
