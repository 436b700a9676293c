#include "mote/session.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <thread>

#include "kernels/table.h"
#include "runtime/allocation_count.h"
#include "runtime/random_tensors.h"
#include "runtime/text_model.h"

namespace mote {
namespace {

// A residual block, an inverted residual, pooling, a classifier: what a small net is made of.
constexpr std::string_view kNet = R"(
  (x: f32[n,3,12,12]) -> (y) {
    w1: f32[8,3,3,3] = {random 1}
    b1: f32[8] = {random 2}
    w2: f32[8,8,3,3] = {random 3}
    wd: f32[8,1,3,3] = {random 4}
    we: f32[16,8,1,1] = {random 5}
    fc: f32[10,16] = {random 6}
    c1 = Conv(x, w1, b1) {pads=[1,1,1,1]}
    r1 = Relu(c1)
    c2 = Conv(r1, w2) {pads=[1,1,1,1]}
    a2 = Add(c2, r1)
    r2 = Relu(a2)
    d3 = Conv(r2, wd) {pads=[1,1,1,1], group=8, strides=[2,2]}
    h3 = HardSwish(d3)
    e4 = Conv(h3, we)
    p5 = GlobalAveragePool(e4)
    f5 = Flatten(p5)
    l6 = Gemm(f5, fc) {transB=1}
    y = Softmax(l6)
  })";

Tensor random_input(const Dims& dims) {
  Random random(3);
  return *random_tensor(DType::kF32, dims, random);
}

std::vector<float> run_once(const std::shared_ptr<const Model>& model, SessionOptions options,
                            const Tensor& x) {
  auto session = Session::create(model, std::move(options));
  EXPECT_TRUE(session) << session.error().message;
  const auto out = (*session)->run(std::span(&x, 1));
  EXPECT_TRUE(out) << out.error().message;
  const auto values = (*out)[0].values<float>();
  return {values.begin(), values.end()};
}

void expect_near(const std::vector<float>& a, const std::vector<float>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-5F) << i;
}

TEST(Session, OptimisedEqualsReferenceOnEveryIsa) {
  const auto model = model_of(kNet);
  const Tensor x = random_input({2, 3, 12, 12});
  SessionOptions plain;
  plain.optimize = false;
  const auto want = run_once(model, plain, x);
  for (const KernelTable* isa : runnable_kernels()) {
    SessionOptions options;
    options.isa = isa->isa;
    expect_near(run_once(model, options, x), want);
  }
}

TEST(Session, ThreadsChangeNoBit) {
  const auto model = model_of(kNet);
  const Tensor x = random_input({1, 3, 12, 12});
  SessionOptions options;
  options.threads = 1;
  const auto want = run_once(model, options, x);
  for (const int threads : {2, 3, 4}) {
    options.threads = threads;
    EXPECT_EQ(run_once(model, options, x), want) << threads;
  }
}

TEST(Session, AStaticRunAllocatesNothing) {
  const auto model = model_of(kNet);
  SessionOptions options;
  options.threads = 2;
  auto session = *Session::create(model, options);
  const Tensor x = random_input({1, 3, 12, 12});
  Tensor y = *Tensor::zeros(DType::kF32, {1, 10});
  const Dims dims[] = {x.dims()};
  ASSERT_TRUE(session->prepare(dims));
  const TensorView in[] = {x.view()};
  const MutTensorView out[] = {y.mut()};
  const std::int64_t before = allocation_count();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(session->run(in, out));
  EXPECT_EQ(allocation_count(), before);
  EXPECT_TRUE(session->memory().is_static);
}

TEST(Session, PlansFollowTheInputsSizes) {
  auto session = *Session::create(model_of(kNet));
  for (const std::int64_t n : {1, 3, 1, 2}) {
    const Tensor x = random_input({n, 3, 12, 12});
    const auto out = session->run(std::span(&x, 1));
    ASSERT_TRUE(out) << out.error().message;
    EXPECT_EQ((*out)[0].dims(), (Dims{n, 10}));
  }
}

TEST(Session, WrongInputsAreNamed) {
  auto session = *Session::create(model_of(kNet));
  const auto message = [&](const Tensor& x) {
    return session->run(std::span(&x, 1)).error().message;
  };
  EXPECT_EQ(message(random_input({1, 4, 12, 12})),
            "input 'x': type f32[1,4,12,12] contradicts f32[n,3,12,12]");
  EXPECT_EQ(message(Tensor::scalar<std::int64_t>(1)), "input 'x' is f32[n,3,12,12], is given s64");
  EXPECT_EQ(session->run({}).error().message, "the model takes 1 inputs, is given 0");
}

TEST(Session, TheBudgetHoldsBeforeMemoryIsTaken) {
  SessionOptions options;
  options.memory_budget_bytes = 4096;
  auto session = *Session::create(model_of(kNet), options);
  const Tensor x = random_input({1, 3, 12, 12});
  const auto out = session->run(std::span(&x, 1));
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, Code::kResourceExhausted);
}

TEST(Session, ADeadlineThatHasPassedEndsTheRun) {
  SessionOptions options;
  options.deadline = std::chrono::nanoseconds(0);
  auto session = *Session::create(model_of(kNet), options);
  const Tensor x = random_input({1, 3, 12, 12});
  EXPECT_EQ(session->run(std::span(&x, 1)).error().code, Code::kCancelled);
}

TEST(Session, CancelEndsOneRun) {
  auto session = *Session::create(model_of(kNet));
  const Tensor x = random_input({1, 3, 12, 12});
  session->cancel();
  EXPECT_EQ(session->run(std::span(&x, 1)).error().code, Code::kCancelled);
  EXPECT_TRUE(session->run(std::span(&x, 1)));
}

TEST(Session, UnknownIsaIsAnError) {
  SessionOptions options;
  options.isa = "mmx";
  const auto session = Session::create(model_of(kNet), options);
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code, Code::kInvalidArgument);
  EXPECT_NE(session.error().message.find("isa mmx"), std::string::npos);
}

TEST(Session, EverythingInTheWayIsNamedAtOnce) {
  const auto model = model_of(
      "(x: f32[2]) -> (z) { y = my.Magic(x) \"one\" w = Relu(y) z = other.Spell(w) \"two\" }");
  ASSERT_EQ(model->obstacles().size(), 2U);
  const auto session = Session::create(model);
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code, Code::kUnsupported);
  for (const char* part : {"'one' (my.Magic)", "'two' (other.Spell)"}) {
    EXPECT_NE(session.error().message.find(part), std::string::npos) << session.error().message;
  }
}

TEST(Session, SizesThatHangOnValuesRunNodeByNode) {
  auto session = *Session::create(
      model_of("(x: f32[2,3], s: s64[2]) -> (y) { r = Relu(x) y = Reshape(r, s) }"));
  const Tensor in[] = {Tensor::of<float>({2, 3}, {-1, 2, -3, 4, -5, 6}),
                       Tensor::of<std::int64_t>({2}, {3, -1})};
  const auto out = session->run(in);
  ASSERT_TRUE(out) << out.error().message;
  EXPECT_TRUE(equal((*out)[0], Tensor::of<float>({3, 2}, {0, 2, 0, 4, 0, 6})));
  EXPECT_FALSE(session->memory().is_static);
}

TEST(Session, IfRunsTheBranchThatTheConditionNames) {
  auto session = *Session::create(model_of(R"(
    (c: bool[], x: f32[2]) -> (y) {
      a = Neg(x)
      y = If(c) captures (a) {
        then_branch=graph captures (0: v) -> (v) {},
        else_branch=graph captures (0: v) -> (w) { w = Abs(v) }}
    })"));
  for (const bool c : {true, false}) {
    Tensor condition = *Tensor::zeros(DType::kBool, {});
    *condition.mut().as<bool>() = c;
    const Tensor in[] = {condition, Tensor::of<float>({2}, {3, -4})};
    const auto out = session->run(in);
    ASSERT_TRUE(out) << out.error().message;
    const auto y = (*out)[0].values<float>();
    EXPECT_EQ(y[0], c ? -3.0F : 3.0F);
    EXPECT_EQ(y[1], 4.0F);
    EXPECT_TRUE(session->memory().is_static);
  }
}

TEST(Session, TheProfileCoversEveryStep) {
  SessionOptions options;
  options.profile = true;
  auto session = *Session::create(model_of(kNet), options);
  const Tensor x = random_input({1, 3, 12, 12});
  ASSERT_TRUE(session->run(std::span(&x, 1)));
  const auto profile = session->profile();
  ASSERT_FALSE(profile.empty());
  std::int64_t macs = 0;
  for (const StepProfile& s : profile) {
    EXPECT_GT(s.time.count(), 0) << s.node;
    macs += s.macs;
  }
  const std::int64_t want = 144 * 8 * 27 + 144 * 8 * 72 + 36 * 8 * 9 + 36 * 16 * 8 + 160;
  EXPECT_EQ(macs, want);
}

TEST(Session, SessionsOnManyThreadsShareAModel) {
  const auto model = model_of(kNet);
  const Tensor x = random_input({1, 3, 12, 12});
  const auto want = run_once(model, {}, x);
  std::vector<std::thread> threads;
  std::atomic<int> equal_results = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] { equal_results += run_once(model, {}, x) == want ? 1 : 0; });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(equal_results, 4);
}

}  // namespace
}  // namespace mote
