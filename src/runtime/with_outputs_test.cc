#include "runtime/with_outputs.h"

#include <gmock/gmock.h>

#include "mote/session.h"
#include "runtime/model_impl.h"
#include "runtime/text_model.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kNet = R"(
  graph net (x: f32[2]) -> (z: f32[2]) {
    two: f32[] = {2}
    doubled = Mul(x, two)
    y = Neg(doubled)
    z = Relu(y)
  })";

std::vector<std::vector<float>> run(const std::shared_ptr<const Model>& model, bool optimize) {
  SessionOptions options;
  options.threads = 1;
  options.optimize = optimize;
  const auto session = Session::create(model, options);
  EXPECT_TRUE(session) << session.error().message;
  const std::vector<Tensor> x = {Tensor::of<float>({2}, {1.0F, -3.0F})};
  const auto outputs = (*session)->run(x);
  EXPECT_TRUE(outputs) << outputs.error().message;
  std::vector<std::vector<float>> values;
  for (const Tensor& t : *outputs) {
    values.emplace_back(t.values<float>().begin(), t.values<float>().end());
  }
  return values;
}

TEST(WithOutputs, GivesIntermediateValuesInTheOrderAskedFor) {
  const auto model = model_of(kNet);
  const std::vector<std::string> names = {"y", "doubled", "x"};
  const auto observed = with_outputs(*model, names);
  ASSERT_TRUE(observed) << observed.error().message;
  EXPECT_EQ((*observed)->outputs()[0].name, "y");
  EXPECT_EQ(to_string((*observed)->outputs()[1]), "f32[2]");
  for (const bool optimize : {true, false}) {
    EXPECT_THAT(run(*observed, optimize),
                ElementsAre(ElementsAre(-2, 6), ElementsAre(2, -6), ElementsAre(1, -3)));
  }
  EXPECT_THAT(run(model, true), ElementsAre(ElementsAre(0, 6)));  // the model itself stays
}

TEST(WithOutputs, LeavesOutWhatTheyDoNotNeed) {
  const std::vector<std::string> names = {"doubled"};
  const auto observed = with_outputs(*model_of(kNet), names);
  ASSERT_TRUE(observed) << observed.error().message;
  EXPECT_EQ((*observed)->impl().source.node_count(), 1U);
}

TEST(WithOutputs, NamesTheValueThatIsNotThere) {
  const std::vector<std::string> names = {"y", "w"};
  const auto observed = with_outputs(*model_of(kNet), names);
  ASSERT_FALSE(observed);
  EXPECT_EQ(observed.error().code, Code::kNotFound);
  EXPECT_THAT(observed.error().message, HasSubstr("'w'"));
}

}  // namespace
}  // namespace mote
