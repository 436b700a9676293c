// Tasks that run a model themselves, on small ones.
#include <gmock/gmock.h>

#include "mote/session.h"
#include "runtime/text_model.h"
#include "tasks/audio/speech_stream.h"
#include "tasks/bind_task.h"
#include "tasks/guess_task.h"
#include "tasks/table/table_runner.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::unique_ptr<Session> session_of(std::string_view text) {
  auto session = Session::create(model_of(text), {.threads = 1});
  EXPECT_TRUE(session) << session.error().message;
  return *std::move(session);
}

InputDescription input_of(std::string name, InputKind kind) {
  InputDescription input;
  input.name = std::move(name);
  input.kind = kind;
  return input;
}

// Gives the sum of all that it has heard, and how many samples it gets: context and chunk.
constexpr std::string_view kSum = R"((x: f32[1,5], s: f32[1,1]) -> (p, next) {
  axes: s64[1] = {1}
  sum = ReduceSum(x, axes)
  next = Add(s, sum)
  p = Identity(next)
})";

TaskDescription sum_task() {
  TaskDescription task;
  task.inputs = {input_of("x", InputKind::kAudio), input_of("s", InputKind::kState)};
  task.inputs[0].audio = {.sample_rate = 8'000, .chunk = 3, .context = 2, .scale = 10.0F};
  task.inputs[1].from = "next";
  task.outputs.resize(1);
  task.outputs[0].name = "p";
  task.outputs[0].kind = OutputKind::kSpeech;
  return task;
}

TEST(SpeechStream, FeedsStateAndContextBack) {
  const auto session = session_of(kSum);
  TaskDescription task = sum_task();
  const Status bound = bind_task(task, session->model().inputs(), session->model().outputs());
  ASSERT_TRUE(bound) << bound.error().message;
  auto stream = SpeechStream::create(*session, task);
  ASSERT_TRUE(stream) << stream.error().message;
  const auto next = [&](std::vector<float> samples) {
    const auto p = stream->next(samples);
    EXPECT_TRUE(p) << p.error().message;
    return p ? *p : -1.0F;
  };
  EXPECT_FLOAT_EQ(next({1, 2, 3}), 60);             // no context yet
  EXPECT_FLOAT_EQ(next({4, 5, 6}), 60 + 50 + 150);  // with 2 and 3 before
  EXPECT_FLOAT_EQ(next({7}), 260 + 110 + 70);       // silence after the end
  ASSERT_TRUE(stream->reset());
  EXPECT_FLOAT_EQ(next({1, 2, 3}), 60);
}

TEST(SpeechStream, NeedsAllInputsFedAndOneNumber) {
  const auto session = session_of(kSum);
  TaskDescription task = sum_task();
  task.inputs.pop_back();
  const auto unfed = SpeechStream::create(*session, task);
  ASSERT_FALSE(unfed);
  EXPECT_THAT(unfed.error().message, HasSubstr("nothing feeds input 's' f32[1,1]"));
  const auto wide = session_of("(x: f32[1,2]) -> (p) { p = Neg(x) }");
  task.inputs[0].audio = {.sample_rate = 8'000, .chunk = 2};
  auto stream = SpeechStream::create(*wide, task);
  ASSERT_TRUE(stream);
  const auto p = stream->next(std::vector<float>{1, 2});
  ASSERT_FALSE(p);
  EXPECT_THAT(p.error().message, HasSubstr("output 'p' has shape [1,2]; it must be one number"));
}

TextTable numbers(std::int64_t rows) {
  TextTable table;
  table.columns = {"a", "b"};
  for (std::int64_t i = 0; i < rows; ++i) {
    table.rows.push_back({static_cast<std::size_t>(i + 1), {std::to_string(i), "1"}});
  }
  return table;
}

std::vector<double> values(std::string_view text, const TextTable& table) {
  const auto session = session_of(text);
  const TaskDescription task = guess_task(ModelView::of(session->model()));
  auto runner = TableRunner::create(*session, task, {}, table, "");
  EXPECT_TRUE(runner) << runner.error().message;
  std::vector<double> all;
  std::span<const TextRow> left = table.rows;
  while (runner && !left.empty()) {
    const auto rows = left.first(std::min(left.size(), runner->rows_of_a_run()));
    const auto answers = runner->run(rows);
    EXPECT_TRUE(answers) << answers.error().message;
    if (!answers) break;
    for (const RowAnswer& answer : *answers) all.push_back(answer.values.at(0).value);
    left = left.subspan(rows.size());
  }
  return all;
}

TEST(TableRunner, RunsAsManyRowsAsTheModelTakes) {
  EXPECT_THAT(values("(X: f32[n,2]) -> (y) { w: f32[2,1] = {10, 1} y: f32[n,1] = MatMul(X, w) }",
                     numbers(3)),
              ElementsAre(1, 11, 21));
  EXPECT_THAT(values("(X: f32[2,2]) -> (y) { w: f32[2,1] = {10, 1} y: f32[2,1] = MatMul(X, w) }",
                     numbers(3)),
              ElementsAre(1, 11, 21));
}

TEST(TableRunner, FeedsAnInputForEachColumn) {
  EXPECT_THAT(values("(b: f32[n,1], a: f32[n,1]) -> (y) { y: f32[n,1] = Sub(a, b) }", numbers(2)),
              ElementsAre(-1, 0));
}

}  // namespace
}  // namespace mote
