#include "runtime/plan_cache/plan_cache.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "base/test_folder.h"
#include "format/onnx/onnx.h"
#include "ir/text.h"
#include "mote/session.h"
#include "ops/ops.h"
#include "runtime/model_impl.h"
#include "runtime/random_tensors.h"

namespace mote {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNet = R"((x: f32[n,3,12,12]) -> (y) {
    w1: f32[8,3,3,3] = {random 1} b1: f32[8] = {random 2}
    wd: f32[8,1,3,3] = {random 4} fc: f32[10,8] = {random 6} k: f32[10] = {random 7}
    c1 = Conv(x, w1, b1) {pads=[1,1,1,1]}
    r1 = Relu(c1)
    d3 = Conv(r1, wd) {pads=[1,1,1,1], group=8, strides=[2,2]}
    p5 = GlobalAveragePool(d3)
    f5 = Flatten(p5)
    l6 = Gemm(f5, fc) {transB=1}
    y = Mul(l6, k)
  })";

class PlanCacheTest : public testing::Test {
 protected:
  void write_model(std::string_view text, bool external = false) {
    ModelDef def;
    def.graph = *parse_graph(text, all_ops());
    OnnxWriteOptions options;
    if (external) {
      options.external_file = "weights";
      options.external_threshold = 16;
    }
    const auto files = write_onnx(def, options);
    ASSERT_TRUE(files) << files.error().message;
    put(path_, files->model);
    if (external) put(folder_ / "weights", files->external);
  }
  static void put(const fs::path& path, std::string_view bytes) {
    fs::remove(path);
    std::ofstream(path, std::ios::binary) << bytes;
  }

  struct Run {
    Tensor y;
    bool from_cache = false;
    bool read_whole = false;
  };
  Run run(const SessionOptions& options = {}) {
    ModelOptions load;
    load.plan_cache = cache_;
    const auto model = Model::load(path_, load);
    EXPECT_TRUE(model) << model.error().message;
    auto session = Session::create(*model, options);
    EXPECT_TRUE(session) << session.error().message;
    Random random(3);
    const Tensor x = *random_tensor(DType::kF32, {2, 3, 12, 12}, random);
    auto out = (*session)->run(std::span(&x, 1));
    EXPECT_TRUE(out) << out.error().message;
    return {(*out)[0], (*session)->memory().from_cache, (*model)->source().whole != nullptr};
  }
  // Files of the cache whose names end so.
  std::vector<fs::path> kept(std::string_view end) const {
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(cache_)) {
      if (entry.path().native().ends_with(end)) paths.push_back(entry.path());
    }
    return paths;
  }

  const TestFolder test_folder_;
  const fs::path folder_ = test_folder_.path();
  const fs::path path_ = folder_ / "model.onnx";
  const fs::path cache_ = folder_ / "cache" / "plans";
};

TEST_F(PlanCacheTest, TheSecondStartReadsThePlanAndNotTheModel) {
  write_model(kNet);
  const Run first = run();
  EXPECT_FALSE(first.from_cache);
  EXPECT_TRUE(first.read_whole);
  const Run second = run();
  EXPECT_TRUE(second.from_cache);
  EXPECT_FALSE(second.read_whole);
  EXPECT_TRUE(equal(first.y, second.y));
}

TEST_F(PlanCacheTest, KnowsTheInterfaceOfAModelThatItDidNotRead) {
  write_model(kNet);
  ModelOptions load;
  load.plan_cache = cache_;
  const auto whole = *Model::load(path_, load);
  const auto known = *Model::load(path_, load);
  ASSERT_EQ(known->source().whole, nullptr);
  ASSERT_EQ(known->inputs().size(), 1U);
  EXPECT_EQ(to_string(known->inputs()[0]), to_string(whole->inputs()[0]));
  EXPECT_EQ(known->inputs()[0].name, "x");
  EXPECT_EQ(to_string(known->outputs()[0]), to_string(whole->outputs()[0]));
  ASSERT_TRUE(known->read_whole());
  EXPECT_EQ(to_text(known->impl().source), to_text(whole->impl().source));
}

TEST_F(PlanCacheTest, PlansForOtherSizesOrKernelsAreOtherPlans) {
  write_model(kNet);
  run();
  EXPECT_FALSE(run({.isa = "scalar"}).from_cache);
  EXPECT_TRUE(run({.isa = "scalar"}).from_cache);
  EXPECT_TRUE(run().from_cache);
  EXPECT_EQ(kept(".plan").size(), 2U);
  EXPECT_EQ(kept(".model").size(), 1U);
}

TEST_F(PlanCacheTest, ThreadsShareTheKeptPlan) {
  write_model(kNet);
  const Run one = run({.threads = 1});
  const Run two = run({.threads = 2});
  EXPECT_TRUE(two.from_cache);
  EXPECT_TRUE(equal(one.y, two.y));
}

TEST_F(PlanCacheTest, AModelThatWasReplacedIsPlannedAnew) {
  write_model(kNet);
  const Run first = run();
  std::string other(kNet);
  other.replace(other.find("{random 6}"), 10, "{random 9}");
  write_model(other);
  const Run second = run();
  EXPECT_FALSE(second.from_cache);
  EXPECT_FALSE(equal(first.y, second.y));
  EXPECT_TRUE(run().from_cache);
  EXPECT_EQ(kept(".plan").size(), 1U) << "the stale one has given way";
}

TEST_F(PlanCacheTest, SoIsOneWhoseExternalDataWas) {
  write_model(kNet, true);
  const Run first = run();
  EXPECT_TRUE(run().from_cache);
  std::string other(kNet);
  other.replace(other.find("{random 6}"), 10, "{random 9}");
  const auto model_written = fs::last_write_time(path_);
  write_model(other, true);
  fs::last_write_time(path_, model_written);
  const Run second = run();
  EXPECT_FALSE(second.from_cache);
  EXPECT_FALSE(equal(first.y, second.y));
}

TEST_F(PlanCacheTest, AChangeAfterLoadingIsAnErrorWhereTheModelMustBeRead) {
  write_model(kNet);
  run();
  ModelOptions load;
  load.plan_cache = cache_;
  const auto model = *Model::load(path_, load);
  write_model(kNet);
  const Status read = model->read_whole();
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::kCorrupt);
  EXPECT_FALSE(model->read_whole()) << "it stays so";
  auto session = *Session::create(model);
  const Tensor x = *Tensor::zeros(DType::kF32, {1, 3, 12, 12});  // of these sizes there is no plan
  EXPECT_EQ(session->run(std::span(&x, 1)).error().code, Code::kCorrupt);
}

TEST_F(PlanCacheTest, DamagedFilesAreMadeAnew) {
  write_model(kNet);
  const Run first = run();
  for (const std::string_view end : {".plan", ".model"}) {
    const fs::path path = kept(end).at(0);
    const auto size = fs::file_size(path);
    for (const std::uintmax_t cut : {std::uintmax_t{0}, std::uintmax_t{30}, size / 2, size - 1}) {
      fs::resize_file(path, cut);
      EXPECT_TRUE(equal(run().y, first.y)) << path << cut;
      EXPECT_TRUE(run().from_cache) << "it was written again";
    }
    for (std::uintmax_t at = 0; at < std::min<std::uintmax_t>(size, 3000); at += 7) {
      std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
      file.seekp(static_cast<std::streamoff>(at));
      file.put('\xA5');
      file.close();
      EXPECT_TRUE(equal(run().y, first.y)) << path << at;
    }
  }
}

TEST_F(PlanCacheTest, AFolderThatOthersMayWriteToIsRefused) {
  write_model(kNet);
  fs::create_directories(cache_);
  ASSERT_EQ(::chmod(cache_.c_str(), 0777), 0);
  ModelOptions load;
  load.plan_cache = cache_;
  const auto model = Model::load(path_, load);
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, Code::kInvalidArgument);
  EXPECT_NE(model.error().message.find("chmod go-w"), std::string::npos) << model.error().message;
}

TEST_F(PlanCacheTest, AModelThatCannotBePlannedWholeRunsWithoutAPlan) {
  write_model(R"((x: f32[n,3,12,12]) -> (y) { y = NonZero(x) })");
  EXPECT_FALSE(run().from_cache);
  const Run second = run();
  EXPECT_FALSE(second.from_cache);
  EXPECT_TRUE(second.read_whole);
}

TEST(PlanStore, GivesAllThatAskThePlanThatOneMade) {
  PlanStore plans;
  int made = 0;
  const auto make = [&]() -> Result<std::unique_ptr<Plan>> {
    ++made;
    return std::make_unique<Plan>();
  };
  auto first = *plans.find_or_make("a", make);
  const auto second = *plans.find_or_make("a", make);
  EXPECT_EQ(first, second);
  EXPECT_EQ(made, 1);
  EXPECT_NE(*plans.find_or_make("b", make), first);
  const std::weak_ptr<const Plan> gone = first;
  first.reset();
  EXPECT_FALSE(gone.expired());
}

}  // namespace
}  // namespace mote
