// Every gradient rule against finite differences: once and twice, with sizes that are known as the
// gradient is made and with sizes that are not.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "ops/gradient/differentiate.h"
#include "ops/gradient/op_grad.h"
#include "ops/ops.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

class GradientContract : public testing::TestWithParam<const OpGrad*> {};

// The output of a graph, weighted: a number of which finite differences can be taken.
struct Function {
  Graph graph;  // with one output
  Tensor weights;

  std::vector<double> output(const std::vector<Tensor>& inputs) const {
    const auto y = evaluate_graph(graph, inputs);
    EXPECT_TRUE(y) << y.error().message;
    const auto values = y ? (*y)[0].values<double>() : std::span<const double>();
    return {values.begin(), values.end()};
  }
  double operator()(const std::vector<Tensor>& inputs) const {
    const std::vector<double> y = output(inputs);
    const auto w = weights.values<double>();
    return std::inner_product(y.begin(), y.end(), w.begin(), 0.0);
  }
};

Tensor random_tensor(const Dims& dims, double least, double most, Random& random) {
  std::vector<double> values(static_cast<std::size_t>(dims.count()));
  for (double& v : values) v = least + (most - least) * double{random.uniform()};
  return Tensor::of<double>(dims, values);
}

Function weighted(Graph graph, const std::vector<Tensor>& inputs, Random& random) {
  const auto y = evaluate_graph(graph, inputs);
  EXPECT_TRUE(y) << y.error().message;
  return {std::move(graph), y ? random_tensor((*y)[0].dims(), -1, 1, random) : Tensor()};
}

// The graph whose only output is the gradient by input i; none if that has no effect.
Result<std::optional<Graph>> gradient_graph(const Function& f, std::size_t i) {
  Graph graph = f.graph;
  TypeInference inference(graph);
  if (Status s = inference.infer_all(); !s) return std::move(s).error();
  GradientRequest request;
  request.y = graph.outputs[0].value;
  request.xs = graph.inputs;
  request.seed = graph.add_constant("seed", f.weights);
  auto gradients = add_gradients(graph, inference, request);
  if (!gradients) return std::move(gradients).error();
  if ((*gradients)[i] == ValueId::kNone) return std::optional<Graph>();
  graph.outputs[0].value = (*gradients)[i];
  // As text, so that nothing is left of the old output.
  auto parsed = parse_graph(to_text(graph, {.max_elements = -1}), all_ops());
  if (!parsed) return std::move(parsed).error();
  return std::optional(*std::move(parsed));
}

Tensor moved(const Tensor& x, std::int64_t i, double by) {
  std::vector<double> values(x.values<double>().begin(), x.values<double>().end());
  values[static_cast<std::size_t>(i)] += by;
  return Tensor::of<double>(x.dims(), values);
}

void expect_slopes(const Function& f, std::vector<Tensor> inputs, std::size_t by,
                   const std::vector<double>& slopes, const std::string& where) {
  constexpr double kStep = 1e-5;
  const Tensor x = inputs[by];
  ASSERT_EQ(std::ssize(slopes), x.count()) << where;
  for (std::int64_t i = 0; i < x.count(); ++i) {
    inputs[by] = moved(x, i, kStep);
    const double above = f(inputs);
    inputs[by] = moved(x, i, -kStep);
    const double slope = (above - f(inputs)) / (2 * kStep);
    EXPECT_NEAR(slopes[static_cast<std::size_t>(i)], slope, 1e-6 + 1e-6 * std::abs(slope))
        << where << ", element " << i << " of input " << by;
  }
}

// times: of differentiating.
void expect_gradients(const Function& f, const std::vector<Tensor>& inputs, int times,
                      Random& random, const std::string& where) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    auto graph = gradient_graph(f, i);
    ASSERT_TRUE(graph) << graph.error().message << where;
    if (!*graph) {
      expect_slopes(f, inputs, i, std::vector<double>(inputs[i].values<double>().size()), where);
      continue;
    }
    const Function gradient = weighted(**std::move(graph), inputs, random);
    expect_slopes(f, inputs, i, gradient.output(inputs), where);
    if (times > 1) expect_gradients(gradient, inputs, times - 1, random, where + ", twice");
  }
}

void expect_sample(std::string_view text, bool sizes_known, int times) {
  auto graph = parse_graph(text, all_ops());
  ASSERT_TRUE(graph) << graph.error().message << "\nin " << text;
  Random random(7);
  std::vector<Tensor> inputs;
  for (const ValueId id : graph->inputs) {
    TensorType& type = graph->value(id).type.tensor;
    ASSERT_EQ(type.dtype, DType::kF64) << text;
    inputs.push_back(random_tensor(*type.dims(), 0.25, 2.25, random));
    if (!sizes_known) type.shape = Shape(type.shape->size());
  }
  const Function f = weighted(*std::move(graph), inputs, random);
  expect_gradients(f, inputs, times, random, "\nin " + std::string(text));
}

TEST_P(GradientContract, IsThatOfFiniteDifferences) {
  for (const std::string_view text : GetParam()->samples) expect_sample(text, true, 2);
}

TEST_P(GradientContract, NeedsNoSizes) {
  for (const std::string_view text : GetParam()->samples) expect_sample(text, false, 1);
}

TEST_P(GradientContract, IsOfAnOperatorThatItsSamplesHave) {
  const OpGrad& grad = *GetParam();
  EXPECT_NE(all_ops().find(grad.domain, grad.name), nullptr);
  EXPECT_EQ(find_grad(grad.domain, grad.name), &grad);
  EXPECT_EQ(grad.rule == nullptr, grad.samples.empty());
  for (const std::string_view text : grad.samples) {
    const auto graph = parse_graph(text, all_ops());
    ASSERT_TRUE(graph) << graph.error().message;
    const auto is_it = [&](NodeId id) { return graph->node(id).op_type == grad.name; };
    EXPECT_TRUE(std::ranges::any_of(graph->node_ids(), is_it)) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(AllGrads, GradientContract,
                         testing::ValuesIn(all_grads().begin(), all_grads().end()),
                         [](const auto& p) { return std::string(p.param->name); });

}  // namespace
}  // namespace mote
