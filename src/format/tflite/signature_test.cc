// What callers call the inputs and outputs.
#include <gmock/gmock.h>

#include "format/tflite/testing_reads.h"

namespace mote::tfl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Names = std::vector<std::pair<int, std::string>>;  // of tensors

std::vector<std::unique_ptr<fb::TensorMapT>> maps(const Names& names) {
  std::vector<std::unique_ptr<fb::TensorMapT>> out;
  for (const auto& [tensor, name] : names) {
    out.push_back(std::make_unique<fb::TensorMapT>());
    out.back()->tensor_index = static_cast<std::uint32_t>(tensor);
    out.back()->name = name;
  }
  return out;
}

ModelBuilder signed_sum(const Names& inputs, const Names& outputs) {
  ModelBuilder b = one_sum();
  auto signature = std::make_unique<fb::SignatureDefT>();
  signature->signature_key = "serve";
  signature->inputs = maps(inputs);
  signature->outputs = maps(outputs);
  b.model().signature_defs.push_back(std::move(signature));
  return b;
}

struct Interface {
  std::vector<std::string> inputs, outputs;
};

// Of a graph that is sound.
Interface interface_of(const ModelBuilder& b) {
  auto model = read(b);
  EXPECT_TRUE(model) << model.error().message;
  if (!model) return {};
  EXPECT_TRUE(verify(model->graph)) << to_text(model->graph);
  Interface found;
  for (const ValueId v : model->graph.inputs) found.inputs.push_back(model->graph.value(v).name);
  for (const GraphOutput& o : model->graph.outputs) found.outputs.push_back(o.name);
  return found;
}

TEST(TfliteSignature, NamesInputsAndOutputs) {
  const ModelBuilder b = signed_sum({{0, "image"}}, {{1, "scores"}});
  const Interface found = interface_of(b);
  EXPECT_THAT(found.inputs, ElementsAre("image"));
  EXPECT_THAT(found.outputs, ElementsAre("scores"));
  TfliteReadOptions other;
  other.signature = "train";
  EXPECT_THAT(error_of(b, other).message, HasSubstr("no signature 'train'; the model has serve"));
}

TEST(TfliteSignature, AnInputAndAnOutputMayHaveOneName) {
  const Interface found = interface_of(signed_sum({{0, "image"}}, {{1, "image"}}));
  EXPECT_THAT(found.inputs, ElementsAre("image"));
  EXPECT_THAT(found.outputs, ElementsAre("image"));
}

TEST(TfliteSignature, AnInputMayBeAnOutput) {
  ModelBuilder b = signed_sum({{0, "image"}}, {{1, "scores"}, {0, "same"}});
  b.graph().outputs = {0, 1};
  EXPECT_THAT(interface_of(b).outputs, ElementsAre("same", "scores"));
}

TEST(TfliteSignature, OneTensorMayHaveSeveralOutputNames) {
  const Names names = {{1, "scores"}, {1, "logits"}, {1, "probabilities"}};
  ModelBuilder b = signed_sum({{0, "image"}}, names);
  EXPECT_THAT(interface_of(b).outputs, ElementsAre("scores", "logits", "probabilities"));
  b.graph().outputs = {1, 0, 1};
  EXPECT_THAT(interface_of(b).outputs, ElementsAre("scores", "x", "logits", "probabilities"));
}

TEST(TfliteSignature, ATensorThatIsTwoInputsIsOne) {
  ModelBuilder b = signed_sum({{0, "image"}, {0, "picture"}}, {{1, "scores"}});
  b.graph().inputs = {0, 0};
  EXPECT_THAT(interface_of(b).inputs, ElementsAre("image"));
}

TEST(TfliteSignature, OutputsOfOneTensorHaveNamesOfTheirOwn) {
  ModelBuilder b = one_sum();
  b.graph().outputs = {1, 1, 1};
  EXPECT_THAT(interface_of(b).outputs, ElementsAre("y", "y_1", "y_2"));
}

// Even where a name that was made up would be it.
TEST(TfliteSignature, OutputsKeepTheNamesThatTheyAskFor) {
  ModelBuilder b = signed_sum({{0, "image"}}, {{1, "y"}, {2, "y"}, {3, "y_1"}});
  for (const int t : {2, 3}) {
    b.output(b.floats("other", {1, 4}));
    b.op(Op::BuiltinOperator_ADD, {0, 1}, {t}, fb::AddOptionsT());
  }
  EXPECT_THAT(interface_of(b).outputs, ElementsAre("y", "y_1_1", "y_1"));
}

}  // namespace
}  // namespace mote::tfl
