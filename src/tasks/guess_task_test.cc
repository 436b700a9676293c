#include "tasks/guess_task.h"

#include <gmock/gmock.h>

#include "ir/graph.h"

namespace mote {
namespace {

using testing::ElementsAre;

TensorInfo info(std::string name, std::initializer_list<std::int64_t> shape,
                DType dtype = DType::kF32) {
  TensorInfo i{std::move(name), dtype, true, {}, ""};
  for (const std::int64_t s : shape) i.shape.push_back({s, ""});
  return i;
}

TaskDescription guess(const std::vector<TensorInfo>& inputs, const std::vector<TensorInfo>& outputs,
                      const Graph* graph = nullptr) {
  return guess_task({inputs, outputs, graph});
}

TEST(GuessDetection, KnowsYoloxByItsGrids) {
  const TaskDescription task =
      guess({info("images", {1, 3, 416, 416})}, {info("output", {1, 3549, 85})});
  EXPECT_EQ(task.task, TaskKind::kObjectDetection);
  const ImageRule& image = task.inputs[0].image;
  EXPECT_EQ(image.color, ColorOrder::kBgr);
  EXPECT_EQ(image.scale, 1.0F);
  EXPECT_EQ(image.resize.to, ResizeRule::To::kLetterbox);
  EXPECT_EQ(image.resize.fill, 114.0F);
  EXPECT_TRUE(check(image));
  const BoxRule& boxes = task.outputs[0].boxes;
  EXPECT_EQ(boxes.decode, BoxDecode::kYolox);
  EXPECT_TRUE(check(boxes, true));
}

TEST(GuessDetection, KnowsTheOtherYolosByTheirTables) {
  const TensorInfo image = info("images", {1, 3, 640, 640});
  const TaskDescription v8 = guess({image}, {info("output0", {1, 84, 8400})});
  EXPECT_EQ(v8.outputs[0].layout, BoxLayout::kColumns);
  EXPECT_THAT(v8.outputs[0].boxes.row, ElementsAre(RowField::kBox, RowField::kClassScores));
  EXPECT_EQ(v8.inputs[0].image.resize.letterbox, LetterboxAt::kCenter);
  const TaskDescription v5 = guess({image}, {info("output", {1, 25200, 85})});
  EXPECT_THAT(v5.outputs[0].boxes.row,
              ElementsAre(RowField::kBox, RowField::kObjectness, RowField::kClassScores));
  EXPECT_EQ(v5.outputs[0].boxes.decode, BoxDecode::kNone);
  const TaskDescription v10 = guess({image}, {info("output0", {1, 300, 6})});
  EXPECT_EQ(v10.outputs[0].boxes.nms, Nms::kNone);
  for (const TaskDescription& task : {v8, v5, v10}) {
    EXPECT_EQ(task.task, TaskKind::kObjectDetection);
    EXPECT_TRUE(check(task.outputs[0].boxes, true));
  }
}

TEST(GuessDetection, KnowsUltraFaceByItsAnchors) {
  const TaskDescription task = guess({info("input", {1, 3, 240, 320})},
                                     {info("scores", {1, 4420, 2}), info("boxes", {1, 4420, 4})});
  EXPECT_EQ(task.task, TaskKind::kObjectDetection);
  EXPECT_EQ(task.inputs[0].image.mean[0], 127.0F);
  EXPECT_EQ(task.outputs[0].kind, OutputKind::kBoxScores);
  EXPECT_EQ(task.outputs[0].background, 0);
  EXPECT_EQ(task.outputs[1].boxes.unit, BoxUnit::kRelative);
}

TEST(GuessDetection, KnowsUltraFaceThatLeavesBoxesUndecoded) {
  const std::vector<TensorInfo> image = {info("input", {1, 3, 240, 320})};
  const std::vector<TensorInfo> tables = {info("scores", {1, 4420, 2}),
                                          info("boxes", {1, 4420, 4})};
  Graph graph;
  const BoxRule boxes = guess(image, tables, &graph).outputs[1].boxes;
  EXPECT_EQ(boxes.decode, BoxDecode::kSsd);
  EXPECT_TRUE(check(boxes, false));
  Node exp;
  exp.op_type = "Exp";
  graph.add_node(std::move(exp));
  EXPECT_EQ(guess(image, tables, &graph).outputs[1].boxes.decode, BoxDecode::kNone);
}

TEST(GuessDetection, KnowsTensorFlowsNames) {
  const TaskDescription task =
      guess({info("image_tensor", {1, 300, 300, 3}, DType::kU8)},
            {info("detection_boxes", {1, 100, 4}), info("detection_classes:0", {1, 100}),
             info("detection_scores", {1, 100}), info("num_detections", {1})});
  EXPECT_EQ(task.task, TaskKind::kObjectDetection);
  EXPECT_EQ(task.outputs[0].boxes.format, BoxFormat::kYxyx);
  EXPECT_EQ(task.outputs[1].kind, OutputKind::kBoxClasses);
  EXPECT_EQ(task.outputs[3].kind, OutputKind::kBoxCount);
}

TEST(GuessDetection, LeavesOtherTablesAlone) {
  EXPECT_EQ(guess({info("x", {1, 3, 416, 416})}, {info("y", {1, 3550, 85})}).task,
            TaskKind::kOther);
  EXPECT_EQ(
      guess({info("x", {1, 3, 240, 320})}, {info("a", {1, 99, 2}), info("b", {1, 99, 4})}).task,
      TaskKind::kOther);
}

TEST(GuessPicture, KnowsEnlargedImages) {
  const TaskDescription y = guess({info("x", {-1, 1, 224, 224})}, {info("y", {-1, 1, 672, 672})});
  EXPECT_EQ(y.task, TaskKind::kImageToImage);
  EXPECT_EQ(y.outputs[0].image.color, PictureColor::kLuma);
  const TaskDescription rgb = guess({info("x", {1, 64, 64, 3})}, {info("y", {1, 128, 128, 3})});
  EXPECT_EQ(rgb.outputs[0].image.color, PictureColor::kRgb);
  EXPECT_EQ(rgb.outputs[0].image.layout, ImageLayout::kNhwc);
  // A map of the same size may be anything.
  EXPECT_EQ(guess({info("x", {1, 3, 64, 64})}, {info("y", {1, 3, 64, 64})}).task, TaskKind::kOther);
}

TEST(GuessSpeech, KnowsSilero) {
  const TaskDescription task =
      guess({info("input", {-1, -1}), info("sr", {}, DType::kS64), info("state", {2, -1, 128})},
            {info("output", {-1, 1}), info("stateN", {2, -1, 128})});
  EXPECT_EQ(task.task, TaskKind::kVoiceActivity);
  EXPECT_EQ(task.inputs[0].audio.context, 64);
  EXPECT_THAT(task.inputs[1].value, ElementsAre(16'000));
  EXPECT_EQ(task.inputs[2].from, "stateN");
  EXPECT_EQ(task.outputs[0].kind, OutputKind::kSpeech);
}

TEST(GuessKeywords, KnowsTheMfccMapOfMlperfTiny) {
  const TaskDescription task =
      guess({info("x", {1, 49, 10, 1}, DType::kS8)}, {info("y", {1, 12}, DType::kS8)});
  EXPECT_EQ(task.task, TaskKind::kKeywordSpotting);
  EXPECT_EQ(task.inputs[0].kind, InputKind::kAudioFeatures);
  EXPECT_EQ(frame_count(task.inputs[0].audio_features, 16'000), 49);
  EXPECT_EQ(task.outputs[0].class_names.size(), 12U);
  EXPECT_EQ(task.outputs[0].class_names[7], "Stop");
  // Other maps and other numbers of words may be anything.
  EXPECT_EQ(guess({info("x", {1, 49, 40, 1})}, {info("y", {1, 12})}).task,
            TaskKind::kImageClassification);
  EXPECT_EQ(guess({info("x", {1, 49, 10, 1})}, {info("y", {1, 35})}).task,
            TaskKind::kImageClassification);
}

TEST(GuessAnomaly, KnowsOutputsOfTheInputsSizes) {
  const TaskDescription task =
      guess({info("x", {-1, 640}, DType::kS8)}, {info("y", {-1, 640}, DType::kS8)});
  EXPECT_EQ(task.task, TaskKind::kAnomalyDetection);
  EXPECT_EQ(task.inputs[0].kind, InputKind::kFeatures);
  EXPECT_EQ(task.outputs[0].kind, OutputKind::kReconstruction);
  EXPECT_EQ(guess({info("x", {-1, 16})}, {info("y", {1, 16})}).task, TaskKind::kAnomalyDetection);
  for (const auto& [in, out] : {std::pair{15, 15}, {640, 320}, {640, -1}}) {
    EXPECT_EQ(guess({info("x", {-1, in})}, {info("y", {-1, out})}).task, TaskKind::kClassification);
  }
}

TEST(GuessPose, KnowsMoveNetsPoints) {
  const TaskDescription task =
      guess({info("x", {1, 192, 192, 3}, DType::kU8)}, {info("y", {1, 1, 17, 3})});
  EXPECT_EQ(task.task, TaskKind::kPoseEstimation);
  EXPECT_EQ(task.inputs[0].image.scale, 1.0F);
  EXPECT_EQ(task.inputs[0].image.resize.letterbox, LetterboxAt::kCenter);
  EXPECT_EQ(task.outputs[0].kind, OutputKind::kKeypoints);
  EXPECT_EQ(guess({info("x", {1, 192, 192, 3})}, {info("y", {1, 1, 18, 3})}).task,
            TaskKind::kOther);
}

TEST(GuessTable, KnowsClassifiersWithTheirProbabilities) {
  const TensorInfo label = info("label", {-1}, DType::kS64);
  const TaskDescription task = guess({info("X", {-1, 4})}, {label, info("p", {-1, 3})});
  EXPECT_EQ(task.task, TaskKind::kClassification);
  EXPECT_EQ(task.inputs[0].kind, InputKind::kFeatures);
  EXPECT_EQ(task.outputs[0].kind, OutputKind::kLabel);
  EXPECT_EQ(task.outputs[1].kind, OutputKind::kClassScores);
  TensorInfo maps{"p", DType::kUndefined, false, {}, "seq(map(s64,f32))"};
  EXPECT_EQ(guess({info("X", {-1, 4})}, {label, maps}).outputs[1].kind, OutputKind::kClassScores);
}

TEST(GuessTable, KnowsAnInputForEachColumn) {
  const TaskDescription task = guess({info("age", {-1, 1}), info("sex", {-1, 1}, DType::kString)},
                                     {info("variable", {-1, 1})});
  EXPECT_EQ(task.task, TaskKind::kRegression);
  EXPECT_EQ(task.inputs[1].kind, InputKind::kFeatures);
  EXPECT_EQ(task.outputs[0].kind, OutputKind::kValue);
}

TEST(DescribeGuess, NamesWhatWasTakenForGranted) {
  EXPECT_EQ(describe_guess(guess({info("x", {1, 49, 10, 1})}, {info("y", {1, 12})})),
            "guessed task keyword-spotting, mfcc of sound of 16000 Hz: 10 numbers every 320 "
            "samples");
  EXPECT_EQ(
      describe_guess(guess({info("x", {1, 3, 416, 416})}, {info("y", {1, 3549, 85})})),
      "guessed task object-detection, BGR images 416x416 NCHW, letterbox top_left 114, pixels "
      "as they are, boxes of YOLOX's grids");
}

}  // namespace
}  // namespace mote
