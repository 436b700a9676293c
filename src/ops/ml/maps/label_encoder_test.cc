// LabelEncoder, CategoryMapper: keys of all types, defaults, the form of version 1.
#include <gmock/gmock.h>

#include "base/text.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

std::string encoder(std::string_view x, std::string_view attributes) {
  return cat("() -> (y) { x: ", x, " y = ai.onnx.ml.LabelEncoder(x) {", attributes, "} }");
}

TEST(LabelEncoder, LooksUpKeysOfEveryType) {
  EXPECT_EQ(answer(encoder("string[2] = {\"b\", \"x\"}",
                           "keys_strings=[\"a\", \"b\"], values_strings=[\"A\", \"B\"]")),
            "string[2] {\"B\", \"_Unused\"}");
  EXPECT_EQ(answer(encoder("s64[2] = {-5, 5}", "keys_int64s=[5, -5], values_floats=[0.5, 1.5]")),
            "f32[2] {1.5, 0.5}");
  EXPECT_EQ(
      answer(encoder("f64[2] = {0.1, 0.2}", "keys_tensor=f64[1]{0.1}, values_tensor=s16[1]{7}")),
      "s16[2] {7, -1}");
  EXPECT_EQ(answer(encoder("s32[2] = {1, 2}",
                           "keys_tensor=s32[1]{2}, values_tensor=f64[1]{9},"
                           "default_tensor=f64[]{3}")),
            "f64[2] {3, 9}");
}

TEST(LabelEncoder, NaNFindsNaN) {
  EXPECT_EQ(
      answer(encoder("f32[3] = {nan, 0, 1}", "keys_floats=[nan, -0.0], values_int64s=[1, 2]")),
      "s64[3] {1, 2, -1}");
}

TEST(LabelEncoder, OfEqualKeysTheLastCounts) {
  EXPECT_EQ(answer(encoder("s64[1] = {1}", "keys_int64s=[1, 1, 2], values_int64s=[10, 20, 30]")),
            "s64[1] {20}");
}

TEST(LabelEncoder, VersionOneGoesBothWays) {
  EXPECT_EQ(answer_opset(1, encoder("string[2] = {\"b\", \"x\"}",
                                    "classes_strings=[\"a\", \"b\"], default_int64=-7")),
            "s64[2] {1, -7}");
  EXPECT_EQ(answer_opset(1, encoder("s64[3] = {1, 2, -1}", "classes_strings=[\"a\", \"b\"]")),
            "string[3] {\"b\", \"_Unused\", \"_Unused\"}");
  EXPECT_THAT(answer_opset(1, encoder("f32[1] = {1}", "classes_strings=[\"a\"]")),
              HasSubstr("input is f32, not string or s64"));
}

TEST(LabelEncoder, NamesWhatDoesNotFit) {
  EXPECT_THAT(answer(encoder("s64[1] = {1}", "keys_int64s=[1, 2], values_int64s=[1]")),
              HasSubstr("there are 2 keys and 1 values"));
  EXPECT_THAT(
      answer(encoder("s64[1] = {1}",
                     "keys_int64s=[1], keys_floats=[1.0], "
                     "values_int64s=[1]")),
      HasSubstr("needs one of keys_int64s, keys_floats, keys_strings and keys_tensor, has 2"));
  EXPECT_THAT(answer(encoder("f32[1] = {1}", "keys_int64s=[1], values_int64s=[1]")),
              HasSubstr("f32"));
  EXPECT_THAT(answer(encoder("s64[1] = {1}",
                             "keys_int64s=[1], values_int64s=[1], "
                             "default_tensor=s64[2]{1, 2}")),
              HasSubstr("default_tensor is s64[2], not one s64"));
  EXPECT_THAT(answer(encoder("u8[1] = {1}", "keys_tensor=u8[1]{1}, values_int64s=[1]")),
              HasSubstr("keys of type u8"));
}

// A default of a megabyte for each of many elements.
TEST(LabelEncoder, LongTextsCountBeforeTheyAreMade) {
  EXPECT_THAT(
      answer(cat("() -> (y) { n: s64[1] = {100000} x = ConstantOfShape(n) {value=s64[1]{1}}\n",
                 "  y = ai.onnx.ml.LabelEncoder(x) {keys_int64s=[0], values_strings=[\"a\"],",
                 " default_string=\"", std::string(1 << 16, 'x'), "\"} }")),
      HasSubstr("are over the budget"));
}

TEST(CategoryMapper, GoesBothWays) {
  const auto mapper = [](std::string_view x) {
    return cat("() -> (y) { x: ", x, " y = ai.onnx.ml.CategoryMapper(x) {cats_int64s=[4, 5], ",
               "cats_strings=[\"a\", \"b\"], default_int64=-9, default_string=\"none\"} }");
  };
  EXPECT_EQ(answer(mapper("string[3] = {\"b\", \"c\", \"a\"}")), "s64[3] {5, -9, 4}");
  EXPECT_EQ(answer(mapper("s64[2] = {5, 6}")), "string[2] {\"b\", \"none\"}");
  EXPECT_THAT(answer("() -> (y) { x: s64[1] = {1}\n"
                     "  y = ai.onnx.ml.CategoryMapper(x) {cats_int64s=[4, 5]} }"),
              HasSubstr("there are 2 keys and 0 values"));
}

}  // namespace
}  // namespace mote
