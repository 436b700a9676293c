#include "measure/random_inputs.h"

#include <gmock/gmock.h>

namespace mote {
namespace {

using testing::HasSubstr;

const std::vector<TensorInfo> kInputs = {{"x", DType::kF32, true, {{-1, ""}}},
                                         {"n", DType::kS64, true, {{-1, ""}}}};

TEST(RandomInputs, AreRefusedBeforeTheyTakeMoreThanGranted) {
  const std::vector<Dims> dims = {{std::int64_t{1} << 40}, {1}};
  const auto large = random_inputs(kInputs, dims);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, Code::kResourceExhausted);
  EXPECT_THAT(large.error().message, HasSubstr("input 'x'"));
  const std::vector<Dims> both = {{100}, {100}};
  EXPECT_TRUE(random_inputs(kInputs, both, {.max_bytes = 1200}));
  EXPECT_FALSE(random_inputs(kInputs, both, {.max_bytes = 1199}));
}

TEST(RandomInputs, StopWhenAsked) {
  int asked = 0;
  const std::vector<Dims> dims = {{4 << 20}, {1}};
  const auto go_on = [&]() -> Status {
    if (++asked < 3) return {};
    return Error{Code::kCancelled, "enough"};
  };
  const auto stopped = random_inputs(kInputs, dims, {.go_on = go_on});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().message, "enough");
  EXPECT_EQ(asked, 3);
}

}  // namespace
}  // namespace mote
