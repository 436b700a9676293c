#include "tasks/constant_input.h"

#include <gmock/gmock.h>

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TensorInfo info(DType dtype, std::initializer_list<std::int64_t> shape) {
  TensorInfo i{"x", dtype, true, {}, ""};
  for (const std::int64_t s : shape) i.shape.push_back({s, ""});
  return i;
}

Tensor constant(std::vector<double> values, const TensorInfo& wanted) {
  auto tensor = constant_input(values, wanted);
  EXPECT_TRUE(tensor) << tensor.error().message;
  return tensor ? *std::move(tensor) : Tensor();
}

TEST(ConstantInput, TakesTheTypeAndTheSizesOfTheInput) {
  const Tensor rate = constant({16'000}, info(DType::kS64, {}));
  EXPECT_EQ(rate.dims().rank(), 0);
  EXPECT_THAT(rate.values<std::int64_t>(), ElementsAre(16'000));
  EXPECT_THAT(constant({0.5}, info(DType::kF32, {1, 2})).values<float>(), ElementsAre(0.5F, 0.5F));
  EXPECT_EQ(constant({640, 480}, info(DType::kS64, {1, 2})).dims(), (Dims{1, 2}));
}

TEST(ConstantInput, AnOpenSizeIsWhatTheValuesLeave) {
  EXPECT_EQ(constant({7}, info(DType::kF32, {-1, 2})).dims(), (Dims{1, 2}));
  EXPECT_EQ(constant({1, 2, 3, 4, 5, 6}, info(DType::kF32, {-1, 2})).dims(), (Dims{3, 2}));
  EXPECT_EQ(constant({1, 2}, info(DType::kF32, {-1, -1})).dims(), (Dims{2, 1}));
}

TEST(ConstantInput, RefusesOtherNumbersOfValues) {
  const auto three = constant_input(std::vector<double>{1, 2, 3}, info(DType::kF32, {2}));
  ASSERT_FALSE(three);
  EXPECT_THAT(three.error().message, HasSubstr("value has 3 numbers, the model takes f32[2]"));
  EXPECT_FALSE(constant_input(std::vector<double>{1}, info(DType::kString, {1})));
  EXPECT_FALSE(constant_input(std::vector<double>{1}, info(DType::kF32, {1 << 20, 1 << 20})));
}

TEST(FeedConstants, LeavesWhatIsGiven) {
  TaskDescription task;
  task.inputs.resize(2);
  task.inputs[0].name = "a";
  task.inputs[0].kind = InputKind::kConstant;
  task.inputs[0].value = {1};
  task.inputs[1].name = "b";
  task.inputs[1].kind = InputKind::kState;
  std::vector<TensorInfo> infos = {info(DType::kF32, {1}), info(DType::kF32, {2, -1, 3})};
  infos[0].name = "a";
  infos[1].name = "b";
  std::vector<Tensor> inputs = {Tensor::of<float>({1}, {9}), Tensor()};
  const Status fed = feed_constants(task, infos, inputs);
  ASSERT_TRUE(fed) << fed.error().message;
  EXPECT_EQ(inputs[0].values<float>()[0], 9);
  EXPECT_EQ(inputs[1].dims(), (Dims{2, 1, 3}));
}

}  // namespace
}  // namespace mote
