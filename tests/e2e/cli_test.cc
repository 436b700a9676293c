// The program as people start it, on the example that comes with it.
#include "cli_fixture.h"

namespace mote {
namespace {

using testing::HasSubstr;

TEST_F(Cli, InspectTellsInterfaceParametersAndThatItRuns) {
  const Ended ended = mote("inspect " + kModel);
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("opset 17"));
  EXPECT_THAT(ended.out, HasSubstr("f32[batch,1,8,8]"));
  EXPECT_THAT(ended.out, HasSubstr("28,410"));
  EXPECT_THAT(ended.out, HasSubstr("every operator is supported"));
}

TEST_F(Cli, InspectCountsForTheSizesAskedFor) {
  const Json one = json("inspect --json " + kModel);
  const Json eight = json("inspect --json --size batch=8 " + kModel);
  EXPECT_EQ(one["parameters"], 28410);
  EXPECT_EQ(one["inputs"][0]["shape"], Json({"batch", 1, 8, 8}));
  EXPECT_EQ(one["operators"]["Gemm"], 1);
  EXPECT_EQ(one["obstacles"], Json::array());
  EXPECT_EQ(one["static"], true);
  EXPECT_GT(one["macs"], 0);
  EXPECT_EQ(eight["sizes"]["image"], Json({8, 1, 8, 8}));
  EXPECT_EQ(eight["macs"].get<long>(), 8 * one["macs"].get<long>());
  EXPECT_GT(eight["arena_bytes"], one["arena_bytes"]);
}

TEST_F(Cli, InspectPrintsTheGraphAndThePlan) {
  EXPECT_THAT(mote("inspect --text " + kModel).out, HasSubstr("= Conv("));
  EXPECT_THAT(mote("inspect --plan " + kModel).out, HasSubstr("kernel"));
  EXPECT_FALSE(json("inspect --plan --json " + kModel)["plan"].empty());
}

TEST_F(Cli, RunNamesTheDigitOfEachImage) {
  const Ended one = mote("run " + kModel + " --top 1 --image " + kDigits + "images/3_0.png");
  ASSERT_EQ(one.status, 0) << one.err;
  EXPECT_EQ(one.err, "");
  EXPECT_THAT(one.out, HasSubstr("3_0.png: 3 "));
  EXPECT_THAT(one.out, HasSubstr("%"));
  const Json all = json("run " + kModel + " --json --image " + kDigits + "images");
  ASSERT_EQ(all["images"].size(), 12U);
  for (const Json& image : all["images"]) {
    const std::string name = fs::path(image["image"].get<std::string>()).filename();
    ASSERT_EQ(image["classes"].size(), 5U);
    EXPECT_EQ(image["classes"][0]["label"], name.substr(0, 1));
    EXPECT_GT(image["classes"][0]["score"], image["classes"][1]["score"]);
  }
}

TEST_F(Cli, RunTakesArraysAndWritesThem) {
  const std::string x = write_npy("x.npy", "<f4", "(2, 1, 8, 8)", std::string(2 * 64 * 4, '\0'));
  const std::string out = (folder_ / "out").native();
  const Json ran = json("run " + kModel + " --json --input image=" + x + " --output-dir " + out);
  ASSERT_EQ(ran["outputs"].size(), 1U);
  EXPECT_EQ(ran["outputs"][0]["name"], "logits");
  EXPECT_EQ(ran["outputs"][0]["shape"], Json({2, 10}));
  EXPECT_EQ(ran["outputs"][0]["values"].size(), 20U);
  EXPECT_EQ(ran["outputs"][0]["values"][3], ran["outputs"][0]["values"][13]);  // equal rows
  const std::string file = read(out + "/logits.npy");
  EXPECT_THAT(file, HasSubstr("(2, 10)"));
  EXPECT_EQ(file.size() % 64, 20U * 4 % 64);
}

TEST_F(Cli, EvalReachesTheFigureOfTheReadme) {
  const Json arrays = json("eval " + kModel + " --json --data " + kDigits + "holdout.npz");
  EXPECT_EQ(arrays["n"], 450);
  EXPECT_EQ(arrays["top1_hits"], 445);
  EXPECT_NEAR(arrays["top1"].get<double>(), 445.0 / 450.0, 1e-12);
  EXPECT_NEAR(arrays["top1_interval"][0].get<double>(), 0.974, 5e-4);
  EXPECT_NEAR(arrays["top1_interval"][1].get<double>(), 0.995, 5e-4);
  const Json images = json("eval " + kModel + " --json --data " + kDigits + "images");
  EXPECT_EQ(images["n"], 12);
  const Ended text = mote("eval " + kModel + " --data " + kDigits + "holdout.npz");
  EXPECT_THAT(text.out, HasSubstr("98.89 %  (445 of 450; 95 % interval 97.4"));
}

TEST_F(Cli, EvalTakesTheFirstOfEachClass) {
  EXPECT_EQ(json("eval " + kModel + " --json --per-class 3 --data " + kDigits + "holdout.npz")["n"],
            30);
}

TEST_F(Cli, EvalFollowsTheFlagsAboutImages) {
  const std::string data = " --json --data " + kDigits + "images";
  const Json as_described = json("eval " + kModel + data);
  const Json dark = json("eval " + kModel + data + " --scale 255000");  // nearly black
  EXPECT_LT(dark["top1"], as_described["top1"]);
}

TEST_F(Cli, BenchGivesItsFields) {
  const Json bench = json("bench " + kModel + " --json --profile --threads 1 --runs 20");
  EXPECT_EQ(bench["runs"], 20);
  EXPECT_EQ(bench["threads"], 1);
  EXPECT_EQ(bench["static"], true);
  for (const char* field : {"median_ms", "min_ms", "p90_ms", "p99_ms", "load_ms", "first_run_ms",
                            "arena_bytes", "packed_bytes", "peak_rss_bytes", "macs"}) {
    ASSERT_TRUE(bench[field].is_number()) << field;
    EXPECT_GT(bench[field].get<double>(), 0) << field;
  }
  EXPECT_LE(bench["min_ms"], bench["median_ms"]);
  EXPECT_LE(bench["median_ms"], bench["p90_ms"]);
  EXPECT_LE(bench["p90_ms"], bench["p99_ms"]);
  EXPECT_TRUE(bench["isa"].is_string());
  double share = 0;
  for (const Json& step : bench["steps"]) share += step["share"].get<double>();
  EXPECT_NEAR(share, 1.0, 1e-6);
  EXPECT_GT(bench["limits"]["cache_gbps"], 0);
  for (const Json& step : bench["steps"]) {
    EXPECT_GT(step["bytes"], 0) << step;
    EXPECT_GT(step["limit_share"], 0) << step;
  }
  EXPECT_THAT(mote("bench " + kModel + " --runs 3 --profile").out, HasSubstr("GFLOP/s"));
}

TEST_F(Cli, BenchWritesATraceOfItsSteps) {
  const std::string path = (folder_ / "trace.json").native();
  const Json bench = json("bench " + kModel + " --json --runs 3 --trace '" + path + "'");
  std::ifstream file(path);
  const Json trace = Json::parse(file);
  double end_us = 0;
  std::size_t steps = 0;
  for (const Json& event : trace["traceEvents"]) {
    if (event["ph"] != "X") continue;
    EXPECT_NEAR(event["ts"], end_us, 1e-6) << "each begins where the one before ended";
    end_us = event["ts"].get<double>() + event["dur"].get<double>();
    EXPECT_EQ(event["args"]["kernel"], bench["steps"][steps]["kernel"]);
    ++steps;
  }
  EXPECT_EQ(steps, bench["steps"].size());
  EXPECT_THAT(mote("bench " + kModel + " --runs 1 --trace '/absent/t.json'").err,
              HasSubstr("/absent/t.json"));
}

TEST_F(Cli, PrecisionIsToldAsItIs) {
  const Json exact = json("bench " + kModel + " --json --runs 1");
  EXPECT_EQ(exact["products"], "f32");
  const Ended fast = mote("bench " + kModel + " --json --runs 1 --precision fast");
  EXPECT_EQ(fast.status, 0);
  const bool noted = fast.err.find("no units for bf16") != std::string::npos;
  EXPECT_EQ(Json::parse(fast.out)["products"], noted ? "f32" : "bf16");
  EXPECT_EQ(mote("bench " + kModel + " --precision high").status, 2);
}

TEST_F(Cli, APlanCacheServesTheNextStart) {
  const std::string cache = " --plan-cache '" + (folder_ / "plans").native() + "'";
  const std::string bench = "bench " + kModel + " --json --runs 3" + cache;
  EXPECT_EQ(json(bench)["from_cache"], false);
  EXPECT_EQ(json(bench)["from_cache"], true);
  const std::string run = "run " + kModel + " --json --image " + kDigits + "images/7_0.png";
  EXPECT_EQ(json(run)["images"][0]["classes"], json(run + cache)["images"][0]["classes"]);
}

TEST_F(Cli, SlimListsWhatAModelNeeds) {
  const std::string list = (folder_ / "slim.cmake").native();
  const Ended ended = mote("slim " + kModel + " --json -o " + list);
  ASSERT_EQ(ended.status, 0) << ended.err;
  const Json json = Json::parse(ended.out);
  const auto has = [&](const char* field, const char* name) {
    return std::ranges::find(json[field], name) != json[field].end();
  };
  EXPECT_TRUE(has("operators", "MaxPool")) << "as it is read";
  EXPECT_TRUE(has("operators", "mote.Conv")) << "as it is lowered";
  EXPECT_FALSE(has("operators", "Softmax"));
  EXPECT_TRUE(has("onnx_operators", "Gemm"));
  EXPECT_TRUE(has("kernels", "gemm_f32"));
  EXPECT_FALSE(has("kernels", "product_q8"));
  EXPECT_TRUE(has("passes", "fold_batch_norm"));
  EXPECT_EQ(json["gradients"], Json::array());
  EXPECT_EQ(json["formats"], Json({"onnx"}));
  EXPECT_THAT(read(list), HasSubstr("set(MOTE_SLIM_FORMATS onnx)\n"));
  EXPECT_EQ(mote("slim " + kModel).out, read(list));
}

TEST_F(Cli, AnInterruptEndsARunAndSaysSo) {
  const std::string err = (folder_ / "stderr").native();
  const std::string command = std::string("timeout --preserve-status -s INT 1 '") + MOTE_BINARY +
                              "' bench " + kModel + " --runs 1000000 2>'" + err + "'";
  const int status = std::system(command.c_str());
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 1);
  EXPECT_THAT(read(err), HasSubstr("interrupted"));
}

TEST_F(Cli, VerifyCountsCasesAndEndsWithTheCount) {
  const Ended passed = mote("verify " + kDigits);
  EXPECT_EQ(passed.status, 0) << passed.out;
  EXPECT_EQ(passed.out, "3 passed, 0 failed\n");
  EXPECT_EQ(mote("verify --reference " + kDigits).out, "3 passed, 0 failed\n");
  EXPECT_EQ(json("verify --json " + kDigits)["passed"], 3);
}

TEST_F(Cli, VerifyTellsEachFailureInOneLine) {
  fs::create_directories(folder_ / "m/test_data_set_0");
  fs::copy(kModel, folder_ / "m/model.onnx");
  fs::copy(kDigits + "test_data_set_0/input_0.pb", folder_ / "m/test_data_set_0/input_0.pb");
  std::string expected = read(kDigits + "test_data_set_0/output_0.pb");
  expected.back() = static_cast<char>(expected.back() ^ 0x40);  // exponent of the last float
  write("m/test_data_set_0/output_0.pb", expected);
  const Ended failed = mote("verify '" + folder_.native() + "'");
  EXPECT_EQ(failed.status, 1);
  EXPECT_EQ(std::ranges::count(failed.out, '\n'), 2) << failed.out;
  EXPECT_THAT(failed.out, testing::StartsWith("FAIL "));
  EXPECT_THAT(failed.out, HasSubstr("test_data_set_0: output 'logits': "));
  EXPECT_THAT(failed.out, HasSubstr(" at [0,"));
  EXPECT_THAT(failed.out, testing::EndsWith("\n0 passed, 1 failed\n"));
}

TEST_F(Cli, RefusesBadFiles) {
  const std::string junk = write("junk.onnx", "this is no model");
  const std::string cut = write("cut.onnx", read(kModel).substr(0, 60000));
  for (const char* command : {"inspect ", "run ", "bench "}) {
    expect_refused(command + junk, 1, "junk.onnx");
    expect_refused(command + cut, 1, "cut.onnx");
    expect_refused(command + folder_.native(), 1, folder_.native());
    expect_refused(command + folder_.native() + "/nosuch.onnx", 1, "nosuch.onnx");
  }
  expect_refused("eval " + kModel + " --data " + junk, 1, "junk.onnx");
  expect_refused("verify '" + folder_.native() + "'", 1, "model.onnx");
}

TEST_F(Cli, RefusesBadImages) {
  const std::string text = write("text.png", "no image");
  expect_refused("run " + kModel + " --image " + text, 1, "text.png");
  const std::string cut = write("cut.png", read(kDigits + "images/3_0.png").substr(0, 60));
  expect_refused("run " + kModel + " --image " + cut, 1, "cut.png");
  const Ended none = mote("run " + kModel + " --image nosuch.png");
  EXPECT_EQ(none.err, "mote: nosuch.png: No such file or directory\n");
  const Ended folder = mote("run " + kModel + " --image '" + folder_.native() + "'");
  EXPECT_EQ(folder.status, 1);
  EXPECT_THAT(folder.err, HasSubstr("text.png"));
  EXPECT_THAT(folder.err, HasSubstr("cut.png"));
}

TEST_F(Cli, RefusesBadArraysAndNamesWhatIsMissing) {
  const std::string wide = write_npy("w.npy", "<f4", "(1, 1, 9, 8)", std::string(72 * 4, '\0'));
  const std::string flat = write_npy("f.npy", "<f4", "(64,)", std::string(64 * 4, '\0'));
  const std::string f64 = write_npy("d.npy", "<f8", "(1, 1, 8, 8)", std::string(64 * 8, '\0'));
  const std::string cut = write_npy("c.npy", "<f4", "(1, 1, 8, 8)", std::string(63 * 4, '\0'));
  expect_refused("run " + kModel + " --input image=" + wide, 1, "image");
  expect_refused("run " + kModel + " --input image=" + flat, 1, "image");
  expect_refused("run " + kModel + " --input image=" + f64, 1, "f64");
  expect_refused("run " + kModel + " --input image=" + cut, 1, "c.npy");
  expect_refused("run " + kModel + " --input imag=" + flat, 2, "no input 'imag'");
  expect_refused("run " + kModel, 1, "nothing is given for input 'image'");
}

TEST_F(Cli, RefusesBadFlags) {
  expect_refused("bench " + kModel + " --runs -1", 2, "--runs");
  expect_refused("bench " + kModel + " --isa avx9000", 2, "avx9000");
  expect_refused("bench " + kModel + " --memory-budget 1k", 1, "over the limit of 1.0 KiB");
  expect_refused("bench " + kModel + " --memory-budget 150k", 1, "150.0 KiB");
  expect_refused("inspect " + kModel + " --size bach=2", 2, "bach");
  expect_refused("inspect " + kModel + " --size batch", 2, "--size batch: expected NAME=N");
  expect_refused("inspect " + kModel + " --disable-pass nosuch", 2, "nosuch");
  expect_refused("run " + kModel + " --color YUV --image " + kDigits + "images/3_0.png", 2,
                 "--color YUV: it must be one of");
  expect_refused("run " + kModel + " --size 9 --image " + kDigits + "images/3_0.png", 2,
                 "--size 9");
}

TEST_F(Cli, HoldsArraysAndImagesToTheBudget) {
  const std::string image = " --image " + kDigits + "images/3_0.png";
  expect_refused("bench " + kModel + " --size batch=1000000 --memory-budget 100MiB", 1,
                 "grant more with --memory-budget, now 100.0 MiB");
  const std::string large = write_npy("l.npy", "<f4", "(9000, 1, 8, 8)", "");
  fs::resize_file(large, fs::file_size(large) + std::uint64_t{9000} * 64 * 4);
  expect_refused("run " + kModel + " --memory-budget 2MiB --input image=" + large, 1,
                 "grant more with --memory-budget");
  expect_refused("run " + kModel + " --memory-budget 4MiB --input image=" + large, 1,
                 "grant more with --memory-budget");
  EXPECT_EQ(mote("run " + kModel + " --memory-budget 400MiB --input image=" + large).status, 0);
  expect_refused("inspect " + kModel + " --memory-budget 1k", 1, "grant more with");
  EXPECT_EQ(mote("run " + kModel + " --memory-budget 1.5MiB" + image).status, 0);
}

TEST_F(Cli, RefusesFlagsThatWouldDoNothing) {
  const std::string x = write_npy("a=b/x.npy", "<f4", "(1, 1, 8, 8)", std::string(64 * 4, '\0'));
  const std::string input = "run " + kModel + " --input image=" + x;
  EXPECT_EQ(mote(input).status, 0);  // a path with '='
  expect_refused(input + " --input image=" + x, 2, "'image' is given twice");
  expect_refused(input + " --image " + kDigits + "images/3_0.png", 2, "--input image");
  expect_refused(input + " --crop center", 2, "--crop requires --image");
}

TEST_F(Cli, ChecksTheNumberOfLabelsAndNamesTheirFile) {
  const std::string two = write("two.txt", "a\nb\n");
  const std::string image = " --image " + kDigits + "images/3_0.png";
  expect_refused("run " + kModel + image + " --labels " + two, 1, "two.txt' has 2 labels");
  expect_refused("eval " + kModel + " --data " + kDigits + "holdout.npz --labels " + two, 1,
                 "two.txt' has 2 labels");
  expect_refused("run " + kModel + image + " --labels " + write("none.txt", "\n"), 1, "none.txt");
}

TEST_F(Cli, EvalTellsThatClassesGoByTheOrderOfNames) {
  fs::create_directories(folder_ / "set/three");
  fs::create_directories(folder_ / "set/__MACOSX");
  fs::copy(kDigits + "images/3_0.png", folder_ / "set/three/a.png");
  const std::string set = (folder_ / "set").native();
  const Ended ordered = mote("eval " + kModel + " --data " + set);
  EXPECT_EQ(ordered.status, 0);
  EXPECT_THAT(ordered.err, HasSubstr("in the order of their names: 0 is 'three'"));
  fs::rename(folder_ / "set/three", folder_ / "set/3");
  EXPECT_EQ(json("eval " + kModel + " --json --data " + set)["top1_hits"], 1);
  write("set/labels.csv", "none.png,0\n");
  EXPECT_EQ(mote("eval " + kModel + " --data " + set).err,
            "mote: " + set + "/none.png: No such file or directory\n");
}

TEST_F(Cli, NamesTheDeadlineThatPassed) {
  expect_refused("bench " + kModel + " --size batch=4096 --runs 3 --deadline 0.001", 1,
                 "grant more with --deadline, now 0.001 ms");
}

TEST_F(Cli, NamesTheFolderThatCannotBeMadeOnly) {
  const std::string file = write("file", "");
  const Ended ended =
      mote("run " + kModel + " --output-dir " + file + " --image " + kDigits + "images/3_0.png");
  EXPECT_EQ(ended.status, 1);
  EXPECT_EQ(ended.err, "mote: " + file + ": Not a directory\n");
}

TEST_F(Cli, CountsACaseOnceHoweverOftenItIsFound) {
  EXPECT_EQ(mote("verify " + kDigits + " ./examples").out, "3 passed, 0 failed\n");
}

TEST_F(Cli, TellsThatItsOutputCannotBeWritten) {
  if (!fs::exists("/dev/full")) GTEST_SKIP();
  for (const char* arguments : {"--help", "--version", "bench --help"}) {
    const std::string command = std::string("'") + MOTE_BINARY + "' " + arguments + " >/dev/full";
    const int status = std::system((command + " 2>/dev/null").c_str());
    EXPECT_EQ(WEXITSTATUS(status), 1) << arguments;
  }
}

TEST_F(Cli, EveryPassCanBeLeftOut) {
  const Json plan = json("bench " + kModel + " --json --runs 1 --disable-pass fold_batch_norm");
  EXPECT_EQ(plan["runs"], 1);
  EXPECT_EQ(mote("verify --disable-pass fold_batch_norm " + kDigits).out, "3 passed, 0 failed\n");
}

}  // namespace
}  // namespace mote
