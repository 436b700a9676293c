// Golden vectors that others published: ONNX's own operator cases, and those of whole models.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "measure/golden/golden_files.h"
#include "measure/golden/golden_runner.h"

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
      if (outcome.kind != GoldenOutcome::Kind::kFailed) continue;
      ++tally.failed;
      ADD_FAILURE() << golden.data << ": " << outcome.reason;
    }
    return tally;
  }

  fs::path data_;
};

TEST_F(Conformance, OperatorCasesPassOrNameWhatIsMissing) {
  EXPECT_GE(run("onnx-backend/node").passed, 890);
  EXPECT_GE(run("onnx-backend/pytorch-operator").passed, 30);
  EXPECT_GE(run("onnx-backend/simple").passed, 5);
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
