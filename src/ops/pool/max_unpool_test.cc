// MaxUnpool: where elements go, and indices that lie nowhere.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

std::string unpool(std::string_view index, std::string_view rest = "") {
  return answer("() -> (y) { x: f32[1,1,2] = {5, 7} i: s64[1,1,2] = {0, " + std::string(index) +
                "} s: s64[3] = {1, 1, 3} y = MaxUnpool(x, i" + std::string(rest) +
                ") {kernel_shape=[2], strides=[2]} }");
}

TEST(MaxUnpool, ElementsGoWhereIndicesSay) {
  EXPECT_EQ(unpool("3"), "f32[1,1,4] {5, 0, 0, 7}");
  EXPECT_EQ(unpool("0"), "f32[1,1,4] {7, 0, 0, 0}");
}

// Of 4 by 4 elements, whatever the output's size.
TEST(MaxUnpool, IndicesCountWithinTheUnpooledSize) {
  EXPECT_EQ(
      answer("() -> (y) { x: f32[1,1,1,1] = {5} i: s64[1,1,1,1] = {3} s: s64[4] = {1, 1, 2, 3}\n"
             "  y = MaxUnpool(x, i, s) {kernel_shape=[2, 2]} }"),
      "f32[1,1,2,3] {0, 0, 0, 0, 5, 0}");
}

TEST(MaxUnpool, IndicesBeyondTheOutputAreErrors) {
  EXPECT_THAT(unpool("4"), HasSubstr("index 4 is outside [0, 3]"));
  EXPECT_THAT(unpool("-1"), HasSubstr("index -1 is outside [0, 3]"));
  EXPECT_THAT(unpool("3", ", s"), HasSubstr("index 3 lies at 3 in dimension 2, outside of"));
}

TEST(MaxUnpool, NamesWhatIsWrong) {
  EXPECT_THAT(inferred("(x: f32[1,1,2], i: s64[1,1,3]) -> (y) {\n"
                       "  y = MaxUnpool(x, i) {kernel_shape=[2]} }"),
              HasSubstr("X and I"));
  EXPECT_THAT(inferred("(x: f32[1,1,2], i: s64[1,1,2]) -> (y) {\n"
                       "  y = MaxUnpool(x, i) {kernel_shape=[2, 2]} }"),
              HasSubstr("X has rank 3, kernel_shape 2 dimensions"));
  EXPECT_THAT(inferred("(x: f32[1,1,2], i: s64[1,1,2]) -> (y) {\n"
                       "  y = MaxUnpool(x, i) {kernel_shape=[1], pads=[2, 2]} }"),
              HasSubstr("no size pools to 2 in dimension 2"));
  EXPECT_THAT(inferred("(x: f32[1,1,2], i: s64[1,1,2]) -> (y) {\n"
                       "  y = MaxUnpool(x, i) {kernel_shape=[1], dilations=[2]} }"),
              HasSubstr("there is no attribute 'dilations'"));
  EXPECT_THAT(inferred("(x: f32[1,1,2], i: s64[1,1,2]) -> (y) { y = MaxUnpool(x, i) }"),
              HasSubstr("kernel_shape"));
  EXPECT_THAT(inferred("(x: f32[1,1,2], i: s64[1,1,2]) -> (y) { s: s64[3] = {1, 1, -4}\n"
                       "  y = MaxUnpool(x, i, s) {kernel_shape=[2]} }"),
              HasSubstr("output_shape has size -4"));
  EXPECT_EQ(inferred("(x: f32[n,1,?], i: s64[n,1,2]) -> (y) {\n"
                     "  y = MaxUnpool(x, i) {kernel_shape=[2]} }"),
            "f32[n,1,3]");
}

}  // namespace
}  // namespace mote
