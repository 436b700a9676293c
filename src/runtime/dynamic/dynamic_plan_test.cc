// The dynamic mode by way of sessions: sizes, kinds, memory and time that only running tells.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mote/session.h"
#include "runtime/text_model.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::unique_ptr<Session> session_of(std::string_view text, SessionOptions options = {}) {
  auto session = Session::create(model_of(text), std::move(options));
  EXPECT_TRUE(session) << session.error().message;
  return *std::move(session);
}

Tensor floats(std::initializer_list<float> values) {
  return Tensor::of<float>({std::ssize(values)}, values);
}

std::vector<float> values_of(const Datum& datum) {
  const auto values = datum.tensor().values<float>();
  return {values.begin(), values.end()};
}

// A convolution and a classifier, whose sizes are known, around a NonZero, whose size is not.
constexpr std::string_view kMixed = R"(
  (x: f32[1,2,4,4]) -> (picked, all) {
    w: f32[4,2,3,3] = {random 1}
    fc: f32[3,4] = {random 2}
    c = Conv(x, w) {pads=[1,1,1,1]}
    r = Relu(c)
    p = GlobalAveragePool(r)
    f = Flatten(p)
    all = Gemm(f, fc) {transB=1}
    k: f32[] = {0}
    m = Greater(all, k)
    at = NonZero(m)
    t = Transpose(at)
    picked = GatherND(all, t)
  })";

TEST(DynamicPlan, PlansTheStaticPartAsEver) {
  const auto session = session_of(kMixed);
  const Tensor x = *Tensor::zeros(DType::kF32, {1, 2, 4, 4});
  ASSERT_TRUE(session->run(std::span(&x, 1)));
  EXPECT_FALSE(session->memory().is_static);
  std::vector<std::string> kernels;
  for (const StepProfile& step : session->profile()) kernels.push_back(step.op);
  EXPECT_THAT(kernels, testing::Contains("mote.Conv")) << "lowered for its kernel";
}

TEST(DynamicPlan, GivesWhatTheReferencesGive) {
  SessionOptions plain;
  plain.optimize = false;
  Tensor x = *Tensor::zeros(DType::kF32, {1, 2, 4, 4});
  for (int i = 0; i < 32; ++i) x.mut().as<float>()[i] = static_cast<float>(i % 7) - 3.0F;
  const auto want = session_of(kMixed, plain)->run(std::span(&x, 1));
  const auto got = session_of(kMixed)->run(std::span(&x, 1));
  ASSERT_TRUE(want && got);
  ASSERT_EQ((*want)[0].dims(), (*got)[0].dims());
  for (std::int64_t i = 0; i < (*want)[0].count(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    EXPECT_NEAR((*want)[0].values<float>()[at], (*got)[0].values<float>()[at], 1e-5F);
  }
}

TEST(DynamicPlan, GivesSizesOfEachRun) {
  const auto session = session_of("(x: f32[n]) -> (y) { i = NonZero(x) y = Squeeze(i) }");
  for (const auto& [x, count] : {std::pair(floats({0, 1, 2}), 2), std::pair(floats({3, 4, 5}), 3),
                                 std::pair(floats({0, 0, 0}), 0)}) {
    const auto y = session->run(std::span(&x, 1));
    ASSERT_TRUE(y) << y.error().message;
    EXPECT_EQ((*y)[0].count(), count);
  }
}

TEST(DynamicPlan, WritesWhereTheCallerWantsItIfItFits) {
  const auto session = session_of("(x: f32[n]) -> (y) { i = NonZero(x) y = Cast(i) {to=1} }");
  const Tensor x = floats({0, 1, 2});
  Tensor room = *Tensor::zeros(DType::kF32, {1, 2});
  const TensorView in = x.view();
  MutTensorView out = room.mut();
  ASSERT_TRUE(session->run(std::span(&in, 1), std::span(&out, 1)));
  EXPECT_THAT(room.values<float>(), ElementsAre(1, 2));
  out.dims = {1, 3};
  const Status status = session->run(std::span(&in, 1), std::span(&out, 1));
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("is f32[1,2] in this run"));
}

constexpr std::string_view kSequences = R"(
  (s: seq(f32[...]), o: optional(f32[...])) -> (t, n) {
    has = OptionalHasElement(o)
    t = If(has) captures (s, o) {
      then_branch=graph captures (0: a, 1: b) -> (c) {
        e = OptionalGetElement(b)
        c = SequenceInsert(a, e)
      },
      else_branch=graph captures (0: a) -> (a) {}
    }
    n = SequenceLength(t)
  })";

TEST(DynamicPlan, TakesAndGivesSequencesAndOptionals) {
  const auto session = session_of(kSequences);
  const Datum two = Datum::sequence({floats({1}), floats({2, 3})});
  const Datum with[] = {two, floats({9})};
  auto y = session->run_data(with);
  ASSERT_TRUE(y) << y.error().message;
  ASSERT_EQ((*y)[0].elements().size(), 3U);
  EXPECT_THAT(values_of((*y)[0].elements()[2]), ElementsAre(9));
  EXPECT_EQ(two.elements().size(), 2U) << "the caller's sequence stays as it is";
  const Datum without[] = {two, Datum()};
  y = session->run_data(without);
  ASSERT_TRUE(y) << y.error().message;
  EXPECT_EQ((*y)[1].tensor().values<std::int64_t>()[0], 2);
}

TEST(DynamicPlan, RefusesDataOfAnotherKind) {
  const auto session = session_of(kSequences);
  const Datum tensor[] = {floats({1}), Datum()};
  auto y = session->run_data(tensor);
  ASSERT_FALSE(y);
  EXPECT_EQ(y.error().message, "input 's' is seq(f32[...]), is given f32");
  const Datum integers[] = {Datum::sequence({Tensor::scalar<std::int64_t>(1)}), Datum()};
  EXPECT_FALSE(session->run_data(integers));
  EXPECT_FALSE(session->run_data(std::span(tensor, 1)));
}

TEST(DynamicPlan, SaysThatAnOutputIsNoTensor) {
  const auto session = session_of("(x: f32[2]) -> (s) { s = SequenceConstruct(x, x) }");
  const Tensor x = floats({1, 2});
  const auto y = session->run(std::span(&x, 1));
  ASSERT_FALSE(y);
  EXPECT_THAT(y.error().message, HasSubstr("output 's' is a sequence: use run_data"));
}

TEST(DynamicPlan, RunsNodesOfALoopThatMeetsManySizes) {
  // The matrix product in the body sees another size in each iteration.
  const auto session = session_of(R"(
    (x: f32[1,2], n: s64[]) -> (y) {
      w: f32[2,2] = {1, 0, 0, 1}
      y = Loop(n, _, x) captures (w) {
        body=graph (i: s64[], c: bool[], s: f32[?,2]) captures (0: k) -> (c, t) {
          p = MatMul(s, k)
          t = Concat(p, s) {axis=0}
        }}
    })");
  const Tensor inputs[] = {Tensor::of<float>({1, 2}, {3, 4}), Tensor::scalar<std::int64_t>(6)};
  for (int round = 0; round < 2; ++round) {
    const auto y = session->run(inputs);
    ASSERT_TRUE(y) << y.error().message;
    ASSERT_EQ((*y)[0].dims(), Dims({64, 2}));
    EXPECT_EQ((*y)[0].values<float>()[127], 4.0F);
  }
}

TEST(DynamicPlan, RefusesAValueOfAnotherSizeThanWasPlanned) {
  // The sequence is declared to hold f32[2]; the node after it is planned for that.
  const auto session =
      session_of("(s: seq(f32[2])) -> (y) { i: s64[] = {0} e = SequenceAt(s, i) y = Neg(e) }");
  const Datum longer = Datum::sequence({floats({1, 2, 3})});
  const auto y = session->run_data(std::span(&longer, 1));
  ASSERT_FALSE(y);
  EXPECT_THAT(y.error().message, HasSubstr("value 'e' is f32[3], not f32[2]"));
}

TEST(DynamicPlan, LowersGraphsWhoseNodesLackTheirFirstInputOrOutput) {
  const auto session = session_of(R"(
    (x: f32[2,1,4], go: bool[]) -> (h, y) {
      w: f32[1,8,4] = {random 1}
      r: f32[1,8,2] = {random 2}
      _, h = LSTM(x, w, r) {hidden_size=2}
      y = Loop(_, go, h) { body=graph (i: s64[], c: bool[], s: f32[1,1,2]) -> (c, t) { t = Neg(s) }}
    })");
  const Tensor inputs[] = {*Tensor::zeros(DType::kF32, {2, 1, 4}), Tensor::scalar(false)};
  const auto y = session->run(inputs);
  ASSERT_TRUE(y) << y.error().message;
  EXPECT_EQ((*y)[1].dims(), Dims({1, 1, 2}));
}

// -- memory and time

std::string run_bounded(std::string_view text, const std::vector<Tensor>& inputs) {
  SessionOptions options;
  options.memory_budget_bytes = std::uint64_t{16} << 20;
  options.deadline = std::chrono::seconds(20);
  const auto session = session_of(text, options);
  const auto y = session->run(inputs);
  return y ? "" : y.error().message;
}

TEST(DynamicMemory, EndsALoopThatDoublesATensor) {
  EXPECT_THAT(run_bounded(R"((x: f32[1000]) -> (y) {
      go: bool[] = {1}
      y = Loop(_, go, x) {
        body=graph (i: s64[], c: bool[], s: f32[?]) -> (c, t) { t = Concat(s, s) {axis=0} }}
    })",
                          {*Tensor::zeros(DType::kF32, {1000})}),
              HasSubstr("over the memory budget of 16.0 MiB"));
}

TEST(DynamicMemory, EndsALoopThatCollectsForEver) {
  EXPECT_THAT(run_bounded(R"((x: f32[4]) -> (y, all) {
      go: bool[] = {1}
      y, all = Loop(_, go, x) {
        body=graph (i: s64[], c: bool[], s: f32[4]) -> (c, s, t) { t = Neg(s) }}
    })",
                          {*Tensor::zeros(DType::kF32, {4})}),
              HasSubstr("over the memory budget of 16.0 MiB"));
}

TEST(DynamicMemory, EndsALoopThatCollectsTheSameTensorForEver) {
  EXPECT_THAT(run_bounded(R"((x: f32[4]) -> (all) {
      go: bool[] = {1}
      _, all = Loop(_, go, x) captures (x) {
        body=graph (i: s64[], c: bool[], s: f32[4]) captures (0: k) -> (c, s, k) { }}
    })",
                          {*Tensor::zeros(DType::kF32, {4})}),
              HasSubstr("over the memory budget of 16.0 MiB"));
}

TEST(DynamicMemory, CountsTheTextThatALoopCollectsBeforeItIsCopied) {
  EXPECT_THAT(run_bounded(R"((x: string[1]) -> (all) {
      go: bool[] = {1}
      n: s64[] = {1000}
      _, all = Loop(n, go, x) captures (x) {
        body=graph (i: s64[], c: bool[], s: string[1]) captures (0: k) -> (c, s, k) { }}
    })",
                          {Tensor::of<std::string>({1}, {std::string(1 << 20, 'a')})}),
              HasSubstr("of text"));
}

TEST(DynamicMemory, EndsASequenceThatGrowsByTheSameTensor) {
  EXPECT_THAT(run_bounded(R"((x: f32[4]) -> (n) {
      go: bool[] = {1}
      e = SequenceEmpty()
      s = Loop(_, go, e) captures (x) {
        body=graph (i: s64[], c: bool[], s: seq(f32[...])) captures (0: k) -> (c, t) {
          t = SequenceInsert(s, k)
        }}
      n = SequenceLength(s)
    })",
                          {*Tensor::zeros(DType::kF32, {4})}),
              HasSubstr("over the memory budget of 16.0 MiB"));
}

TEST(DynamicMemory, GivesBackWhatIsDone) {
  // Each run makes 6 MB of a budget of 16; results of earlier runs do not count.
  SessionOptions options;
  options.memory_budget_bytes = std::uint64_t{16} << 20;
  const auto session =
      session_of("(n: s64[1]) -> (y) { x = ConstantOfShape(n) y = Neg(x) }", options);
  const Tensor n = Tensor::of<std::int64_t>({1}, {750'000});
  std::vector<Tensor> kept;
  for (int i = 0; i < 8; ++i) {
    const auto y = session->run(std::span(&n, 1));
    ASSERT_TRUE(y) << y.error().message;
    kept.push_back((*y)[0]);
  }
}

TEST(DynamicMemory, CountsTheCharactersOfStrings) {
  SessionOptions options;
  options.memory_budget_bytes = std::uint64_t{16} << 20;
  const auto session = session_of("(s: string[1], n: s64[1]) -> (y) { y = Expand(s, n) }", options);
  Tensor text = *Tensor::zeros(DType::kString, {1});
  text.mut().as<std::string>()[0] = std::string(1 << 20, 'a');
  const Tensor few[] = {text, Tensor::of<std::int64_t>({1}, {4})};
  EXPECT_TRUE(session->run(few));
  const Tensor many[] = {text, Tensor::of<std::int64_t>({1}, {1000})};
  const auto y = session->run(many);
  ASSERT_FALSE(y);
  EXPECT_EQ(y.error().code, Code::kResourceExhausted);
}

TEST(DynamicTime, EndsALoopWithoutEndAtTheDeadline) {
  SessionOptions options;
  options.deadline = std::chrono::milliseconds(20);
  const auto session = session_of(R"((x: f32[1]) -> (y) {
      go: bool[] = {1}
      y = Loop(_, go, x) {
        body=graph (i: s64[], c: bool[], s: f32[1]) -> (c, t) { t = Neg(s) }}
    })",
                                  options);
  const Tensor x = floats({1});
  const auto y = session->run(std::span(&x, 1));
  ASSERT_FALSE(y);
  EXPECT_EQ(y.error().code, Code::kCancelled);
}

}  // namespace
}  // namespace mote
