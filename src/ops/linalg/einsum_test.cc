// Einsum: what equations mean, and those that mean nothing.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

constexpr std::string_view kX = "x: s32[2,3] = {1, 2, 3, 4, 5, 6} ";

std::string of_x(std::string_view equation) {
  return answer("() -> (y) { " + std::string(kX) + "y = Einsum(x) {equation=\"" +
                std::string(equation) + "\"} }");
}

TEST(Einsum, WithoutArrowTheOutputIsInAsciiOrder) {
  EXPECT_EQ(of_x("ba"), "s32[3,2] {1, 4, 2, 5, 3, 6}");
  EXPECT_EQ(of_x("aB"), "s32[3,2] {1, 4, 2, 5, 3, 6}");
  EXPECT_EQ(of_x("ab"), "s32[2,3] {1, 2, 3, 4, 5, 6}");
}

TEST(Einsum, WhatTheOutputLeavesOutIsSummed) {
  EXPECT_EQ(of_x("ij->j"), "s32[3] {5, 7, 9}");
  EXPECT_EQ(of_x("ij->"), "s32[] {21}");
  EXPECT_EQ(of_x("i...->..."), "s32[3] {5, 7, 9}");
  EXPECT_EQ(of_x("i...->i"), "s32[2] {6, 15}");
  EXPECT_EQ(of_x("...->"), "s32[] {21}");
}

TEST(Einsum, ARepeatedLetterIsTheDiagonal) {
  constexpr std::string_view kSquare = "() -> (y) { x: f32[2,2] = {1, 2, 3, 4} ";
  EXPECT_EQ(answer(std::string(kSquare) + "y = Einsum(x) {equation=\"ii->i\"} }"), "f32[2] {1, 4}");
  EXPECT_EQ(answer(std::string(kSquare) + "y = Einsum(x) {equation=\"ii\"} }"), "f32[] {5}");
}

TEST(Einsum, AnEllipsisBroadcasts) {
  EXPECT_EQ(answer("() -> (y) { a: f32[2,1,2] = {1, 2, 3, 4} b: f32[3,2] = {1, 0, 0, 1, 1, 1}\n"
                   "  y = Einsum(a, b) {equation=\"...i,...i->...\"} }"),
            "f32[2,3] {1, 2, 3, 3, 4, 7}");
  // In front of the output, where that is not given.
  EXPECT_EQ(inferred("(a: f32[2,3,5,4], b: f32[4,6]) -> (y) {\n"
                     "  y = Einsum(a, b) {equation=\"...ij,jA\"} }"),
            "f32[2,3,6,5]");
}

TEST(Einsum, OperandsMayBeScalarsAndMany) {
  EXPECT_EQ(answer("() -> (y) { a: f32[] = {3} b: f32[2] = {1, 2} c: f32[2] = {5, 7}\n"
                   "  y = Einsum(a, b, c) {equation=\",i,j->ji\"} }"),
            "f32[2,2] {15, 30, 21, 42}");
  EXPECT_EQ(answer("() -> (y) { a: f32[] = {3} y = Einsum(a) {equation=\"->\"} }"), "f32[] {3}");
}

TEST(Einsum, IntegersWrap) {
  EXPECT_EQ(answer("() -> (y) { a: s8[2] = {100, -1} b: s8[2] = {3, 1}\n"
                   "  y = Einsum(a, b) {equation=\"i,i\"} }"),
            "s8[] {43}");
}

TEST(Einsum, SumsOfNothingAreZero) {
  EXPECT_EQ(answer("() -> (y) { a: f32[2,0] = {} b: f32[0] = {}\n"
                   "  y = Einsum(a, b) {equation=\"ij,j->i\"} }"),
            "f32[2] {0, 0}");
}

TEST(Einsum, NamesWhatIsWrong) {
  EXPECT_THAT(of_x("i1"), HasSubstr("equation 'i1': term 'i1' has '1' in it"));
  EXPECT_THAT(of_x("i..j"), HasSubstr("has '.' in it"));
  EXPECT_THAT(of_x("...i..."), HasSubstr("two ellipses"));
  EXPECT_THAT(of_x("ij->ii"), HasSubstr("the output has i twice"));
  EXPECT_THAT(of_x("ij->k"), HasSubstr("the output has k, which no operand has"));
  EXPECT_THAT(of_x("ij->i->j"), HasSubstr("has '-' in it"));
  EXPECT_THAT(of_x("i,j"), HasSubstr("equation has 2 operands, the node 1"));
  EXPECT_THAT(of_x("i"), HasSubstr("rank 2, its term 1"));
  EXPECT_THAT(of_x("ijk..."), HasSubstr("rank 2, its term 3 and an ellipsis"));
  EXPECT_THAT(of_x("ii"), HasSubstr("i has sizes 2 and 3"));
  EXPECT_THAT(inferred("(a: f32[2,4], b: f32[3,4]) -> (y) {\n"
                       "  y = Einsum(a, b) {equation=\"...k,...k\"} }"),
              HasSubstr("dimension 1 from the end of '...' has sizes 2 and 3"));
  EXPECT_THAT(inferred("(a: f32[2], b: s32[2]) -> (y) { y = Einsum(a, b) {equation=\"i,i\"} }"),
              HasSubstr("s32"));
}

// A hundred million million products would take a day.
TEST(Einsum, CountsItsProducts) {
  EXPECT_THAT(inferred("(a: f32[4000000000], b: f32[4000000000], c: f32[4000000000]) -> (y) {\n"
                       "  y = Einsum(a, b, c) {equation=\"i,j,k->\"} }"),
              HasSubstr("more products than can be counted"));
}

TEST(Einsum, KnowsWhatItCanOfUnknownSizes) {
  EXPECT_EQ(inferred("(a: f32[n,?], b: f32[?,3]) -> (y) { y = Einsum(a, b) {equation=\"ij,jk\"} }"),
            "f32[n,3]");
  EXPECT_EQ(inferred("(a: f32[...], b: f32[2,3]) -> (y) {\n"
                     "  y = Einsum(a, b) {equation=\"ij,jk->ik\"} }"),
            "f32[?,3]");
  EXPECT_EQ(inferred("(a: f32[...]) -> (y) { y = Einsum(a) {equation=\"...i->i...\"} }"),
            "f32[...]");
}

}  // namespace
}  // namespace mote
