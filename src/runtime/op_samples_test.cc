// Every sample of every operator, run in every way: by reference, optimised, on each ISA, on one
// thread and two, node by node.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "base/result.h"
#include "ir/inference.h"
#include "ir/text.h"
#include "ir/uses.h"
#include "kernels/table.h"
#include "kernels/testing/trace.h"
#include "mote/image_decoder.h"
#include "ops/ops.h"
#include "ops/support/element.h"
#include "runtime/dynamic/context.h"
#include "runtime/plan_cache/plan_record.h"
#include "runtime/random_tensors.h"
#include "runtime/testing/run_graph.h"

namespace mote {
namespace {

using Mode = RunWay::Mode;

constexpr std::uint64_t kBudget = std::uint64_t{64} << 20;

// What the samples of ImageDecoder see: no image in any bytes.
Result<ImagePixels> see_nothing(const ImageRequest& request) {
  return ImagePixels{.channels = request.channels, .pixels = {}};
}
const bool kDecoderIsSet = (set_image_decoder(see_nothing), true);

class OpSamples : public testing::TestWithParam<const OpDoc*> {};

struct Case {
  Graph graph;
  std::vector<Datum> inputs;
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

// Sums that cancel keep the error of their terms: it is measured against the largest result too.
void expect_close(const Tensor& want, const Tensor& got, const std::string& where) {
  ASSERT_EQ(want.dtype(), got.dtype()) << where;
  ASSERT_EQ(want.dims(), got.dims()) << where;
  const auto compare = [&]<class T>(T) -> Status {
    const T* a = want.view().as<T>();
    const T* b = got.view().as<T>();
    double most = 0;
    for (std::int64_t i = 0; i < want.count(); ++i) {
      const double magnitude = std::abs(static_cast<double>(a[i]));
      if (std::isfinite(magnitude)) most = std::max(most, magnitude);
    }
    for (std::int64_t i = 0; i < want.count(); ++i) {
      const auto x = static_cast<double>(a[i]);
      const auto y = static_cast<double>(b[i]);
      const bool same = x == y || (std::isnan(x) && std::isnan(y));
      EXPECT_TRUE(same || std::abs(x - y) <= 2e-5 + 2e-5 * std::abs(x) + 2e-6 * most)
          << where << ": element " << i << " is " << y << ", not " << x;
    }
    return {};
  };
  if (!with_dtype(Elements<float, double>{}, want.dtype(), compare)) {
    EXPECT_TRUE(equal(want, got)) << where;
  }
}

void expect_close(const Datum& want, const Datum& got, const std::string& where) {
  ASSERT_EQ(want.kind(), got.kind()) << where;
  if (want.is_tensor()) return expect_close(want.tensor(), got.tensor(), where);
  if (!want.is_sequence()) {
    EXPECT_TRUE(equal(want, got)) << where;
    return;
  }
  ASSERT_EQ(want.elements().size(), got.elements().size()) << where;
  for (std::size_t i = 0; i < want.elements().size(); ++i) {
    expect_close(want.elements()[i], got.elements()[i], where);
  }
}

void expect_all_close(const std::vector<Datum>& want, const Result<std::vector<Datum>>& got,
                      const std::string& where) {
  ASSERT_TRUE(got) << got.error().message << "\n" << where;
  for (std::size_t i = 0; i < want.size(); ++i) expect_close(want[i], (*got)[i], where);
}

TEST_P(OpSamples, RunTheSameInEveryWay) {
  for (const std::string_view text : GetParam()->samples) {
    const Case c = make_case(text);
    const PlanOptions plain{**runnable_kernels().begin(), kBudget, false};
    const auto want = run_graph(c.graph, c.inputs, plain, {Mode::kNodeByNode});
    ASSERT_TRUE(want) << want.error().message << "\nin " << text;
    for (const KernelTable* isa : runnable_kernels()) {
      const PlanOptions options{*isa, kBudget};
      const std::string where = std::string(isa->isa) + " in " + std::string(text);
      const auto in_mode = [&](Mode mode, int threads) {
        return run_graph(c.graph, c.inputs, options, {mode, threads});
      };
      expect_all_close(*want, in_mode(Mode::kNodeByNode, 1), where + ", node by node");
      expect_all_close(*want, in_mode(Mode::kRegions, 1), where + ", in regions");
      const auto one = in_mode(Mode::kStatic, 1);
      if (!one && one.error().code == Code::kUnavailable) continue;
      expect_all_close(*want, one, where);
      const auto two = in_mode(Mode::kStatic, 2);
      for (std::size_t i = 0; i < want->size(); ++i) {
        EXPECT_TRUE(equal((*one)[i], (*two)[i])) << "two threads, other bits: " << where;
      }
    }
  }
}

// The plan as the cache gives it, without the constants whose weights were packed.
Result<std::vector<Datum>> run_recorded(const Case& c, const PlanOptions& options) {
  std::vector<InputInfo> infos;
  for (const Datum& d : c.inputs) infos.push_back(info_of(d));
  MOTE_ASSIGN(Graph graph, specialize(c.graph, infos, {}, options));
  DerivationLog log;
  PlanOptions logged = options;
  logged.derivations = &log;
  MOTE_ASSIGN(const auto made, plan_specialized(graph, logged));
  if (!made) return Error{Code::kUnavailable, "known only as it runs"};
  const Bytes bytes = record_plan("key", graph, log);
  MOTE_ASSIGN(Tensor copy, Tensor::zeros(DType::kU8, {std::ssize(bytes)}));
  std::ranges::copy(bytes, static_cast<std::byte*>(copy.mut().data));
  MOTE_ASSIGN(const PlanFile file,
              read_plan_file({static_cast<const std::byte*>(copy.data()), bytes.size()}));
  MOTE_ASSIGN(const auto plan, read_plan(file, nullptr, options));
  return run_plan(*plan, c.inputs, 1);
}

TEST_P(OpSamples, RunTheSameFromTheCache) {
  for (const std::string_view text : GetParam()->samples) {
    const Case c = make_case(text);
    for (const KernelTable* isa : runnable_kernels()) {
      const PlanOptions options{*isa, kBudget};
      const auto want = run_graph(c.graph, c.inputs, options, {Mode::kStatic, 1});
      if (!want && want.error().code == Code::kUnavailable) continue;
      ASSERT_TRUE(want) << want.error().message << "\nin " << text;
      const auto got = run_recorded(c, options);
      ASSERT_TRUE(got) << got.error().message << "\nin " << text;
      for (std::size_t i = 0; i < want->size(); ++i) {
        EXPECT_TRUE(equal((*want)[i], (*got)[i])) << isa->isa << " in " << text;
      }
    }
  }
}

const KernelTable& best_kernels() { return **(runnable_kernels().end() - 1); }

std::set<std::string> kernels_asked_for(const Case& c, const PlanOptions& options) {
  Uses uses;
  const CollectUses collect(uses);
  EXPECT_TRUE(run_graph(c.graph, c.inputs, options, {Mode::kNodeByNode}));
  return uses.kernels;
}

TEST_P(OpSamples, AskForEveryKernelThatTheyCall) {
  for (const std::string_view text : GetParam()->samples) {
    const Case c = make_case(text);
    const PlanOptions options{trace_kernels(best_kernels()), kBudget};
    take_traced_kernels();
    const std::set<std::string> asked = kernels_asked_for(c, options);
    for (const std::string_view called : take_traced_kernels()) {
      EXPECT_TRUE(asked.contains(std::string(called))) << called << " in " << text;
    }
  }
}

TEST_P(OpSamples, RunWithoutTheKernelsThatTheyAskFor) {
  for (const std::string_view text : GetParam()->samples) {
    const Case c = make_case(text);
    const PlanOptions plain{best_kernels(), kBudget, false};
    const auto want = run_graph(c.graph, c.inputs, plain, {Mode::kNodeByNode});
    for (const std::string& name : kernels_asked_for(c, {best_kernels(), kBudget})) {
      const KernelTable rest = without_kernel(best_kernels(), name);
      const auto got = run_graph(c.graph, c.inputs, {rest, kBudget}, {Mode::kNodeByNode});
      if (!got && got.error().code == Code::kUnsupported) continue;
      expect_all_close(*want, got, "without " + name + " in " + std::string(text));
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
