// Constants put among quantized integers.
#include "passes/dequantize/grid.h"

#include "base/text.h"
#include "passes/dequantize/dequantize_test_util.h"

namespace mote {
namespace {

// x s8[2,2] with a scale and zero point of these sizes, padded by `pad`.
std::string padded(std::string_view constants, std::string_view pad) {
  return cat("(x: f32[2,2]) -> (y) { pads: s64[4] = {0, 0, 0, 1} ", constants,
             " q = QuantizeLinear(x, s, z) {axis=1} ", pad,
             " y = DequantizeLinear(p, s, z) {axis=1} }");
}

constexpr std::string_view kOne[] = {"[]", "[1]"};

TEST(DequantizeFills, OneElementMayHaveRankZeroOrOne) {
  for (const std::string_view fill : kOne) {
    for (const std::string_view grid : kOne) {
      const std::string constants =
          cat("s: f32", grid, " = {0.5} z: s8", grid, " = {-1} f: s8", fill, " = {5} ");
      expect_floats(padded(constants, "p = Pad(q, pads, f)"),
                    cat("(x: f32[2,2]) -> (y = p) { pads: s64[4] = {0, 0, 0, 1} ", constants,
                        "f/real: f32", fill, " = {3} p = Pad(x, pads, f/real) }"));
    }
  }
}

TEST(DequantizeFills, AbsentFillsAreWhatTheIntegerZeroStandsFor) {
  constexpr std::string_view kConstants = "s: f32[] = {0.5} z: s8[] = {-1} ";
  constexpr std::string_view kAxes = "axes: s64[2] = {0, 1} ";
  const auto after = [&](std::string_view constants, std::string_view pad) {
    return cat("(x: f32[2,2]) -> (y = p) { pads: s64[4] = {0, 0, 0, 1} ", constants, pad, " }");
  };
  expect_floats(padded(kConstants, "p = Pad(q, pads)"),
                after(kConstants, "p/fill: f32[] = {0.5} p = Pad(x, pads, p/fill)"));
  expect_floats(
      padded(cat(kConstants, kAxes), "p = Pad(q, pads, _, axes)"),
      after(cat(kConstants, kAxes), "p/fill: f32[] = {0.5} p = Pad(x, pads, p/fill, axes)"));
  constexpr std::string_view kSymmetric = "s: f32[] = {0.5} z: s8[] = {0} ";
  expect_floats(padded(kSymmetric, "p = Pad(q, pads)"), after(kSymmetric, "p = Pad(x, pads)"));
  expect_floats(padded(kConstants, "p = Pad(q, pads) {mode=\"edge\"}"),
                after(kConstants, "p = Pad(x, pads) {mode=\"edge\"}"));
}

// With a scale for each channel, only the zero point is one number everywhere.
TEST(DequantizeFills, OfChannelsWithScalesOfTheirOwnAreTheZeroPoint) {
  const auto scales = [](std::string_view zero_points) {
    return cat("s: f32[2] = {0.5, 2} z: s8[2] = ", zero_points, " f: s8[] = {3} ");
  };
  const auto before = [&](std::string_view zero_points) {
    return cat("(x: f32[2,2]) -> (y) { pads: s64[4] = {0, 0, 1, 0} ", scales(zero_points),
               "q = QuantizeLinear(x, s, z) {axis=1} p = Pad(q, pads, f)",
               " y = DequantizeLinear(p, s, z) {axis=1} }");
  };
  expect_floats(before("{3, 3}"),
                cat("(x: f32[2,2]) -> (y = p) { pads: s64[4] = {0, 0, 1, 0} ", scales("{3, 3}"),
                    "f/real: f32[] = {0} p = Pad(x, pads, f/real) }"));
  constexpr std::string_view kRefused =
      "(Pad) -> 'p' puts constant integers among quantized ones, whose numbers are unknown: each "
      "channel has a scale of its own";
  expect_refused(before("{3, 4}"), kRefused);
  expect_refused(before("{0, 0}"), kRefused);
}

TEST(DequantizeFills, RefusesZerosThatAreNotZero) {
  const auto text = [](std::string_view zero_point) {
    return cat("(x: f32[2,2]) -> (y) { s: f32[] = {0.5} z: s8[] = ", zero_point,
               " q = QuantizeLinear(x, s, z) p = Trilu(q) y = DequantizeLinear(p, s, z) }");
  };
  expect_floats(text("{0}"),
                "(x: f32[2,2]) -> (y = p) { s: f32[] = {0.5} z: s8[] = {0} p = Trilu(x) }");
  expect_refused(text("{1}"), "(Trilu) -> 'p' puts zeros among quantized integers");
}

}  // namespace
}  // namespace mote
