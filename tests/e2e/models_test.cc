// Models that others trained, on what they published with them. Skipped where the data is absent.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "answers.h"
#include "format/onnx/onnx.h"
#include "kernels/table.h"
#include "lower/lower.h"
#include "mote/session.h"
#include "passes/passes.h"

namespace mote {
namespace {

namespace fs = std::filesystem;

fs::path data_folder() {
  const char* folder = std::getenv("MOTE_DATA");
  return folder != nullptr ? fs::path(folder) : fs::path("../shared/data");
}

class Models : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::is_directory(data_folder())) GTEST_SKIP() << "no test data in " << data_folder();
  }
};

std::shared_ptr<const Model> load(const fs::path& path, const ModelOptions& options = {}) {
  auto model = Model::load(path, options);
  EXPECT_TRUE(model) << model.error().message;
  return model ? *std::move(model) : nullptr;
}

Result<std::vector<Tensor>> run(const fs::path& path, const ModelOptions& model_options,
                                SessionOptions options) {
  return answers(load(path, model_options), std::move(options));
}

const std::vector<std::string>& real_models() {
  static const std::vector<std::string> models = {
      "models/squeezenet1.1/model.onnx",
      "models/cifar-resnet20.onnx",
      "models/super-resolution.onnx",
      "models/mnist-cnn/model.onnx",
      "models/ultraface/version-RFB-320_simplified.onnx",
  };
  return models;
}

TEST_F(Models, EveryRewriteLeavesResultsAsTheyAre) {
  std::vector<std::string> passes;
  for (const Pass* p : model_passes()) passes.emplace_back(p->name);
  for (const Pass* p : lowering_passes()) passes.emplace_back(p->name);
  for (const std::string& name : real_models()) {
    const auto all_on = run(data_folder() / name, {}, {});
    ASSERT_TRUE(all_on) << all_on.error().message;
    for (const std::string& pass : passes) {
      ModelOptions model_options;
      model_options.disabled_passes = {pass};
      SessionOptions options;
      options.disabled_passes = {pass};
      const auto without = run(data_folder() / name, model_options, options);
      ASSERT_TRUE(without) << without.error().message;
      for (std::size_t i = 0; i < all_on->size(); ++i) {
        expect_within((*without)[i], (*all_on)[i], 1e-4, name + " without " + pass);
      }
    }
  }
}

TEST_F(Models, EveryIsaGivesTheReferencesResults) {
  for (const std::string& name : real_models()) {
    SessionOptions plain;
    plain.optimize = false;
    const auto want = run(data_folder() / name, {}, plain);
    ASSERT_TRUE(want) << want.error().message;
    for (const KernelTable* isa : runnable_kernels()) {
      SessionOptions options;
      options.isa = isa->isa;
      const auto got = run(data_folder() / name, {}, options);
      ASSERT_TRUE(got) << got.error().message;
      for (std::size_t i = 0; i < want->size(); ++i) {
        expect_within((*want)[i], (*got)[i], 1e-4, name + " on " + isa->isa);
      }
    }
  }
}

TEST_F(Models, ThreadsChangeNoBit) {
  for (const std::string& name : real_models()) {
    SessionOptions options;
    options.threads = 1;
    const auto one = run(data_folder() / name, {}, options);
    options.threads = 2;
    const auto two = run(data_folder() / name, {}, options);
    ASSERT_TRUE(one && two);
    for (std::size_t i = 0; i < one->size(); ++i) {
      EXPECT_TRUE(equal((*one)[i], (*two)[i])) << name;
    }
  }
}

TEST_F(Models, WritingAndReadingBackChangesNoBit) {
  for (const std::string& name : real_models()) {
    const auto def = read_onnx_file(data_folder() / name);
    ASSERT_TRUE(def) << def.error().message;
    const auto written = write_onnx(*def);
    ASSERT_TRUE(written) << written.error().message;
    const auto again = Model::parse(std::as_bytes(std::span(written->model)));
    ASSERT_TRUE(again) << again.error().message;
    auto session = Session::create(*again);
    ASSERT_TRUE(session) << session.error().message;
    const auto got = (*session)->run(make_inputs(**again));
    const auto want = run(data_folder() / name, {}, {});
    ASSERT_TRUE(want && got);
    for (std::size_t i = 0; i < want->size(); ++i)
      EXPECT_TRUE(equal((*want)[i], (*got)[i])) << name;
  }
}

TEST_F(Models, BatchesGiveWhatSinglesGive) {
  const auto model = load(data_folder() / "models/cifar-resnet20.onnx");
  auto session = *Session::create(model);
  const std::vector<Tensor> batch = make_inputs(*model, 3);
  const auto all = session->run(batch);
  ASSERT_TRUE(all) << all.error().message;
  const std::span<const float> x = batch[0].values<float>();
  const std::size_t size = x.size() / 3;
  for (std::size_t i = 0; i < 3; ++i) {
    const Tensor one = Tensor::of<float>({1, 3, 32, 32}, x.subspan(i * size, size));
    const auto y = session->run(std::span(&one, 1));
    ASSERT_TRUE(y) << y.error().message;
    const Tensor want = Tensor::of<float>({1, 10}, (*all)[0].values<float>().subspan(i * 10, 10));
    expect_within(want, (*y)[0], 1e-6, "image " + std::to_string(i));
  }
}

}  // namespace
}  // namespace mote
