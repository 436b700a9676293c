#include <gmock/gmock.h>

#include "base/result.h"
#include "measure/evaluate.h"
#include "tasks/find_task.h"

namespace mote {
namespace {

using testing::HasSubstr;

class DigitsExample : public testing::Test {
 protected:
  void SetUp() override {
    auto model = Model::load("examples/digits/model.onnx");
    ASSERT_TRUE(model) << model.error().message;
    auto found = find_task("examples/digits/model.onnx", ModelView::of(**model));
    ASSERT_TRUE(found) << found.error().message;
    task_ = found->task;
    auto session = Session::create(*model);
    ASSERT_TRUE(session) << session.error().message;
    session_ = *std::move(session);
  }

  Result<AccuracyCounter> evaluate_on(const std::filesystem::path& name) {
    MOTE_ASSIGN(const auto data, open_dataset(std::filesystem::path("examples/digits") / name, {}));
    return evaluate(*session_, task_, *data);
  }

  TaskDescription task_;
  std::unique_ptr<Session> session_;
};

TEST_F(DigitsExample, ReachesTheAccuracyItStates) {
  const auto accuracy = evaluate_on("holdout.npz");
  ASSERT_TRUE(accuracy) << accuracy.error().message;
  EXPECT_EQ(accuracy->top1().hits, 445U);
  EXPECT_EQ(accuracy->count(), 450U);
}

TEST_F(DigitsExample, ReadsItsImages) {
  const auto accuracy = evaluate_on("images");
  ASSERT_TRUE(accuracy) << accuracy.error().message;
  EXPECT_EQ(accuracy->top1().hits, 12U);
}

TEST_F(DigitsExample, NeedsClassScores) {
  task_.outputs[0].kind = OutputKind::kTensor;
  const auto accuracy = evaluate_on("images");
  ASSERT_FALSE(accuracy);
  EXPECT_THAT(accuracy.error().message, HasSubstr("class_scores"));
}

}  // namespace
}  // namespace mote
