#include "ir/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>

#include "base/random.h"
#include "base/result.h"
#include "base/text.h"
#include "ir/dtype.h"
#include "ir/half.h"
#include "ir/verify.h"

namespace mote {
namespace {

struct AxisParams : OpParams {
  std::int64_t axis = 0;
};

Result<std::unique_ptr<const OpParams>> parse_axis(const Attributes& attributes) {
  AttributeReader r(attributes);
  auto p = std::make_unique<AxisParams>();
  p->axis = r.integer("axis", -1);
  MOTE_TRY(r.finish());
  return std::unique_ptr<const OpParams>(std::move(p));
}

constexpr OpDef kSoftmax = {.name = "Softmax", .parse = parse_axis};
constexpr std::array<const OpDef*, 1> kOps = {&kSoftmax};

Graph parsed(std::string_view text) {
  Result<Graph> g = parse_graph(text, OpSet(kOps));
  if (!g) {
    ADD_FAILURE() << g.error().message << "\n" << text;
    return Graph();
  }
  const Status verified = verify(*g);
  EXPECT_TRUE(verified) << verified.error().message << "\n" << text;
  return *std::move(g);
}

// The text of a graph must read back as a graph of the same text.
void expect_fixed_point(const Graph& g) {
  const std::string text = to_text(g);
  EXPECT_EQ(to_text(parsed(text)), text);
}

void expect_prints_as_is(std::string_view text) { EXPECT_EQ(to_text(parsed(text)), text); }

Tensor constant(std::string_view type, std::string_view elements) {
  const Graph g = parsed(cat("graph -> (c) { c: ", type, " = {", elements, "} }"));
  return g.outputs.empty() ? Tensor() : g.value(g.outputs[0].value).constant;
}

std::string elements_of(const Tensor& tensor) {
  Graph g;
  g.add_constant("c", tensor);
  const std::string text = to_text(g);
  const auto from = text.find('{', text.find('=')) + 1;
  return text.substr(from, text.find('}', from) - from);
}

Tensor tensor_of_bytes(DType dtype, const Dims& dims, std::uint64_t seed) {
  Tensor t = *Tensor::zeros(dtype, dims);
  Random random(seed);
  auto* bytes = static_cast<unsigned char*>(t.mut().data);
  for (std::uint64_t i = 0; i < t.bytes(); ++i)
    bytes[i] = static_cast<unsigned char>(random.next());
  return t;
}

std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

TEST(Text, TheExampleOfTheHeaderMeansWhatItSays) {
  const Graph g = parsed(R"(graph net (x: f32[batch,3], c: bool[]) -> (z: f32[batch,4]) {
    w: f32[4,3] = {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0}
    y = Gemm(x, w) {transB=1} "fc1"
    z = If(c) captures (y) {
      then_branch=graph captures (0: a) -> (a) {}, else_branch=graph captures (0: a) -> (b) {
        b = Relu(a)
      }}
  })");
  ASSERT_EQ(g.node_count(), 2U);
  const Node& gemm = g.node(g.first_node());
  EXPECT_EQ(gemm.op_type, "Gemm");
  EXPECT_EQ(gemm.name, "fc1");
  EXPECT_EQ(std::get<std::int64_t>(*gemm.attributes.find("transB")), 1);
  const Node& branch = g.node(g.next_node(g.first_node()));
  EXPECT_EQ(branch.captured, 1);
  EXPECT_EQ(branch.inputs.back(), g.find_value("y"));
  const auto& inner = std::get<GraphPtr>(*branch.attributes.find("else_branch"));
  EXPECT_EQ(inner->captures[0].inner, inner->find_value("a"));
  EXPECT_EQ(g.value(g.inputs[0]).type, *parse_type("f32[batch,3]"));
  EXPECT_EQ(g.outputs[0].type, *parse_type("f32[batch,4]"));
  EXPECT_EQ(g.value(g.find_value("w")).constant.values<float>()[4], 1.0F);
}

TEST(Text, PrintsOneStatementALine) {
  expect_prints_as_is(
      R"(graph net (x: f32[batch,3], c: bool[], lr: f32[] = {0.1}) -> (z: f32[batch,4]) {
  w: f32[2,2] = {1, -0, inf, 1e-45}
  y: f32[batch,4] = Gemm(x, w) {transB=1, alpha=2.0} "fc1"
  z = If(c) captures (y) {
    then_branch=graph captures (0: a: f32[batch,4]) -> (a) {},
    else_branch=graph inner captures (0: a) -> (b) {
      b = Relu(a)
    }
  }
  _, m = Dropout(x, _, c)
  Print(y)
}
)");
}

TEST(Text, NodesKeepDomainsOverloadsAndAbsentValues) {
  const Graph g = parsed(R"(graph (x) -> (y) {
    y, _ = com.acme.v2.Op@fast(x, _, x)
    z = "a domain"."an.op"@"o 1"(y)
    "plain.op"(z)
  })");
  const std::vector<NodeId> ids = g.node_ids();
  EXPECT_EQ(g.node(ids[0]).domain, "com.acme.v2");
  EXPECT_EQ(g.node(ids[0]).op_type, "Op");
  EXPECT_EQ(g.node(ids[0]).overload, "fast");
  EXPECT_EQ(g.node(ids[0]).inputs[1], ValueId::kNone);
  EXPECT_EQ(g.node(ids[0]).outputs[1], ValueId::kNone);
  EXPECT_EQ(g.node(ids[1]).domain, "a domain");
  EXPECT_EQ(g.node(ids[1]).op_type, "an.op");
  EXPECT_EQ(g.node(ids[1]).overload, "o 1");
  EXPECT_EQ(g.node(ids[2]).domain, "");
  EXPECT_EQ(g.node(ids[2]).op_type, "plain.op");
  EXPECT_TRUE(g.node(ids[2]).outputs.empty());
  expect_fixed_point(g);
}

TEST(Text, AStringAfterANodeIsItsNameUnlessAStatementBeginsWithIt) {
  const Graph g = parsed(R"(graph (x) -> (z) {
    y = Relu(x) "first"
    "y 2" = Relu(y)
    "y 3", w = Split("y 2")
    z = Relu("y 3") "last" })");
  const std::vector<NodeId> ids = g.node_ids();
  ASSERT_EQ(ids.size(), 4U);
  EXPECT_EQ(g.node(ids[0]).name, "first");
  EXPECT_EQ(g.node(ids[1]).name, "");
  EXPECT_EQ(g.node(ids[2]).name, "");
  EXPECT_EQ(g.node(ids[3]).name, "last");
}

TEST(Text, NamesMayBeAnyBytes) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  const std::vector<std::string> names = {
      all,   "_",    "captures", "graph", "1st",   "/conv1/Conv_output_0",
      "x:0", "x:",   "x::",      "a-",    "-",     "a->b",
      "a.b", "a\nb", "\"",       "\\",    "\\x41", "#no comment",
      "inf", "f32",  "...",      "é"};
  Graph g;
  g.name = all;
  for (const std::string& name : names) g.add_input(name, {});
  for (const std::string& name : names) {
    Node node;
    node.domain = name == "_" ? "" : name;
    node.op_type = name;
    node.overload = name;
    node.name = name;
    node.attributes.set(name, name);
    node.inputs = {g.find_value(name)};
    node.outputs = {g.add_value("out" + name, TensorType(DType::kF32, Shape{Dim::symbol(name)}))};
    g.add_output({node.outputs[0], name, {}, {}});
    g.add_node(std::move(node));
  }
  expect_fixed_point(g);
  const Graph back = parsed(to_text(g));
  EXPECT_EQ(back.name, all);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Node& node = back.node(back.node_ids()[i]);
    EXPECT_EQ(node.op_type, names[i]);
    EXPECT_EQ(node.overload, names[i]);
    EXPECT_EQ(node.name, names[i]);
    EXPECT_EQ(std::get<std::string>(*node.attributes.find(names[i])), names[i]);
    EXPECT_EQ(back.value(back.inputs[i]).name, names[i]);
    EXPECT_EQ(back.outputs[i].name, names[i]);
    EXPECT_EQ(back.value(node.outputs[0]).type.tensor.shape->at(0).symbol(), names[i]);
  }
}

TEST(Text, OutputsMayBeInputsConstantsOrHaveOtherNames) {
  const Graph g = parsed(R"(graph (x: f32[2]) -> (x, k: s32[], "the z" = y: f32[n], y, y) {
    k: s32[] = {7}
    y = Relu(x)
  })");
  ASSERT_EQ(g.outputs.size(), 5U);
  EXPECT_EQ(g.outputs[0].value, g.inputs[0]);
  EXPECT_TRUE(g.is_constant(g.outputs[1].value));
  EXPECT_EQ(g.outputs[2].name, "the z");
  EXPECT_EQ(g.outputs[2].value, g.find_value("y"));
  EXPECT_EQ(g.outputs[3].value, g.outputs[4].value);
  expect_fixed_point(g);
}

TEST(Text, AnInputWithADefaultIsAnOverridableConstant) {
  const Graph g = parsed("graph (x: f32[1], w: f32[2] = {1, 2}, y) -> (w) {}");
  EXPECT_EQ(g.inputs.size(), 2U);
  ASSERT_EQ(g.overridable.size(), 1U);
  EXPECT_TRUE(g.is_constant(g.overridable[0]));
  expect_fixed_point(g);
}

TEST(Text, StatedTypesAreDeclared) {
  const Graph g = parsed("graph (x) -> (z) { y: f32[...] = Relu(x)  z = Relu(y) }");
  EXPECT_TRUE(g.value(g.find_value("y")).declared);
  EXPECT_FALSE(g.value(g.find_value("z")).declared);
}

TEST(Text, AttributesKeepTheirKind) {
  expect_prints_as_is(
      "graph -> () {\n"
      "  Op() {i=-9223372036854775808, f=1.0, big=1e+10, minus=-0.0, s=\"\", t=f32[2]{1, 2}, "
      "none=?{}, y=type seq(map(s64,f32[...])), u=type ?, fs=[1.0, inf, -inf, nan], is=[1, 2], "
      "ss=[\"a\", \"\\x00\"], ts=[s8[0]{}, string[1]{\"x\"}], ys=[type ?[2,?], type f32[]], "
      "nf=floats[], ni=ints[], ns=strings[], nt=tensors[], ng=graphs[], ny=types[]}\n"
      "  Op() {\n"
      "    gs=[graph -> () {}, graph named -> () {\n"
      "      Op()\n"
      "    }]\n"
      "  }\n"
      "}\n");
  const Graph g = parsed("graph -> () { Op() {a=1, b=1.0, c=1e2, d=nan, e=floats[]} }");
  const Attributes& a = g.node(g.first_node()).attributes;
  EXPECT_TRUE(std::holds_alternative<std::int64_t>(*a.find("a")));
  EXPECT_TRUE(std::holds_alternative<float>(*a.find("b")));
  EXPECT_EQ(std::get<float>(*a.find("c")), 100.0F);
  EXPECT_TRUE(std::isnan(std::get<float>(*a.find("d"))));
  EXPECT_TRUE(std::holds_alternative<std::vector<float>>(*a.find("e")));
}

TEST(Text, CapturesNest) {
  expect_prints_as_is(R"(graph (c: bool[], x: f32[2]) -> (y) {
  y = If(c) captures (x, c) {
    then_branch=graph captures (1: d, 0: x) -> (y) {
      y = If(d) captures (x) {
        then_branch=graph captures (0: z) -> (z) {},
        else_branch=graph captures (0: z) -> (w) {
          w = Neg(z)
        }
      }
    },
    else_branch=graph -> (k) {
      k: f32[2] = {0.5, nan}
    }
  }
}
)");
}

TEST(Text, KnownOperatorsAreBoundAndOthersAreNot) {
  const Graph g = parsed("graph (x) -> (y) { y = Softmax(x) {axis=3}  z = acme.Softmax(x) }");
  const Node& known = g.node(g.first_node());
  ASSERT_EQ(known.op, &kSoftmax);
  EXPECT_EQ(static_cast<const AxisParams&>(*known.params).axis, 3);
  EXPECT_EQ(g.node(g.next_node(g.first_node())).op, nullptr);
}

TEST(Text, TensorsOfEveryDTypeReadBackByteForByte) {
  for (int i = 1; i <= static_cast<int>(DType::kS2); ++i) {
    const auto dtype = static_cast<DType>(i);
    if (dtype == DType::kString || dtype == DType::kBool) continue;
    for (const Dims& dims : {Dims{}, Dims{0}, Dims{3}, Dims{2, 0, 5}, Dims{7, 13}}) {
      Tensor t = tensor_of_bytes(dtype, dims, static_cast<std::uint64_t>(i));
      if (dtype == DType::kF32 || dtype == DType::kF16 || dtype == DType::kBF16) {
        // NaNs lose their payload.
        t = constant(cat(name(dtype), to_string(dims)), elements_of(t));
      }
      const Tensor back = constant(cat(name(dtype), to_string(dims)), elements_of(t));
      EXPECT_TRUE(equal(back, t)) << name(dtype) << to_string(dims);
    }
  }
  expect_prints_as_is(
      "graph -> () {\n  s: string[2] = {\"\", \"a\\n\\xff\"}\n  b: bool[2] = {true, false}\n}\n");
}

TEST(Text, EveryF16AndBF16ReadsBack) {
  for (const DType dtype : {DType::kF16, DType::kBF16}) {
    Tensor t = *Tensor::zeros(dtype, {0x10000});
    auto* bits = t.mut().as<std::uint16_t>();
    for (int i = 0; i < 0x10000; ++i) {
      const auto b = static_cast<std::uint16_t>(i);
      const bool nan = std::isnan(dtype == DType::kF16 ? f16_to_f32(b) : bf16_to_f32(b));
      bits[i] = nan ? 0 : b;
    }
    EXPECT_TRUE(equal(constant(cat(name(dtype), "[65536]"), elements_of(t)), t)) << name(dtype);
  }
}

TEST(Text, FloatsArePrintedAsShortAsTheyReadBack) {
  EXPECT_EQ(elements_of(Tensor::of<float>({3}, {0.1F, 16777216.0F, -2.5e-8F})),
            "0.1, 16777216, -2.5e-08");
  EXPECT_EQ(elements_of(Tensor::scalar(0.1)), "0.1");
  EXPECT_EQ(elements_of(constant("f16[3]", "0.1, 65504, 6e-8")), "0.1, 65504, 6e-08");
  EXPECT_EQ(elements_of(constant("bf16[2]", "3.14159, -inf")), "3.14, -inf");
  EXPECT_EQ(constant("f16[]", "65519.99999999999").view().as<std::uint16_t>()[0], 0x7bff);
}

TEST(Text, TypesBelowAByteAndFloat8ReadNumbersToo) {
  EXPECT_EQ(elements_of(constant("s4[3]", "-8, 7, -1")), "0x780f");
  EXPECT_EQ(elements_of(constant("u2[5]", "0, 1, 2, 3, 1")), "0xe401");
  EXPECT_EQ(elements_of(constant("f8e4m3fn[2]", "1, -448")), "0x38fe");
  EXPECT_EQ(elements_of(constant("f4e2m1[2]", "0.5, -6")), "0xf1");
  EXPECT_EQ(elements_of(constant("f32[1]", "0x0000803f")), "1");
}

TEST(Text, RandomIsTheSameEverywhere) {
  const Tensor f = constant("f32[1000]", "random 7");
  Random random(7);
  for (const float v : f.values<float>()) {
    EXPECT_EQ(v, random.uniform(-1, 1));
    EXPECT_TRUE(v >= -1 && v < 1);
  }
  const Tensor s8 = constant("s8[1000]", "random 7");
  EXPECT_EQ(*std::ranges::min_element(s8.values<std::int8_t>()), -3);
  EXPECT_EQ(*std::ranges::max_element(s8.values<std::int8_t>()), 3);
  const Tensor u64 = constant("u64[1000]", "random 18446744073709551615");
  EXPECT_EQ(*std::ranges::max_element(u64.values<std::uint64_t>()), 3U);
  for (const char* type : {"f64", "f16", "bf16", "bool", "s2", "u2", "s4", "u4", "c64", "c128",
                           "f8e4m3fn", "f8e5m2fnuz", "f8e8m0", "f4e2m1"}) {
    const Tensor t = constant(cat(type, "[99]"), "random 1");
    EXPECT_FALSE(equal(t, *Tensor::zeros(t.dtype(), t.dims()))) << type;
  }
}

TEST(Text, TypesReadBack) {
  for (const std::string_view text :
       {"?", "?[]", "?[2,?]", "f32[]", "f32[...]", "f32[2,batch,?]", "seq(f32[...])",
        "optional(seq(?))", "map(s64,string[])", "sparse(f32[3])", "sparse(?)",
        "f32[1,1,1,1,1,1,1,1,1,1,1,1,1,1]"}) {
    Result<Type> type = parse_type(text);
    ASSERT_TRUE(type) << type.error().message;
    EXPECT_EQ(to_string(*type), text);
    Graph g;
    g.add_input("x", *type);
    expect_fixed_point(g);
    EXPECT_EQ(parsed(to_text(g)).value(ValueId{0}).type, *type);
  }
}

TEST(Text, LargeConstantsCanBeLeftOut) {
  const Graph g = parsed("graph -> () { a: s8[2] = {1, 2}  b: s8[3] = {1, 2, 3} }");
  const std::string text = to_text(g, {.max_elements = 2, .types = true});
  EXPECT_EQ(text, "graph -> () {\n  a: s8[2] = {1, 2}\n  b: s8[3] = {...}\n}\n");
}

TEST(Text, TypesOfNodesCanBeLeftOut) {
  const Graph g = parsed("graph (x: f32[2]) -> (y: f32[2]) { y: f32[2] = Relu(x) }");
  EXPECT_EQ(to_text(g, {.max_elements = -1, .types = false}),
            "graph (x: f32[2]) -> (y: f32[2]) {\n  y = Relu(x)\n}\n");
}

TEST(Text, DeadValuesAreLeftOut) {
  Graph g = parsed("graph (x) -> (x) { y = Relu(x) }");
  g.erase_node(g.first_node());
  EXPECT_EQ(to_text(g), "graph (x) -> (x) {}\n");
}

TEST(Text, TheExamplesOfTheManualReadBack) {
  const std::string manual = file_text("docs/text-form.md");
  constexpr std::string_view kBegin = "```\ngraph ";
  constexpr std::string_view kGrammar = "```\ngraph      =";
  int examples = 0;
  for (auto at = manual.find(kBegin); at != std::string::npos; at = manual.find(kBegin, at + 1)) {
    if (manual.compare(at, kGrammar.size(), kGrammar) == 0) continue;
    expect_fixed_point(parsed(manual.substr(at + 4, manual.find("```", at + 4) - at - 4)));
    ++examples;
  }
  EXPECT_EQ(examples, 2);
}

TEST(Text, TheCorpusReadsBack) {
  int graphs = 0;
  for (const auto& entry : std::filesystem::directory_iterator("tests/fuzz/corpus/text")) {
    const Result<Graph> g = parse_graph(file_text(entry.path()), OpSet(kOps));
    if (!g) continue;
    ++graphs;
    expect_fixed_point(*g);
  }
  EXPECT_GT(graphs, 0);
}

// A small fuzzer of its own: seeds with bytes changed, cut out and doubled.
TEST(Text, SpoiltTextIsAnErrorOrReadsBack) {
  Random random(1);
  int read = 0;
  for (const auto& entry : std::filesystem::directory_iterator("tests/fuzz/corpus/text")) {
    const std::string seed = file_text(entry.path());
    for (int i = 0; i < 3000; ++i) {
      std::string text = seed;
      for (std::uint64_t edits = 1 + random.below(4); edits > 0; --edits) {
        const auto at = static_cast<std::size_t>(random.below(text.size() + 1));
        const std::string piece = seed.substr(random.below(seed.size()), random.below(12));
        text.replace(at, random.below(6), random.below(3) == 0 ? "" : piece);
      }
      const Result<Graph> g = parse_graph(text, OpSet(kOps), {.max_constant_bytes = 1 << 16});
      if (!g) {
        ASSERT_THAT(g.error().message, testing::StartsWith("line ")) << text;
        continue;
      }
      ++read;
      expect_fixed_point(*g);
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(read, 100);
}

}  // namespace
}  // namespace mote
