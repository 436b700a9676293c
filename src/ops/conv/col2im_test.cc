// Col2Im: overlaps, padding, blocks that do not fit.
#include <gmock/gmock.h>

#include "ops/ops.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string fold(std::string_view input, std::string_view image, std::string_view block,
                 std::string_view attributes) {
  return answer("() -> (y) { x: " + std::string(input) + " i: " + std::string(image) + " b: " +
                std::string(block) + " y = Col2Im(x, i, b) {" + std::string(attributes) + "} }");
}

TEST(Col2Im, SumsWhereBlocksOverlap) {
  // Blocks (1, 4), (2, 5), (3, 6).
  EXPECT_EQ(fold("s32[1,2,3] = {1, 2, 3, 4, 5, 6}", "s64[1] = {4}", "s64[1] = {2}", "strides=[1]"),
            "s32[1,1,4] {1, 6, 8, 6}");
}

TEST(Col2Im, PaddingAndDilationShiftTheTaps) {
  EXPECT_EQ(
      fold("s32[1,2,2] = {1, 2, 3, 4}", "s64[1] = {2}", "s64[1] = {2}", "strides=[2], pads=[1, 1]"),
      "s32[1,1,2] {3, 2}");
  EXPECT_EQ(fold("s32[1,2,2] = {1, 2, 3, 4}", "s64[1] = {4}", "s64[1] = {2}", "dilations=[2]"),
            "s32[1,1,4] {1, 2, 3, 4}");
}

TEST(Col2Im, ComplexNumbersAddByPart) {
  const OpDef* op = all_ops().find("", "Col2Im");
  const auto params = op->parse(Attributes());
  ASSERT_TRUE(params);
  const float columns[] = {1, 2, 3, 4, 5, 6, 7, 8};  // [1, 2, 2]
  float image[6] = {};
  const Tensor size = Tensor::of<std::int64_t>({1}, {3});
  const Tensor block = Tensor::of<std::int64_t>({1}, {2});
  const TensorView in[] = {{DType::kC64, {1, 2, 2}, columns}, size.view(), block.view()};
  const MutTensorView out[] = {{DType::kC64, {1, 1, 3}, image}};
  Workers one(1);
  const StopToken never;
  ASSERT_TRUE(op->reference(params->get(), {in, out, nullptr, one, never}));
  EXPECT_THAT(image, ElementsAre(1, 2, 8, 10, 7, 8));
}

TEST(Col2Im, NamesWhatIsWrong) {
  constexpr std::string_view kX = "f32[1,2,3] = {1, 2, 3, 4, 5, 6}";
  EXPECT_THAT(fold(kX, "s64[1] = {5}", "s64[1] = {2}", "strides=[1]"),
              HasSubstr("input has 3 blocks, the image 4"));
  EXPECT_THAT(fold(kX, "s64[1] = {5}", "s64[1] = {3}", "strides=[1]"),
              HasSubstr("no whole blocks of 3 elements"));
  EXPECT_THAT(fold(kX, "s64[1] = {1}", "s64[1] = {2}", "strides=[1]"), HasSubstr("does not fit"));
  EXPECT_THAT(fold(kX, "s64[1] = {-1}", "s64[1] = {2}", "pads=[9, 9]"),
              HasSubstr("image_shape has size -1"));
  EXPECT_THAT(fold(kX, "s64[1] = {4}", "s64[1] = {0}", "strides=[1]"), HasSubstr("0"));
  EXPECT_THAT(fold(kX, "s64[1] = {4}", "s64[1] = {2}", "strides=[0]"), HasSubstr("strides has 0"));
  EXPECT_THAT(fold(kX, "s64[1] = {4}", "s64[1] = {2}", "kernel_shape=[2]"),
              HasSubstr("there is no attribute 'kernel_shape'"));
  EXPECT_THAT(fold(kX, "s64[2] = {4, 4}", "s64[1] = {2}", "pads=ints[]"),
              HasSubstr("a kernel of 1 dimensions does not slide over 2"));
  EXPECT_THAT(inferred("(x: string[1,2,3], i: s64[1], b: s64[1]) -> (y) { y = Col2Im(x, i, b) }"),
              HasSubstr("no sum of strings"));
}

TEST(Col2Im, KnowsTheRankOfItsImage) {
  EXPECT_EQ(inferred("(x: f32[n,12,?], b: s64[2]) -> (y) { i: s64[2] = {5, 5}\n"
                     "  y = Col2Im(x, i, b) }"),
            "f32[n,?,5,5]");
  EXPECT_EQ(inferred("(x: f32[n,12,?], i: s64[2], b: s64[?]) -> (y) { y = Col2Im(x, i, b) }"),
            "f32[n,?,?,?]");
}

}  // namespace
}  // namespace mote
