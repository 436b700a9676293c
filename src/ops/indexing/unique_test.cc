// Unique: orders, NaN, texts, complex numbers, slices.
#include <gmock/gmock.h>

#include "base/random.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;

using Indices = std::vector<std::int64_t>;

void expect_indices(const std::vector<Tensor>& y, const Indices& first, const Indices& inverse,
                    const Indices& counts) {
  EXPECT_THAT(y[1].values<std::int64_t>(), ElementsAreArray(first));
  EXPECT_THAT(y[2].values<std::int64_t>(), ElementsAreArray(inverse));
  EXPECT_THAT(y[3].values<std::int64_t>(), ElementsAreArray(counts));
}

TEST(Unique, SortsWhatItFinds) {
  const auto y = results_of(
      "() -> (y, i, n, c) { x: f32[6] = {2, 1, 1, 3, 4, 3}\n"
      "  y, i, n, c = Unique(x) }");
  EXPECT_THAT(y[0].values<float>(), ElementsAre(1, 2, 3, 4));
  expect_indices(y, {1, 0, 3, 4}, {1, 0, 0, 2, 3, 2}, {2, 1, 2, 1});
}

TEST(Unique, OrKeepsTheOrderOfAppearance) {
  const auto y = results_of(
      "() -> (y, i, n, c) { x: f32[2,3] = {2, 1, 1, 3, 4, 3}\n"
      "  y, i, n, c = Unique(x) {sorted=0} }");
  EXPECT_THAT(y[0].values<float>(), ElementsAre(2, 1, 3, 4));
  expect_indices(y, {0, 1, 3, 4}, {0, 1, 1, 2, 3, 2}, {1, 2, 2, 1});
}

TEST(Unique, FindsSlices) {
  const auto y = results_of(
      "() -> (y, i, n, c) { x: s64[2,4,2] = {1, 1, 0, 1, 2, 1, 0, 1, 1, 1, 0, 1, 2, 1, 0, 1}\n"
      "  y, i, n, c = Unique(x) {axis=-2} }");
  EXPECT_THAT(y[0].values<std::int64_t>(), ElementsAre(0, 1, 1, 1, 2, 1, 0, 1, 1, 1, 2, 1));
  expect_indices(y, {1, 0, 2}, {1, 0, 2, 0}, {2, 1, 1});
}

TEST(Unique, NaNsAreEqualAndLast) {
  EXPECT_EQ(answer("() -> (y) { x: f32[6] = {nan, 0, -0.0, inf, nan, -inf} y = Unique(x) }"),
            "f32[4] {-inf, 0, inf, nan}");
  EXPECT_EQ(answer("() -> (y) { x: bf16[4] = {nan, 3, nan, 1} y = Unique(x) {sorted=0} }"),
            "bf16[3] {nan, 3, 1}");
}

TEST(Unique, TakesTexts) {
  EXPECT_EQ(answer("() -> (y) { x: string[4] = {\"b\", \"\", \"ab\", \"b\"} y = Unique(x) }"),
            "string[3] {\"\", \"ab\", \"b\"}");
}

TEST(Unique, ComplexNumbersAreOrderedByTheirRealParts) {
  // 2+1i, 1+2i, 1+1i, 2+1i
  EXPECT_EQ(answer("() -> (y) { x: c64[4] = {0x000000400000803f0000803f00000040"
                   "0000803f0000803f000000400000803f} y = Unique(x) }"),
            "c64[3] {0x0000803f0000803f0000803f00000040000000400000803f}");
}

TEST(Unique, OfNothingIsNothing) {
  EXPECT_EQ(answer("() -> (y) { x: f32[3,0] = {} y = Unique(x) }"), "f32[0] {}");
  EXPECT_EQ(answer("() -> (y) { x: f32[0,3] = {} y = Unique(x) {axis=0} }"), "f32[0,3] {}");
  EXPECT_EQ(answer("() -> (y) { x: bool[] = {1} y = Unique(x) }"), "bool[1] {true}");
}

// Enough for many passes of the sort, with an odd number of runs.
TEST(Unique, CountsManyElements) {
  std::vector<std::int32_t> x(10007);
  std::vector<std::int64_t> counts(100);
  Random random(5);
  for (std::int32_t& v : x) {
    v = static_cast<std::int32_t>(random.below(100));
    ++counts[static_cast<std::size_t>(v)];
  }
  auto graph_inputs = std::vector<Tensor>{Tensor::of<std::int32_t>({10007}, x)};
  std::string want = "s64[100] {";
  for (std::size_t i = 0; i < 100; ++i) {
    want += (i == 0 ? "" : ", ") + std::to_string(counts[i]);
  }
  EXPECT_EQ(answer("(x: s32[10007]) -> (c) { y, i, n, c = Unique(x) }", graph_inputs), want + "}");
}

TEST(Unique, KnowsRanksAndTypes) {
  EXPECT_EQ(inferred("(x: f16[2,3]) -> (y) { y = Unique(x) {axis=1} }"), "f16[2,?]");
  EXPECT_EQ(inferred("(x: f16[2,3]) -> (n) { y, i, n = Unique(x) }"), "s64[6]");
  EXPECT_THAT(inferred("(x: f16[2,3]) -> (y) { y = Unique(x) {axis=2} }"),
              HasSubstr("axis 2 is outside [-2, 1]"));
}

}  // namespace
}  // namespace mote
