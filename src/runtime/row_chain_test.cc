// Chains of image steps give the bits that the steps give one by one.
#include "runtime/row_chain.h"

#include <gtest/gtest.h>

#include <atomic>

#include "ir/text.h"
#include "kernels/table.h"
#include "ops/ops.h"
#include "runtime/plan.h"
#include "runtime/random_tensors.h"

namespace mote {
namespace {

constexpr std::int64_t kTiny = 8 << 10;  // chains of a few rows
constexpr std::int64_t kHuge = 1 << 30;  // no chains
constexpr std::uint64_t kBudget = std::uint64_t{64} << 20;

struct Outcome {
  std::vector<Tensor> outputs;
  std::size_t steps = 0;
  std::uint64_t arena_bytes = 0;
};

Outcome run_with(const Graph& graph, std::int64_t l2_bytes, int threads) {
  PlanOptions options{*find_kernels(nullptr), kBudget};
  options.rows = {l2_bytes, threads};
  std::vector<InputInfo> infos;
  std::vector<Tensor> inputs;
  Random random(3);
  for (const ValueId id : graph.inputs) {
    const TensorType& type = graph.value(id).type.tensor;
    infos.push_back({graph.value(id).type, {}, true});
    inputs.push_back(*random_tensor(type.dtype, *type.dims(), random));
  }
  const auto plan = make_plan(graph, infos, {}, options);
  EXPECT_TRUE(plan) << plan.error().message;
  std::vector<TensorView> in;
  for (const Tensor& t : inputs) in.push_back(t.view());
  Outcome run;
  std::vector<MutTensorView> out;
  for (const TensorType& type : (*plan)->outputs()) {
    run.outputs.push_back(*Tensor::zeros(type.dtype, *type.dims()));
    out.push_back(run.outputs.back().mut());
  }
  run.steps = (*plan)->steps().size();
  run.arena_bytes = (*plan)->arena_bytes();
  std::vector<std::byte> arena(run.arena_bytes + 64);
  auto* aligned = arena.data() + (64 - reinterpret_cast<std::uintptr_t>(arena.data()) % 64) % 64;
  Workers workers(threads);
  EXPECT_TRUE((*plan)->run(in, {}, out, aligned, workers, StopToken()));
  return run;
}

void expect_chained(std::string_view text, std::size_t steps) {
  const Graph graph = *parse_graph(text, all_ops());
  const Outcome one_by_one = run_with(graph, kHuge, 1);
  for (const int threads : {1, 2, 3}) {
    const Outcome chained = run_with(graph, kTiny, threads);
    EXPECT_EQ(chained.steps, steps) << text;
    if (threads == 1) {
      EXPECT_LT(chained.arena_bytes, one_by_one.arena_bytes) << text;
    }
    for (std::size_t i = 0; i < chained.outputs.size(); ++i) {
      EXPECT_TRUE(equal(one_by_one.outputs[i], chained.outputs[i]))
          << threads << " threads" << text;
    }
  }
}

TEST(RowChain, ExpandDepthwiseProjectAndResidual) {
  expect_chained(R"((x: f32[2,20,13,4]) -> (y) {
    w1: f32[12,4,1,1] = {random 1} b1: f32[12] = {random 2}
    w2: f32[12,1,3,3] = {random 3} b2: f32[12] = {random 4}
    w3: f32[4,12,1,1] = {random 5} b3: f32[4] = {random 6}
    a = mote.Conv(x, w1, b1) {activation="Clamp", activation_a=0.0, activation_b=6.0}
    b = mote.Conv(a, w2, b2) {group=12, pads=[1,1,1,1], activation="HardSwish"}
    y = mote.Conv(b, w3, b3, x) })",
                 1);
}

TEST(RowChain, StridesAndLargeWindows) {
  expect_chained(R"((x: f32[1,33,9,6]) -> (y) {
    w1: f32[10,6,1,1] = {random 1}
    w2: f32[10,1,5,5] = {random 3} b2: f32[10] = {random 4}
    w3: f32[7,10,1,1] = {random 5}
    a = mote.Conv(x, w1) {activation="Sigmoid"}
    b = mote.Conv(a, w2, b2) {group=10, pads=[2,2,2,2], strides=[2,2]}
    y = mote.Conv(b, w3) })",
                 1);
}

TEST(RowChain, AStrideThatLeavesRowsOut) {
  expect_chained(R"((x: f32[1,60,5,4]) -> (y) {
    w1: f32[12,4,1,1] = {random 1}
    w2: f32[12,1,2,2] = {random 3}
    w3: f32[5,12,1,1] = {random 5}
    a = mote.Conv(x, w1)
    b = mote.Conv(a, w2) {group=12, strides=[3,3]}
    y = mote.Conv(b, w3) })",
                 1);
}

TEST(RowChain, FirstLayers) {
  expect_chained(R"((x: f32[1,40,14,3]) -> (y) {
    w1: f32[8,3,3,3] = {random 1} b1: f32[8] = {random 2}
    w2: f32[8,1,3,3] = {random 3}
    w3: f32[5,8,1,1] = {random 5}
    a = mote.Conv(x, w1, b1) {strides=[2,2], pads=[0,0,1,1]}
    b = mote.Conv(a, w2) {group=8, pads=[1,1,1,1]}
    y = mote.Conv(b, w3) })",
                 1);
}

TEST(RowChain, Integers) {
  expect_chained(R"((x: u8[1,44,30,3]) -> (y) {
    w0: s8[24,3,3,3] = {random 1} f0: f32[24] = {random 8}
    w1: s8[40,24,1,1] = {random 1} f1: f32[40] = {random 2}
    w2: s8[40,1,3,3] = {random 3} f2: f32[40] = {random 4}
    a = mote.QConv(x, w0, f0) {pads=[1,1,1,1], strides=[2,2], x_zero_point=7, y_zero_point=3, to=2}
    b = mote.QConv(a, w1, f1) {x_zero_point=3, y_zero_point=-4, to=3}
    y = mote.QConv(b, w2, f2) {group=40, pads=[1,1,1,1], x_zero_point=-4, y_zero_point=9, to=2} })",
                 1);
}

TEST(RowChain, WhatOthersReadStaysWhole) {
  const std::string_view text = R"((x: f32[1,40,14,4]) -> (y, a) {
    w1: f32[12,4,1,1] = {random 1}
    w2: f32[12,1,3,3] = {random 3}
    w3: f32[4,12,1,1] = {random 5}
    a = mote.Conv(x, w1)
    b = mote.Conv(a, w2) {group=12, pads=[1,1,1,1]}
    y = mote.Conv(b, w3) })";
  const Graph graph = *parse_graph(text, all_ops());
  const Outcome chained = run_with(graph, kTiny, 1);
  EXPECT_EQ(chained.steps, 2U) << "an output is no link";
  const Outcome one_by_one = run_with(graph, kHuge, 1);
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(equal(one_by_one.outputs[static_cast<std::size_t>(i)],
                      chained.outputs[static_cast<std::size_t>(i)]));
  }
}

// Counts the rows that it is asked for, and cancels the run after the first call.
class CancellingStep final : public Step, public RowStep {
 public:
  explicit CancellingStep(std::atomic<bool>& cancelled) : cancelled_(cancelled) {}
  std::string_view kernel() const override { return "cancelling"; }
  Status run(const RunArgs&) const override { return {}; }
  const RowStep* by_rows() const override { return this; }
  RowGeometry row_geometry() const override { return {1, 10, 10, 4, 4, 1, 1, 0}; }
  void run_rows(const RowArgs& args) const override {
    rows += args.rows.count();
    cancelled_ = true;
  }
  mutable std::int64_t rows = 0;

 private:
  std::atomic<bool>& cancelled_;
};

TEST(RowChain, StopsBetweenAFewRowsAndTheNext) {
  std::atomic<bool> cancelled = false;
  auto step = std::make_unique<CancellingStep>(cancelled);
  const CancellingStep& counted = *step;
  std::vector<RowChain::Link> links;
  links.push_back({std::move(step), 1});
  const RowChain chain(std::move(links), 2, 10, 1);
  const Tensor x = *Tensor::zeros(DType::kF32, {1, 10, 1, 1});
  Tensor y = *Tensor::zeros(DType::kF32, {1, 10, 1, 1});
  const TensorView in = x.view();
  const MutTensorView out = y.mut();
  Workers workers(1);
  const StopToken stop(nullptr, {}, &cancelled);
  EXPECT_TRUE(chain.run({.in = std::span(&in, 1),
                         .out = std::span(&out, 1),
                         .scratch = nullptr,
                         .workers = workers,
                         .stop = stop}));
  EXPECT_EQ(counted.rows, 2);
}

TEST(RowChain, KeepsAsManyRowsAsTheNextWindowsSee) {
  const RowGeometry links[] = {
      {.images = 1,
       .in_rows = 56,
       .out_rows = 56,
       .in_row_bytes = 10,
       .out_row_bytes = 100,
       .extent = 1,
       .stride = 1,
       .top = 0},
      {.images = 1,
       .in_rows = 56,
       .out_rows = 28,
       .in_row_bytes = 100,
       .out_row_bytes = 50,
       .extent = 3,
       .stride = 2,
       .top = 1},
      {.images = 1,
       .in_rows = 28,
       .out_rows = 28,
       .in_row_bytes = 50,
       .out_row_bytes = 5,
       .extent = 1,
       .stride = 1,
       .top = 0},
  };
  const RowChainSizes sizes = chain_sizes(links, 2);
  EXPECT_EQ(sizes.kept, (std::vector<std::int64_t>{5, 2, 0}));
  EXPECT_EQ(sizes.bytes, 5 * 100 + 2 * 50);
}

}  // namespace
}  // namespace mote
