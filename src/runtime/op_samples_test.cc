// Every sample of every operator, run in every way: by reference, optimised, on each ISA, on one
// thread and two, node by node.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "base/result.h"
#include "ir/inference.h"
#include "ir/text.h"
#include "kernels/table.h"
#include "ops/ops.h"
#include "ops/support/element.h"
#include "runtime/dynamic/dynamic_plan.h"
#include "runtime/plan.h"
#include "runtime/random_tensors.h"

namespace mote {
namespace {

constexpr std::uint64_t kBudget = std::uint64_t{64} << 20;

class OpSamples : public testing::TestWithParam<const OpDoc*> {};

struct Case {
  Graph graph;
  std::vector<Tensor> inputs;
};

Case make_case(std::string_view text) {
  Case c;
  c.graph = *parse_graph(text, all_ops());
  EXPECT_TRUE(infer_types(c.graph));
  Random random(11);
  for (const ValueId id : c.graph.inputs) {
    const TensorType& type = c.graph.value(id).type.tensor;
    EXPECT_TRUE(type.dims()) << "samples state their inputs' sizes";
    c.inputs.push_back(*random_tensor(type.dtype, *type.dims(), random));
  }
  return c;
}

std::vector<InputInfo> infos_of(const Case& c) {
  std::vector<InputInfo> infos;
  for (const Tensor& t : c.inputs) infos.push_back(info_of(t));
  return infos;
}

Result<std::vector<Tensor>> run_planned(const Case& c, const PlanOptions& options, int threads) {
  std::vector<TensorView> in;
  for (const Tensor& t : c.inputs) in.push_back(t.view());
  auto plan = make_plan(c.graph, infos_of(c), {}, options);
  if (!plan) return std::move(plan).error();
  if (!*plan) return Error{Code::kUnavailable, "known only as it runs"};
  std::vector<Tensor> results;
  std::vector<MutTensorView> out;
  for (const TensorType& type : (*plan)->outputs()) {
    results.push_back(*Tensor::zeros(type.dtype, *type.dims()));
    out.push_back(results.back().mut());
  }
  Tensor arena = *Tensor::zeros(DType::kU8, {static_cast<std::int64_t>((*plan)->arena_bytes())});
  Workers workers(threads);
  const StopToken never;
  Status s = (*plan)->run(in, {}, out, static_cast<std::byte*>(arena.mut().data), workers, never);
  if (!s) return std::move(s).error();
  return results;
}

// regions: what can be planned whole is; otherwise each node runs by itself.
Result<std::vector<Tensor>> run_dynamically(const Case& c, PlanOptions options, bool regions) {
  options.regions = regions;
  MOTE_ASSIGN(Graph specialized, specialize(c.graph, infos_of(c), {}, options));
  MOTE_ASSIGN(const auto plan, DynamicPlan::make(std::move(specialized), options));
  BudgetAllocator allocator(std::make_shared<MemoryBudget>(kBudget));
  Arena arena;
  Workers workers(1);
  const StopToken never;
  MOTE_ASSIGN(const auto data, plan->run({c.inputs.begin(), c.inputs.end()}, {},
                                         {options, allocator, arena, workers, never}));
  std::vector<Tensor> tensors;
  for (const Datum& d : data) tensors.push_back(d.tensor());
  return tensors;
}

void expect_close(const Tensor& want, const Tensor& got, const std::string& where) {
  ASSERT_EQ(want.dtype(), got.dtype()) << where;
  ASSERT_EQ(want.dims(), got.dims()) << where;
  const auto compare = [&]<class T>(T) -> Status {
    const T* a = want.view().as<T>();
    const T* b = got.view().as<T>();
    for (std::int64_t i = 0; i < want.count(); ++i) {
      const auto x = static_cast<double>(a[i]);
      const auto y = static_cast<double>(b[i]);
      const bool same = x == y || (std::isnan(x) && std::isnan(y));
      EXPECT_TRUE(same || std::abs(x - y) <= 2e-5 + 2e-5 * std::abs(x))
          << where << ": element " << i << " is " << y << ", not " << x;
    }
    return {};
  };
  if (!with_dtype(Elements<float, double>{}, want.dtype(), compare)) {
    EXPECT_TRUE(equal(want, got)) << where;
  }
}

void expect_all_close(const std::vector<Tensor>& want, const Result<std::vector<Tensor>>& got,
                      const std::string& where) {
  ASSERT_TRUE(got) << got.error().message << "\n" << where;
  for (std::size_t i = 0; i < want.size(); ++i) expect_close(want[i], (*got)[i], where);
}

TEST_P(OpSamples, RunTheSameInEveryWay) {
  for (const std::string_view text : GetParam()->samples) {
    const Case c = make_case(text);
    const PlanOptions plain{**runnable_kernels().begin(), kBudget, false};
    const auto want = run_dynamically(c, plain, false);
    ASSERT_TRUE(want) << want.error().message << "\nin " << text;
    for (const KernelTable* isa : runnable_kernels()) {
      const PlanOptions options{*isa, kBudget};
      const std::string where = std::string(isa->isa) + " in " + std::string(text);
      expect_all_close(*want, run_dynamically(c, options, false), where + ", node by node");
      expect_all_close(*want, run_dynamically(c, options, true), where + ", in regions");
      const auto one = run_planned(c, options, 1);
      if (!one && one.error().code == Code::kUnavailable) continue;
      expect_all_close(*want, one, where);
      const auto two = run_planned(c, options, 2);
      for (std::size_t i = 0; i < want->size(); ++i) {
        EXPECT_TRUE(equal((*one)[i], (*two)[i])) << "two threads, other bits: " << where;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AllOps, OpSamples,
                         testing::ValuesIn(all_op_docs().begin(), all_op_docs().end()),
                         [](const auto& p) {
                           std::string name(p.param->domain);
                           name += p.param->name;
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });

}  // namespace
}  // namespace mote
