// Regular expressions: what they match, what they refuse, and that nobody can make them slow.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"
#include "ops/text/regex.h"

namespace mote {
namespace {

using testing::HasSubstr;

// Whether `pattern` matches all of `text`; a pattern that is none fails the test.
bool matches(std::string_view pattern, std::string_view text) {
  const auto regex = Regex::parse(pattern);
  EXPECT_TRUE(regex) << pattern << ": " << regex.error().message;
  if (!regex) return false;
  Regex::Room room(*regex);
  return *regex->full_match(text, room, StopToken());
}

std::string problem(std::string_view pattern) {
  const auto regex = Regex::parse(pattern);
  return regex ? "none" : regex.error().message;
}

TEST(Regex, MatchesAllOfTheTextOrNothing) {
  EXPECT_TRUE(matches("abc", "abc"));
  EXPECT_FALSE(matches("abc", "abcd"));
  EXPECT_FALSE(matches("abc", "ab"));
  EXPECT_TRUE(matches("", ""));
  EXPECT_FALSE(matches("", "a"));
  EXPECT_TRUE(matches("a|ab|abc", "abc"));
  EXPECT_TRUE(matches("(a|ab)(c|bcd)(d*)", "abcd"));
}

TEST(Regex, RepeatsAsOftenAsItIsTold) {
  for (const std::string_view lazy : {"", "?"}) {
    const auto with = [&](std::string_view pattern) {
      return std::string(pattern) + std::string(lazy);
    };
    EXPECT_TRUE(matches(with("a*"), ""));
    EXPECT_FALSE(matches(with("a+"), ""));
    EXPECT_TRUE(matches(with("a?"), "a"));
    EXPECT_FALSE(matches(with("a?"), "aa"));
    EXPECT_TRUE(matches(with("(ab){2,3}"), "ababab"));
    EXPECT_FALSE(matches(with("(ab){2,3}"), "abababab"));
    EXPECT_FALSE(matches(with("(ab){2,}"), "ab"));
    EXPECT_TRUE(matches(with("(ab){2,}"), "abababab"));
    EXPECT_TRUE(matches(with("(ab){0}"), ""));
    EXPECT_TRUE(matches(with("(a|b{2}){3}"), "abbbb"));
  }
  EXPECT_TRUE(matches("(a*)*", "aaa"));
  EXPECT_TRUE(matches("(a*|b)+", "ab"));
  EXPECT_TRUE(matches("(|a)+", "aa"));
  EXPECT_TRUE(matches("(){1000}", ""));
  EXPECT_TRUE(matches("a{,2}", "a{,2}"));  // no count
  EXPECT_TRUE(matches("a{x", "a{x"));
}

TEST(Regex, ReadsClasses) {
  EXPECT_TRUE(matches("[a-c]+", "abc"));
  EXPECT_FALSE(matches("[^a-c]", "b"));
  EXPECT_TRUE(matches("[^a-c]", "\n"));
  EXPECT_TRUE(matches("[]a]+", "a]"));
  EXPECT_TRUE(matches("[^]a]", "b"));
  EXPECT_TRUE(matches("[a-]+", "a-"));
  EXPECT_TRUE(matches("[-a]+", "a-"));
  EXPECT_TRUE(matches("[\\d\\s_]+", "1 _"));
  EXPECT_TRUE(matches("[^\\D]+", "12"));
  EXPECT_TRUE(matches("[\\]\\-\\\\]+", "]-\\"));
  EXPECT_TRUE(matches("[[:alpha:][:digit:]]+", "a1"));
  EXPECT_FALSE(matches("[[:^alpha:]]", "a"));
  EXPECT_TRUE(matches("\\d\\D\\w\\W\\s\\S", "1a_- x"));
  EXPECT_FALSE(matches("\\s", "\v"));
  EXPECT_TRUE(matches("[[:space:]]", "\v"));
}

TEST(Regex, CountsCodePointsNotBytes) {
  EXPECT_TRUE(matches(".", "\xc3\xa4"));
  EXPECT_TRUE(matches("[\xc3\xa0-\xc3\xaf]{2}", "\xc3\xa4\xc3\xa8"));
  EXPECT_TRUE(matches("\\x{1F600}", "\xf0\x9f\x98\x80"));
  EXPECT_FALSE(matches("..", "\xf0\x9f\x98\x80"));
  // Bytes that are no UTF-8 match nothing.
  EXPECT_FALSE(matches(".", "\xc3"));
  EXPECT_FALSE(matches("[^a]", "\xff"));
}

TEST(Regex, ReadsEscapes) {
  EXPECT_TRUE(matches("\\a\\f\\n\\r\\t\\v", "\a\f\n\r\t\v"));
  EXPECT_TRUE(matches("\\x41\\x{42}\\103\\0", std::string_view("ABC\0", 4)));
  EXPECT_TRUE(matches("\\.\\*\\(\\{\\[", ".*({["));
  EXPECT_TRUE(matches("\\Qa.b*\\E+", "a.b**"));
  EXPECT_TRUE(matches("\\Qa.", "a."));
}

TEST(Regex, LooksAtEdges) {
  EXPECT_TRUE(matches("^a$", "a"));
  EXPECT_TRUE(matches("\\Aa\\z", "a"));
  EXPECT_FALSE(matches("a\n^b", "a\nb"));
  EXPECT_TRUE(matches("(?m)a$\n^b", "a\nb"));
  EXPECT_TRUE(matches("a\\b b", "a b"));
  EXPECT_FALSE(matches("a\\bb", "ab"));
  EXPECT_TRUE(matches("a\\Bb", "ab"));
  EXPECT_TRUE(matches("(^a)*", ""));
}

TEST(Regex, ObeysFlagsWithinTheirGroup) {
  EXPECT_TRUE(matches("(?i)aB\xc3\x84", "Ab\xc3\xa4"));
  EXPECT_TRUE(matches("(?i)[a-c\xc3\xa4]+", "ABc\xc3\x84"));
  EXPECT_FALSE(matches("(?i)[^a-c]", "B"));
  EXPECT_TRUE(matches("(?i)k", "\xe2\x84\xaa"));  // the Kelvin sign
  EXPECT_TRUE(matches("(?i:a)b", "Ab"));
  EXPECT_FALSE(matches("(?i:a)b", "AB"));
  EXPECT_FALSE(matches("((?i)a)b", "AB"));
  EXPECT_FALSE(matches("(?i)a(?-i)b", "AB"));
  EXPECT_FALSE(matches("a.b", "a\nb"));
  EXPECT_TRUE(matches("(?s)a.b", "a\nb"));
  EXPECT_TRUE(matches("(?U)a+(?-s:b)", "aab"));
  EXPECT_TRUE(matches("(?P<first>a)(?<second>b)(?:c)", "abc"));
}

TEST(Regex, NamesWhereAPatternIsWrong) {
  EXPECT_EQ(problem("ab(c"), "pattern, byte 2: this '(' is never closed");
  EXPECT_EQ(problem("ab)"), "pattern, byte 2: this ')' closes no group");
  EXPECT_EQ(problem("a[b"), "pattern, byte 1: this '[' is never closed");
  EXPECT_EQ(problem("a**"), "pattern, byte 2: what is repeated is repeated already");
  EXPECT_EQ(problem("a{2}{3}"), "pattern, byte 4: what is repeated is repeated already");
  EXPECT_EQ(problem("(*)"), "pattern, byte 1: there is nothing to repeat");
  EXPECT_EQ(problem("a|+"), "pattern, byte 2: there is nothing to repeat");
  EXPECT_EQ(problem("a{3,2}"), "pattern, byte 1: the count is not within [0, 1000]");
  EXPECT_EQ(problem("a{1001}"), "pattern, byte 1: the count is not within [0, 1000]");
  EXPECT_EQ(problem("[b-a]"), "pattern, byte 1: this range ends before it begins");
  EXPECT_EQ(problem("[a-\\d]"), "pattern, byte 1: a range does not end in a class");
  EXPECT_EQ(problem("[[:no:]]"), "pattern, byte 1: there is no class of this name");
  EXPECT_EQ(problem("a\\"), "pattern, byte 1: a backslash ends the pattern");
  EXPECT_EQ(problem("\\y"), "pattern, byte 0: there is no such escape");
  EXPECT_EQ(problem("\\x{110000}"), "pattern, byte 0: \\x names no code point");
  EXPECT_EQ(problem("a\xff"), "pattern, byte 1: this is no UTF-8");
  EXPECT_EQ(problem("(?q)"), "pattern, byte 0: '(?' does not begin a group that there is");
  EXPECT_EQ(problem("(?i-)"), "pattern, byte 0: '(?' does not begin a group that there is");
  EXPECT_EQ(problem("(?P<1a>b)"), "pattern, byte 0: the name of this group is none");
  EXPECT_EQ(problem("(?P<a>b)(?P<a>c)"), "pattern, byte 8: group 'a' is there already");
}

TEST(Regex, NamesWhatItDoesNotSupport) {
  EXPECT_EQ(problem("(a)\\1"), "pattern, byte 3: backreferences are not supported");
  EXPECT_EQ(problem("a(?=b)"), "pattern, byte 1: looking around is not supported");
  EXPECT_EQ(problem("(?<!b)a"), "pattern, byte 0: looking around is not supported");
  EXPECT_EQ(problem("\\pL"), "pattern, byte 0: Unicode properties are not supported");
}

// What takes others exponential time, or their stack.
TEST(Regex, IsQuickWhateverThePattern) {
  const std::string as(5000, 'a');
  EXPECT_FALSE(matches("(a*)*b", as));
  EXPECT_FALSE(matches("(a|a)*b", as));
  EXPECT_FALSE(matches("(a|aa)+$b", as));
  EXPECT_TRUE(matches("(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)a", as));
  EXPECT_TRUE(matches("(a?){500}a{500}", std::string(500, 'a')));
  std::string nested;
  for (int i = 0; i < 900; ++i) nested += "(a|";
  nested += "b";
  for (int i = 0; i < 900; ++i) nested += ")*";
  EXPECT_TRUE(matches(nested, "ab"));
}

TEST(Regex, RefusesPatternsThatAreTooLarge) {
  EXPECT_THAT(problem("((a{1000}){1000}){1000}"), HasSubstr("needs more than 32768 steps"));
  EXPECT_THAT(problem(std::string(70000, 'a')), HasSubstr("70000 bytes is over 65536"));
  EXPECT_THAT(problem(std::string(40000, 'a')), HasSubstr("needs more than 32768 steps"));
  EXPECT_THAT(problem(std::string(2000, '(')), HasSubstr("nested too deeply"));
}

TEST(Regex, StopsWhenItIsTold) {
  const std::atomic<bool> cancelled = true;
  const auto regex = Regex::parse("(.*x){300}");
  Regex::Room room(*regex);
  const auto result =
      regex->full_match(std::string(100000, 'x'), room, StopToken(nullptr, {}, &cancelled));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kCancelled);
}

TEST(RegexFullMatch, AnswersForEachText) {
  EXPECT_EQ(answer("() -> (y) { x: string[3] = {\"a@b.org\", \"a@b\", \"\"}\n"
                   "  y = RegexFullMatch(x) {pattern=\"\\\\w+@\\\\w+\\\\.\\\\w+\"} }"),
            "bool[3] {true, false, false}");
  EXPECT_THAT(answer("(x: string[1]) -> (y) { y = RegexFullMatch(x) {pattern=\"(\"} }"),
              HasSubstr("pattern, byte 0: this '(' is never closed"));
  EXPECT_THAT(answer("(x: string[1]) -> (y) { y = RegexFullMatch(x) }"), HasSubstr("pattern"));
}

}  // namespace
}  // namespace mote
