// Models written as TensorFlow Lite and read back give what they gave. What the interpreter of
// TensorFlow Lite gives of them is tested in tests/slow/tflite_writing.py.
#include "measure/tflite_conversion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "format/tflite/tflite.h"
#include "measure/conversion.h"
#include "mote/image_decoder.h"
#include "ops/ops.h"
#include "runtime/text_model.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::shared_ptr<const Model> read_back(const TfliteConversion& made) {
  auto model = Model::parse(std::as_bytes(std::span(made.bytes)), {});
  EXPECT_TRUE(model) << model.error().message;
  return model ? *model : nullptr;
}

TEST(TfliteConversion, TellsWhyEachNodeWasNotReplaced) {
  const auto model = model_of(R"((x: f32[2], m: s64[]) -> (few, all, y) {
    few = Loop(m, _, x) { body=graph (i: s64[], c: bool[], a: f32[2]) -> (c, d) { d = Neg(a) } }
    n: s64[] = {5000}
    all = Loop(n, _, x) { body=graph (j: s64[], e: bool[], b: f32[2]) -> (e, f) { f = Neg(b) } }
    y = Acosh(x)
  })");
  const auto made = convert_to_tflite(*model, {});
  ASSERT_TRUE(made) << made.error().message;
  std::vector<std::string> reasons;
  for (const Obstacle& o : made->obstacles) reasons.push_back(o.node + ": " + o.reason);
  EXPECT_THAT(reasons, ElementsAre("few: a loop whose count is computed",
                                   HasSubstr("all: rounds are written one after the other"),
                                   HasSubstr("y: Mote knows no form of it")));
}

// -- every sample of every operator

class TfliteSamples : public testing::TestWithParam<const OpDoc*> {};

TEST_P(TfliteSamples, GiveTheSameReadBack) {
  int written = 0;
  for (const std::string_view text : GetParam()->samples) {
    const auto model = model_of(text);
    const auto made = convert_to_tflite(*model, {});
    if (!made && made.error().code == Code::kUnsupported) continue;
    ASSERT_TRUE(made) << made.error().message << "\nin " << text;
    if (!made->obstacles.empty()) {
      for (const Obstacle& o : made->obstacles) EXPECT_FALSE(o.reason.empty()) << text;
      continue;
    }
    ++written;
    const auto again = read_back(*made);
    ASSERT_NE(again, nullptr) << text;
    const auto agreement = compare_conversion(model, again, {});
    ASSERT_TRUE(agreement) << agreement.error().message << "\nin " << text;
    EXPECT_EQ(agreement->difference, "") << text;
  }
  const auto names = tflite_written_operators();
  const bool told = GetParam()->domain.empty() && std::ranges::count(names, GetParam()->name) > 0;
  if (told) {
    EXPECT_GT(written, 0) << "no sample of an operator that is said to be written";
  }
}

// But those of the execution dialect, which no file has.
std::vector<const OpDoc*> docs_of_files() {
  std::vector<const OpDoc*> docs(all_op_docs().begin(), all_op_docs().end());
  std::erase_if(docs, [](const OpDoc* d) { return d->domain == "mote"; });
  return docs;
}

INSTANTIATE_TEST_SUITE_P(AllOps, TfliteSamples, testing::ValuesIn(docs_of_files()),
                         [](const auto& p) {
                           std::string name(p.param->domain);
                           name += p.param->name;
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });

}  // namespace
}  // namespace mote
