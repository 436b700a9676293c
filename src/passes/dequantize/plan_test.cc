#include "passes/dequantize/plan.h"

#include "base/text.h"
#include "passes/dequantize/dequantize_test_util.h"

namespace mote {
namespace {

// Where the input is read first, and where what says its scale is.
constexpr std::string_view kEitherOrder[][2] = {
    {"p = Pad(x, pads, z)", "xr = DequantizeLinear(x, s, z)"},
    {"p = Concat(x, c) {axis=0}", "xr = DequantizeLinear(x, s, z)"},
    {"p = Where(b, x, c)", "xr = DequantizeLinear(x, s, z)"},
    {"p = Max(c, x)", "xr = DequantizeLinear(x, s, z)"},
    {"p = Slice(x, starts, ends)", "xr = DequantizeLinear(x, s, z)"},
};
constexpr std::string_view kMoved[] = {
    "z/real: f32[] = {0}  p = Pad(x, pads, z/real)",
    "c/real: f32[2] = {2.5, 7.5}  p = Concat(x, c/real) {axis=0}",
    "c/real: f32[2] = {2.5, 7.5}  p = Where(b, x, c/real)",
    "c/real: f32[2] = {2.5, 7.5}  p = Max(c/real, x)",
    "p = Slice(x, starts, ends)",
};

std::string with_constants(std::string_view dtype, std::string_view nodes) {
  return cat("(x: ", dtype, R"([2]) -> (p, n) {
    s: f32[] = {0.5}
    z: u8[] = {7}
    c: u8[2] = {12, 22}
    b: bool[2] = {1, 0}
    pads: s64[2] = {0, 1}
    starts: s64[1] = {1}
    ends: s64[1] = {2} )",
             nodes, "}");
}

TEST(DequantizePlan, TheOrderOfReadersDoesNotMatter) {
  for (std::size_t i = 0; i < std::size(kEitherOrder); ++i) {
    const auto& [move, number] = kEitherOrder[i];
    SCOPED_TRACE(move);
    const std::string after = std::string(kMoved[i]);
    expect_floats(with_constants("u8", cat(move, " ", number, " n = Neg(xr)")),
                  with_constants("f32", cat(after, " n = Neg(x)")));
    expect_floats(with_constants("u8", cat(number, " n = Neg(xr) ", move)),
                  with_constants("f32", cat("n = Neg(x) ", after)));
  }
}

TEST(DequantizePlan, InputsAmongQuantizedNumbersBecomeNumbers) {
  constexpr std::string_view kBefore[] = {
      "c = Concat(x, q) {axis=0} q2 = Identity(q) a = DequantizeLinear(q2, s, z)",
      "a = DequantizeLinear(q, s, z) c = Concat(x, q) {axis=0}"};
  constexpr std::string_view kAfter[] = {"c = Concat(x, q) {axis=0} a2 = Neg(q)",
                                         "c = Concat(x, q) {axis=0} a2 = Neg(q)"};
  for (std::size_t i = 0; i < 2; ++i) {
    expect_floats(cat("(x: s8[2], y: f32[2]) -> (c, a2) { s: f32[] = {0.5} z: s8[] = {1}\n",
                      "m = Abs(y) q = QuantizeLinear(m, s, z) ", kBefore[i], " a2 = Neg(a) }"),
                  cat("(x: f32[2], y: f32[2]) -> (c, a2) { s: f32[] = {0.5} z: s8[] = {1}\n",
                      "q = Abs(y) ", kAfter[i], " }"));
  }
}

TEST(DequantizePlan, ConstantsMayBeMovedBeforeTheyMeetNumbers) {
  expect_floats(R"(
    (x: u8[1,2]) -> (y) {
      s: f32[1] = {0.5}
      z: u8[1] = {2}
      k: u8[2] = {4, 6}
      shape: s64[2] = {1, 2}
      r = Reshape(k, shape)
      e = Equal(x, r)
      m = Max(x, r)
      w = Where(e, m, r)
      y = DequantizeLinear(w, s, z)
    })",
                R"(
    (x: f32[1,2]) -> (y = w) {
      s: f32[1] = {0.5}
      z: u8[1] = {2}
      k: u8[2] = {4, 6}
      shape: s64[2] = {1, 2}
      k/real: f32[2] = {1, 2}
      r = Reshape(k/real, shape)
      e = Equal(x, r)
      m = Max(x, r)
      w = Where(e, m, r)
    })");
}

// One constant, other numbers in each place.
TEST(DequantizePlan, ConstantsHaveTheGridOfThoseTheyMeet) {
  expect_floats(R"(
    (x: u8[2], y: u8[2]) -> (a, b) {
      s: f32[] = {0.5}
      t: f32[] = {2}
      k: u8[] = {4}
      p = Max(x, k)
      q = Max(y, k)
      a = DequantizeLinear(p, s)
      b = DequantizeLinear(q, t)
    })",
                R"(
    (x: f32[2], y: f32[2]) -> (a = p, b = q) {
      s: f32[] = {0.5}
      t: f32[] = {2}
      k: u8[] = {4}
      k/real: f32[] = {2}
      k/real_0: f32[] = {8}
      p = Max(x, k/real)
      q = Max(y, k/real_0)
    })");
}

TEST(DequantizePlan, RefusesInputsThatAreReadForWhatTheyAreToo) {
  constexpr std::string_view kHead = "(x: u8[2]) -> (a, b) { s: f32[] = {0.5} ";
  expect_refused(cat(kHead, "a = Cast(x) {to=1} b = DequantizeLinear(x, s) }"), "(Cast) -> 'a'");
  expect_refused(cat(kHead, "b = DequantizeLinear(x, s) a = Cast(x) {to=1} }"), "(Cast) -> 'a'");
}

TEST(DequantizePlan, RefusesIntegersThatAreReadByAnotherScale) {
  expect_refused(R"(
    (x: f32[2]) -> (y) {
      s: f32[] = {0.5}
      t: f32[] = {0.25}
      z: u8[] = {0}
      q = QuantizeLinear(x, s, z)
      y = DequantizeLinear(q, t, z)
    })",
                 "(DequantizeLinear) -> 'y' takes integers of one scale and zero point for those");
}

TEST(DequantizePlan, RefusesComputedIntegersAmongQuantizedOnes) {
  expect_refused(R"(
    (x: f32[2], k: f32[2]) -> (y) {
      s: f32[] = {0.5}
      z: u8[] = {0}
      i = Cast(k) {to=2}
      q = QuantizeLinear(x, s, z)
      m = Max(i, q)
      y = DequantizeLinear(m, s, z)
    })",
                 "(Cast) -> 'i' makes integers that are put among quantized ones");
}

// A model may well compute integers, and only then say what they stand for.
TEST(DequantizePlan, ComputedIntegersStayIntegers) {
  constexpr std::string_view kText = R"(
    (x: f32[2]) -> (y) {
      s: f32[] = {0.5}
      i = Cast(x) {to=2}
      r = Identity(i)
      n = Abs(r)
      y = DequantizeLinear(n, s)
    })";
  Graph graph = parse_for_test(kText);
  ASSERT_TRUE(dequantize(graph, {all_ops()}));
  EXPECT_NE(to_text(graph, {}).find("DequantizeLinear"), std::string::npos);
}

TEST(DequantizePlan, LeavesOperatorsThatAreNotOurs) {
  constexpr std::string_view kText =
      "() -> (y) { x = some.where.QuantizeLinear() y = some.where.DequantizeLinear() }";
  expect_floats(kText, "() -> (y) { y = some.where.DequantizeLinear() }");
}

TEST(DequantizePlan, RefusesConstantsAmongNumbersOfAComputedScale) {
  expect_refused(R"(
    (x: f32[2]) -> (y) {
      k: u8[] = {4}
      q, s, z = DynamicQuantizeLinear(x)
      m = Max(q, k)
      y = DequantizeLinear(m, s, z)
    })",
                 "(Max) -> 'm' puts constant integers among quantized ones, whose numbers are "
                 "unknown: their scale is computed");
}

}  // namespace
}  // namespace mote
