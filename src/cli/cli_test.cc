#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_line.h"
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
  EXPECT_THROW(parsed({"--memory-budget", "5Q"}), CLI::ParseError);
}

TEST(RuntimeFlags, TakeOnlyPassesThatThereAre) {
  EXPECT_THAT(parsed({"--disable-pass", "fold_constants"}).disabled_passes,
              ElementsAre("fold_constants"));
  EXPECT_THROW(parsed({"--disable-pass", "fold_constant"}), CLI::ParseError);
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

}  // namespace
}  // namespace mote::cli
