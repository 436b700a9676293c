#include <gmock/gmock.h>

#include "base/random.h"
#include "base/text.h"
#include "lower/lower.h"
#include "ops/ops.h"
#include "ops/testing/answer.h"
#include "passes/pass_test_util.h"

namespace mote {

extern const Pass kEinsumToMatMul;

namespace {

std::string text_of(std::string_view operands, std::string_view equation) {
  return cat("(", operands, ") -> (y) { y = Einsum(a, b) {equation=\"", equation, "\"} }");
}

std::string names_of(const Graph& graph) {
  std::vector<std::string> names;
  for (const NodeId id : graph.node_ids()) names.push_back(graph.node(id).op_type);
  return join(names, " ");
}

// Input i, filled.
Tensor random_like(const Graph& graph, std::size_t i) {
  Tensor t = *Tensor::zeros(DType::kF32, *graph.value(graph.inputs[i]).type.tensor.dims());
  Random random(i);
  for (std::int64_t k = 0; k < t.count(); ++k) t.mut().as<float>()[k] = random.uniform(-1, 1);
  return t;
}

// Rewritten to `ops`, it gives the same.
void expect_product(std::string_view a, std::string_view b, std::string_view equation,
                    const std::string& ops) {
  const std::string text = text_of(cat("a: ", a, ", b: ", b), equation);
  Graph g = parse_for_test(text);
  const std::vector<Tensor> inputs{random_like(g, 0), random_like(g, 1)};
  const auto want = evaluate_graph(g, inputs);
  const Pass* const passes[] = {&kEinsumToMatMul};
  const Status rewritten = run_passes(g, passes, {all_ops()});
  ASSERT_TRUE(rewritten) << rewritten.error().message;
  EXPECT_EQ(names_of(g), ops) << text;
  const auto got = evaluate_graph(g, inputs);
  ASSERT_TRUE(want && got) << text;
  ASSERT_EQ((*got)[0].dims(), (*want)[0].dims());
  for (std::size_t i = 0; i < (*want)[0].values<float>().size(); ++i) {
    EXPECT_NEAR((*got)[0].values<float>()[i], (*want)[0].values<float>()[i], 1e-5) << text;
  }
}

TEST(EinsumToMatMul, ProductsOfMatrices) {
  expect_product("f32[2,3]", "f32[3,4]", "ij,jk->ik", "MatMul");
  expect_product("f32[2,3]", "f32[3,4]", "ij,jk->ki", "MatMul Transpose");
  expect_product("f32[3,2]", "f32[4,3]", "ji,kj->ik", "Transpose Transpose MatMul");
}

TEST(EinsumToMatMul, BatchesOfThem) {
  expect_product("f32[5,2,3]", "f32[5,3,4]", "bij,bjk->bik", "MatMul");
  expect_product("f32[2,6,3,4]", "f32[2,5,3,4]", "bihd,bjhd->bhij", "Transpose Transpose MatMul");
  expect_product("f32[2,3,6,5]", "f32[2,5,3,4]", "bhij,bjhd->bihd", "Transpose MatMul Transpose");
}

TEST(EinsumToMatMul, SeveralOrNoDimensionsAreOne) {
  expect_product("f32[2,3,4]", "f32[4,5,6]", "abc,cde->abde", "Reshape MatMul Reshape");
  expect_product("f32[2,3,4]", "f32[4,5]", "abc,cd->abd", "MatMul");
  expect_product("f32[2,3]", "f32[3]", "ij,j->i", "Reshape MatMul Reshape");
  expect_product("f32[3]", "f32[3]", "i,i->", "Reshape Reshape MatMul Reshape");
  expect_product("f32[2]", "f32[3]", "i,j->ij", "Reshape Reshape MatMul");
  expect_product("f32[2,3]", "f32[2,3]", "ij,ij->ij", "Reshape Reshape MatMul Reshape");
  expect_product("f32[2,3]", "f32[3,2]", "ij,ji->", "Reshape Transpose Reshape MatMul Reshape");
}

TEST(EinsumToMatMul, OtherSumsStay) {
  for (const std::string_view equation : {"ii,ij->j", "...i,ij->...j", "ij,jk->", "ij,kj->k"}) {
    const std::string text = text_of("a: f32[3,3], b: f32[3,3]", equation);
    expect_pass(kEinsumToMatMul, text, text);
  }
  const std::string repeated = text_of("a: f32[3,1], b: f32[3,3]", "ij,jk->ik");
  expect_pass(kEinsumToMatMul, repeated, repeated);
  const std::string integers = text_of("a: s8[3,3], b: s8[3,3]", "ij,jk->ik");
  expect_pass(kEinsumToMatMul, integers, integers);
}

// Weights are brought in order once.
TEST(EinsumToMatMul, WeightsBecomeThoseOfAGemm) {
  constexpr std::string_view kText =
      "(x: f32[2,7,4]) -> (y) { w: f32[3,2,4] = {random 1}\n"
      "  p = Einsum(x, w) {equation=\"btd,hkd->bthk\"} y = Relu(p) }";
  Graph g = parse_for_test(kText);
  const std::vector<Tensor> inputs{random_like(g, 0)};
  const auto want = evaluate_graph(g, inputs);
  ASSERT_TRUE(run_passes(g, lowering_passes(), {all_ops()}));
  EXPECT_EQ(names_of(g), "Gemm Reshape Relu");
  const auto got = evaluate_graph(g, inputs);
  ASSERT_TRUE(want && got);
  for (std::size_t i = 0; i < 84; ++i) {
    EXPECT_NEAR((*got)[0].values<float>()[i], (*want)[0].values<float>()[i], 1e-5);
  }
}

}  // namespace
}  // namespace mote
