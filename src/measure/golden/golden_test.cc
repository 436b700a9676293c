#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file_system.h"
#include "base/test_folder.h"
#include "base/text.h"
#include "format/onnx/onnx.h"
#include "ir/text.h"
#include "measure/golden/golden_files.h"
#include "measure/golden/golden_runner.h"
#include "measure/npy.h"
#include "measure/test_zip.h"
#include "ops/ops.h"

namespace mote {
namespace {

namespace fs = std::filesystem;

using testing::ElementsAre;
using testing::HasSubstr;
using Kind = GoldenOutcome::Kind;

constexpr std::string_view kSubtract = R"(
  graph net (a: f32[2], b: f32[2]) -> (d: f32[2], s: f32[2]) {
    d = Sub(a, b)
    s = Add(a, b)
  })";

class Golden : public testing::Test {
 protected:
  static void write(const fs::path& path, std::string_view bytes) {
    fs::create_directories(path.parent_path());
    const auto wrote = FileSystem::real().write(path, std::as_bytes(std::span(bytes)));
    ASSERT_TRUE(wrote) << wrote.error().message;
  }

  void write_model(const fs::path& folder, std::string_view text) {
    auto graph = parse_graph(text, all_ops());
    ASSERT_TRUE(graph) << graph.error().message;
    ModelDef def;
    def.graph = *std::move(graph);
    def.ir_version = 8;
    def.opsets = {{"", 17}, {"custom", 1}};
    const auto files = write_onnx(def);
    ASSERT_TRUE(files) << files.error().message;
    write(root_ / folder / "model.onnx", files->model);
  }

  void write_tensor(const fs::path& file, std::string_view name,
                    std::initializer_list<float> values) {
    const Tensor t = Tensor::of<float>({static_cast<std::int64_t>(values.size())}, values);
    write(root_ / file, write_tensor_proto(t, name));
  }

  GoldenOutcome run(const fs::path& folder) {
    const auto cases = find_golden_cases(root_ / folder);
    EXPECT_TRUE(cases) << cases.error().message;
    return cases ? GoldenRunner({}).run(cases->at(0)) : GoldenOutcome();
  }

  const TestFolder test_folder_;
  const fs::path root_ = test_folder_.path();
};

TEST_F(Golden, FindsSetsAtAnyDepthInTheOrderOfTheirNumbers) {
  write(root_ / "b/model.onnx", "");
  write(root_ / "b/test_data_set_10/input_0.pb", "");
  write(root_ / "b/test_data_set_2/input_0.pb", "");
  write(root_ / "a/deep/model.onnx", "");
  write(root_ / "a/deep/io.npz", "");
  write(root_ / "a/deep/holdout.npz", "");            // no golden vectors
  write(root_ / "c/test_data_set_0/input_0.pb", "");  // no model
  fs::create_directory_symlink(root_, root_ / "a/loop");
  const auto cases = find_golden_cases(root_);
  ASSERT_TRUE(cases) << cases.error().message;
  std::vector<std::string> found;
  for (const GoldenCase& c : *cases) found.push_back(c.data.lexically_relative(root_));
  EXPECT_THAT(found, ElementsAre("a/deep/io.npz", "b/test_data_set_2", "b/test_data_set_10"));
}

TEST_F(Golden, SaysThatThereIsNoSet) {
  EXPECT_EQ(find_golden_cases(root_).error().code, Code::kNotFound);
  EXPECT_EQ(find_golden_cases(root_ / "nosuch").error().code, Code::kNotFound);
}

TEST_F(Golden, GivesTensorsToTheInputsAndOutputsOfTheirNames) {
  write_model("m", kSubtract);
  write_tensor("m/test_data_set_0/input_0.pb", "b", {1, 2});
  write_tensor("m/test_data_set_0/input_1.pb", "a", {10, 20});
  write_tensor("m/test_data_set_0/output_0.pb", "s", {11, 22});
  write_tensor("m/test_data_set_0/output_1.pb", "d", {9, 18});
  EXPECT_EQ(run("m").kind, Kind::kPassed) << run("m").reason;
}

TEST_F(Golden, GivesTensorsOfOtherNamesByNumber) {
  write_model("m", kSubtract);
  write_tensor("m/test_data_set_0/input_0.pb", "", {10, 20});
  write_tensor("m/test_data_set_0/input_1.pb", "x", {1, 2});
  write_tensor("m/test_data_set_0/output_0.pb", "", {9, 18});
  EXPECT_EQ(run("m").kind, Kind::kPassed) << run("m").reason;
}

TEST_F(Golden, NamesTheOutputThatDiffers) {
  write_model("m", kSubtract);
  write_tensor("m/test_data_set_0/input_0.pb", "a", {10, 20});
  write_tensor("m/test_data_set_0/input_1.pb", "b", {1, 2});
  write_tensor("m/test_data_set_0/output_0.pb", "d", {9, 18});
  write_tensor("m/test_data_set_0/output_1.pb", "s", {11, 23});
  const GoldenOutcome outcome = run("m");
  EXPECT_EQ(outcome.kind, Kind::kFailed);
  EXPECT_EQ(outcome.output, "s");
  EXPECT_THAT(outcome.reason, HasSubstr("22 at [1], expected 23"));
}

TEST_F(Golden, FailsASetThatLacksAnInputOrHasNoOutput) {
  write_model("m", kSubtract);
  write_tensor("m/test_data_set_0/input_0.pb", "a", {10, 20});
  write_tensor("m/test_data_set_0/output_0.pb", "d", {9, 18});
  EXPECT_EQ(run("m").kind, Kind::kFailed);
  EXPECT_THAT(run("m").reason, HasSubstr("lacks input 'b'"));
  write_tensor("m/test_data_set_0/input_1.pb", "b", {1, 2});
  fs::remove(root_ / "m/test_data_set_0/output_0.pb");
  EXPECT_THAT(run("m").reason, HasSubstr("no outputs"));
}

TEST_F(Golden, SkipsWhatNeedsAnotherOperatorAndNamesIt) {
  write_model("m", R"(graph g (x: f32[2]) -> (y: f32[2]) { y = custom.Mystery(x) })");
  write_tensor("m/test_data_set_0/input_0.pb", "x", {1, 2});
  const GoldenOutcome outcome = run("m");
  EXPECT_EQ(outcome.kind, Kind::kSkipped);
  EXPECT_EQ(outcome.reason, "operator custom.Mystery");
}

TEST_F(Golden, FailsASetThatCannotBeRead) {
  write_model("m", kSubtract);
  write(root_ / "m/test_data_set_0/input_0.pb", std::string("\x08\x02\x10\x63", 4));  // type 99
  EXPECT_EQ(run("m").kind, Kind::kFailed) << run("m").reason;
  fs::remove_all(root_ / "m/test_data_set_0");
  const std::string header = "{'descr': '<M8', 'fortran_order': False, 'shape': (), }\n";
  std::string npy("\x93NUMPY\x01\x00", 8);
  npy += static_cast<char>(header.size());
  npy += '\0';
  npy += header + std::string(8, 'a');
  const auto bytes = std::as_bytes(std::span(npy));
  const Bytes zip = make_zip({{"a.npy", Bytes(bytes.begin(), bytes.end())}});
  write(root_ / "m/io.npz", {reinterpret_cast<const char*>(zip.data()), zip.size()});
  EXPECT_EQ(run("m").kind, Kind::kFailed);
  EXPECT_THAT(run("m").reason, HasSubstr("'<M8'"));
}

// As another framework gave them: without sizes of 1, in doubles.
TEST_F(Golden, TakesTheNumbersOfAnArchive) {
  write_model("m", R"(graph g (x: f32[2,1]) -> (y: f32[2,1]) { y = Relu(x) })");
  const auto archive = [&](const Tensor& y) {
    const Bytes zip = make_zip({{"x.npy", *write_npy(Tensor::of<float>({2, 1}, {-1.0F, 2.0F}))},
                                {"y.npy", *write_npy(y)}});
    write(root_ / "m/io.npz", {reinterpret_cast<const char*>(zip.data()), zip.size()});
  };
  archive(Tensor::of<double>({2}, {0.0, 2.0}));
  EXPECT_EQ(run("m").kind, Kind::kPassed) << run("m").reason;
  archive(Tensor::of<double>({2}, {0.0, 2.5}));
  EXPECT_THAT(run("m").reason, HasSubstr("2 at [1,0], expected 2.5"));
  archive(Tensor::of<double>({3}, {0.0, 2.0, 0.0}));
  EXPECT_THAT(run("m").reason, HasSubstr("is f32[2,1], expected f64[3]"));
}

TEST_F(Golden, FailsAnArchiveOverTheBudget) {
  write_model("m", R"(graph g (x: f32[2]) -> (y: f32[2]) { y = Relu(x) })");
  const Tensor large = *Tensor::zeros(DType::kF32, {1 << 20});
  const Bytes zip = make_zip({{"x.npy", *write_npy(large), true}});
  write(root_ / "m/io.npz", {reinterpret_cast<const char*>(zip.data()), zip.size()});
  GoldenOptions options;
  options.session.memory_budget_bytes = 1 << 20;
  const auto cases = find_golden_cases(root_);
  ASSERT_TRUE(cases);
  const GoldenOutcome outcome = GoldenRunner(options).run(cases->at(0));
  EXPECT_EQ(outcome.kind, Kind::kFailed);
  EXPECT_THAT(outcome.reason, HasSubstr("takes more than"));
}

TEST_F(Golden, FailsAModelThatDoesNotLoad) {
  write(root_ / "m/model.onnx", "no model");
  write_tensor("m/test_data_set_0/input_0.pb", "x", {1, 2});
  EXPECT_EQ(run("m").kind, Kind::kFailed);
}

TEST_F(Golden, FailsWhenTheDeadlineHasPassed) {
  write_model("m", kSubtract);
  write_tensor("m/test_data_set_0/input_0.pb", "a", {10, 20});
  write_tensor("m/test_data_set_0/input_1.pb", "b", {1, 2});
  write_tensor("m/test_data_set_0/output_0.pb", "d", {9, 18});
  GoldenOptions options;
  options.session.deadline = std::chrono::nanoseconds(0);
  const auto cases = find_golden_cases(root_);
  ASSERT_TRUE(cases);
  const GoldenOutcome outcome = GoldenRunner(options).run(cases->at(0));
  EXPECT_EQ(outcome.kind, Kind::kFailed);
  EXPECT_THAT(outcome.reason, HasSubstr("takes longer than 0 s"));
}

}  // namespace
}  // namespace mote
