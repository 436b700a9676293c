#include "tasks/table/answers.h"

#include <gmock/gmock.h>

namespace mote {
namespace {

using testing::HasSubstr;

OutputDescription output_of(std::string name, OutputKind kind) {
  OutputDescription output;
  output.name = std::move(name);
  output.kind = kind;
  return output;
}

Result<std::vector<RowAnswer>> answers(std::vector<OutputDescription> outputs,
                                       const std::vector<Datum>& data, std::int64_t rows,
                                       const std::vector<std::string>& labels = {}) {
  TaskDescription task;
  task.outputs = std::move(outputs);
  std::vector<TensorInfo> infos;
  for (const OutputDescription& o : task.outputs) infos.emplace_back().name = o.name;
  return table_answers(task, infos, labels, data, rows);
}

std::vector<RowAnswer> sound(Result<std::vector<RowAnswer>> result) {
  EXPECT_TRUE(result) << result.error().message;
  return result ? *std::move(result) : std::vector<RowAnswer>(9);
}

const OutputDescription kLabel = output_of("label", OutputKind::kLabel);
const OutputDescription kScores = output_of("p", OutputKind::kClassScores);
const OutputDescription kValue = output_of("v", OutputKind::kValue);

TEST(TableAnswers, ReadLabelsOfTextsAndNumbers) {
  const auto texts = sound(answers({kLabel}, {Tensor::of<std::string>({2}, {"cat", "dog"})}, 2));
  EXPECT_EQ(texts[1].label, "dog");
  const Datum numbers = Tensor::of<std::int64_t>({2, 1}, {1, 5});
  EXPECT_EQ(sound(answers({kLabel}, {numbers}, 2))[1].label, "5");
  const auto named = sound(answers({kLabel}, {numbers}, 2, {"no", "yes"}));
  EXPECT_EQ(named[0].label, "yes");
  EXPECT_EQ(named[1].label, "5");  // beyond the labels
}

TEST(TableAnswers, ReadScoresOfTables) {
  const Datum table = Tensor::of<float>({3, 2}, {0.2F, 0.8F, 0.6F, 0.4F, 9, 9});
  const auto two = sound(answers({kScores}, {table}, 2, {"no", "yes"}));  // the third is a filler
  ASSERT_EQ(two.size(), 2U);
  EXPECT_EQ(two[0].scores[1].name, "yes");
  EXPECT_FLOAT_EQ(two[1].scores[0].score, 0.6F);
  EXPECT_EQ(two[0].prediction(), "yes");
}

TEST(TableAnswers, ReadScoresOfMaps) {
  const Datum map =
      Datum::map(Tensor::of<std::string>({2}, {"a", "b"}), Tensor::of<float>({2}, {0.25F, 0.75F}));
  const auto one = sound(answers({kScores}, {Datum::sequence({map})}, 1));
  EXPECT_EQ(one[0].scores[0].name, "a");
  EXPECT_EQ(one[0].prediction(), "b");
}

TEST(TableAnswers, ReadValues) {
  const auto one = sound(answers({kValue}, {Tensor::of<double>({1, 1}, {2.5})}, 1));
  EXPECT_EQ(one[0].values[0].name, "v");
  EXPECT_EQ(one[0].values[0].value, 2.5);
  EXPECT_EQ(one[0].prediction(), std::nullopt);
  const auto pair = sound(answers({kValue}, {Tensor::of<float>({1, 2}, {1, 2})}, 1));
  EXPECT_EQ(pair[0].values[1].name, "v[1]");
}

TEST(TableAnswers, TheLabelCountsMoreThanTheScores) {
  const auto both = sound(
      answers({kScores, kLabel},
              {Tensor::of<float>({1, 2}, {0.9F, 0.1F}), Tensor::of<std::int64_t>({1}, {1})}, 1));
  EXPECT_EQ(both[0].prediction(), "1");
}

std::string error_of(std::vector<OutputDescription> outputs, const std::vector<Datum>& data,
                     std::int64_t rows, const std::vector<std::string>& labels = {}) {
  const auto result = answers(std::move(outputs), data, rows, labels);
  EXPECT_FALSE(result);
  return result ? "" : result.error().message;
}

TEST(TableAnswers, NameWhatDoesNotFit) {
  EXPECT_THAT(error_of({kLabel}, {Tensor::of<std::int64_t>({1}, {1})}, 2),
              HasSubstr("output 'label': it has shape [1]; it must have 2 rows"));
  EXPECT_THAT(error_of({kLabel}, {Tensor::of<std::int64_t>({1, 2}, {1, 2})}, 1),
              HasSubstr("labels are one for each row"));
  EXPECT_THAT(error_of({kScores}, {Tensor::of<float>({1, 2}, {1, 2})}, 1, {"a", "b", "c"}),
              HasSubstr("it has 2 classes, and there are 3 labels"));
  EXPECT_THAT(error_of({kScores}, {Datum::sequence({})}, 1), HasSubstr("0 maps for 1 rows"));
  EXPECT_THAT(error_of({kScores}, {Datum::sequence({Tensor::scalar(1.0F)})}, 1),
              HasSubstr("element 0 is a tensor"));
  EXPECT_THAT(error_of({kLabel}, {Datum()}, 1), HasSubstr("nothing, not a tensor"));
  EXPECT_FALSE(answers({kValue}, {Tensor::of<std::string>({1}, {"x"})}, 1));
}

}  // namespace
}  // namespace mote
