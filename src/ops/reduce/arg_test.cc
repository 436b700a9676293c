// ArgMax, ArgMin: ties, NaN, nothing to choose from.
#include <gmock/gmock.h>

#include "base/text.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ArgMax, ChoosesAmongEqualsAndNaNs) {
  const auto of = [](std::string_view op, std::string_view x, std::string_view attributes) {
    return elements_of<std::int64_t>(
        cat("() -> (y) { x: f32[4] = {", x, "} y = ", op, "(x) ", attributes, " }"))[0];
  };
  EXPECT_EQ(of("ArgMax", "1, 3, 3, 2", ""), 1);
  EXPECT_EQ(of("ArgMax", "1, 3, 3, 2", "{select_last_index=1}"), 2);
  EXPECT_EQ(of("ArgMax", "1, nan, 3, nan", ""), 1);
  EXPECT_EQ(of("ArgMin", "1, nan, 3, nan", ""), 1);
  EXPECT_EQ(of("ArgMin", "1, nan, 3, nan", "{select_last_index=1}"), 3);
  EXPECT_EQ(of("ArgMin", "2, 1, 3, 1", ""), 1);
}

TEST(ArgMax, NeedsElements) {
  EXPECT_THAT(inferred("(x: f32[2,0]) -> (y) { y = ArgMax(x) {axis=1} }"),
              HasSubstr("no elements"));
  EXPECT_EQ(inferred("(x: f32[0,2]) -> (y) { y = ArgMax(x) {axis=1, keepdims=0} }"), "s64[0]");
}

}  // namespace
}  // namespace mote
