// Models that others trained, on what they published with them. Skipped where the data is absent.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "format/onnx/onnx.h"
#include "kernels/table.h"
#include "lower/lower.h"
#include "mote/session.h"
#include "passes/passes.h"
#include "runtime/random_tensors.h"

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

// Random inputs of the declared sizes; open ones become `open`.
std::vector<Tensor> make_inputs(const Model& model, std::int64_t open) {
  std::vector<Tensor> inputs;
  Random random(17);
  for (const TensorInfo& info : model.inputs()) {
    Dims dims;
    for (const SizeInfo& s : info.shape) dims.push_back(s.size < 0 ? open : s.size);
    inputs.push_back(*random_tensor(info.dtype, dims, random));
  }
  return inputs;
}

Result<std::vector<Tensor>> run(const fs::path& path, const ModelOptions& model_options,
                                SessionOptions options) {
  const auto model = load(path, model_options);
  auto session = Session::create(model, std::move(options));
  if (!session) return std::move(session).error();
  return (*session)->run(make_inputs(*model, 1));
}

// Relative to the largest magnitude of the tensor.
void expect_within(const Tensor& want, const Tensor& got, double bound, const std::string& where) {
  ASSERT_EQ(want.dims(), got.dims()) << where;
  ASSERT_EQ(want.dtype(), got.dtype()) << where;
  if (want.dtype() != DType::kF32) {
    EXPECT_TRUE(equal(want, got)) << where;
    return;
  }
  double largest = 1e-6;
  for (const float v : want.values<float>()) largest = std::max(largest, std::abs(double{v}));
  for (std::int64_t i = 0; i < want.count(); ++i) {
    const double x = want.values<float>()[static_cast<std::size_t>(i)];
    const double y = got.values<float>()[static_cast<std::size_t>(i)];
    ASSERT_LE(std::abs(x - y), bound * largest) << where << ", element " << i;
  }
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
    const auto got = (*session)->run(make_inputs(**again, 1));
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
