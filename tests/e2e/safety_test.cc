// One test for each way in which loaders are known to fail. A hostile model is only a bad file: an
// error that names the node and the bound, in time and within the memory that was granted.
// docs/safety.md lists what else holds each of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "format/onnx/onnx.h"
#include "ir/text.h"
#include "mote/session.h"
#include "ops/ops.h"
#include "peak_memory.h"

namespace mote {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::uint64_t kBudget = std::uint64_t{64} << 20;

// The text as a model file; its attributes and constants are as hostile as they are written.
std::string file_of(std::string_view text) {
  auto graph = parse_graph(text, OpSet({}));
  EXPECT_TRUE(graph) << graph.error().message << "\nin " << text;
  if (!graph) return "";
  ModelDef def;
  def.graph = *std::move(graph);
  def.ir_version = 10;
  def.opsets = {{"", 21}, {"ai.onnx.ml", 3}, {"ai.onnx.contrib", 1}};
  const auto files = write_onnx(def);
  EXPECT_TRUE(files) << files.error().message;
  return files ? files->model : "";
}

// The message of the error that loading or running the model with `inputs` ends in, or "none".
std::string error_of(std::string_view text, const std::vector<Tensor>& inputs = {},
                     std::chrono::seconds deadline = std::chrono::seconds(1)) {
  const std::string file = file_of(text);
  auto model = Model::parse(std::as_bytes(std::span(file)), {.memory_budget_bytes = kBudget});
  if (!model) return model.error().message;
  SessionOptions options;
  options.memory_budget_bytes = kBudget;
  options.deadline = deadline;
  auto session = Session::create(*model, options);
  if (!session) return session.error().message;
  const auto outputs = (*session)->run(inputs);
  return outputs ? "none" : outputs.error().message;
}

Tensor floats(const Dims& dims) { return *Tensor::zeros(DType::kF32, dims); }
Tensor integers(std::initializer_list<std::int64_t> values) {
  return Tensor::of<std::int64_t>({std::ssize(values)}, values);
}

TEST(Safety, SizesThatExplodeAreErrorsBeforeMemoryIsTaken) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THAT(
      error_of("(x: f32[2]) -> (y) { s: s64[2] = {4611686018427387904, 4611686018427387904}\n"
               "  y = ConstantOfShape(s) }",
               {floats({2})}),
      HasSubstr("ConstantOfShape"));
  EXPECT_THAT(error_of("(x: f32[2]) -> (y) { s: s64[1] = {-2} y = Reshape(x, s) }", {floats({2})}),
              HasSubstr("-2"));
  EXPECT_THAT(error_of("(x: f32[1,1,4,4]) -> (y) { w: f32[1,1,3,3] = {random 1}\n"
                       "  y = Conv(x, w) {pads=[2000000000, 2000000000, 2000000000, 2000000000]} }",
                       {floats({1, 1, 4, 4})}),
              HasSubstr("more elements than memory can hold"));
  EXPECT_THAT(
      error_of("(x: f32[2]) -> (y) { p: s64[2] = {9223372036854775807, 9223372036854775807}\n"
               "  y = Pad(x, p) }",
               {floats({2})}),
      HasSubstr("Pad"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

TEST(Safety, AttributesOfWrongNumberOrRangeAreErrorsThatNameTheNode) {
  const auto conv = [](std::string_view attributes) {
    return error_of(cat("(x: f32[1,4,5,5]) -> (y) { w: f32[4,4,3,3] = {random 1}\n"
                        "  y = Conv(x, w) {",
                        attributes, "} \"c\" }"),
                    {floats({1, 4, 5, 5})});
  };
  for (const std::string_view bad : {"strides=[0, 1]", "strides=[1]", "group=0", "group=3",
                                     "pads=[1, 1, 1]", "dilations=[1, -1]", "kernel_shape=[3]",
                                     "auto_pad=\"SAME\"", "strides=[9223372036854775807, 1]"}) {
    EXPECT_THAT(conv(bad), HasSubstr("node 'c' (Conv)")) << bad;
  }
  EXPECT_THAT(error_of("(x: f32[2,3]) -> (y) { y = Softmax(x) {axis=2} \"s\" }", {floats({2, 3})}),
              AllOf(HasSubstr("'s'"), HasSubstr("axis 2 is outside [-2, 1]")));
  EXPECT_THAT(error_of("(x: f32[1,3,2,2]) -> (y) { y = DepthToSpace(x) {blocksize=0} \"d\" }",
                       {floats({1, 3, 2, 2})}),
              HasSubstr("node 'd' (DepthToSpace)"));
  EXPECT_THAT(
      error_of("(x: f32[2,3]) -> (y) { y = Transpose(x) {perm=[0, 0]} \"t\" }", {floats({2, 3})}),
      HasSubstr("node 't' (Transpose)"));
}

TEST(Safety, IndicesOutsideAreErrorsThatNameThem) {
  const std::vector<Tensor> far = {floats({3, 2}), integers({0, 7})};
  const std::vector<Tensor> low = {floats({3, 2}), integers({0, -4})};
  for (const std::string_view text :
       {"(x: f32[3,2], i: s64[2]) -> (y) { y = Gather(x, i) \"g\" }",
        "(x: f32[3,2], i: s64[2]) -> (y) { s: s64[2,1] = {0, 0} j = Add(i, s)\n"
        "  y = GatherElements(x, j) \"g\" }",
        "(x: f32[3,2], i: s64[2]) -> (y) { a: s64[1] = {1} j = Unsqueeze(i, a)\n"
        "  u: f32[2,2] = {1, 2, 3, 4} y = ScatterND(x, j, u) \"g\" }"}) {
    EXPECT_THAT(error_of(text, far), AllOf(HasSubstr("'g'"), HasSubstr("7"))) << text;
    EXPECT_THAT(error_of(text, low), AllOf(HasSubstr("'g'"), HasSubstr("-4"))) << text;
  }
  EXPECT_THAT(
      error_of("(x: f32[1,3]) -> (y) { y = ai.onnx.ml.TreeEnsembleRegressor(x) {\n"
               "  nodes_treeids=[0], nodes_nodeids=[0], nodes_featureids=[9],\n"
               "  nodes_modes=[\"BRANCH_LEQ\"], nodes_values=[1.0], nodes_truenodeids=[0],\n"
               "  nodes_falsenodeids=[5], target_treeids=[0], target_nodeids=[0],\n"
               "  target_ids=[0], target_weights=[1.0], n_targets=1} \"t\" }",
               {floats({1, 3})}),
      HasSubstr("'t'"));
}

TEST(Safety, PackedElementsOfOddNumberStayWithinTheirBytes) {
  EXPECT_EQ(error_of("(x: f32[3]) -> (y, z) { q: s4[3] = {1, -8, 7} y = Cast(q) {to=1}\n"
                     "  c = Cast(x) {to=21} z = Cast(c) {to=1} }",
                     {floats({3})}),
            "none");
  // A byte short, and one too long.
  for (const std::size_t bytes : {1U, 3U}) {
    const std::string raw(bytes, '\x11');
    const std::string tensor = cat(std::string("\x08\x03\x10\x16\x4a"), static_cast<char>(bytes),
                                   raw);  // dims 3, s4, raw_data
    const auto read = read_tensor_proto(std::as_bytes(std::span(tensor)));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Code::kCorrupt) << read.error().message;
  }
}

TEST(Safety, MalformedFilesAreErrorsWithTheirPosition) {
  const std::string file = file_of("(x: f32[2]) -> (y) { y = Relu(x) }");
  for (std::size_t size = 0; size < file.size(); ++size) {
    const auto model = Model::parse(std::as_bytes(std::span(file).first(size)));
    if (!model) {
      EXPECT_THAT(model.error().message, testing::Not("")) << size;
    }
  }
  const auto garbage = Model::parse(std::as_bytes(std::span(std::string_view("\xff\xff\xff\xff"))));
  ASSERT_FALSE(garbage);
  EXPECT_EQ(garbage.error().code, Code::kCorrupt);
  EXPECT_THAT(garbage.error().message, HasSubstr("byte 0"));
}

TEST(Safety, ExternalDataFromMemoryAreRefused) {
  // Where a file has a folder, src/base/file_system_test.cc tries links, "..", FIFOs.
  ModelDef def;
  def.graph = *parse_graph("(x: f32[2]) -> (y) { w: f32[2] = {1, 2} y = Add(x, w) }", all_ops());
  auto files = write_onnx(def, {.external_file = "../../etc/passwd", .external_threshold = 1});
  ASSERT_TRUE(files);
  const auto model = Model::parse(std::as_bytes(std::span(files->model)));
  ASSERT_FALSE(model);
  EXPECT_THAT(model.error().message, HasSubstr("'w'"));
}

std::string nested_if(int depth) {
  std::string text = "r = Relu(a)";
  for (int i = 0; i < depth; ++i) {
    text = cat("r = If(c) captures (a, c) { then_branch=graph captures (0: a, 1: c) -> (r) { ",
               text, " }, else_branch=graph captures (0: a) -> (a) {} }");
  }
  return cat("(a: f32[1], c: bool[]) -> (r) { ", text, " }");
}

TEST(Safety, NestingAndLoopsWithoutEndEnd) {
  const std::vector<Tensor> inputs = {floats({1}), Tensor::scalar(true)};
  EXPECT_EQ(error_of(nested_if(20), inputs), "none");
  const auto deep = parse_graph(nested_if(33), OpSet({}));
  ASSERT_FALSE(deep);
  EXPECT_THAT(deep.error().message, HasSubstr("nested deeper than 32"));
  EXPECT_THAT(error_of("(x: f32[1]) -> (y) { go: bool[] = {1} y = Loop(_, go, x) {\n"
                       "  body=graph (i: s64[], c: bool[], s: f32[1]) -> (c, t) { t = Neg(s) }} }",
                       {floats({1})}),
              HasSubstr("the deadline has passed"));
}

// Sizes beside a 0 cost nothing to state; what they are looped over, or folded at load, does.
TEST(Safety, EmptyTensorsOfHugeSizesTakeNoTime) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THAT(error_of("(i: s64[1]) -> (y) { s: s64[3] = {72057594037927936, 5, 0}\n"
                       "  x = ConstantOfShape(s) y = Gather(x, i) {axis=1} }",
                       {integers({0})}),
              HasSubstr("72057594037927936"));
  EXPECT_THAT(error_of("(x: f32[2,0,3], s: f32[0]) -> (y) {\n"
                       "  y = GroupNormalization(x, s, s) {num_groups=4611686018427387904} }",
                       {floats({2, 0, 3}), floats({0})}),
              HasSubstr("does not divide 0 channels"));
  EXPECT_THAT(
      error_of("(x: f32[9223372036854775807]) -> (a, b) { a, b = Split(x) }", {floats({1})}),
      HasSubstr("9223372036854775807"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

// What costs more than the sizes of inputs and outputs tell is left to runs, which have a deadline.
TEST(Safety, LoadingComputesOnlyWhatIsSmall) {
  EXPECT_THAT(error_of("(a: f32[1]) -> (y) { x: f32[1,1,1,1] = {1} r: f32[1,4] = {0, 0, 9, 9}\n"
                       "  b: s64[1] = {0} y = RoiAlign(x, r, b) {output_height=1000,\n"
                       "  output_width=1000, sampling_ratio=4096} }",
                       {floats({1})}),
              HasSubstr("the deadline has passed"));
  EXPECT_THAT(error_of("(a: f32[1]) -> (y) { x: f32[1000] = {random 1}\n"
                       "  y = Einsum(x, x, x, x) {equation=\"i,j,k,l->\"} }",
                       {floats({1})}),
              HasSubstr("the deadline has passed"));
}

// In a process of its own, whose peak is its own too: the exit status is 0 if the model ends in an
// error about memory, within the budget and 64 MiB.
int run_bomb(std::string_view text, const std::vector<Tensor>& inputs) {
  const pid_t child = fork();
  if (child == 0) {
    const std::uint64_t before = peak_rss();
    const std::string error = error_of(text, inputs, std::chrono::seconds(30));
    const bool about_memory = error.find("budget") != std::string::npos ||
                              error.find("more elements than memory") != std::string::npos;
    const bool within = kSanitized || peak_rss() <= before + kBudget + (std::uint64_t{64} << 20);
    _exit(!about_memory ? 1 : within ? 0 : 2);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 100;
}

TEST(Safety, MemoryBombsGoOffWithinTheBudget) {
  const struct {
    std::string_view name, text;
    std::vector<Tensor> inputs;
  } bombs[] = {
      {"Tile",
       "(x: f32[4], n: s64[1]) -> (y) { y = Tile(x, n) }",
       {floats({4}), integers({1'000'000'000})}},
      {"Expand",
       "(x: f32[4], n: s64[2]) -> (y) { y = Expand(x, n) }",
       {floats({4}), integers({1'000'000'000, 4})}},
      {"ConstantOfShape",
       "(n: s64[2]) -> (y) { y = ConstantOfShape(n) }",
       {integers({100'000, 100'000})}},
      {"Range",
       "(n: s64[]) -> (y) { a: s64[] = {0} b: s64[] = {1} y = Range(a, n, b) }",
       {Tensor::scalar<std::int64_t>(std::int64_t{1} << 40)}},
      {"Loop",
       "(x: f32[1000]) -> (y) { go: bool[] = {1} y = Loop(_, go, x) {\n"
       "  body=graph (i: s64[], c: bool[], s: f32[?]) -> (c, t) {\n"
       "    t = Concat(s, s) {axis=0} }} }",
       {floats({1000})}},
      {"scan outputs",
       "(x: f32[1000]) -> (z) { go: bool[] = {1} y, z = Loop(_, go, x) {\n"
       "  body=graph (i: s64[], c: bool[], s: f32[1000]) -> (c, s, t) {\n"
       "    t = Neg(s) }} }",
       {floats({1000})}},
      {"SplitToSequence",
       "(x: f32[1073741824,0]) -> (n) { s = SplitToSequence(x) n = SequenceLength(s) }",
       {floats({1'073'741'824, 0})}},
      {"SplitToSequence of one by one",
       "(x: f32[1073741824,0], p: s64[]) -> (n) { s = SplitToSequence(x, p)\n"
       "  n = SequenceLength(s) }",
       {floats({1'073'741'824, 0}), Tensor::scalar<std::int64_t>(1)}},
      {"OneHot",
       "(i: s64[1000], d: s64[]) -> (y) { v: f32[2] = {0, 1} y = OneHot(i, d, v) }",
       {*Tensor::zeros(DType::kS64, {1000}), Tensor::scalar<std::int64_t>(1'000'000'000)}},
  };
  for (const auto& bomb : bombs) {
    EXPECT_EQ(run_bomb(bomb.text, bomb.inputs), 0)
        << bomb.name << " (1: another error, 2: too much memory, 100: a crash)";
  }
}

TEST(Safety, ModelsBringNoCode) {
  EXPECT_THAT(error_of("(x: f32[1]) -> (y) { y = ai.onnx.contrib.PyOp(x) {code=\"import os\"} }",
                       {floats({1})}),
              HasSubstr("no such operator"));
  const auto pickle = Model::parse(std::as_bytes(std::span(std::string_view("\x80\x04\x95\x10"))));
  EXPECT_FALSE(pickle);
}

TEST(Safety, NumbersThatAreNoneHaveDefinedResults) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInf = std::numeric_limits<float>::infinity();
  const Tensor odd = Tensor::of<float>({4}, {kNan, kInf, -kInf, 1e-40F});
  EXPECT_EQ(error_of("(x: f32[4]) -> (y, z, w) { y = Cast(x) {to=3} z = Cast(x) {to=6}\n"
                     "  w = Softmax(x) }",
                     {odd}),
            "none");
  for (const std::string_view scale : {"0", "nan", "inf", "-1"}) {
    const std::string text = cat("(x: f32[4]) -> (y) { s: f32[] = {", scale,
                                 "} z: s8[] = {3}\n"
                                 "  y = QuantizeLinear(x, s, z) }");
    const std::string error = error_of(text, {odd});
    EXPECT_TRUE(error == "none" || error.find("scale") != std::string::npos) << error;
  }
  const std::string text =
      "(x: f32[4]) -> (y) { s: f32[] = {1} z: s8[] = {3} q = QuantizeLinear(x, s, z)\n"
      "  y = Cast(q) {to=1} }";
  EXPECT_EQ(error_of(text, {odd}), "none");
}

}  // namespace
}  // namespace mote
