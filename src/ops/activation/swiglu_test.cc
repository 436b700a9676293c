// SwiGLU: by hand; nothing broadcasts.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;

TEST(SwiGLU, GatesBByTheSwishOfA) {
  EXPECT_THAT(elements_of<float>("() -> (y) { a: f32[2] = {0, 2} b: f32[2] = {5, 3}\n"
                                 "  y = SwiGLU(a, b) {alpha=0.5} }"),
              ElementsAre(0, FloatNear(2 * 0.7310586F * 3, 1e-6F)));
}

TEST(SwiGLU, ShapesAreTheSame) {
  EXPECT_THAT(inferred("(a: f32[2,3], b: f32[3]) -> (y) { y = SwiGLU(a, b) }"),
              HasSubstr("A and B"));
  EXPECT_THAT(inferred("(a: f32[2,1], b: f32[2,3]) -> (y) { y = SwiGLU(a, b) }"),
              HasSubstr("A and B"));
  EXPECT_EQ(inferred("(a: f32[2,?], b: f32[?,3]) -> (y) { y = SwiGLU(a, b) }"), "f32[2,3]");
}

}  // namespace
}  // namespace mote
