// Golden vectors that others published: ONNX's own operator cases, and those of whole models.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "measure/golden/golden_files.h"
#include "measure/golden/golden_runner.h"
#include "measure/model_images.h"

namespace mote {
namespace {

namespace fs = std::filesystem;

struct Tally {
  int passed = 0;
  int failed = 0;
  int skipped = 0;
};

class Conformance : public testing::Test {
 protected:
  static void SetUpTestSuite() { install_image_decoder(); }
  void SetUp() override {
    const char* folder = std::getenv("MOTE_DATA");
    data_ = folder != nullptr ? fs::path(folder) : fs::path("../shared/data");
    if (!fs::is_directory(data_)) GTEST_SKIP() << "no test data in " << data_;
  }

  Tally run(const fs::path& path, const GoldenOptions& options = {}) const {
    Tally tally;
    const auto cases = find_golden_cases(data_ / path);
    EXPECT_TRUE(cases) << cases.error().message;
    GoldenRunner runner(options);
    for (const GoldenCase& golden : *cases) {
      const GoldenOutcome outcome = runner.run(golden);
      tally.passed += outcome.kind == GoldenOutcome::Kind::kPassed ? 1 : 0;
      tally.skipped += outcome.kind == GoldenOutcome::Kind::kSkipped ? 1 : 0;
      if (outcome.kind != GoldenOutcome::Kind::kFailed || is_known(golden)) continue;
      ++tally.failed;
      ADD_FAILURE() << golden.data << ": " << outcome.reason;
    }
    return tally;
  }

  // Cases that no implementation can pass but the one that wrote them; docs/operators.md has the
  // reasons.
  static bool is_known(const GoldenCase& golden) {
    const std::string name = golden.model.parent_path().filename();
    return name.starts_with("test_bernoulli") || name.starts_with("test_dft_inverse") ||
           name == "qtdnn_10x5_101_i32_biases";
  }

  fs::path data_;
};

TEST_F(Conformance, EveryOperatorCasePasses) {
  for (const char* suite :
       {"onnx-backend/node", "onnx-backend/pytorch-operator", "onnx-backend/simple"}) {
    const Tally tally = run(suite);
    EXPECT_GT(tally.passed, 20) << suite;
    EXPECT_EQ(tally.skipped, 0) << suite;
  }
}

TEST_F(Conformance, ModelsOfOtherToolsPass) {
  const Tally tally = run("models/onnx-cases");
  EXPECT_GE(tally.passed, 14);
  EXPECT_EQ(tally.skipped, 0);
}

TEST_F(Conformance, ReferencesPassToo) {
  GoldenOptions options;
  options.session.optimize = false;
  EXPECT_GE(run("onnx-backend/pytorch-operator", options).passed, 30);
}

TEST_F(Conformance, WholeModelsGiveWhatWasPublishedWithThem) {
  GoldenOptions options;
  options.tolerance = {.rtol = 2e-4, .atol = 1e-6};
  const Tally squeezenet = run("models/squeezenet1.1", options);
  EXPECT_EQ(squeezenet.passed, 3);
  const Tally mnist = run("models/mnist-cnn");
  EXPECT_EQ(mnist.passed, 3);
}

}  // namespace
}  // namespace mote
