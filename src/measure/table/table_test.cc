#include <gmock/gmock.h>

#include <cmath>

#include "base/text.h"
#include "measure/table/evaluate_table.h"
#include "measure/table/table_file.h"
#include "mote/session.h"
#include "runtime/text_model.h"
#include "tasks/guess_task.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TextTable table_of(std::string_view csv) {
  auto table = parse_table(csv);
  EXPECT_TRUE(table) << table.error().message;
  return table ? *std::move(table) : TextTable();
}

std::string error_of(std::string_view csv, std::uint64_t max_bytes = 1 << 20) {
  const auto table = parse_table(csv, max_bytes);
  EXPECT_FALSE(table);
  return table ? "" : table.error().message;
}

TEST(ParseTable, TakesTheFirstRowForNamesIfItHasNoNumber) {
  const TextTable named = table_of("a,kind\n1,x\n2,y\n");
  EXPECT_THAT(named.columns, ElementsAre("a", "kind"));
  ASSERT_EQ(named.rows.size(), 2U);
  EXPECT_EQ(named.rows[0].line, 2U);
  EXPECT_THAT(named.rows[1].fields, ElementsAre("2", "y"));
  const TextTable bare = table_of("5.1,setosa\n4.9,setosa\n");
  EXPECT_THAT(bare.columns, ElementsAre("1", "2"));
  EXPECT_EQ(bare.rows.size(), 2U);
}

TEST(ParseTable, NamesWhatIsWrong) {
  EXPECT_EQ(error_of(""), "it has no rows");
  EXPECT_EQ(error_of("a,b\n"), "it has no rows after the header");
  EXPECT_EQ(error_of("a,b\n1,2\n1\n"), "line 3: it has 1 fields, the first has 2");
  EXPECT_THAT(error_of(std::string(1000, ',')), HasSubstr("has no rows after"));
  EXPECT_THAT(error_of(std::string(100'000, ','), 1 << 20), HasSubstr("over the limit of 1.0 MiB"));
}

Result<TableAccuracy> evaluated(std::string_view model, const TextTable& table,
                                const std::vector<std::string>& labels = {}) {
  auto session = Session::create(model_of(model), {.threads = 1});
  EXPECT_TRUE(session) << session.error().message;
  const TaskDescription task = guess_task(ModelView::of((*session)->model()));
  auto runner = TableRunner::create(**session, task, labels, table, "t");
  if (!runner) return std::move(runner).error();
  return evaluate_table(*runner, table, "t");
}

// The class is which of both columns is larger.
constexpr std::string_view kLarger = "(X: f32[n,2]) -> (p) { p: f32[n,2] = Identity(X) }";
constexpr std::string_view kSum =
    "(X: f32[n,2]) -> (y) { w: f32[2,1] = {1, 1} y: f32[n,1] = MatMul(X, w) }";

TEST(EvaluateTable, CountsClassesByNumberOrLabel) {
  const auto numbers = evaluated(kLarger, table_of("a,b,t\n1,2,1\n3,2,0.0\n3,2,1\n"));
  ASSERT_TRUE(numbers) << numbers.error().message;
  EXPECT_EQ(numbers->top1->hits, 2U);
  EXPECT_EQ(numbers->rows, 3U);
  const auto names = evaluated(kLarger, table_of("a,b,t\n1,2,yes\n3,2,no\n"), {"no", "yes"});
  ASSERT_TRUE(names);
  EXPECT_EQ(names->top1->hits, 2U);
}

TEST(EvaluateTable, MeasuresHowFarOffValuesAre) {
  const auto accuracy = evaluated(kSum, table_of("a,b,t\n1,2,3\n3,2,8\n0,0,-4\n"));
  ASSERT_TRUE(accuracy) << accuracy.error().message;
  EXPECT_FALSE(accuracy->top1);
  EXPECT_DOUBLE_EQ(accuracy->mean_absolute_error, 7.0 / 3.0);
  EXPECT_DOUBLE_EQ(accuracy->root_mean_square_error, std::sqrt(25.0 / 3.0));
}

// How strange 16 equal numbers are to a model that knows 2 alone: (x - 2)^2.
std::string sixteen(std::string_view number, std::string_view target) {
  std::string row;
  for (int i = 0; i < 16; ++i) row += cat(number, ",");
  return cat(row, target, "\n");
}

TEST(EvaluateTable, MeasuresHowWellAnomaliesAreTold) {
  constexpr std::string_view kTwos = R"((X: f32[n,16]) -> (y) {
    zero: f32[] = {0}
    two: f32[] = {2}
    none = Mul(X, zero)
    y: f32[n,16] = Add(none, two)
  })";
  std::string text;
  for (char c = 'a'; c < 'q'; ++c) text += std::string{c, ','};
  text += "t\n";
  // Strange 9 and 1, usual 0, 1 and 4: 3 + 1.5 of 6.
  text += sixteen("5", "1") + sixteen("1", "anomaly");
  text += sixteen("2", "0") + sixteen("3", "normal") + sixteen("0", "0.0");
  const auto accuracy = evaluated(kTwos, table_of(text));
  ASSERT_TRUE(accuracy) << accuracy.error().message;
  EXPECT_DOUBLE_EQ(accuracy->auc.value(), 0.75);
  EXPECT_EQ(accuracy->anomalies, 2U);
  const auto unknown = evaluated(kTwos, table_of(text + sixteen("1", "odd")));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().message, "line 7: 'odd' is neither 0 nor 1, nor normal nor anomaly");
}

TEST(EvaluateTable, NamesTheLineThatCannotCount) {
  const auto accuracy = evaluated(kSum, table_of("a,b,t\n1,2,3\n3,2,five\n"));
  ASSERT_FALSE(accuracy);
  EXPECT_EQ(accuracy.error().message, "line 3: 'five' is no number");
}

}  // namespace
}  // namespace mote
