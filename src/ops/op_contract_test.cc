// What every operator must satisfy, whatever it computes: listing an operator gives it these tests.
// How its samples run is tested in src/runtime/op_samples_test.cc.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "ir/inference.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "ops/ops.h"

namespace mote {
namespace {

std::string full_name(std::string_view domain, std::string_view name) {
  return std::string(domain) + (domain.empty() ? "" : ".") + std::string(name);
}

class OpContract : public testing::TestWithParam<const OpDef*> {
 protected:
  const OpDef& op() const { return *GetParam(); }
  const OpDoc& doc() const {
    const auto docs = all_op_docs();
    const auto it = std::ranges::find_if(
        docs, [&](const OpDoc* d) { return d->name == op().name && d->domain == op().domain; });
    EXPECT_NE(it, docs.end()) << "no OpDoc";
    return **it;
  }
  Graph sample(std::string_view text) const {
    auto graph = parse_graph(text, all_ops());
    EXPECT_TRUE(graph) << graph.error().message << "\nin " << text;
    return graph ? *std::move(graph) : Graph();
  }
};

TEST_P(OpContract, IsDefinedOnce) {
  EXPECT_NE(op().infer, nullptr);
  EXPECT_TRUE(op().view || op().reference != nullptr || op().prepare != nullptr ||
              op().compute != nullptr || op().decompose != nullptr);
  EXPECT_EQ(all_ops().find(op().domain, op().name), &op());
  EXPECT_GE(op().max_inputs < 0 ? op().min_inputs : op().max_inputs, op().min_inputs);
  EXPECT_GE(op().max_outputs < 0 ? op().min_outputs : op().max_outputs, op().min_outputs);
}

TEST_P(OpContract, HasItsOnnxVersionsInOrder) {
  const OnnxOp* onnx = find_onnx_op(op().domain, op().name);
  if (op().domain == "mote") {
    EXPECT_EQ(onnx, nullptr) << "the execution dialect is nobody's file format";
    return;
  }
  ASSERT_NE(onnx, nullptr);
  ASSERT_FALSE(onnx->versions.empty());
  EXPECT_TRUE(std::ranges::is_sorted(onnx->versions, std::less_equal{}));
  EXPECT_TRUE(std::ranges::is_sorted(onnx->upgrades, {}, &OnnxUpgrade::version));
  for (const OnnxUpgrade& u : onnx->upgrades) {
    EXPECT_NE(std::ranges::find(onnx->versions, u.version), onnx->versions.end())
        << "an upgrade to " << u.version << ", which is no version";
    EXPECT_NE(u.version, onnx->versions.front());
  }
}

TEST_P(OpContract, IsDocumentedAndSampled) {
  EXPECT_FALSE(doc().doc.empty());
  ASSERT_FALSE(doc().samples.empty());
  for (const std::string_view text : doc().samples) {
    const Graph g = sample(text);
    bool there = false;
    for (const NodeId id : g.node_ids()) there |= g.node(id).op == &op();
    EXPECT_TRUE(there) << "the sample is of another operator: " << text;
    const Status sound = verify(g);
    EXPECT_TRUE(sound) << sound.error().message;
  }
}

// From known input sizes follow known output sizes, unless they hang on values of inputs.
TEST_P(OpContract, InfersItsSamples) {
  for (const std::string_view text : doc().samples) {
    Graph g = sample(text);
    const Status typed = infer_types(g);
    ASSERT_TRUE(typed) << typed.error().message << "\nin " << text;
    for (const GraphOutput& output : g.outputs) {
      const Type& type = g.value(output.value).type;
      EXPECT_FALSE(type.unknown()) << output.name << " in " << text;
      EXPECT_NE(type.tensor.dtype, DType::kUndefined) << output.name << " in " << text;
    }
  }
}

// Knowing less may leave more open, and never says something else.
TEST_P(OpContract, KnowingLessNeverContradicts) {
  const auto forget_sizes = [](TensorType& t) {
    if (t.shape) t.shape = Shape(t.shape->size());
  };
  const auto forget_rank = [](TensorType& t) { t.shape.reset(); };
  const auto forget_all = [](TensorType& t) { t = {}; };
  const auto forget_first = [](TensorType& t) {
    if (t.shape && !t.shape->empty()) (*t.shape)[0] = Dim::symbol("n");
  };
  using Forget = void (*)(TensorType&);
  for (const Forget forget :
       {Forget(forget_sizes), Forget(forget_rank), Forget(forget_all), Forget(forget_first)}) {
    for (const std::string_view text : doc().samples) {
      Graph exact = sample(text);
      ASSERT_TRUE(infer_types(exact));
      Graph vague = sample(text);
      for (const ValueId in : vague.inputs) forget(vague.value(in).type.tensor);
      const Status typed = infer_types(vague);
      ASSERT_TRUE(typed) << typed.error().message << "\nin " << text;
      for (std::size_t i = 0; i < exact.outputs.size(); ++i) {
        const Type& want = exact.value(exact.outputs[i].value).type;
        Type got = vague.value(vague.outputs[i].value).type;
        // A symbol stands for the size that it really has.
        if (got.tensor.shape) {
          for (Dim& d : *got.tensor.shape) d = d.known() ? d : Dim();
        }
        EXPECT_TRUE(merge(want, got))
            << to_string(want) << " became " << to_string(got) << " in " << text;
      }
    }
  }
}

TEST_P(OpContract, RefusesStrayAttributes) {
  Node node;
  node.op_type = op().name;
  node.domain = op().domain;
  node.inputs.assign(static_cast<std::size_t>(op().min_inputs), ValueId{0});
  node.outputs.assign(static_cast<std::size_t>(op().min_outputs), ValueId{0});
  node.attributes.set("no_such_attribute", std::int64_t{1});
  EXPECT_FALSE(bind(node, all_ops()));
}

INSTANTIATE_TEST_SUITE_P(AllOps, OpContract, testing::ValuesIn(all_ops().all()), [](const auto& p) {
  std::string name = full_name(p.param->domain, p.param->name);
  std::ranges::replace(name, '.', '_');
  return name;
});

TEST(OpList, IsSortedSoThatLookupsFind) {
  for (const OpDef* op : all_ops().all()) EXPECT_EQ(all_ops().find(op->domain, op->name), op);
  for (const OnnxOp* op : all_onnx_ops()) EXPECT_EQ(find_onnx_op(op->domain, op->name), op);
  EXPECT_EQ(all_ops().find("", "NoSuchOperator"), nullptr);
}

}  // namespace
}  // namespace mote
