#include "tasks/pose/pose.h"

#include <gmock/gmock.h>

#include <cmath>

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

OutputDescription output_of(std::string name, OutputKind kind) {
  OutputDescription output;
  output.name = std::move(name);
  output.kind = kind;
  return output;
}

struct Given {
  OutputDescription output;
  Tensor tensor;
};

Result<std::vector<PosePoint>> read(const std::vector<Given>& given, ImageSize image) {
  TaskDescription task;
  std::vector<TensorInfo> infos;
  std::vector<Tensor> tensors;
  for (const Given& g : given) {
    task.outputs.push_back(g.output);
    infos.emplace_back().name = g.output.name;
    tensors.push_back(g.tensor);
  }
  const auto reader = PoseReader::create(task, infos);
  if (!reader) return reader.error();
  return reader->read(tensors, image);
}

std::string error_of(const std::vector<Given>& given) {
  const auto points = read(given, {10, 10});
  EXPECT_FALSE(points);
  return points ? "" : points.error().message;
}

const OutputDescription kPoints = output_of("p", OutputKind::kKeypoints);
const Tensor kTwo = Tensor::of<float>({1, 1, 2, 3}, {0.25F, 0.5F, 0.9F, 1, 0, NAN});

TEST(PoseReader, ReadsYThenXInSharesOfTheImage) {
  const auto points = read({{kPoints, kTwo}}, {100, 200});
  ASSERT_TRUE(points) << points.error().message;
  ASSERT_EQ(points->size(), 2U);
  EXPECT_EQ((*points)[0].x, 100);
  EXPECT_EQ((*points)[0].y, 25);
  EXPECT_EQ((*points)[0].score, 0.9F);
  EXPECT_EQ((*points)[1].score, 0);  // of NaN
}

TEST(PoseReader, ReadsXThenYInPixels) {
  OutputDescription output = kPoints;
  output.pose.order = PointOrder::kXy;
  output.pose.unit = BoxUnit::kPixels;
  output.activation = Activation::kSigmoid;
  const auto points = read({{output, Tensor::of<float>({1, 1, 3}, {7, 9, 0})}}, {100, 200});
  ASSERT_TRUE(points) << points.error().message;
  EXPECT_EQ((*points)[0].x, 7);
  EXPECT_EQ((*points)[0].y, 9);
  EXPECT_EQ((*points)[0].score, 0.5F);
}

// Two points on 2 x 3 cells of 16 pixels. Offsets: y of both, then x of both.
TEST(PoseReader, AddsTheOffsetOfTheHottestCell) {
  const Tensor heat = Tensor::of<float>({1, 2, 3, 2}, {0, 5, 0, 0, 0, 0,  //
                                                       0, 0, 0, 0, 3, 5});
  std::vector<float> shift(24);
  const float of_last_cell[] = {1, 2, 3, 4};
  std::copy_n(of_last_cell, 4, shift.begin() + 20);
  shift[1] = -5;  // y of the second point at the first cell, which is as hot as the last
  const Tensor offsets = Tensor::of<float>({1, 2, 3, 4}, shift);
  const std::vector<Given> given = {{output_of("h", OutputKind::kHeatmaps), heat},
                                    {output_of("o", OutputKind::kHeatmapOffsets), offsets}};
  const auto points = read(given, {17, 33});
  ASSERT_TRUE(points) << points.error().message;
  EXPECT_EQ((*points)[0].y, 16 + 1);
  EXPECT_EQ((*points)[0].x, 32 + 3);
  EXPECT_EQ((*points)[0].score, 3);
  EXPECT_EQ((*points)[1].y, -5);
  EXPECT_EQ((*points)[1].x, 0);
  std::vector<Given> eight = given;
  eight[0].output.pose.stride = 8;
  EXPECT_EQ((*read(eight, {17, 33}))[0].x, 16 + 3);
}

TEST(PoseReader, SaysWhatDoesNotGoTogether) {
  const OutputDescription heat = output_of("h", OutputKind::kHeatmaps);
  const OutputDescription offsets = output_of("o", OutputKind::kHeatmapOffsets);
  const Tensor map = Tensor::of<float>({1, 1, 1, 1}, {1});
  EXPECT_THAT(error_of({{heat, map}}), HasSubstr("heatmaps need heatmap_offsets"));
  EXPECT_THAT(error_of({{offsets, map}}), HasSubstr("no output is described as keypoints"));
  EXPECT_THAT(error_of({{kPoints, kTwo}, {offsets, map}}), HasSubstr("keypoints have none"));
  EXPECT_THAT(error_of({{heat, map}, {offsets, map}}), HasSubstr("the offsets [1,1,1,1]"));
  EXPECT_THAT(error_of({{kPoints, map}}), HasSubstr("points of one body are [1, n, 3]"));
  OutputDescription named = kPoints;
  named.pose.points = {"tip"};
  EXPECT_THAT(error_of({{named, kTwo}}), HasSubstr("has 2 points, and points names 1"));
}

TEST(PoseReader, NamesCocosPointsWhereThereAreSeventeen) {
  TaskDescription task;
  task.outputs = {kPoints};
  TensorInfo info;
  info.name = "p";
  auto reader = PoseReader::create(task, {&info, 1});
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->names(17)[10], "right wrist");
  EXPECT_EQ(reader->limbs(17).size(), 16U);
  EXPECT_THAT(reader->names(2), ElementsAre("0", "1"));
  EXPECT_TRUE(reader->limbs(2).empty());
}

TEST(MovePoints, UndoesCropAndLetterbox) {
  ImageRule rule;
  rule.size = {100, 100};
  rule.resize.to = ResizeRule::To::kLetterbox;
  rule.resize.letterbox = LetterboxAt::kCenter;
  // 400 x 200 pixels become 100 x 50, 25 from the top.
  std::vector<PosePoint> points = {{50, 25, 1}, {0, 75, 1}};
  move_to_image(points, *place_image({200, 400}, rule));
  EXPECT_EQ(points[0].x, 200);
  EXPECT_EQ(points[0].y, 0);
  EXPECT_EQ(points[1].y, 200);
  ImageRule crop;
  crop.size = {100, 100};
  crop.crop = {CropRule::Kind::kFraction, 0.5};
  points = {{50, 0, 1}};
  move_to_image(points, *place_image({200, 400}, crop));
  EXPECT_EQ(points[0].x, 200);
  EXPECT_EQ(points[0].y, 50);
}

}  // namespace
}  // namespace mote
