#include "runtime/plan_cache/plan_file.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace mote {
namespace {

using Kind = PlanFileTensor::Kind;

// A file in memory aligned as a mapped one is.
class PlanFileTest : public testing::Test {
 protected:
  std::span<const std::byte> aligned(const Bytes& bytes) {
    copy_ = *Tensor::zeros(DType::kU8, {std::ssize(bytes)});
    auto* to = static_cast<std::byte*>(copy_.mut().data);
    std::ranges::copy(bytes, to);
    return {to, bytes.size()};
  }
  static Bytes sample() {
    static const float weights[20] = {1, 2, 3};
    static const std::int32_t packed[3] = {7, 8, 9};
    PlanFile file{.key = "key", .text = "a graph"};
    file.tensors.push_back({Kind::kConstant, DType::kF32, std::as_bytes(std::span(weights))});
    file.tensors.push_back({Kind::kAbsent, DType::kF16});
    file.tensors.push_back({Kind::kDerived, DType::kS32, std::as_bytes(std::span(packed))});
    return write_plan_file(file);
  }
  // Bytes before the first tensor's page.
  static constexpr std::size_t kPage = 4096;

 private:
  Tensor copy_;
};

TEST_F(PlanFileTest, GivesWhatWasWritten) {
  const auto bytes = aligned(sample());
  const auto file = read_plan_file(bytes);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->key, "key");
  EXPECT_EQ(file->text, "a graph");
  ASSERT_EQ(file->tensors.size(), 3U);
  EXPECT_EQ(file->tensors[0].bytes.size(), 80U);
  EXPECT_EQ(reinterpret_cast<const float*>(file->tensors[0].bytes.data())[2], 3.0F);
  EXPECT_EQ(file->tensors[1].kind, Kind::kAbsent);
  EXPECT_TRUE(file->tensors[1].bytes.empty());
  EXPECT_EQ(file->tensors[2].dtype, DType::kS32);
  EXPECT_EQ(reinterpret_cast<const std::int32_t*>(file->tensors[2].bytes.data())[2], 9);
  for (const PlanFileTensor& t : file->tensors) {
    EXPECT_EQ((t.bytes.data() - bytes.data()) % 64, 0);
  }
}

TEST_F(PlanFileTest, RefusesEveryTruncation) {
  const Bytes whole = sample();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const auto file = read_plan_file(aligned(cut));
    ASSERT_FALSE(file) << size;
    EXPECT_EQ(file.error().code, Code::kCorrupt);
  }
}

TEST_F(PlanFileTest, RefusesEveryDamagedByteOfItsHead) {
  const Bytes whole = sample();
  const std::size_t head = 24 + 16 + (8 + 3) + (8 + 7) + 8 + 3 * 32;
  for (std::size_t i = 0; i < head; ++i) {
    Bytes damaged = whole;
    damaged[i] ^= std::byte{0x10};
    const auto file = read_plan_file(aligned(damaged));
    ASSERT_FALSE(file) << i;
    EXPECT_EQ(file.error().code, Code::kCorrupt);
  }
}

}  // namespace
}  // namespace mote
