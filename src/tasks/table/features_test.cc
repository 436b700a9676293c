#include "tasks/table/features.h"

#include <gmock/gmock.h>

#include <cmath>

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TensorInfo info(std::string name, std::initializer_list<std::int64_t> shape, DType dtype) {
  TensorInfo i{std::move(name), dtype, true, {}, ""};
  for (const std::int64_t s : shape) i.shape.push_back({s, ""});
  return i;
}

TaskDescription task_of(const std::vector<TensorInfo>& inputs,
                        std::vector<std::string> columns = {}) {
  TaskDescription task;
  for (const TensorInfo& i : inputs) {
    task.inputs.emplace_back().name = i.name;
    task.inputs.back().kind = InputKind::kFeatures;
    task.inputs.back().columns = columns;
  }
  return task;
}

const std::vector<std::string> kColumns = {"a", "b", "kind"};
const std::vector<TextRow> kRows = {{2, {"1.5", "2", "x"}}, {3, {"-1e3", "", "y z"}}};
const std::vector<TensorInfo> kTable = {info("X", {-1, 2}, DType::kF32)};

Result<std::vector<Tensor>> fill(const std::vector<TensorInfo>& inputs, const TaskDescription& task,
                                 std::string_view target = "",
                                 const std::vector<TextRow>& rows = kRows) {
  auto features = Features::create(task, inputs, kColumns, target);
  if (!features) return std::move(features).error();
  std::vector<Tensor> tensors(inputs.size());
  if (Status s = features->fill(rows, tensors); !s) return std::move(s).error();
  return tensors;
}

std::string error_of(const std::vector<TensorInfo>& inputs, const TaskDescription& task,
                     std::string_view target = "", const std::vector<TextRow>& rows = kRows) {
  const auto filled = fill(inputs, task, target, rows);
  EXPECT_FALSE(filled);
  return filled ? "" : filled.error().message;
}

TEST(Features, AreAllColumnsButTheTarget) {
  const auto filled = fill(kTable, task_of(kTable), "kind");
  ASSERT_TRUE(filled) << filled.error().message;
  EXPECT_EQ((*filled)[0].dims(), (Dims{2, 2}));
  const auto values = (*filled)[0].values<float>();
  EXPECT_EQ(values[0], 1.5F);
  EXPECT_EQ(values[2], -1000.0F);
  EXPECT_TRUE(std::isnan(values[3]));  // an empty field
}

TEST(Features, AreTheColumnsThatAreNamedInTheirOrder) {
  const auto filled = fill(kTable, task_of(kTable, {"b", "a"}), "", {{2, {"1", "2", "x"}}});
  ASSERT_TRUE(filled) << filled.error().message;
  EXPECT_THAT((*filled)[0].values<float>(), ElementsAre(2, 1));
}

TEST(Features, OfAnInputForEachColumnGoByItsName) {
  const std::vector<TensorInfo> inputs = {info("kind", {-1, 1}, DType::kString),
                                          info("a", {-1, 1}, DType::kF64)};
  const auto filled = fill(inputs, task_of(inputs));
  ASSERT_TRUE(filled) << filled.error().message;
  EXPECT_THAT((*filled)[0].values<std::string>(), ElementsAre("x", "y z"));
  EXPECT_THAT((*filled)[1].values<double>(), ElementsAre(1.5, -1000));
}

TEST(Features, WholeNumbersMayHaveAPoint) {
  const std::vector<TensorInfo> inputs = {info("b", {-1, 1}, DType::kS64)};
  const auto filled = fill(inputs, task_of(inputs), "", {{2, {"0", "3.0", ""}}});
  ASSERT_TRUE(filled) << filled.error().message;
  EXPECT_THAT((*filled)[0].values<std::int64_t>(), ElementsAre(3));
  for (const char* wrong : {"3.5", "", "1e300", "x", "9223372036854775808", "nan"}) {
    EXPECT_THAT(error_of(inputs, task_of(inputs), "", {{7, {"0", wrong, ""}}}),
                HasSubstr("line 7, column 'b'"))
        << wrong;
  }
}

TEST(Features, FillAFixedNumberOfRows) {
  const std::vector<TensorInfo> inputs = {info("X", {3, 2}, DType::kF32)};
  const auto features = Features::create(task_of(inputs), inputs, kColumns, "kind");
  ASSERT_TRUE(features);
  EXPECT_EQ(features->rows_of_a_run(), 3);
  const auto filled = fill(inputs, task_of(inputs), "kind", {{2, {"1", "2", "x"}}});
  ASSERT_TRUE(filled);
  EXPECT_THAT((*filled)[0].values<float>(), ElementsAre(1, 2, 1, 2, 1, 2));
}

TEST(Features, NameWhatIsWrong) {
  EXPECT_THAT(
      error_of(kTable, task_of(kTable)),
      HasSubstr("input 'X': it takes 2 features, the table has 3 columns, 'a', 'b', 'kind'"));
  EXPECT_THAT(error_of(kTable, task_of(kTable, {"a", "kid"})),
              HasSubstr("no column 'kid'; did you mean 'kind'?"));
  EXPECT_THAT(error_of(kTable, task_of(kTable, {"a", "kind"})),
              HasSubstr("line 2, column 'kind': 'x' is no number of type f32"));
  const std::vector<TensorInfo> flags = {info("X", {-1, 2}, DType::kBool)};
  EXPECT_THAT(error_of(flags, task_of(flags)), HasSubstr("features cannot become bool"));
  EXPECT_THAT(error_of(kTable, TaskDescription()), HasSubstr("no input of the model"));
  const std::vector<TensorInfo> huge = {info("X", {std::int64_t{1} << 40, 2}, DType::kF32)};
  EXPECT_THAT(error_of(huge, task_of(huge), "kind"), HasSubstr("rows of 2 features at a time"));
}

}  // namespace
}  // namespace mote
