#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "cli/command_line.h"
#include "cli/commands/slim_list.h"
#include "cli/commands/tensor_report.h"
#include "cli/flags/checks.h"
#include "cli/flags/input_sizes.h"
#include "cli/flags/runtime_flags.h"
#include "cli/terminal/output.h"

namespace mote::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Printable, HidesWhatATerminalWouldObeyAndKeepsOtherText) {
  EXPECT_EQ(printable("a\x1b[2Jb\n"), "a\\x1b[2Jb\\x0a");
  EXPECT_EQ(printable("\xc2\x9b"
                      "2J\x7f"),
            "\\x9b2J\\x7f");  // U+009B is the 8-bit "ESC ["
  EXPECT_EQ(printable("gr\xc3\xbcn \xc2\xa0"), "gr\xc3\xbcn \xc2\xa0");  // U+00A0 is no control
}

TEST(WithCommas, GroupsByThree) {
  EXPECT_EQ(with_commas(0), "0");
  EXPECT_EQ(with_commas(999), "999");
  EXPECT_EQ(with_commas(1000), "1,000");
  EXPECT_EQ(with_commas(28410123), "28,410,123");
  EXPECT_EQ(with_commas(-123456), "-123,456");
}

TEST(ShortCount, PicksTheUnit) {
  EXPECT_EQ(short_count(999), "999");
  EXPECT_EQ(short_count(1'240'000), "1.24 M");
  EXPECT_EQ(short_count(3'000'000'000), "3 G");
}

TEST(Table, AlignsByCharactersNotBytes) {
  Table table({Table::Align::kLeft, Table::Align::kRight});
  table.add({"gr\xc3\xbcn", "1"});
  table.add({"blue5", "100"});
  EXPECT_EQ(table.text("> "), "> gr\xc3\xbcn     1\n> blue5  100\n");
}

const std::vector<TensorInfo> kInputs = {
    {"image", DType::kF32, true, {{-1, "batch"}, {3, ""}, {-1, ""}}},
    {"any", DType::kF32, false, {}},
    {"state", DType::kF32, true, {{2, ""}, {-1, "batch"}}},
};

TEST(ResolveSizes, TakesOneSymbolForAllInputsAndOneElsewhere) {
  const std::vector<std::string> sizes = {"batch=4", "any=2x5"};
  const auto dims = resolve_sizes(kInputs, sizes);
  ASSERT_TRUE(dims) << dims.error().message;
  EXPECT_EQ((*dims)[0], Dims({4, 3, 1}));
  EXPECT_EQ((*dims)[1], Dims({2, 5}));
  EXPECT_EQ((*dims)[2], Dims({2, 4}));
}

TEST(ResolveSizes, TakesAWholeInput) {
  const std::vector<std::string> sizes = {"image=1x3x224", "any=scalar"};
  const auto dims = resolve_sizes(kInputs, sizes);
  ASSERT_TRUE(dims) << dims.error().message;
  EXPECT_EQ((*dims)[0], Dims({1, 3, 224}));
  EXPECT_EQ((*dims)[1].rank(), 0);
}

std::string refusal(std::vector<std::string> sizes) {
  const auto dims = resolve_sizes(kInputs, sizes);
  return dims ? "taken" : dims.error().message;
}

TEST(ResolveSizes, SaysWhatIsWrongWithAFlag) {
  EXPECT_THAT(refusal({}), HasSubstr("input 'any' may have any number of sizes"));
  EXPECT_THAT(refusal({"bach=4"}), HasSubstr("no such size; it has: batch, image, any, state"));
  EXPECT_THAT(refusal({"batch=x"}), HasSubstr("'' is not a size"));
  EXPECT_THAT(refusal({"batch=-1"}), HasSubstr("'-1' is not a size"));
  EXPECT_THAT(refusal({"batch=1x2"}), HasSubstr("stands for one size"));
  EXPECT_THAT(refusal({"batch"}), HasSubstr("expected NAME=N"));
  EXPECT_THAT(refusal({"image=1x3", "any=1"}), HasSubstr("input 'image' is f32[batch,3,?]"));
  EXPECT_THAT(refusal({"any=1x1x1x1x1x1x1x1x1x1x1x1x1"}), HasSubstr("more than 12 sizes"));
  EXPECT_THAT(refusal({"any=99999999999999999999"}), HasSubstr("is not a size"));
}

TEST(ResolveSizes, TakesEachSizeFromOneFlag) {
  EXPECT_THAT(refusal({"batch=4", "any=1", "batch=4"}), HasSubstr("--size batch=4: 'batch' has"));
  EXPECT_THAT(refusal({"any=1", "any=2"}), HasSubstr("--size any=2: input 'any' has"));
  EXPECT_THAT(refusal({"any=1", "image=2x3x1", "batch=4"}),
              HasSubstr("--size image=2x3x1: does not go with --size batch=4"));
  EXPECT_EQ(refusal({"any=1", "image=4x3x1", "batch=4"}), "taken");
}

TEST(ResolveSizes, NamesAFewOfMany) {
  const std::vector<TensorInfo> inputs(1000, kInputs[0]);
  const std::vector<std::string> sizes = {"bach=4"};
  EXPECT_THAT(resolve_sizes(inputs, sizes).error().message, testing::EndsWith(" and 991 more"));
}

SessionOptions parsed(std::vector<std::string> arguments) {
  CLI::App app;
  RuntimeFlags flags;
  flags.add_to(app);
  std::ranges::reverse(arguments);  // as CLI11 takes them
  app.parse(arguments);
  return flags.session_options();
}

TEST(RuntimeFlags, ReadBytesWithBinaryUnits) {
  EXPECT_EQ(parsed({}).memory_budget_bytes, std::uint64_t{4} << 30);
  EXPECT_EQ(parsed({"--memory-budget", "512MiB"}).memory_budget_bytes, std::uint64_t{512} << 20);
  EXPECT_EQ(parsed({"--memory-budget", "3k"}).memory_budget_bytes, 3072U);
  EXPECT_EQ(parsed({"--memory-budget", "2G"}).memory_budget_bytes, std::uint64_t{2} << 30);
  EXPECT_EQ(parsed({"--memory-budget", "100"}).memory_budget_bytes, 100U);
  EXPECT_EQ(parsed({"--memory-budget", "1.5 gib"}).memory_budget_bytes, std::uint64_t{3} << 29);
  for (const char* wrong :
       {"5Q", "-1", "0", "nan", "inf", "1e30", "9999999TiB", "", "GiB", "1kx"}) {
    EXPECT_THROW(parsed({"--memory-budget", wrong}), CLI::ParseError) << wrong;
  }
}

TEST(RuntimeFlags, TakeOnlyKernelsThatThereAre) {
  EXPECT_EQ(parsed({"--isa", "scalar"}).isa, "scalar");
  EXPECT_THROW(parsed({"--isa", "avx9000"}), CLI::ParseError);
  EXPECT_THROW(parsed({"--isa", ""}), CLI::ParseError);
}

TEST(RuntimeFlags, NameTheFlagThatSetsALimit) {
  CLI::App app;
  RuntimeFlags flags;
  flags.add_to(app);
  flags.add_deadline_to(app);
  app.parse(std::vector<std::string>{"5", "--deadline"});
  EXPECT_EQ(flags.explain({Code::kResourceExhausted, "too large"}).message,
            "too large\ngrant more with --memory-budget, now 4.0 GiB");
  EXPECT_EQ(flags.explain({Code::kCancelled, "late"}).message,
            "late\ngrant more with --deadline, now 5 ms");
  EXPECT_EQ(flags.explain({Code::kCancelled, "late\nadvice"}).message, "late\nadvice");
  EXPECT_EQ(flags.explain({Code::kIo, "torn"}).message, "torn");
}

TEST(NumberBetween, TakesNoNanAndNothingOutside) {
  const auto wrong = number_between(0, 100);
  for (const char* number : {"0", "100", "1e-3", "99.5"}) EXPECT_EQ(wrong(number), "") << number;
  for (const char* other : {"-1", "101", "nan", "inf", "abc", "", "1x"}) {
    EXPECT_EQ(wrong(other), "'" + std::string(other) + "' is no number from 0 to 100");
  }
}

TEST(TensorReport, TellsOfALargeTensorAllThatItTellsOfASmallOne) {
  Tensor tensor = *Tensor::zeros(DType::kF32, {200'001});
  auto* values = tensor.mut().as<float>();
  values[0] = 2.5F;
  values[200'000] = -1.5F;
  const auto json = tensor_json("x", tensor);
  ASSERT_TRUE(json);
  EXPECT_EQ((*json)["min"], -1.5);
  EXPECT_EQ((*json)["max"], 2.5);
  EXPECT_NEAR((*json)["mean"].get<double>(), 1.0 / 200'001, 1e-15);
}

TEST(TensorReport, HasNoLeastOfNothingButNans) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  testing::internal::CaptureStdout();
  EXPECT_TRUE(print_text("x", Tensor::of<float>({2}, {nan, nan})));
  std::fflush(stdout);
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "x  f32[2]  min nan, max nan, mean nan: nan, nan\n");
}

TEST(RuntimeFlags, TakeOnlyPassesThatThereAre) {
  EXPECT_THAT(parsed({"--disable-pass", "fold_constants"}).disabled_passes,
              ElementsAre("fold_constants"));
  try {
    parsed({"--disable-pass", "fold_constant"});
    FAIL();
  } catch (const CLI::ParseError& error) {
    const std::string names = error.what();
    EXPECT_EQ(names.find("remove_no_ops"), names.rfind("remove_no_ops"));
  }
}

struct Ended {
  int status;
  std::string out;
  std::string err;
};

Ended run(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "mote");
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int status = run_command_line(static_cast<int>(arguments.size()), arguments.data());
  std::fflush(stdout);
  std::string out = testing::internal::GetCapturedStdout();
  return {status, std::move(out), testing::internal::GetCapturedStderr()};
}

TEST(CommandLine, TellsItsVersionAndHelp) {
  EXPECT_EQ(run({"--version"}).status, 0);
  EXPECT_THAT(run({"--version"}).out, testing::StartsWith("mote 0."));
  EXPECT_THAT(run({"help"}).out, HasSubstr("mote verify tests/"));
  EXPECT_THAT(run({"help", "bench"}).out, HasSubstr("--warmup"));
  EXPECT_EQ(run({"help", "bench"}).out, run({"bench", "--help"}).out);
}

TEST(CommandLine, EveryCommandsHelpHasExamplesAndItsJsonFields) {
  for (const char* command : {"inspect", "run", "eval", "bench", "verify"}) {
    const Ended help = run({command, "--help"});
    EXPECT_EQ(help.status, 0);
    EXPECT_THAT(help.out, HasSubstr("Examples:\n  mote " + std::string(command)));
    EXPECT_THAT(help.out, HasSubstr("--json prints:"));
  }
}

TEST(CommandLine, WrongUsageIsStatusTwoWithTwoLines) {
  const std::vector<std::vector<const char*>> wrong = {
      {},
      {"nosuch"},
      {"help", "nosuch"},
      {"inspect"},
      {"bench", "m.onnx", "--runs", "0"},
      {"bench", "m.onnx", "--runs", "many"},
      {"bench", "m.onnx", "--nosuch"},
      {"run", "m.onnx", "--input", "x.npy"},
      {"eval", "m.onnx"},
      {"verify"},
      {"inspect", "m.onnx", "--text", "--json"},
      {"verify", "p", "--rtol", "-1"},
      {"verify", "p", "--rtol", "nan"},
      {"verify", "p", "--atol", "inf"},
      {"verify", "p", "--timeout", "nan"},
      {"run", "m.onnx", "--deadline", "nan"},
      {"bench", "m.onnx", "--deadline", "nan"},
      {"eval", "m.onnx", "--data", "d", "--per-class", "0"},
      {"eval", "m.onnx", "--data", "d", "--per-class", "-1"},
      {"eval", "m.onnx", "--data", "d", "--per-class", "99999999999999999999"},
      {"eval", "m.onnx", "--data", "d", "--skip-per-class", "-1"},
      {"eval", "m.onnx", "--data", "d", "--labels", ""},
      {"run", "m.onnx", "--output-dir", ""},
      {"run", "m.onnx", "--input", "x=x.npy", "--mean", "0"},
      {"run", "m.onnx", "--input", "x=x.npy", "--labels", "l.txt"},
      {"run", "m.onnx", "--input", "x=x.npy", "--top", "1"},
      {"inspect", "m.onnx", "--text", "--size", "n=3"},
      {"inspect", "m.onnx", "--text", "--plan"},
      {"inspect", "m.onnx", "--isa", "avx9000"},
  };
  for (const auto& arguments : wrong) {
    const Ended ended = run(arguments);
    EXPECT_EQ(ended.status, 2) << ended.err;
    EXPECT_EQ(ended.out, "");
    EXPECT_THAT(ended.err, testing::StartsWith("mote"));
    EXPECT_EQ(std::ranges::count(ended.err, '\n'), 2) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("--help"));
  }
}

TEST(CommandLine, NamesWhatItDidNotExpect) {
  EXPECT_THAT(run({"--nosuch"}).err, HasSubstr("there is no flag '--nosuch'"));
  EXPECT_THAT(run({"inspect", "m.onnx", "--thread", "2"}).err,
              HasSubstr("there is no flag '--thread'; did you mean '--threads'?"));
  EXPECT_THAT(run({"inspect", "m.onnx", "n.onnx"}).err, HasSubstr("'n.onnx'"));
  EXPECT_THAT(run({"inspect", "m.onnx", "--threads"}).err,
              HasSubstr("--threads: its value is missing"));
}

TEST(CommandLine, ChecksTheEnvironmentAsItsFlag) {
  ::setenv("MOTE_ISA", "avx9000", 1);
  const Ended wrong = run({"inspect", "m.onnx"});
  const Ended help = run({"inspect", "--help"});
  const Ended overruled = run({"inspect", "/nosuch/m.onnx", "--isa", "scalar"});
  ::unsetenv("MOTE_ISA");
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.err, HasSubstr("MOTE_ISA: this machine or build has no kernels 'avx9000'"));
  EXPECT_EQ(help.status, 0);
  EXPECT_EQ(overruled.status, 1);
}

TEST(CommandLine, SuggestsTheCommandThatWasMeant) {
  EXPECT_THAT(run({"bnech"}).err, HasSubstr("no command 'bnech'; did you mean 'bench'?"));
  EXPECT_THAT(run({"xyzzy"}).err, HasSubstr("no command 'xyzzy'\n"));
}

TEST(CommandLine, AFileThatIsNotThereIsStatusOne) {
  for (const char* command : {"inspect", "bench", "run"}) {
    const Ended ended = run({command, "/nosuch/model.onnx"});
    EXPECT_EQ(ended.status, 1);
    EXPECT_EQ(ended.out, "");
    EXPECT_THAT(ended.err, HasSubstr("/nosuch/model.onnx"));
  }
}

TEST(SlimList, SetsAVariableForEachKindInLinesOfAHundredColumns) {
  SlimList list;
  list.models = {"a\n.onnx"};
  for (int i = 0; i < 20; ++i) list.uses.operators.insert(fmt::format("Operator{:02}", i));
  list.uses.dtypes = {DType::kBF16};
  list.formats = {"onnx"};
  const std::string text = cmake_text(list);
  EXPECT_THAT(text, testing::StartsWith("# Made by `mote slim a\\x0a.onnx`"));
  EXPECT_THAT(text, HasSubstr("Operator06\n    Operator07"));
  EXPECT_THAT(text, HasSubstr("set(MOTE_SLIM_GRADIENTS)\n"));
  EXPECT_THAT(text, HasSubstr("set(MOTE_SLIM_DTYPES bf16 f32 s64)\n"));
  EXPECT_THAT(text, HasSubstr("set(MOTE_SLIM_FORMATS onnx)\n"));
  EXPECT_THAT(text, testing::Not(HasSubstr("ISAS"))) << "all, unless some are named";
}

}  // namespace
}  // namespace mote::cli
