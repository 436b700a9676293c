#include "passes/pass_test_util.h"

namespace mote {

extern const Pass kMergeMovement;

namespace {

TEST(MergeMovement, ComposesTransposes) {
  expect_pass(kMergeMovement,
              "graph (x: f32[2,3,4]) -> (y) { a = Transpose(x) {perm=[1, 2, 0]} "
              "  y = Transpose(a) {perm=[0, 2, 1]} }",
              "graph (x: f32[2,3,4]) -> (y) { a = Transpose(x) {perm=[1, 2, 0]} "
              "  y = Transpose(x) {perm=[1, 0, 2]} }");
}

TEST(MergeMovement, ReversesAxesWhereNoPermutationIsStated) {
  expect_pass(
      kMergeMovement,
      "graph (x: f32[2,3,4]) -> (y) { a = Transpose(x) y = Transpose(a) {perm=[0, 2, 1]} }",
      "graph (x: f32[2,3,4]) -> (y) { a = Transpose(x) y = Transpose(x) {perm=[2, 0, 1]} }");
}

TEST(MergeMovement, ReadsThroughReshapes) {
  expect_pass(kMergeMovement,
              "graph (x: f32[2,3,4]) -> (y) { s: s64[2] = {-1, 4} a = Flatten(x) "
              "  y = Reshape(a, s) }",
              "graph (x: f32[2,3,4]) -> (y) { s: s64[2] = {-1, 4} a = Flatten(x) "
              "  y = Reshape(x, s) }");
}

// The 0 is the first reshape's size of 6.
TEST(MergeMovement, LeavesAShapeThatCopiesASize) {
  constexpr std::string_view kText =
      "graph (x: f32[2,3,4]) -> (y) { s: s64[2] = {6, 4} t: s64[3] = {0, 2, 2} "
      "  a = Reshape(x, s) y = Reshape(a, t) }";
  expect_pass(kMergeMovement, kText, kText);
}

TEST(MergeMovement, CutsDifferentAxesAtOnce) {
  expect_pass(kMergeMovement,
              "graph (x: f32[4,6]) -> (y) { s: s64[1] = {1} e: s64[1] = {4} "
              "  t: s32[1] = {0} f: s32[1] = {-1} b: s32[1] = {-1} d: s32[1] = {2} "
              "  a = Slice(x, s, e) y = Slice(a, t, f, b, d) }",
              "graph (x: f32[4,6]) -> (y) { s: s64[1] = {1} e: s64[1] = {4} "
              "  t: s32[1] = {0} f: s32[1] = {-1} b: s32[1] = {-1} d: s32[1] = {2} "
              "  _starts: s64[2] = {1, 0} _ends: s64[2] = {4, -1} "
              "  _axes: s64[2] = {0, 1} _steps: s64[2] = {1, 2} "
              "  a = Slice(x, s, e) y = Slice(x, _starts, _ends, _axes, _steps) }");
}

TEST(MergeMovement, LeavesSlicesOfOneAxis) {
  constexpr std::string_view kText =
      "graph (x: f32[8]) -> (y) { s: s64[1] = {1} e: s64[1] = {6} "
      "  a = Slice(x, s, e) y = Slice(a, s, e) }";
  expect_pass(kMergeMovement, kText, kText);
}

}  // namespace
}  // namespace mote
