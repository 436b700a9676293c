#include "base/text.h"

#include <gtest/gtest.h>

#include <limits>

namespace mote {
namespace {

TEST(Text, CatJoinsPartsOfAnyType) {
  const std::string name = "w";
  EXPECT_EQ(cat("axis ", -3, " of '", name, "' is ", true, ' ', 0.5F, "!"),
            "axis -3 of 'w' is true 0.5!");
  EXPECT_EQ(cat(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(cat(std::uint8_t{200}), "200");
}

TEST(Text, FloatsReadBackAsTheSameNumber) {
  EXPECT_EQ(cat(0.1F), "0.1");
  EXPECT_EQ(std::stof(cat(1.0F / 3.0F)), 1.0F / 3.0F);
}

TEST(Text, SplitKeepsEmptyPieces) {
  EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string_view>{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
}

TEST(Text, TrimCutsSpaceAtBothEnds) {
  EXPECT_EQ(trim(" \ta b\r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
}

TEST(Text, HumanBytesUsesBinaryUnits) {
  EXPECT_EQ(human_bytes(1023), "1023 B");
  EXPECT_EQ(human_bytes(1536), "1.5 KiB");
  EXPECT_EQ(human_bytes(std::uint64_t{5} << 30), "5.0 GiB");
}

}  // namespace
}  // namespace mote
