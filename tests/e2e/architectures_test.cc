// Architectures of image classifiers, with random weights: every form of running one gives the
// same.
#include "architectures/architectures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

#include "answers.h"
#include "format/onnx/onnx.h"
#include "kernels/table.h"
#include "lower/lower.h"
#include "passes/passes.h"

namespace mote {

// How gtest prints one.
void PrintTo(const Architecture& architecture, std::ostream* out) { *out << architecture.name; }

namespace {

constexpr std::int64_t kSize = 64;  // references are slow

class Architectures : public testing::TestWithParam<Architecture> {
 protected:
  static ModelDef build() { return GetParam().build({.batch = 2, .image_size = kSize}); }

  static std::shared_ptr<const Model> model(const ModelOptions& options = {}) {
    const auto files = write_onnx(build());
    EXPECT_TRUE(files) << files.error().message;
    auto model = Model::parse(std::as_bytes(std::span(files->model)), options);
    EXPECT_TRUE(model) << model.error().message;
    return *model;
  }
};

TEST_P(Architectures, HaveTheParametersThatAreStatedForThem) {
  if (GetParam().parameters == 0) GTEST_SKIP() << "no count is stated";
  const Graph graph = build().graph;
  std::int64_t count = 0;
  for (std::size_t i = 0; i < graph.value_count(); ++i) {
    const Value& value = graph.value(ValueId(static_cast<std::int32_t>(i)));
    if (!value.constant || value.constant.dtype() != DType::kF32) continue;
    const bool statistic = value.uses[0].input >= 3;  // mean and variance
    if (!statistic && value.constant.dims().rank() > 0) count += value.constant.count();
  }
  EXPECT_EQ(count, GetParam().parameters);
}

TEST_P(Architectures, EveryIsaGivesTheReferencesResults) {
  const auto want = answers(model(), {.optimize = false});
  ASSERT_TRUE(want) << want.error().message;
  for (const KernelTable* isa : runnable_kernels()) {
    const auto got = answers(model(), {.isa = isa->isa});
    ASSERT_TRUE(got) << got.error().message;
    expect_within((*want)[0], (*got)[0], 1e-4, isa->isa);
  }
}

TEST_P(Architectures, EveryRewriteLeavesResultsAsTheyAre) {
  const auto all_on = answers(model(), {});
  ASSERT_TRUE(all_on) << all_on.error().message;
  for (const Pass* pass : model_passes()) {
    const auto got = answers(model({.disabled_passes = {std::string(pass->name)}}), {});
    ASSERT_TRUE(got) << got.error().message;
    expect_within((*all_on)[0], (*got)[0], 1e-4, "without " + std::string(pass->name));
  }
  for (const Pass* pass : lowering_passes()) {
    const auto got = answers(model(), {.disabled_passes = {std::string(pass->name)}});
    ASSERT_TRUE(got) << got.error().message;
    expect_within((*all_on)[0], (*got)[0], 1e-4, "without " + std::string(pass->name));
  }
}

TEST_P(Architectures, ThreadsChangeNoBit) {
  const auto one = answers(model(), {.threads = 1});
  const auto two = answers(model(), {.threads = 2});
  ASSERT_TRUE(one && two);
  EXPECT_TRUE(equal((*one)[0], (*two)[0]));
}

TEST_P(Architectures, RunChannelsLastWithEverythingFused) {
  const Graph graph = build().graph;
  const auto in_model = [&](std::string_view op) {
    return std::ranges::count_if(graph.node_ids(),
                                 [&](NodeId id) { return graph.node(id).op_type == op; });
  };
  auto session = *Session::create(model());
  ASSERT_TRUE(session->prepare(std::vector<Dims>{{2, 3, kSize, kSize}}));
  const auto steps = session->profile();
  const auto planned = [&](const char* op) {
    return std::ranges::count(steps, op, &StepProfile::op);
  };
  // Each shuffle of channels is one; one more brings the image into the layout.
  EXPECT_EQ(planned("Transpose"), 1 + in_model("Transpose"));
  for (const char* op : {"Conv", "BatchNormalization", "Clip", "HardSwish", "Add", "Gemm"}) {
    EXPECT_EQ(planned(op), 0) << op;
  }
  // Those behind a concatenation belong to no one convolution.
  EXPECT_LE(planned("Relu"), GetParam().name == "shufflenet_v1" ? 3 : 0);
}

INSTANTIATE_TEST_SUITE_P(All, Architectures, testing::ValuesIn(architectures()),
                         [](const testing::TestParamInfo<Architecture>& tested) {
                           std::string name(tested.param.name);
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });

}  // namespace
}  // namespace mote
