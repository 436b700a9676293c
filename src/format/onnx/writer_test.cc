#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "format/onnx/testing_models.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "ops/ops.h"

namespace mote::onnx {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

ModelDef parse(std::string_view text) {
  auto graph = parse_graph(text, all_ops());
  if (!graph) {
    ADD_FAILURE() << graph.error().message;
    return {};
  }
  ModelDef model;
  model.graph = *std::move(graph);
  model.opsets = {{"", 13}, {"test", 3}};
  return model;
}

ModelDef rewritten(const ModelDef& model) {
  const auto files = write_onnx(model);
  if (!files) {
    ADD_FAILURE() << files.error().message;
    return {};
  }
  auto again = read_model(files->model);
  if (again) return *std::move(again);
  ADD_FAILURE() << again.error().message;
  return {};
}

void expect_kept(std::string_view text) {
  const ModelDef model = parse(text);
  EXPECT_EQ(to_text(rewritten(model).graph), to_text(model.graph));
}

TEST(Writer, KeepsEveryKindOfAttribute) {
  expect_kept(
      "graph g (x: f32[batch,3]) -> (y: f32[batch,3]) {\n"
      "  y: f32[batch,3] = test.Foo(x, _) {i=1, f=1.5, s=\"text\", t=s64[2]{1, 2}, is=[1, 2], "
      "fs=[1.0, -0.5], "
      "ss=[\"a\", \"\"], none=ints[], tp=type seq(f32[2,?])} \"node\"\n"
      "}\n");
}

TEST(Writer, KeepsSubgraphsAndTheirCaptures) {
  expect_kept(
      "graph g (c: bool[], x: f32[2]) -> (z) {\n"
      "  w: f32[2] = {1, 2}\n"
      "  z = If(c) captures (x, w) {\n"
      "    then_branch=graph then captures (0: x: f32[2]) -> (t) {\n"
      "      t = test.Foo(x)\n"
      "    },\n"
      "    else_branch=graph else captures (1: w: f32[2]) -> (e) {\n"
      "      e = test.Foo(w)\n"
      "    }\n"
      "  }\n"
      "}\n");
}

TEST(Writer, KeepsTypesOfEveryKind) {
  expect_kept(
      "graph g (a: seq(f32[2,?]), b: optional(seq(s64[...])), c: map(s64,f32[...]), d: bf16[n])"
      " -> (y: seq(f32[...])) {\n"
      "  y: seq(f32[...]) = test.Foo(a, b, c, d)\n"
      "}\n");
}

// Captured values have the name that they have around, whatever they are called within.
TEST(Writer, CapturedValuesAreWrittenByTheirOuterName) {
  const ModelDef again =
      rewritten(parse("graph g (x: f32[2]) -> (z) {\n"
                      "  z = test.Foo() captures (x) {body=graph b captures (0: inner) -> (t) {\n"
                      "    t = test.Foo(inner)\n"
                      "  }}\n"
                      "}\n"));
  EXPECT_THAT(to_text(again.graph),
              AllOf(HasSubstr("captures (0: x: f32[2])"), HasSubstr("t = test.Foo(x)")));
}

TEST(Writer, NoNameWithinHidesOneAround) {
  const ModelDef again =
      rewritten(parse("graph g (x: f32[2]) -> (z) {\n"
                      "  z = test.Foo() captures (x) {body=graph b captures (0: inner) -> (x) {\n"
                      "    x = test.Foo(inner)\n"
                      "  }}\n"
                      "}\n"));
  EXPECT_THAT(to_text(again.graph), HasSubstr("x_1 = test.Foo(x)"));
}

TEST(Writer, AnOutputOfAnotherNameIsACopy) {
  const ModelDef again = rewritten(
      parse("graph g (x: f32[2]) -> (out = y: f32[2]) {\n  y: f32[2] = test.Foo(x)\n}\n"));
  EXPECT_THAT(to_text(again.graph), AllOf(HasSubstr("-> (out: f32[2])"), HasSubstr("Identity(y)")));
}

TEST(Writer, AnOutputsNameIsNotTakenByAnotherValue) {
  const ModelDef again = rewritten(
      parse("graph g (x: f32[2]) -> (y = z: f32[2]) {\n  y = test.Foo(x)\n  z = test.Bar(y)\n}\n"));
  EXPECT_THAT(to_text(again.graph),
              AllOf(HasSubstr("y_1 = test.Foo(x)"), HasSubstr("z = test.Bar(y_1)"),
                    HasSubstr("y: f32[2] = Identity(z)")));
}

TEST(Writer, WhatNobodyReadsIsNotWritten) {
  const ModelDef again =
      rewritten(parse("graph g (x: f32[2]) -> (y) {\n  w: f32[1] = {1}\n  y = test.Foo(x)\n}\n"));
  EXPECT_THAT(to_text(again.graph), Not(HasSubstr("w")));
}

TEST(Writer, DefaultsOfInputsStayDefaults) {
  const ModelDef again =
      rewritten(parse("graph g (x: f32[1], w: f32[1] = {1}) -> (y) {\n  y = test.Foo(x, w)\n}\n"));
  EXPECT_EQ(again.graph.overridable.size(), 1U);
}

std::int64_t opset_of(const ModelDef& model, std::string_view domain) {
  for (const OpsetImport& o : model.opsets) {
    if (o.domain == domain) return o.version;
  }
  return 0;
}

std::int64_t opset_for(std::string_view type, std::string_view node) {
  return opset_of(rewritten(parse("graph g (x: " + std::string(type) +
                                  ", s: s64[1]) -> (y) {\n  y = " + std::string(node) + "\n}\n")),
                  "");
}

TEST(Writer, TheOpsetIsTheOldestInWhichNodesMeanTheSame) {
  EXPECT_EQ(opset_for("f32[2]", "Reshape(x, s)"), 7);                 // its form is that of 5
  EXPECT_EQ(opset_for("f32[2]", "Reshape(x, s) {allowzero=1}"), 14);  // the attribute's
  EXPECT_EQ(opset_for("bf16[2]", "Reshape(x, s)"), 13);               // the type's
  EXPECT_EQ(opset_for("u2[2]", "Reshape(x, s)"), 25);
  EXPECT_EQ(opset_for("f32[2]", "Unsqueeze(x, s)"), 13);  // axes became an input
  EXPECT_EQ(opset_for("f32[2]", "test.Foo(x, s)"), 0);
}

TEST(Writer, NodesThatAreNotOursKeepTheirOpset) {
  const ModelDef again = rewritten(
      parse("graph g (x: f32[2]) -> (y) {\n  t = test.Foo(x)\n  y = NoSuchOperator(t)\n}\n"));
  EXPECT_EQ(opset_of(again, ""), 13);
  EXPECT_EQ(opset_of(again, "test"), 3);
}

TEST(Writer, TheIrVersionFollowsFromTheTypes) {
  const auto version = [](std::string_view type) {
    return rewritten(
               parse("graph g (x: " + std::string(type) + "[2]) -> (y) {\n  y = test.Foo(x)\n}\n"))
        .ir_version;
  };
  EXPECT_EQ(version("f32"), 4);
  EXPECT_EQ(version("f8e5m2"), 9);
  EXPECT_EQ(version("u4"), 10);
  EXPECT_EQ(version("f4e2m1"), 11);
  EXPECT_EQ(version("f8e8m0"), 12);
  EXPECT_EQ(version("s2"), 13);
}

TEST(Writer, WhatOnnxDoesNotHaveIsRefused) {
  for (const std::string_view node : {"mote.GlobalAveragePool(x)", "nowhere.Foo(x)"}) {
    const auto files =
        write_onnx(parse("graph g (x: f32[2]) -> (y) {\n  y = " + std::string(node) + "\n}\n"));
    ASSERT_FALSE(files) << node;
    EXPECT_EQ(files.error().code, Code::kUnsupported);
    EXPECT_THAT(files.error().message, HasSubstr("'y'"));
  }
}

TEST(Writer, KeepsDocumentationAndMetadata) {
  ModelDef model = parse(
      "graph g (x: f32[2]) -> (y: f32[2]) {\n"
      "  w: f32[1] = {1}\n  t: f32[2] = test.Foo(x, w)\n  y: f32[2] = test.Foo(t)\n}\n");
  const Notes notes{"doc", {{"k", "v"}, {"empty", ""}}};
  Graph& g = model.graph;
  const auto touch = [&](const std::string& name) {
    g.value(g.find_value(name)).notes = notes;
    g.value(g.find_value(name)).declared = true;
  };
  model.notes = g.notes = g.outputs[0].notes = g.node(g.first_node()).notes = notes;
  touch("x");
  touch("w");
  touch("t");
  const ModelDef again = rewritten(model);
  const Graph& a = again.graph;
  EXPECT_EQ(again.notes, notes);
  EXPECT_EQ(a.notes, notes);
  EXPECT_EQ(a.outputs[0].notes, notes);
  EXPECT_EQ(a.node(a.first_node()).notes, notes);
  for (const char* name : {"x", "w", "t"}) {
    EXPECT_EQ(a.value(a.find_value(name)).notes, notes) << name;
  }
  EXPECT_TRUE(a.value(a.find_value("t")).declared);
  EXPECT_EQ(again.ir_version, 10);
}

}  // namespace
}  // namespace mote::onnx
