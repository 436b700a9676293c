// Regular expressions in RE2's syntax, matched in time proportional to text and pattern: a program
// whose states are all followed at once (Thompson, 1968; Pike). Text is UTF-8; a byte that is none
// matches nothing.
//
// Understood: literals, `.`, classes with ranges, negation, \d \w \s and [:names:]; groups of every
// kind, named or not; `|`, `*`, `+`, `?`, {n}, {n,}, {n,m} up to 1000, greedy or not; ^ $ \A \z \b
// \B; flags i, m, s, U; the escapes \a \f \n \r \t \v, octal, \x41, \x{263A}, \Q...\E. Not:
// backreferences, looking around, Unicode properties (\p), single bytes (\C).
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ir/step.h"

namespace mote {

// One step of a program. Targets are relative to it.
struct RegexStep {
  enum class Kind : std::uint8_t {
    kChar,        // the code point `a`
    kCharFolded,  // one that is `a` when folded
    kClass,       // one of class `a`
    kAny,         // any but a line end
    kAnyAtAll,
    kFork,  // goes on at `a` and at `b`
    kJump,  // goes on at `a`
    // These look around and go on behind them.
    kTextBegin,
    kTextEnd,
    kLineBegin,
    kLineEnd,
    kWordEdge,
    kNoWordEdge,
    kMatch,
  };
  Kind kind;
  std::int32_t a = 0;
  std::int32_t b = 0;
};

struct RegexRange {
  char32_t first, last;
};

// Code points in one of ranges [begin, end) of the program, which are sorted and apart, or those
// that are in none.
struct RegexClass {
  std::size_t begin = 0, end = 0;
  bool negated = false;
  bool folded = false;  // in any case
};

class Regex {
 public:
  // Errors: kInvalidArgument, kUnsupported: the byte position and what is wrong with it;
  // kResourceExhausted: a pattern that is too large, or repeats too much.
  static Result<Regex> parse(std::string_view pattern);

  // Working memory of a match, to be used again for the next. One thread at a time.
  class Room;

  // Whether the pattern matches all of `text`. Errors: kCancelled.
  Result<bool> full_match(std::string_view text, Room& room, const StopToken& stop) const;

  // Where the longest match that begins at byte `from` of `text` ends; npos: none begins there.
  // Errors: kCancelled. Requires: from <= text.size().
  Result<std::size_t> longest_match(std::string_view text, std::size_t from, Room& room,
                                    const StopToken& stop) const;

 private:
  friend class RegexParser;

  bool takes(const RegexStep& step, char32_t c) const;
  bool contains(const RegexClass& set, char32_t c) const;
  void follow(std::size_t at, std::string_view text, std::size_t position, Room& room) const;
  // One code point more; where it ends.
  std::size_t advance(std::string_view text, std::size_t position, Room& room) const;
  bool matched(const Room& room) const;

  std::vector<RegexStep> steps_;
  std::vector<RegexClass> classes_;
  std::vector<RegexRange> ranges_;
};

class Regex::Room {
 public:
  explicit Room(const Regex& regex);

 private:
  friend class Regex;

  // Steps in the order of their arrival; membership without clearing.
  struct Set {
    std::vector<std::uint32_t> members, where;
    std::size_t size = 0;
    bool insert(std::uint32_t step);
  };
  Set now_, next_;
  std::vector<std::uint32_t> open_;  // still to be followed
};

}  // namespace mote
