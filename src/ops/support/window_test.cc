#include "ops/support/window.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using List = std::vector<std::int64_t>;

std::string read_error(std::string_view name, List values) {
  const Attributes attributes{{"kernel_shape", List{2, 2}}, {name, std::move(values)}};
  AttributeReader r(attributes);
  WindowParams p;
  const Status status = read_window(r, p);
  return status ? "" : status.error().message;
}

TEST(ReadWindow, RefusesWhatNoWindowHas) {
  EXPECT_THAT(read_error("strides", {1, 0}), HasSubstr("strides has 0"));
  EXPECT_THAT(read_error("dilations", {-1, 1}), HasSubstr("dilations has -1"));
  EXPECT_THAT(read_error("pads", {0, 0, -3, 0}), HasSubstr("pads has -3"));
  EXPECT_THAT(read_error("pads", {0, 0, 0, std::int64_t{1} << 31}), HasSubstr("2147483648"));
  EXPECT_THAT(read_error("kernel_shape", {1 << 30, 1 << 30}), HasSubstr("taps"));
  EXPECT_THAT(read_error("strides", {1, 1, 1}), HasSubstr("strides has 3 values, not 2"));
  EXPECT_THAT(read_error("pads", {1, 1}), HasSubstr("pads has 2 values, not 4"));
  EXPECT_EQ(read_error("strides", {}), "");
}

Window window(const WindowParams& p, List in) {
  auto w = make_window(p, in, p.kernel_shape);
  EXPECT_TRUE(w) << w.error().message;
  return w ? *w : Window();
}

TEST(MakeWindow, PutsTheOddPaddingWhereSameSays) {
  WindowParams p{.kernel_shape = {4}, .strides = {1}, .auto_pad = AutoPad::kSameUpper};
  EXPECT_EQ(window(p, {5}).begin, Dims{1});
  EXPECT_EQ(window(p, {5}).end, Dims{2});
  p.auto_pad = AutoPad::kSameLower;
  EXPECT_EQ(window(p, {5}).begin, Dims{2});
  p.strides = {3};
  EXPECT_EQ(window(p, {7}).out, Dims{3});
}

TEST(MakeWindow, NeedsNoPaddingWhereStridesSkip) {
  const WindowParams p{.kernel_shape = {1}, .strides = {3}, .auto_pad = AutoPad::kSameUpper};
  EXPECT_EQ(window(p, {5}).out, Dims{2});
  EXPECT_EQ(window(p, {5}).begin, Dims{0});
}

TEST(MakeWindow, RoundsUpOnlyWhileTheLastWindowStartsInside) {
  WindowParams p{.kernel_shape = {3}, .strides = {3}, .pads = {1, 1}, .ceil_mode = true};
  EXPECT_EQ(window(p, {2}).out, Dims{1});  // a second one would start in the padding
  EXPECT_EQ(window(p, {3}).out, Dims{2});
  p.ceil_mode = false;
  EXPECT_EQ(window(p, {3}).out, Dims{1});
}

TEST(MakeWindow, RoundsUpToOneWindowThatHangsOver) {
  WindowParams p{.kernel_shape = {3}, .strides = {2}, .ceil_mode = true};
  EXPECT_EQ(window(p, {2}).out, Dims{1});
  EXPECT_FALSE(make_window(p, List{1}, p.kernel_shape)) << "a whole stride is missing";
  p.strides = {3};
  EXPECT_EQ(window(p, {1}).out, Dims{1});
  EXPECT_FALSE(make_window(p, List{0}, p.kernel_shape)) << "nothing is inside";
}

TEST(MakeWindow, RefusesKernelsThatDoNotFit) {
  const WindowParams p{.kernel_shape = {3}, .dilations = {2}, .pads = {1, 0}};
  EXPECT_THAT(make_window(p, List{3}, p.kernel_shape).error().message,
              HasSubstr("a kernel of extent 5 does not fit size 3 padded by 1 and 0"));
  EXPECT_FALSE(make_window(p, List{std::int64_t{1} << 61}, p.kernel_shape));
  EXPECT_FALSE(make_window(p, List{3, 3}, p.kernel_shape));
  EXPECT_FALSE(make_window(p, List{9}, List{0}));
}

TEST(WindowOutput, KeepsUnknownSizesThatTheWindowKeeps) {
  const WindowParams p{.kernel_shape = {3, 3}, .pads = {1, 0, 1, 0}};
  const Shape in{Dim::symbol("h"), Dim::symbol("w")};
  const auto out = window_output(p, in, Shape{3, 3});
  ASSERT_TRUE(out);
  EXPECT_EQ((*out)[0], in[0]);
  EXPECT_EQ((*out)[1], Dim());
}

TEST(ForEachTap, VisitsWhatLiesInside) {
  const WindowParams p{.kernel_shape = {2, 3}, .dilations = {2, 1}, .pads = {1, 1, 1, 1}};
  const Window w = window(p, {3, 4});
  List taps, offsets;
  for_each_tap(w, Dims{0, 0}, [&](std::int64_t tap, std::int64_t offset) {
    taps.push_back(tap);
    offsets.push_back(offset);
  });
  EXPECT_THAT(taps, ElementsAre(4, 5));  // the second row of the kernel, without its left column
  EXPECT_THAT(offsets, ElementsAre(4, 5));
}

TEST(PaddedTaps, LeavesOutWhatCeilModeAdds) {
  const WindowParams p{.kernel_shape = {3}, .strides = {2}, .pads = {1, 1}, .ceil_mode = true};
  const Window w = window(p, {4});
  ASSERT_EQ(w.out, Dims{3});
  EXPECT_EQ(padded_taps(w, Dims{0}), 3);
  EXPECT_EQ(padded_taps(w, Dims{2}), 2);
}

}  // namespace
}  // namespace mote
