// Integers that pass in and out of subgraphs.
#include "passes/dequantize/places.h"

#include "passes/dequantize/dequantize_test_util.h"

namespace mote {
namespace {

TEST(DequantizeSubgraphs, CapturedInputsBecomeNumbersInsideAndOutside) {
  expect_floats(R"(
    (x: u8[2], c: bool[]) -> (y) {
      s: f32[] = {0.5}
      y = If(c) captures (x, s) {
        then_branch=graph captures (0: a, 1: s) -> (b) { r = DequantizeLinear(a, s) b = Neg(r) },
        else_branch=graph captures (0: a, 1: s) -> (b) {
          k: u8[2] = {2, 4}
          m = Max(a, k)
          b = DequantizeLinear(m, s)
        }}
    })",
                R"(
    (x: f32[2], c: bool[]) -> (y) {
      s: f32[] = {0.5}
      y = If(c) captures (x, s) {
        then_branch=graph captures (0: a, 1: s) -> (b: f32[2]) { b = Neg(a) },
        else_branch=graph captures (0: a, 1: s) -> (b = m: f32[2]) {
          k: u8[2] = {2, 4}
          k/real: f32[2] = {1, 2}
          m = Max(a, k/real)
        }}
    })");
}

TEST(DequantizeSubgraphs, BranchesMayGiveIntegers) {
  expect_floats(R"(
    (x: f32[2], c: bool[]) -> (y) {
      s: f32[] = {0.5}
      z: s8[] = {1}
      n = Neg(x)
      q = QuantizeLinear(n, s, z)
      i = If(c) captures (q) {
        then_branch=graph captures (0: a) -> (a) {},
        else_branch=graph captures (0: a) -> (k) { k: s8[2] = {1, 3} }}
      y = DequantizeLinear(i, s, z)
    })",
                R"(
    (x: f32[2], c: bool[]) -> (y = i) {
      s: f32[] = {0.5}
      z: s8[] = {1}
      q = Neg(x)
      i = If(c) captures (q) {
        then_branch=graph captures (0: a) -> (a: f32[2]) {},
        else_branch=graph captures (0: a) -> (k = k/real: f32[2]) {
          k: s8[2] = {1, 3}
          k/real: f32[2] = {0, 1}
        }}
    })");
}

TEST(DequantizeSubgraphs, LoopsCarryNumbers) {
  expect_floats(R"(
    (x: f32[2]) -> (y, all) {
      s: f32[] = {0.5}
      z: s8[] = {1}
      n: s64[] = {4}
      k: s8[2] = {1, 3}
      last, steps = Loop(n, _, k) captures (x, s, z) {
        body=graph (i: s64[], c: bool[], t: s8[2]) captures (0: x, 1: s, 2: z) -> (c, u, t) {
          r = DequantizeLinear(t, s, z)
          a = Sub(r, x)
          u = QuantizeLinear(a, s, z)
        }}
      y = DequantizeLinear(last, s, z)
      all = DequantizeLinear(steps, s, z)
    })",
                R"(
    (x: f32[2]) -> (y = last, all = steps) {
      s: f32[] = {0.5}
      z: s8[] = {1}
      n: s64[] = {4}
      k: s8[2] = {1, 3}
      k/real: f32[2] = {0, 1}
      last, steps = Loop(n, _, k/real) captures (x, s, z) {
        body=graph (i: s64[], c: bool[], t: f32[2]) captures (0: x, 1: s, 2: z)
            -> (c: bool[], u: f32[2], t: f32[2]) {
          u = Sub(t, x)
        }}
    })");
}

TEST(DequantizeSubgraphs, ScansTakeAndGiveNumbers) {
  expect_floats(R"(
    (x: u8[4,2], h: u8[2]) -> (last, all) {
      s: f32[] = {0.5}
      last, all = Scan(h, x) captures (s) {
        num_scan_inputs=1,
        body=graph (a: u8[2], b: u8[2]) captures (0: s) -> (m, n) {
          m = Max(a, b)
          r = DequantizeLinear(b, s)
          n = Neg(r)
        }}
    })",
                R"(
    (x: f32[4,2], h: f32[2]) -> (last, all) {
      s: f32[] = {0.5}
      last, all = Scan(h, x) captures (s) {
        num_scan_inputs=1,
        body=graph (a: f32[2], b: f32[2]) captures (0: s) -> (m: f32[2], n: f32[2]) {
          m = Max(a, b)
          n = Neg(b)
        }}
    })");
}

TEST(DequantizeSubgraphs, RefusesCapturedIntegersThatAreReadForWhatTheyAre) {
  expect_refused(R"(
    (x: f32[2], c: bool[]) -> (y) {
      s: f32[] = {0.5}
      z: u8[] = {0}
      q = QuantizeLinear(x, s, z)
      y = If(c) captures (q) {
        then_branch=graph captures (0: a) -> (b) { b = Cast(a) {to=1} },
        else_branch=graph -> (k) { k: f32[2] = {1, 2} }}
    })",
                 "(Cast) -> 'b' reads quantized integers for what they are: 'a' needs "
                 "DequantizeLinear before it");
}

TEST(DequantizeSubgraphs, RefusesToCarryIntegersOfTwoScales) {
  expect_refused(R"(
    (x: u8[2]) -> (y) {
      s: f32[] = {0.5}
      n: s64[] = {4}
      last = Loop(n, _, x) captures (s) {
        body=graph (i: s64[], c: bool[], t: u8[2]) captures (0: s) -> (c, u) {
          d: f32[] = {2}
          r = DequantizeLinear(t, s)
          a = Neg(r)
          u = QuantizeLinear(a, d)
        }}
      y = DequantizeLinear(last, s)
    })",
                 "takes integers of one scale and zero point for those of another: put "
                 "DequantizeLinear and QuantizeLinear between");
}

// Nothing says what the counts stand for.
TEST(DequantizeSubgraphs, RefusesCountsAmongCarriedNumbers) {
  expect_refused(R"(
    (x: f32[]) -> (y) {
      s: f32[] = {0.5}
      z: u8[] = {0}
      n: s64[] = {4}
      q = QuantizeLinear(x, s, z)
      last = Loop(n, _, q) {
        body=graph (i: s64[], c: bool[], t: u8[]) -> (c, u) { u = Cast(i) {to=2} }}
      y = DequantizeLinear(last, s, z)
    })",
                 "(Cast) -> 'u' makes integers that are put among quantized ones");
}

}  // namespace
}  // namespace mote
