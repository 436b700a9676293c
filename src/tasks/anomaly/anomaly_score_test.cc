#include "tasks/anomaly/anomaly_score.h"

#include <gmock/gmock.h>

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<TensorInfo> kInputs = {{"x", DType::kF32, true, {{-1, ""}, {2, ""}}, ""}};
const std::vector<TensorInfo> kOutputs = {{"y", DType::kF32, true, {{-1, ""}, {2, ""}}, ""}};

TaskDescription autoencoder() {
  TaskDescription task;
  task.inputs.resize(1);
  task.inputs[0].name = "x";
  task.inputs[0].kind = InputKind::kFeatures;
  task.outputs.resize(1);
  task.outputs[0].name = "y";
  task.outputs[0].kind = OutputKind::kReconstruction;
  return task;
}

Result<std::vector<double>> scores(const TaskDescription& task, Tensor in, Tensor out) {
  const auto scorer = AnomalyScorer::create(task, kInputs, kOutputs);
  if (!scorer) return scorer.error();
  return scorer->scores({&in, 1}, {&out, 1});
}

TEST(AnomalyScorer, GivesEachRowItsMeanSquaredDifference) {
  const auto s = scores(autoencoder(), Tensor::of<float>({2, 2}, {1, 2, 3, 4}),
                        Tensor::of<float>({2, 2}, {1, 4, 0, 4}));
  ASSERT_TRUE(s) << s.error().message;
  EXPECT_THAT(*s, ElementsAre(2.0, 4.5));
}

TEST(AnomalyScorer, ComparesNumbersAndNotTheirIntegers) {
  TaskDescription task = autoencoder();
  task.inputs[0].quantization = QuantizationRule{0.5F, 10};
  task.outputs[0].quantization = QuantizationRule{0.25F, -4};
  // 1 and -3 against 1 and 2.
  const auto s = scores(task, Tensor::of<std::int8_t>({1, 2}, {12, 4}),
                        Tensor::of<std::int8_t>({1, 2}, {0, 4}));
  ASSERT_TRUE(s) << s.error().message;
  EXPECT_THAT(*s, ElementsAre(12.5));
}

TEST(AnomalyScorer, SaysWhatDoesNotGoTogether) {
  const auto error = [](const TaskDescription& task, Tensor out) {
    const auto s = scores(task, Tensor::of<float>({1, 2}, {1, 2}), std::move(out));
    return s ? "" : s.error().message;
  };
  const Tensor row = Tensor::of<float>({1, 2}, {1, 2});
  EXPECT_THAT(error(autoencoder(), Tensor::of<float>({1, 1}, {1})),
              HasSubstr("output 'y' has shape [1,1], the input [1,2]"));
  TaskDescription task = autoencoder();
  task.outputs[0].reconstruction.of = "z";
  EXPECT_THAT(error(task, row), HasSubstr("of is 'z'; it must be an input's name"));
  task.outputs[0].kind = OutputKind::kValue;
  EXPECT_THAT(error(task, row), HasSubstr("no output of the model is a reconstruction"));
  task = autoencoder();
  task.outputs.push_back(task.outputs[0]);
  EXPECT_THAT(error(task, row), HasSubstr("two outputs are reconstructions"));
}

}  // namespace
}  // namespace mote
