#include "measure/evaluate.h"

#include <gmock/gmock.h>

#include "base/text.h"
#include "measure/array_dataset.h"

namespace mote {
namespace {

using testing::HasSubstr;

const TensorInfo kInput{"x", DType::kF32, true, {{-1, ""}, {1, ""}}};

std::unique_ptr<Dataset> numbers(std::vector<float> x, std::vector<std::int64_t> y) {
  const std::int64_t n = std::ssize(x);
  auto data = open_arrays(Tensor::of<float>({n, 1}, x), Tensor::of<std::int64_t>({n}, y));
  EXPECT_TRUE(data);
  return *std::move(data);
}

// Says class x of 3.
Result<Tensor> rounded(const Tensor& input) {
  std::vector<float> scores(3);
  scores[static_cast<std::size_t>(input.values<float>()[0])] = 1.0F;
  return Tensor::of<float>({1, 3}, scores);
}

TEST(Evaluate, CountsRightAnswers) {
  const auto data = numbers({0, 1, 2, 2}, {0, 1, 1, 2});
  std::vector<std::size_t> steps;
  EvaluateOptions options;
  options.confusion = true;
  options.progress = [&](std::size_t done, std::size_t total) {
    EXPECT_EQ(total, 4U);
    steps.push_back(done);
  };
  const auto accuracy = evaluate(rounded, {}, kInput, *data, options);
  ASSERT_TRUE(accuracy) << accuracy.error().message;
  EXPECT_EQ(accuracy->top1().hits, 3U);
  EXPECT_EQ(accuracy->count(), 4U);
  EXPECT_EQ(accuracy->confusion()[1 * 3 + 2], 1U);
  EXPECT_THAT(steps, testing::ElementsAre(1, 2, 3, 4));
}

TEST(Evaluate, EndsWhereTheNumberOfClassesIsRefused) {
  const auto data = numbers({0, 1}, {0, 1});
  EvaluateOptions options;
  options.check_classes = [](std::size_t classes) -> Status {
    return Error{Code::kInvalidArgument, cat(classes, " are too many")};
  };
  const auto accuracy = evaluate(rounded, {}, kInput, *data, options);
  ASSERT_FALSE(accuracy);
  EXPECT_THAT(accuracy.error().message, HasSubstr("3 are too many"));
}

TEST(Evaluate, TakesOnlyTheChosenSamples) {
  const auto data = numbers({0, 1, 1, 2, 0}, {0, 0, 1, 1, 0});
  EvaluateOptions options;
  options.per_class = 1;
  const auto first = evaluate(rounded, {}, kInput, *data, options);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->count(), 2U);
  EXPECT_EQ(first->top1().hits, 2U);
  options.skip_per_class = 1;
  const auto second = evaluate(rounded, {}, kInput, *data, options);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->top1().hits, 0U);
  options.skip_per_class = 9;
  EXPECT_FALSE(evaluate(rounded, {}, kInput, *data, options));
}

TEST(Evaluate, NamesTheSampleThatFails) {
  const auto data = numbers({0, 1}, {0, 3});
  const auto accuracy = evaluate(rounded, {}, kInput, *data, {});
  ASSERT_FALSE(accuracy);
  EXPECT_EQ(accuracy.error().message, "x[1]: its class is 3, the model has 3 classes, from 0");
  const Classify fails = [](const Tensor&) -> Result<Tensor> {
    return Error{Code::kCancelled, "too late"};
  };
  const auto failed = evaluate(fails, {}, kInput, *data, {});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Code::kCancelled);
  EXPECT_EQ(failed.error().message, "x[0]: too late");
}

TEST(Evaluate, NeedsOneAnswerASample) {
  const Classify two = [](const Tensor&) -> Result<Tensor> {
    return Tensor::of<float>({2, 2}, {0, 1, 1, 0});
  };
  const auto accuracy = evaluate(two, {}, kInput, *numbers({0}, {0}), {});
  ASSERT_FALSE(accuracy);
  EXPECT_THAT(accuracy.error().message, HasSubstr("2 answers for one sample"));
}

}  // namespace
}  // namespace mote
