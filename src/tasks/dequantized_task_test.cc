#include "tasks/dequantized_task.h"

#include <gmock/gmock.h>

#include "runtime/text_model.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kIntegers = R"(
  graph (x: u8[1,3]) -> (y) {
    s: f32[] = {0.5}
    z: u8[] = {4}
    r = DequantizeLinear(x, s, z)
    n = Neg(r)
    y = QuantizeLinear(n, s, z)
  })";
constexpr std::string_view kFloats = "graph (x: f32[1,3]) -> (y) { y = Neg(x) }";

InputDescription of_kind(InputKind kind) {
  InputDescription input;
  input.kind = kind;
  return input;
}

OutputDescription of_kind(OutputKind kind) {
  OutputDescription output;
  output.kind = kind;
  return output;
}

Result<TaskDescription> said_of_floats(const InputDescription& input,
                                       const OutputDescription& output,
                                       std::string_view integers = kIntegers) {
  TaskDescription task;
  task.inputs.push_back(input);
  task.outputs.push_back(output);
  task.inputs[0].name = "x";
  task.outputs[0].name = "y";
  const auto original = model_of(integers), floats = model_of(kFloats);
  return dequantized_task(task, ModelView::of(*original), ModelView::of(*floats));
}

TEST(DequantizedTask, PixelsBecomeWhatTheirIntegersStoodFor) {
  InputDescription image = of_kind(InputKind::kImage);
  image.image.scale = 1;  // as they are
  OutputDescription picture = of_kind(OutputKind::kImage);
  picture.image.scale = 1;
  picture.image.mean = {1, 2, 3};
  picture.image.std = {2};
  const auto task = said_of_floats(image, picture);
  ASSERT_TRUE(task) << task.error().message;
  // (p - 4) * 0.5
  EXPECT_EQ(task->inputs[0].image.scale, 1);
  EXPECT_THAT(task->inputs[0].image.mean, ElementsAre(4));
  EXPECT_THAT(task->inputs[0].image.std, ElementsAre(2));
  EXPECT_THAT(task->outputs[0].image.mean, ElementsAre(9, 10, 11));
  EXPECT_THAT(task->outputs[0].image.std, ElementsAre(4, 4, 4));
}

TEST(DequantizedTask, NumbersAreNoIntegersAnyMore) {
  InputDescription features = of_kind(InputKind::kFeatures);
  features.quantization = QuantizationRule{0.5F, 4};
  OutputDescription scores = of_kind(OutputKind::kClassScores);
  scores.labels = "l.txt";
  const auto task = said_of_floats(features, scores);
  ASSERT_TRUE(task) << task.error().message;
  EXPECT_EQ(task->inputs[0].quantization, std::nullopt);
  EXPECT_EQ(task->outputs[0].quantization, std::nullopt);
  EXPECT_EQ(task->outputs[0].labels, "l.txt");
}

TEST(DequantizedTask, FilesOfIntegersStandForNumbers) {
  const auto task = said_of_floats(of_kind(InputKind::kTensor), {});
  ASSERT_TRUE(task) << task.error().message;
  EXPECT_EQ(task->inputs[0].raw, (RawRule{RawType::kU8, QuantizationRule{0.5F, 4}}));
  InputDescription floats = of_kind(InputKind::kTensor);
  floats.raw = RawRule{RawType::kF32, {}};
  EXPECT_EQ(said_of_floats(floats, {})->inputs[0].raw, floats.raw);
}

TEST(DequantizedTask, ConstantsBecomeNumbers) {
  InputDescription constant = of_kind(InputKind::kConstant);
  constant.value = {4, 6};
  EXPECT_THAT(said_of_floats(constant, {})->inputs[0].value, ElementsAre(0, 1));
}

TEST(DequantizedTask, RefusesWhatIsNotSaidOfNumbers) {
  InputDescription features = of_kind(InputKind::kFeatures);
  features.quantization = QuantizationRule{0.25F, 4};
  EXPECT_THAT(said_of_floats(features, {}).error().message,
              HasSubstr("input 'x': its scale or zero point is not the model's"));
  EXPECT_THAT(said_of_floats({}, of_kind(OutputKind::kLabel)).error().message,
              HasSubstr("output 'y': its integers are numbers of classes"));
  EXPECT_THAT(said_of_floats(of_kind(InputKind::kState), {}).error().message,
              HasSubstr("its state begins with a number that is not 0"));
  const auto unknown = said_of_floats({}, {}, R"(
    graph (x: u8[1,3]) -> (y) {
      s: f32[] = {0.5}
      m = Max(x, x)
      y = DequantizeLinear(m, s)
    })");
  EXPECT_THAT(unknown.error().message, HasSubstr("input 'x': its scale is stated behind"));
}

}  // namespace
}  // namespace mote
