// DictVectorizer: the place of each key.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

TEST(DictVectorizer, PutsValuesWhereTheVocabularySays) {
  EXPECT_EQ(
      answer("() -> (y) { x: f32[1,2] = {4, 8}\n"
             "  s = ai.onnx.ml.ZipMap(x) {classlabels_strings=[\"a\", \"c\"]} i: s64[] = {0}\n"
             "  m = SequenceAt(s, i) y = ai.onnx.ml.DictVectorizer(m)\n"
             "    {string_vocabulary=[\"a\", \"c\", \"b\", \"z\"]} }"),
      "f32[1,4] {4, 8, 0, 0}");
}

TEST(DictVectorizer, LeavesOutKeysThatAreNoWords) {
  EXPECT_EQ(
      answer("() -> (y) { x: f32[1,2] = {4, 8}\n"
             "  s = ai.onnx.ml.ZipMap(x) {classlabels_int64s=[5, 6]} i: s64[] = {0}\n"
             "  m = SequenceAt(s, i) y = ai.onnx.ml.DictVectorizer(m) {int64_vocabulary=[6]} }"),
      "f32[1,1] {8}");
}

TEST(DictVectorizer, NeedsOneVocabularyOfTheKeysType) {
  EXPECT_THAT(answer("() -> (y) { x: f32[1,1] = {4}\n"
                     "  s = ai.onnx.ml.ZipMap(x) {classlabels_int64s=[5]} i: s64[] = {0}\n"
                     "  m = SequenceAt(s, i) y = ai.onnx.ml.DictVectorizer(m)\n"
                     "    {string_vocabulary=[\"a\"]} }"),
              HasSubstr("the keys of the map are s64, not string"));
  EXPECT_THAT(inferred("(m: map(s64,f32[...])) -> (y) { y = ai.onnx.ml.DictVectorizer(m) }"),
              HasSubstr("needs either int64_vocabulary or string_vocabulary"));
}

}  // namespace
}  // namespace mote
