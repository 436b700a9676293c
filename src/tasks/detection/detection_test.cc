#include "tasks/detection/detection.h"

#include <gmock/gmock.h>

#include <cmath>

#include "base/result.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;

constexpr ImageSize kImage = {64, 96};

OutputDescription output_of(std::string name, OutputKind kind) {
  OutputDescription output;
  output.name = std::move(name);
  output.kind = kind;
  output.boxes.score_threshold = 0.25F;
  return output;
}

OutputDescription rows_of(std::vector<RowField> row) {
  OutputDescription output = output_of("out", OutputKind::kDetections);
  output.boxes.row = std::move(row);
  return output;
}

// An output and what the model gave.
struct Given {
  OutputDescription output;
  Tensor tensor;
};

Result<std::vector<Detection>> detect(const std::vector<Given>& given, ImageSize image = kImage) {
  TaskDescription task;
  std::vector<TensorInfo> infos;
  std::vector<Tensor> tensors;
  for (const Given& g : given) {
    task.outputs.push_back(g.output);
    infos.emplace_back().name = g.output.name;
    tensors.push_back(g.tensor);
  }
  MOTE_ASSIGN(const Detector detector, Detector::create(task, infos));
  return detector.detect(tensors, image);
}

std::vector<Detection> found(const std::vector<Given>& given, ImageSize image = kImage) {
  auto detections = detect(given, image);
  EXPECT_TRUE(detections) << detections.error().message;
  return detections ? *std::move(detections) : std::vector<Detection>();
}

std::string error_of(const std::vector<Given>& given) {
  const auto detections = detect(given);
  EXPECT_FALSE(detections);
  return detections ? "" : detections.error().message;
}

const OutputDescription kBoxes = output_of("boxes", OutputKind::kBoxes);
const OutputDescription kScores = output_of("scores", OutputKind::kBoxScores);
const Tensor kTwoBoxes = Tensor::of<float>({1, 2, 4}, {1, 2, 3, 4, 50, 10, 60, 30});

TEST(Detector, MultipliesObjectnessAndTheBestClass) {
  const OutputDescription output =
      rows_of({RowField::kBox, RowField::kObjectness, RowField::kClassScores});
  const auto d = found({{output, Tensor::of<float>({1, 3, 7}, {1, 2, 3,  4,  0.5F, 0.1F, 0.8F,  //
                                                               5, 6, 7,  8,  0.1F, 1,    1,     //
                                                               9, 9, 12, 12, 1,    0.2F, 0.24F})}});
  ASSERT_EQ(d.size(), 1U);
  EXPECT_EQ(d[0].index, 1);
  EXPECT_FLOAT_EQ(d[0].score, 0.4F);
  EXPECT_EQ(d[0].box, (Box{1, 2, 3, 4}));
}

TEST(Detector, ReadsScoreAndClassOfARow) {
  const OutputDescription output =
      rows_of({RowField::kSkip, RowField::kBox, RowField::kClass, RowField::kScore});
  const auto d = found({{output, Tensor::of<float>({2, 7}, {0, 1, 2, 3, 4, 17, 0.5F,  //
                                                            0, 5, 6, 7, 8, -1, 0.9F})}});
  ASSERT_EQ(d.size(), 1U);  // -1 is no class
  EXPECT_EQ(d[0].index, 17);
}

TEST(Detector, ReadsColumnsInsteadOfRows) {
  OutputDescription output = rows_of({RowField::kBox, RowField::kClassScores});
  output.layout = BoxLayout::kColumns;
  output.boxes.format = BoxFormat::kCxcywh;
  const auto d = found({{output, Tensor::of<float>({1, 5, 2}, {10, 40,  // centre x
                                                               20, 30,  // centre y
                                                               4, 8,    // width
                                                               6, 10,   // height
                                                               0.9F, 0.3F})}});
  ASSERT_EQ(d.size(), 2U);
  EXPECT_EQ(d[0].box, (Box{8, 17, 12, 23}));
  EXPECT_EQ(d[1].box, (Box{36, 25, 44, 35}));
}

TEST(Detector, TurnsEveryFormatIntoCorners) {
  const auto box = [](BoxFormat format, BoxUnit unit, std::initializer_list<float> numbers) {
    OutputDescription boxes = kBoxes;
    boxes.boxes.format = format;
    boxes.boxes.unit = unit;
    const auto d = found({{boxes, Tensor::of<float>({1, 1, 4}, numbers)},
                          {kScores, Tensor::of<float>({1, 1}, {1.0F})}});
    return d.empty() ? Box() : d[0].box;
  };
  EXPECT_EQ(box(BoxFormat::kYxyx, BoxUnit::kPixels, {2, 1, 4, 3}), (Box{1, 2, 3, 4}));
  EXPECT_EQ(box(BoxFormat::kXywh, BoxUnit::kPixels, {1, 2, 3, 4}), (Box{1, 2, 4, 6}));
  EXPECT_EQ(box(BoxFormat::kXyxy, BoxUnit::kRelative, {0.25F, 0.5F, 0.5F, 1}),
            (Box{24, 32, 48, 64}));
}

// The cells of 64x96 pixels: 96 of 8, 24 of 16, 6 of 32.
TEST(Detector, DecodesBoxesOfGrids) {
  OutputDescription output =
      rows_of({RowField::kBox, RowField::kObjectness, RowField::kClassScores});
  output.boxes.decode = BoxDecode::kYolox;
  output.boxes.format = BoxFormat::kCxcywh;
  Tensor tensor = *Tensor::zeros(DType::kF32, {1, 126, 6});
  const auto set = [&](int box, std::initializer_list<float> numbers) {
    std::ranges::copy(numbers, tensor.mut().as<float>() + 6 * box);
  };
  set(13, {0.5F, 0.5F, std::log(2.0F), 0, 1, 0.9F});  // stride 8, x 1, y 1
  set(96 + 7, {0, 0, 0, 0, 1, 0.8F});                 // stride 16, x 1, y 1
  set(120 + 5, {0.5F, 0.5F, 0, 0, 1, 0.7F});          // stride 32, x 2, y 1
  set(0, {0, 0, 1000, 0, 1, 1});                      // infinitely wide
  const auto d = found({{output, tensor}});
  ASSERT_EQ(d.size(), 3U);
  EXPECT_EQ(d[0].box, (Box{4, 8, 20, 16}));
  EXPECT_EQ(d[1].box, (Box{8, 8, 24, 24}));
  EXPECT_EQ(d[2].box, (Box{64, 32, 96, 64}));
  EXPECT_THAT(error_of({{output, *Tensor::zeros(DType::kF32, {1, 125, 6})}}),
              HasSubstr("it has 125 boxes; strides 8, 16, 32 on 96x64 pixels make 126"));
}

// The cells of 64x96 pixels: 6 of 32, with two anchors, and 2 of 64.
TEST(Detector, DecodesBoxesOfAnchors) {
  OutputDescription boxes = kBoxes;
  boxes.boxes.decode = BoxDecode::kSsd;
  boxes.boxes.format = BoxFormat::kCxcywh;
  boxes.boxes.strides = {32, 64};
  boxes.boxes.anchors = {{{10, 10}, {20, 40}}, {{128, 128}}};
  boxes.boxes.center_variance = 0.5F;
  boxes.boxes.size_variance = 0.25F;
  Tensor numbers = *Tensor::zeros(DType::kF32, {1, 14, 4});
  Tensor scores = *Tensor::zeros(DType::kF32, {1, 14});
  const auto set = [&](int box, float score, std::initializer_list<float> four) {
    std::ranges::copy(four, numbers.mut().as<float>() + 4 * box);
    scores.mut().as<float>()[box] = score;
  };
  set(2 * 4 + 1, 0.9F, {1, -0.5F, 4 * std::log(2.0F), 0});  // x 1, y 1, the second anchor
  set(12 + 1, 0.8F, {0, 0, 0, 0});  // the right half, centred on x 72; as large as the image
  const auto d = found({{boxes, numbers}, {kScores, scores}});
  ASSERT_EQ(d.size(), 2U);
  EXPECT_EQ(d[0].box, (Box{38, 18, 78, 58}));
  EXPECT_EQ(d[1].box, (Box{24, 0, 120, 64}));
}

TEST(Detector, LeavesOutTheBackground) {
  OutputDescription scores = kScores;
  scores.background = 0;
  const auto d = found(
      {{kBoxes, kTwoBoxes}, {scores, Tensor::of<float>({1, 2, 2}, {0.9F, 0.1F, 0.6F, 0.4F})}});
  ASSERT_EQ(d.size(), 1U);
  EXPECT_EQ(d[0].index, 1);
  EXPECT_EQ(d[0].box.x0, 50);
}

TEST(Detector, AppliesTheActivationBeforeTheThreshold) {
  OutputDescription scores = kScores;
  scores.activation = Activation::kSoftmax;
  scores.background = 1;
  const auto d =
      found({{kBoxes, kTwoBoxes}, {scores, Tensor::of<float>({1, 2, 2}, {0, 0, -3, 3})}});
  ASSERT_EQ(d.size(), 1U);
  EXPECT_THAT(d[0].score, FloatNear(0.5F, 1e-6F));
}

TEST(Detector, TakesScoresClassesAndCountFromTheirOutputs) {
  const OutputDescription classes = output_of("classes", OutputKind::kBoxClasses);
  const OutputDescription count = output_of("count", OutputKind::kBoxCount);
  const std::vector<Given> given = {{classes, Tensor::of<std::int64_t>({1, 2}, {7, 3})},
                                    {kBoxes, kTwoBoxes},
                                    {kScores, Tensor::of<float>({1, 2}, {0.5F, 0.75F})},
                                    {count, Tensor::of<float>({1}, {1.0F})}};
  const auto one = found(given);
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0].index, 7);
  EXPECT_EQ(found({given[0], given[1], given[2]}).size(), 2U);
}

TEST(Detector, TakesTheBoxesThatNonMaxSuppressionSelected) {
  OutputDescription scores = kScores;
  scores.layout = BoxLayout::kColumns;
  const OutputDescription selected = output_of("selected", OutputKind::kSelectedBoxes);
  const Given table = {scores, Tensor::of<float>({1, 3, 2}, {0.1F, 0.2F, 0.9F, 0.3F, 0.4F, 0.8F})};
  const auto d = found({{kBoxes, kTwoBoxes},
                        table,
                        {selected, Tensor::of<std::int64_t>({2, 3}, {0, 1, 0, 0, 2, 1})}});
  ASSERT_EQ(d.size(), 2U);
  EXPECT_EQ(d[0].index, 1);
  EXPECT_FLOAT_EQ(d[1].score, 0.8F);
  EXPECT_THAT(
      error_of(
          {{kBoxes, kTwoBoxes}, table, {selected, Tensor::of<std::int64_t>({1, 3}, {0, 1, 2})}}),
      HasSubstr("selected box 0 is box 2 of class 1; there are 2 boxes of 3 classes"));
}

TEST(Detector, FindsNothingInNothing) {
  EXPECT_TRUE(found({{kBoxes, *Tensor::zeros(DType::kF32, {0, 4})},
                     {kScores, *Tensor::zeros(DType::kF32, {0})}})
                  .empty());
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(
      found({{kBoxes, kTwoBoxes}, {kScores, Tensor::of<float>({1, 2}, {nan, nan})}}).empty());
  EXPECT_TRUE(found({{kBoxes, Tensor::of<float>({1, 2, 4}, {nan, 0, 1, 1, 5, 5, 4, 9})},
                     {kScores, Tensor::of<float>({1, 2}, {1, 1})}})
                  .empty());
}

TEST(Detector, NamesWhatDoesNotGoTogether) {
  EXPECT_THAT(error_of({{kBoxes, kTwoBoxes}}), HasSubstr("no output is described as box_scores"));
  EXPECT_THAT(error_of({{kScores, kTwoBoxes}}), HasSubstr("described as boxes or detections"));
  EXPECT_THAT(error_of({{kBoxes, kTwoBoxes}, {kScores, Tensor::of<float>({1}, {1})}}),
              HasSubstr("output 'scores': it has shape [1]"));
  EXPECT_THAT(error_of({{kBoxes, kTwoBoxes}, {kScores, Tensor::of<float>({3, 1}, {1, 1, 1})}}),
              HasSubstr("it has scores of 3 boxes; there are 2"));
  EXPECT_THAT(error_of({{kBoxes, *Tensor::zeros(DType::kF32, {2, 3, 4})}, {kScores, kTwoBoxes}}),
              HasSubstr("a table of one image"));
  EXPECT_THAT(error_of({{kBoxes, *Tensor::zeros(DType::kF32, {1, 3, 5})}, {kScores, kTwoBoxes}}),
              HasSubstr("each box has 5 numbers, not 4"));
  EXPECT_THAT(error_of({{rows_of({RowField::kBox, RowField::kScore}),
                         *Tensor::zeros(DType::kF32, {1, 3, 6})}}),
              HasSubstr("each box has 6 numbers, row describes 5"));
}

TEST(MoveToImage, CutsAtTheEdgesAndDropsWhatLiesOutside) {
  // The upper half of a 100x100 input shows an image of 200x100.
  const ImagePlacement place = {0, 0, {100, 200}, {200, 100, 0, 100}, {100, 50, 0, 50}, 0, 0};
  std::vector<Detection> d = {{{-5, 10, 50, 90}, 0, 1}, {{0, 60, 50, 90}, 1, 1}};
  move_to_image(d, place, {100, 200});
  ASSERT_EQ(d.size(), 1U);
  EXPECT_EQ(d[0].box, (Box{0, 20, 100, 100}));
}

}  // namespace
}  // namespace mote
