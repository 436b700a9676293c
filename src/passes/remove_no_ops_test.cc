#include "base/text.h"
#include "passes/pass_test_util.h"

namespace mote {

extern const Pass kRemoveNoOps;

namespace {

// `node` makes y of x and perhaps constants; Relu reads y.
struct Case {
  std::string_view name;
  std::string_view type;  // of x
  std::string_view constants;
  std::string_view node;
};

std::string graph_text(const Case& c, std::string_view node, std::string_view read) {
  return cat("graph (x: ", c.type, ") -> (z) {\n", c.constants, "\n", node, "\nz = Abs(", read,
             ")\n}");
}

class NoOp : public testing::TestWithParam<Case> {};

TEST_P(NoOp, IsRemoved) {
  const Case& c = GetParam();
  expect_pass(kRemoveNoOps, graph_text(c, c.node, "y"), graph_text(c, "", "x"));
}

std::string name_of(const testing::TestParamInfo<Case>& info) {
  return std::string(info.param.name);
}

INSTANTIATE_TEST_SUITE_P(
    All, NoOp,
    testing::Values(
        Case{"Identity", "f32[n]", "", "y = Identity(x)"},
        Case{"Dropout", "f32[n]", "r: f32[] = {0.5}", "y = Dropout(x, r)"},
        Case{"DropoutWhoseMaskIsNotRead", "f32[n]", "r: f32[] = {0.5} t: bool[] = {0}",
             "y, m = Dropout(x, r, t)"},
        Case{"CastToItsOwnType", "f32[n]", "", "y = Cast(x) {to=1}"},
        Case{"ReshapeToTheSameShape", "f32[2,3]", "s: s64[2] = {-1, 3}", "y = Reshape(x, s)"},
        Case{"FlattenOfAMatrix", "f32[n,3]", "", "y = Flatten(x)"},
        Case{"ExpandToTheSameShape", "f32[2,3]", "s: s64[2] = {1, 3}", "y = Expand(x, s)"},
        Case{"TransposeInOrder", "f32[n,m]", "", "y = Transpose(x) {perm=[0, 1]}"},
        Case{"PadByNothing", "f32[n,m]", "p: s64[4] = {0, 0, 0, 0}", "y = Pad(x, p)"},
        Case{"SliceOfEverything", "f32[2,3]", "a: s64[1] = {0} b: s64[1] = {9}",
             "y = Slice(x, a, b)"},
        Case{"ConcatOfOne", "f32[n]", "", "y = Concat(x) {axis=0}"},
        Case{"SumOfOne", "f32[n]", "", "y = Sum(x)"},
        Case{"ClipOfIntegersWithoutBounds", "s32[n]", "", "y = Clip(x)"},
        Case{"AddOfNegativeZero", "f32[2]", "k: f32[] = {-0.0}", "y = Add(x, k)"},
        Case{"AddOfIntegerZero", "s64[2]", "k: s64[1] = {0}", "y = Add(k, x)"},
        Case{"SubOfZero", "f32[2]", "k: f32[] = {0}", "y = Sub(x, k)"},
        Case{"MulByOne", "f32[n,2]", "k: f32[1] = {1}", "y = Mul(x, k)"},
        Case{"OneTimes", "f32[n,2]", "k: f32[] = {1}", "y = Mul(k, x)"},
        Case{"DivByOne", "f16[2]", "k: f16[] = {1}", "y = Div(x, k)"}),
    name_of);

class Op : public testing::TestWithParam<Case> {};

TEST_P(Op, IsKept) {
  const Case& c = GetParam();
  expect_pass(kRemoveNoOps, graph_text(c, c.node, "y"), graph_text(c, c.node, "y"));
}

INSTANTIATE_TEST_SUITE_P(
    All, Op,
    testing::Values(Case{"CastToAnotherType", "f32[n]", "", "y = Cast(x) {to=10}"},
                    Case{"DropoutInTraining", "f32[n]", "r: f32[] = {0.5} t: bool[] = {1}",
                         "y = Dropout(x, r, t)"},
                    Case{"ReshapeOfUnknownSizes", "f32[?,3]", "s: s64[2] = {-1, 3}",
                         "y = Reshape(x, s)"},
                    Case{"ExpandOfAnUnknownSize", "f32[?]", "s: s64[1] = {3}", "y = Expand(x, s)"},
                    Case{"PadThatAlsoCuts", "f32[4]", "p: s64[2] = {1, -1}", "y = Pad(x, p)"},
                    Case{"SliceThatReverses", "f32[4]",
                         "a: s64[1] = {-1} b: s64[1] = {-9} e: s64[1] = {0} t: s64[1] = {-1}",
                         "y = Slice(x, a, b, e, t)"},
                    Case{"TransposeOfASquare", "f32[3,3]", "", "y = Transpose(x)"},
                    Case{"AddOfPositiveZero", "f32[2]", "k: f32[] = {0}", "y = Add(x, k)"},
                    Case{"SubOfNegativeZero", "f32[2]", "k: f32[] = {-0.0}", "y = Sub(x, k)"},
                    Case{"ZeroMinus", "s64[2]", "k: s64[] = {0}", "y = Sub(k, x)"},
                    Case{"MulThatBroadcasts", "f32[2]", "k: f32[1,1] = {1}", "y = Mul(x, k)"},
                    Case{"MulOfUnknownRank", "f32[...]", "k: f32[1] = {1}", "y = Mul(x, k)"}),
    name_of);

TEST(RemoveNoOps, KeepsTheOutputsName) {
  expect_pass(kRemoveNoOps, "graph (x: f32[2]) -> (y) { a = Neg(x) y = Identity(a) }",
              "graph (x: f32[2]) -> (y = a) { a = Neg(x) }");
}

TEST(RemoveNoOps, KeepsADropoutWhoseMaskIsRead) {
  constexpr std::string_view kText = "graph (x: f32[2]) -> (y, m) { y, m = Dropout(x) }";
  expect_pass(kRemoveNoOps, kText, kText);
}

}  // namespace
}  // namespace mote
