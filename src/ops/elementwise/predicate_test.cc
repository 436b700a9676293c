// IsNaN, IsInf of the types that have neither.
#include <gmock/gmock.h>

#include "base/text.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

std::vector<bool> booleans_of(std::string_view text) {
  const Tensor t = results_of(text)[0];
  const auto* p = static_cast<const bool*>(t.data());
  return std::vector<bool>(p, p + (t ? t.count() : 0));
}

TEST(IsInf, ChoosesBySign) {
  using B = std::vector<bool>;
  const std::string x = "x: f16[4] = {-inf, inf, nan, 65504}";
  EXPECT_EQ(booleans_of(cat("() -> (y) { ", x, " y = IsInf(x) }")), (B{true, true, false, false}));
  EXPECT_EQ(booleans_of(cat("() -> (y) { ", x, " y = IsInf(x) {detect_negative=0} }")),
            (B{false, true, false, false}));
  EXPECT_EQ(
      booleans_of(cat("() -> (y) { ", x, " y = IsInf(x) {detect_negative=0, detect_positive=0} }")),
      (B{false, false, false, false}));
}

TEST(IsNaN, KnowsTheCodesOfFloat8) {
  using B = std::vector<bool>;
  EXPECT_EQ(booleans_of("() -> (y) { x: f8e4m3fn[3] = {0x7fff7e} y = IsNaN(x) }"),
            (B{true, true, false}));
  EXPECT_EQ(booleans_of("() -> (y) { x: f8e4m3fnuz[3] = {0x80007f} y = IsNaN(x) }"),
            (B{true, false, false}));
  EXPECT_EQ(booleans_of("() -> (y) { x: f8e5m2[3] = {0x7c7dfc} y = IsInf(x) }"),
            (B{true, false, true}));
}

TEST(IsNaN, IsOfFloats) {
  EXPECT_THAT(inferred("(x: s32[1]) -> (y) { y = IsNaN(x) }"), HasSubstr("s32"));
}

}  // namespace
}  // namespace mote
