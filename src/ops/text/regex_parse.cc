// A pattern becomes its program in one pass. What is parsed lies at the end of the program and ends
// where it ends, so that repeating it is copying it, and joining alternatives is putting steps
// before and between them: targets are relative. Open groups wait on a stack of our own.
#include <algorithm>
#include <optional>
#include <string>

#include "base/text.h"
#include "ops/text/case_map.h"
#include "ops/text/regex.h"
#include "ops/text/regex_class.h"
#include "ops/text/utf8.h"

namespace mote {

using Kind = RegexStep::Kind;

namespace {

constexpr std::size_t kMaxPatternBytes = 1 << 16;
constexpr std::size_t kMaxSteps = 1 << 15;
constexpr std::size_t kMaxDepth = 1000;
constexpr std::int64_t kMaxRepeats = 1000;  // as in RE2

struct Flags {
  bool fold = false;        // i
  bool multi_line = false;  // m
  bool dot_all = false;     // s
  bool ungreedy = false;    // U; makes no difference to a full match
};

struct Group {
  std::size_t position;            // of its parenthesis
  std::size_t begin;               // of its steps
  std::size_t alternative;         // of those of the alternative that is read
  std::vector<std::size_t> exits;  // jumps at the ends of earlier ones
  Flags outside;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_name(std::string_view name) {
  return !name.empty() && !is_digit(name[0]) && std::ranges::all_of(name, [](char c) {
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  });
}

}  // namespace

class RegexParser {
 public:
  explicit RegexParser(std::string_view pattern) : pattern_(pattern), in_(pattern) {}

  Result<Regex> run() {
    if (pattern_.size() > kMaxPatternBytes) {
      return Error{Code::kResourceExhausted,
                   cat("pattern of ", pattern_.size(), " bytes is over ", kMaxPatternBytes)};
    }
    groups_.push_back({0, 0, 0, {}, {}});
    while (!in_.at_end()) {
      MOTE_TRY(item());
      if (regex_.steps_.size() > kMaxSteps || regex_.ranges_.size() > kMaxSteps) {
        return Error{Code::kResourceExhausted,
                     cat("pattern needs more than ", kMaxSteps, " steps at byte ", in_.position())};
      }
    }
    if (groups_.size() > 1) return in_.error(groups_.back().position, "this '(' is never closed");
    close();
    regex_.steps_.push_back({Kind::kMatch});
    return std::move(regex_);
  }

 private:
  Status item() {
    const std::size_t start = in_.position();
    if (in_.skip("(")) return open(start);
    if (in_.skip(")")) {
      if (groups_.size() == 1) return in_.error(start, "this ')' closes no group");
      atom_ = groups_.back().begin;
      flags_ = groups_.back().outside;
      close();
      return {};
    }
    if (in_.skip("|")) return alternate();
    if (in_.skip("*")) return repeat(start, 0, std::nullopt);
    if (in_.skip("+")) return repeat(start, 1, std::nullopt);
    if (in_.skip("?")) return repeat(start, 0, 1);
    if (in_.rest().starts_with('{')) {
      MOTE_ASSIGN(const bool counted, count());
      if (counted) return {};
    }
    if (in_.skip("\\Q")) return quoted();
    atom_ = regex_.steps_.size();
    repeated_ = false;
    if (in_.skip("^")) return emit({flags_.multi_line ? Kind::kLineBegin : Kind::kTextBegin});
    if (in_.skip("$")) return emit({flags_.multi_line ? Kind::kLineEnd : Kind::kTextEnd});
    if (in_.skip(".")) return emit({flags_.dot_all ? Kind::kAnyAtAll : Kind::kAny});
    if (in_.skip("[")) return bracket(start);
    if (in_.rest().starts_with('\\')) return escape();
    MOTE_ASSIGN(const char32_t c, in_.take());
    return literal(c);
  }

  Status emit(RegexStep step) {
    regex_.steps_.push_back(step);
    return {};
  }

  Status literal(char32_t c) {
    // Only letters that have a counterpart need to be folded at each match.
    const bool letter = flags_.fold && (to_small(c) != c || to_capital(c) != c);
    return emit({letter ? Kind::kCharFolded : Kind::kChar,
                 static_cast<std::int32_t>(letter ? case_folded(c) : c)});
  }

  // -- groups and alternatives

  Status open(std::size_t start) {
    if (groups_.size() >= kMaxDepth) return in_.error(start, "groups are nested too deeply");
    const Flags outside = flags_;
    if (in_.skip("?")) {
      MOTE_ASSIGN(const bool group, special(start));
      if (!group) return {};
    }
    const std::size_t begin = regex_.steps_.size();
    groups_.push_back({start, begin, begin, {}, outside});
    atom_.reset();
    return {};
  }

  // After "(?". False: it was flags for what follows, not a group.
  Result<bool> special(std::size_t start) {
    for (const std::string_view around : {"=", "!", "<=", "<!"}) {
      if (in_.rest().starts_with(around)) {
        return in_.unsupported(start, "looking around is not supported");
      }
    }
    if (in_.skip("P<") || in_.skip("<")) {
      const std::size_t end = in_.rest().find('>');
      const std::string_view name = in_.rest().substr(0, end);
      if (end == std::string_view::npos || !is_name(name)) {
        return in_.error(start, "the name of this group is none");
      }
      if (std::ranges::find(names_, name) != names_.end()) {
        return in_.error(start, cat("group '", name, "' is there already"));
      }
      names_.push_back(name);
      in_.advance(end + 1);
      return true;
    }
    return flags(start);
  }

  Result<bool> flags(std::size_t start) {
    Flags flags = flags_;
    bool on = true;
    bool any = false;
    while (!in_.at_end()) {
      if (in_.skip(":")) {
        if (!on && !any) break;
        flags_ = flags;
        return true;
      }
      if (in_.skip(")")) {
        if (!on && !any) break;
        flags_ = flags;
        atom_.reset();
        return false;
      }
      any = true;
      if (in_.skip("i")) {
        flags.fold = on;
      } else if (in_.skip("m")) {
        flags.multi_line = on;
      } else if (in_.skip("s")) {
        flags.dot_all = on;
      } else if (in_.skip("U")) {
        flags.ungreedy = on;
      } else if (on && in_.skip("-")) {
        on = any = false;
      } else {
        break;
      }
    }
    return in_.error(start, "'(?' does not begin a group that there is");
  }

  Status alternate() {
    Group& group = groups_.back();
    auto& steps = regex_.steps_;
    const auto length = static_cast<std::int32_t>(steps.size() - group.alternative);
    insert(group.alternative, {Kind::kFork, 1, length + 2});
    group.exits.push_back(steps.size());
    steps.push_back({Kind::kJump});
    group.alternative = steps.size();
    atom_.reset();
    return {};
  }

  // Ends the innermost group.
  void close() {
    for (const std::size_t exit : groups_.back().exits) {
      regex_.steps_[exit].a = static_cast<std::int32_t>(regex_.steps_.size() - exit);
    }
    groups_.pop_back();
    repeated_ = false;
  }

  // -- repetition

  void insert(std::size_t at, RegexStep step) {
    regex_.steps_.insert(regex_.steps_.begin() + static_cast<std::ptrdiff_t>(at), step);
  }

  // {n}, {n,} or {n,m}. False: the brace begins no count and stands for itself.
  Result<bool> count() {
    const std::size_t start = in_.position();
    in_.skip("{");
    const auto least = in_.number();
    std::optional<std::int64_t> most = least;
    if (least && in_.skip(",")) most = in_.number();
    const bool open_end = least && !most;
    if (!least || !in_.skip("}")) {
      in_.back_to(start);
      return false;
    }
    if (*least > kMaxRepeats || (!open_end && (*most > kMaxRepeats || *most < *least))) {
      return in_.error(start, cat("the count is not within [0, ", kMaxRepeats, "]"));
    }
    MOTE_TRY(repeat(start, *least, most));
    return true;
  }

  // most: none if there is no end.
  Status repeat(std::size_t start, std::int64_t least, std::optional<std::int64_t> most) {
    if (!atom_) return in_.error(start, "there is nothing to repeat");
    if (repeated_) return in_.error(start, "what is repeated is repeated already");
    repeated_ = true;
    in_.skip("?");  // as few as possible
    auto& steps = regex_.steps_;
    const std::vector<RegexStep> body(steps.begin() + static_cast<std::ptrdiff_t>(*atom_),
                                      steps.end());
    const auto length = static_cast<std::int64_t>(body.size());
    const std::int64_t copies = std::max<std::int64_t>(most.value_or(least), 1);
    if (copies * (length + 1) + static_cast<std::int64_t>(*atom_) > std::int64_t{kMaxSteps}) {
      return Error{Code::kResourceExhausted,
                   cat("the repetition at byte ", start, " needs more than ", kMaxSteps, " steps")};
    }
    steps.resize(*atom_, {Kind::kJump});
    const auto copy = [&] { steps.insert(steps.end(), body.begin(), body.end()); };
    for (std::int64_t i = 0; i < least; ++i) copy();
    const auto one = static_cast<std::int32_t>(length);
    if (!most && least > 0) {
      return emit({Kind::kFork, -one, 1});
    }
    if (!most) {
      MOTE_TRY(emit({Kind::kFork, 1, one + 2}));
      copy();
      return emit({Kind::kJump, -one - 1});
    }
    // Each of those that may be left out leaves out all after it.
    for (std::int64_t left = *most - least; left > 0; --left) {
      MOTE_TRY(emit({Kind::kFork, 1, static_cast<std::int32_t>(left * (length + 1))}));
      copy();
    }
    return {};
  }

  // -- literals and classes

  // Up to \E or the end.
  Status quoted() {
    while (!in_.at_end() && !in_.skip("\\E")) {
      atom_ = regex_.steps_.size();
      repeated_ = false;
      MOTE_ASSIGN(const char32_t c, in_.take());
      MOTE_TRY(literal(c));
    }
    return {};
  }

  Status escape() {
    struct Assertion {
      std::string_view text;
      Kind kind;
    };
    constexpr Assertion kAssertions[] = {{"\\A", Kind::kTextBegin},
                                         {"\\z", Kind::kTextEnd},
                                         {"\\b", Kind::kWordEdge},
                                         {"\\B", Kind::kNoWordEdge}};
    for (const Assertion& assertion : kAssertions) {
      if (in_.skip(assertion.text)) return emit({assertion.kind});
    }
    if (const auto set = in_.class_escape()) {
      RegexClass c{.begin = regex_.ranges_.size(), .negated = set->negated};
      regex_.ranges_.insert(regex_.ranges_.end(), set->ranges.begin(), set->ranges.end());
      c.end = regex_.ranges_.size();
      return add_class(c);
    }
    MOTE_ASSIGN(const char32_t c, in_.escaped());
    return literal(c);
  }

  Status bracket(std::size_t start) {
    RegexClass c{.begin = regex_.ranges_.size(), .folded = flags_.fold};
    MOTE_ASSIGN(c.negated, in_.bracket(start, regex_.ranges_));
    c.end = regex_.ranges_.size();
    return add_class(c);
  }

  Status add_class(const RegexClass& c) {
    regex_.classes_.push_back(c);
    return emit({Kind::kClass, static_cast<std::int32_t>(regex_.classes_.size() - 1)});
  }

  std::string_view pattern_;
  RegexScanner in_;
  Regex regex_;
  Flags flags_;
  std::vector<Group> groups_;  // the first is the pattern
  std::vector<std::string_view> names_;
  std::optional<std::size_t> atom_;  // the first step of what a repetition would repeat
  bool repeated_ = false;            // it is a repetition itself
};

Result<Regex> Regex::parse(std::string_view pattern) { return RegexParser(pattern).run(); }

}  // namespace mote
