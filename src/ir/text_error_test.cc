// What the parser of the text form refuses, and where it says the fault lies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>

#include "base/text.h"
#include "ir/text.h"

namespace mote {
namespace {

using testing::HasSubstr;

constexpr OpDef kRelu = {.name = "Relu"};
constexpr std::array<const OpDef*, 1> kOps = {&kRelu};

std::string error_of(std::string_view text) {
  const Result<Graph> g = parse_graph(text, OpSet(kOps));
  return g ? "none" : g.error().message;
}

// The error within `body`, whose first line is line 1 of the text and begins at column 17.
std::string error_in(std::string_view body) {
  return error_of(cat("graph (x) -> () {", body, "}"));
}

std::string repeated(std::string_view piece, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += piece;
  return out;
}

TEST(TextError, NamesLineColumnAndWhatWasThere) {
  EXPECT_EQ(error_of(""), "line 1, column 1: expected 'graph', found the end");
  EXPECT_EQ(error_of("graph net {"), "line 1, column 11: expected '->', found '{'");
  EXPECT_EQ(error_of("graph (x) -> (y) {\n  # Relu\n  y = Relu x)\n}"),
            "line 3, column 12: expected '(', found 'x'");
  EXPECT_EQ(error_of("graph -> () {} graph"), "line 1, column 16: expected the end, found 'graph'");
  EXPECT_EQ(error_of("graph -> () {\n"), "line 2, column 1: expected a name, found the end");
  EXPECT_EQ(error_of("graph a_name_of_more_than_24_bytes_in_all , -> () {}"),
            "line 1, column 43: expected '->', found ','");
}

TEST(TextError, BytesThatAreNoToken) {
  EXPECT_EQ(error_of("graph $"), "line 1, column 7: a byte that begins no token");
  EXPECT_EQ(error_of("graph \"a\n\""), "line 1, column 7: the string does not end on its line");
  EXPECT_EQ(error_of("graph \"a\\t\""),
            "line 1, column 9: an escape other than \\\" \\\\ \\n \\xNN");
  EXPECT_THAT(error_of("graph \"a\\x4\""), HasSubstr("column 9: an escape"));
  EXPECT_THAT(error_of("graph \"a\\"), HasSubstr("column 9: an escape"));
  EXPECT_THAT(error_in("c: u8[1] = {0x0g}"), HasSubstr("column 33: not a hexadecimal digit"));
  EXPECT_THAT(error_of(std::string_view("graph \0", 7)), HasSubstr("column 7: a byte"));
}

TEST(TextError, ValuesAreDefinedBeforeTheyAreRead) {
  EXPECT_EQ(error_in("\n a = Relu(b)\n b = Relu(x)"),
            "line 2, column 11: value 'b' is not defined before it is read");
  EXPECT_THAT(error_in(" y = Relu(y)"), HasSubstr("column 28: value 'y' is not defined"));
  EXPECT_THAT(error_of("graph (x) -> (x,\n y) {}"),
              HasSubstr("line 2, column 2: output 'y' is not defined"));
  EXPECT_THAT(error_in(" y = If(x) {a=graph -> (x) {}}"), HasSubstr("output 'x' is not defined"));
}

TEST(TextError, ValuesAreDefinedOnce) {
  EXPECT_EQ(error_in("\n x = Relu(x)"), "line 2, column 2: value 'x' is defined twice");
  EXPECT_THAT(error_of("graph (x, x) -> () {}"),
              HasSubstr("column 11: value 'x' is defined twice"));
  EXPECT_THAT(error_in("a, a = Split(x)"), HasSubstr("column 21: value 'a' is defined twice"));
  EXPECT_THAT(error_in("\"x\": s8[] = {1}"), HasSubstr("column 18: value 'x' is defined twice"));
  EXPECT_THAT(error_of("graph (x, x: s8[] = {1}) -> () {}"), HasSubstr("is defined twice"));
  EXPECT_THAT(error_in("If(x) captures (x) {g=graph captures (0: a, 0: a) -> () {}}"),
              HasSubstr("value 'a' is defined twice"));
}

TEST(TextError, NoneIsNoName) {
  EXPECT_THAT(error_of("graph (_) -> () {}"), HasSubstr("column 8: a value needs a name"));
  EXPECT_THAT(error_in("\"\" = Relu(x)"), HasSubstr("a value needs a name"));
  EXPECT_THAT(error_in("_: s8[] = {1}"), HasSubstr("a value needs a name"));
  EXPECT_THAT(error_in("_: s8[] = Relu(x)"), HasSubstr("column 21: an absent output has no type"));
  EXPECT_THAT(error_of("graph -> (_) {}"), HasSubstr("output '_' is not defined"));
}

TEST(TextError, ConstantsNeedATypeAndItsElements) {
  EXPECT_THAT(error_in("c = {1}"), HasSubstr("column 22: a constant needs one name, and a type"));
  EXPECT_THAT(error_in("c: s8[1], d: s8[1] = {1}"), HasSubstr("a constant needs one name"));
  EXPECT_THAT(error_of("graph (x = {1}) -> () {}"), HasSubstr("column 8: a default needs a type"));
  for (const char* type : {"f32[n]", "f32[...]", "f32[?]", "?", "?[1]", "seq(f32[1])",
                           "sparse(f32[1])", "f32[1,1,1,1,1,1,1,1,1,1,1,1,1]"}) {
    EXPECT_THAT(error_in(cat("c: ", type, " = {1}")), HasSubstr("column 21: a constant needs"));
  }
  EXPECT_THAT(error_in("c: s8[2] = {1}"), HasSubstr("column 31: expected element number 2 of 2"));
  EXPECT_THAT(error_in("c: s8[1] = {1, 2}"), HasSubstr("column 31: expected '}' after 1 elements"));
  EXPECT_THAT(error_in("c: s8[2] = {...}"), HasSubstr("column 30: elements that were left out"));
  EXPECT_THAT(error_in("c: s8[2] = {0x012}"), HasSubstr("expected 2 bytes of two digits each"));
  EXPECT_THAT(error_in("c: string[1] = {0x00}"), HasSubstr("expected strings"));
  EXPECT_THAT(error_in("c: string[1] = {random 1}"), HasSubstr("not random strings"));
  EXPECT_THAT(error_in("c: c64[1] = {1}"), HasSubstr("expected 0x and the bytes"));
  EXPECT_THAT(error_in("c: s8[1] = {random -1}"), HasSubstr("a seed from 0"));
}

TEST(TextError, ElementsAreInRange) {
  EXPECT_THAT(error_in("c: s8[1] = {128}"),
              HasSubstr("column 30: expected an integer from -128 to 127, found '128'"));
  EXPECT_THAT(error_in("c: u64[1] = {-1}"), HasSubstr("from 0 to 18446744073709551615"));
  EXPECT_THAT(error_in("c: s4[1] = {8}"), HasSubstr("from -8 to 7"));
  EXPECT_THAT(error_in("c: u2[1] = {-1}"), HasSubstr("from 0 to 3"));
  EXPECT_THAT(error_in("c: s32[1] = {1.0}"), HasSubstr("found '1.0'"));
  EXPECT_THAT(error_in("c: f32[1] = {1e999}"), HasSubstr("expected a number"));
  EXPECT_THAT(error_in("c: f32[1] = {--1}"), HasSubstr("expected a number"));
  EXPECT_THAT(error_in("c: bool[1] = {2}"), HasSubstr("expected true or false"));
}

TEST(TextError, TensorsThatNoMemoryHolds) {
  EXPECT_THAT(error_in("c: f32[4294967296,4294967296,0] = {}"), HasSubstr("column 21: shape"));
  EXPECT_THAT(error_in("c: f32[9223372036854775808] = {}"), HasSubstr("expected a size from 0"));
  EXPECT_THAT(error_in("c: f32[-1] = {}"), HasSubstr("expected a size from 0"));
  const Result<Graph> large =
      parse_graph("graph -> () { c: f32[99999999] = {random 1} }", OpSet(kOps));
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, Code::kResourceExhausted);
}

TEST(TextError, TheBudgetIsForAllTensorsTogether) {
  const std::string_view text =
      "graph (x) -> () { a: s8[60] = {random 1} If(x) {t=s8[60]{random 1}} }";
  EXPECT_FALSE(parse_graph(text, OpSet(kOps), {.max_constant_bytes = 119}));
  EXPECT_TRUE(parse_graph(text, OpSet(kOps), {.max_constant_bytes = 120}));
}

TEST(TextError, CapturesNameWhatTheNodeCaptures) {
  EXPECT_THAT(error_in("If(x) captures (x) {g=graph captures (1: a) -> () {}}"),
              HasSubstr("column 56: there is no captured value 1 among 1"));
  EXPECT_THAT(error_in("If(x) captures (x) {g=graph captures (-1: a) -> () {}}"),
              HasSubstr("no captured value -1"));
  EXPECT_THAT(error_of("graph captures (0: a) -> () {}"), HasSubstr("no captured value 0"));
  EXPECT_THAT(error_of("graph captures (a) -> () {}"), HasSubstr("the index of a captured value"));
}

TEST(TextError, AttributesAreOfOneKindAndOnce) {
  EXPECT_THAT(error_in("Op() {a=1, a=2}"),
              HasSubstr("column 29: attribute 'a' stands there twice"));
  EXPECT_THAT(error_in("Op() {a=[1, 2.0]}"),
              HasSubstr("column 30: a list holds values of one kind"));
  EXPECT_THAT(error_in("Op() {a=[]}"), HasSubstr("column 27: expected an attribute's value"));
  EXPECT_THAT(error_in("Op() {a=[[1]]}"), HasSubstr("expected an attribute's value"));
  EXPECT_THAT(error_in("Op() {a=9223372036854775808}"), HasSubstr("an integer of 64 bits"));
  EXPECT_THAT(error_in("Op() {a=1e99}"), HasSubstr("expected a float"));
  EXPECT_THAT(error_in("Op() {a=foo}"), HasSubstr("expected a type, found 'foo'"));
  EXPECT_THAT(error_in("Op() {a=ints[1]}"), HasSubstr("expected ']'"));
  EXPECT_THAT(error_in("Op() {a}"), HasSubstr("expected '='"));
}

TEST(TextError, OperatorsSayWhatTheyDoNotTake) {
  EXPECT_EQ(error_in("\n  y = Relu(x, x) \"r\""),
            "line 2, column 7: node 'r' (Relu): has 2 inputs, takes 1 inputs");
  EXPECT_THAT(error_in("\n  y = Relu(x) {axis=1}"),
              HasSubstr("line 2, column 7: node (Relu) -> 'y': attribute 'axis' is not"));
}

TEST(TextError, GraphsNest32Deep) {
  const auto nested = [](int depth) {
    return repeated("graph -> () {Op() {g=", depth) + "graph -> () {}" + repeated("}}", depth);
  };
  EXPECT_EQ(error_of(nested(32)), "none");
  EXPECT_THAT(error_of(nested(33)), HasSubstr("subgraphs are nested deeper than 32"));
  EXPECT_THAT(error_of(repeated("graph -> () {Op() {g=", 100000)), HasSubstr("nested deeper"));
}

TEST(TextError, TypesNest64Deep) {
  const auto nested = [](int depth) {
    return repeated("seq(", depth - 1) + "f32[]" + repeated(")", depth - 1);
  };
  EXPECT_TRUE(parse_type(nested(64)));
  EXPECT_FALSE(parse_type(nested(65)));
  EXPECT_THAT(parse_type(repeated("optional(", 100000)).error().message, HasSubstr("column 577"));
}

TEST(TextError, TypesEndWhereTheirTextDoes) {
  EXPECT_EQ(parse_type("f32[2] x").error().message,
            "line 1, column 8: expected the end, found 'x'");
  for (const char* text :
       {"", "f32", "f33[]", "f32[", "f32[2", "f32[2,]", "f32[...", "f32[...,2]", "seq", "seq()",
        "map(f32[])", "map(s64 f32[])", "f32[1.5]", "f32[0x2]"}) {
    EXPECT_FALSE(parse_type(text)) << text;
  }
}

TEST(TextError, LongTextTakesLinearTime) {
  const auto start = std::chrono::steady_clock::now();
  const std::string list = "x" + repeated(", x", 200000);
  EXPECT_EQ(error_in(cat("y = Concat(", list, ")")), "none");
  std::string attributes = "a=1";
  for (int i = 0; i < 300000; ++i) attributes += cat(", a", i, "=1");
  EXPECT_EQ(error_in(cat("y = Op(x) {", attributes, "}")), "none");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

}  // namespace
}  // namespace mote
