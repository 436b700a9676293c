// TfIdfVectorizer: skips, weights, tables that contradict each other.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

// 1-grams 1, 2; 2-grams (1, 2), (2, 1); columns 3, 0, 1, 2.
std::string vectorize(std::string_view attributes,
                      std::string_view x = "s64[5] = {1, 2, 9, 1, 1}") {
  return answer("() -> (y) { x: " + std::string(x) +
                " y = TfIdfVectorizer(x) {ngram_counts=[0, 2], ngram_indexes=[3, 0, 1, 2],\n"
                "  pool_int64s=[1, 2, 1, 2, 2, 1], " +
                std::string(attributes) + "} }");
}

TEST(TfIdfVectorizer, CountsNgramsOfEachLength) {
  EXPECT_EQ(vectorize("mode=\"TF\", min_gram_length=1, max_gram_length=2, max_skip_count=0"),
            "f32[4] {1, 1, 0, 3}");
  EXPECT_EQ(vectorize("mode=\"TF\", min_gram_length=2, max_gram_length=2, max_skip_count=0"),
            "f32[4] {0, 1, 0, 0}");
}

// With one token left out: 1 9, 2 1, 9 1. Single tokens count once.
TEST(TfIdfVectorizer, LeavesTokensOut) {
  EXPECT_EQ(vectorize("mode=\"TF\", min_gram_length=1, max_gram_length=2, max_skip_count=1"),
            "f32[4] {1, 1, 1, 3}");
  EXPECT_EQ(vectorize("mode=\"TF\", min_gram_length=1, max_gram_length=2,\n"
                      "  max_skip_count=9223372036854775807"),
            "f32[4] {1, 1, 2, 3}");
}

TEST(TfIdfVectorizer, WeighsInTheOrderOfThePool) {
  const std::string rest =
      ", min_gram_length=1, max_gram_length=2, max_skip_count=0, weights=[0.5, 2.0, 3.0, 4.0]";
  EXPECT_EQ(vectorize("mode=\"TFIDF\"" + rest), "f32[4] {2, 3, 0, 1.5}");
  EXPECT_EQ(vectorize("mode=\"IDF\"" + rest), "f32[4] {2, 3, 0, 0.5}");
  EXPECT_EQ(vectorize("mode=\"TF\"" + rest), "f32[4] {1, 1, 0, 3}");
}

TEST(TfIdfVectorizer, TakesRowsAndEmptyOnes) {
  const std::string_view rest =
      "mode=\"TF\", min_gram_length=1, max_gram_length=1, max_skip_count=0";
  EXPECT_EQ(vectorize(rest, "s32[2,2] = {1, 1, 2, 7}"), "f32[2,4] {0, 0, 0, 2, 1, 0, 0, 0}");
  EXPECT_EQ(vectorize(rest, "s32[0] = {}"), "f32[4] {0, 0, 0, 0}");
  EXPECT_THAT(vectorize(rest, "s32[] = {1}"), HasSubstr("X has rank 0, not 1 or 2"));
  EXPECT_THAT(vectorize(rest, "string[1] = {\"a\"}"), HasSubstr("input 0 is string"));
}

TEST(TfIdfVectorizer, RefusesTablesThatDoNotFit) {
  const auto with = [](std::string_view tables) {
    return inferred(
        "(x: s64[3]) -> (y) { y = TfIdfVectorizer(x) {mode=\"TF\", max_skip_count=0,\n"
        "  min_gram_length=1, max_gram_length=2, " +
        std::string(tables) + "} }");
  };
  EXPECT_THAT(with("ngram_counts=[0], ngram_indexes=[0, 1], pool_int64s=[1]"),
              HasSubstr("ngram_indexes has 2 values for 1 n-grams"));
  EXPECT_THAT(with("ngram_counts=[0, 2], ngram_indexes=[0], pool_int64s=[1]"),
              HasSubstr("ngram_counts puts 1-grams at [0, 2) of a pool of 1"));
  EXPECT_THAT(with("ngram_counts=[0, -1], ngram_indexes=[0], pool_int64s=[1]"),
              HasSubstr("ngram_counts puts 1-grams at [0, -1)"));
  EXPECT_THAT(with("ngram_counts=[0, 0], ngram_indexes=[0], pool_int64s=[1]"),
              HasSubstr("ngram_counts leaves 1 tokens for 2-grams"));
  EXPECT_THAT(with("ngram_counts=[0], ngram_indexes=[-1], pool_int64s=[1]"),
              HasSubstr("ngram_indexes has -1"));
  EXPECT_THAT(with("ngram_counts=[0], ngram_indexes=[0], pool_int64s=[1], weights=[1.0, 2.0]"),
              HasSubstr("weights has 2 values for 1 n-grams"));
  EXPECT_THAT(with("ngram_counts=[0], ngram_indexes=[0], pool_int64s=[1], pool_strings=[\"a\"]"),
              HasSubstr("both pool_int64s and pool_strings"));
  EXPECT_THAT(with("ngram_counts=[0], ngram_indexes=[0]"), HasSubstr("neither pool_int64s"));
  EXPECT_THAT(with("ngram_counts=[0], ngram_indexes=[4611686018427387904], pool_int64s=[1]"),
              HasSubstr("f32[4611686018427387905]"));
}

}  // namespace
}  // namespace mote
