#include "tasks/model_quantization.h"

#include <gmock/gmock.h>

#include "runtime/text_model.h"
#include "tasks/guess_task.h"

namespace mote {
namespace {

constexpr std::string_view kIntegers = R"((x: s8[1,4]) -> (y) {
  s: f32[] = {0.5}
  z: s8[] = {83}
  t: f32[] = {0.00390625}
  u: s8[] = {-128}
  r = DequantizeLinear(x, s, z)
  n = Neg(r)
  y: s8[1,4] = QuantizeLinear(n, t, u)
})";

TaskDescription filled(std::string_view text, InputKind in, OutputKind out) {
  const auto model = model_of(text);
  TaskDescription task = undescribed(ModelView::of(*model));
  task.inputs[0].kind = in;
  task.outputs[0].kind = out;
  fill_quantization(task, ModelView::of(*model));
  return task;
}

TEST(FillQuantization, ReadsScalesAtTheEndsOfTheGraph) {
  const TaskDescription task = filled(kIntegers, InputKind::kFeatures, OutputKind::kClassScores);
  EXPECT_EQ(task.inputs[0].quantization, (QuantizationRule{0.5F, 83}));
  EXPECT_EQ(task.outputs[0].quantization, (QuantizationRule{0.00390625F, -128}));
}

TEST(FillQuantization, LeavesOtherKindsAndWhatIsDescribed) {
  const TaskDescription task = filled(kIntegers, InputKind::kImage, OutputKind::kTensor);
  EXPECT_EQ(task.inputs[0].quantization, std::nullopt);
  EXPECT_EQ(task.outputs[0].quantization, std::nullopt);
  const auto model = model_of(kIntegers);
  TaskDescription described = undescribed(ModelView::of(*model));
  described.inputs[0].kind = InputKind::kFeatures;
  described.inputs[0].quantization = QuantizationRule{2.0F, 1};
  fill_quantization(described, ModelView::of(*model));
  EXPECT_EQ(described.inputs[0].quantization, (QuantizationRule{2.0F, 1}));
}

TEST(FillQuantization, LooksBehindChangesOfLayout) {
  const TaskDescription task = filled(R"((x: s8[1,2,2]) -> (y) {
    s: f32[] = {0.5}
    z: s8[] = {3}
    turned = Transpose(x) {perm=[0, 2, 1]}
    flat = Flatten(turned)
    r = DequantizeLinear(flat, s, z)
    q = QuantizeLinear(r, s, z)
    y: s8[4,1] = Transpose(q) {perm=[1, 0]}
  })",
                                      InputKind::kAudioFeatures, OutputKind::kClassScores);
  EXPECT_EQ(task.inputs[0].quantization, (QuantizationRule{0.5F, 3}));
  EXPECT_EQ(task.outputs[0].quantization, (QuantizationRule{0.5F, 3}));
}

TEST(FillQuantization, NeedsOneScale) {
  const TaskDescription task = filled(R"((x: s8[1,2]) -> (y) {
    s: f32[2] = {0.5, 1}
    z: s8[2] = {0, 0}
    y: f32[1,2] = DequantizeLinear(x, s, z) {axis=1}
  })",
                                      InputKind::kFeatures, OutputKind::kClassScores);
  EXPECT_EQ(task.inputs[0].quantization, std::nullopt);
  EXPECT_EQ(task.outputs[0].quantization, std::nullopt);
}

}  // namespace
}  // namespace mote
