#include "ops/text/regex.h"

#include <algorithm>
#include <utility>

#include "ops/text/case_map.h"
#include "ops/text/utf8.h"

namespace mote {
namespace {

using Kind = RegexStep::Kind;

constexpr std::size_t kStepsBetweenChecks = 1 << 16;

bool is_word_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

bool holds(Kind kind, std::string_view text, std::size_t at) {
  const bool word_before = at > 0 && is_word_byte(text[at - 1]);
  const bool word_after = at < text.size() && is_word_byte(text[at]);
  switch (kind) {
    case Kind::kTextBegin:
      return at == 0;
    case Kind::kTextEnd:
      return at == text.size();
    case Kind::kLineBegin:
      return at == 0 || text[at - 1] == '\n';
    case Kind::kLineEnd:
      return at == text.size() || text[at] == '\n';
    case Kind::kWordEdge:
      return word_before != word_after;
    default:
      return word_before == word_after;
  }
}

}  // namespace

Regex::Room::Room(const Regex& regex) {
  const std::size_t n = regex.steps_.size();
  for (Set* set : {&now_, &next_}) {
    set->members.resize(n);
    set->where.resize(n);
  }
  open_.reserve(n);
}

bool Regex::Room::Set::insert(std::uint32_t step) {
  const std::uint32_t i = where[step];
  if (i < size && members[i] == step) return false;
  where[step] = static_cast<std::uint32_t>(size);
  members[size++] = step;
  return true;
}

bool Regex::contains(const RegexClass& set, char32_t c) const {
  const auto begin = ranges_.begin() + static_cast<std::ptrdiff_t>(set.begin);
  const auto end = ranges_.begin() + static_cast<std::ptrdiff_t>(set.end);
  const auto behind = std::upper_bound(
      begin, end, c, [](char32_t value, const RegexRange& r) { return value < r.first; });
  return behind != begin && c <= std::prev(behind)->last;
}

bool Regex::takes(const RegexStep& step, char32_t c) const {
  if (c == kNoCodePoint) return false;
  switch (step.kind) {
    case Kind::kChar:
      return c == static_cast<char32_t>(step.a);
    case Kind::kCharFolded:
      return case_folded(c) == static_cast<char32_t>(step.a);
    case Kind::kAny:
      return c != '\n';
    case Kind::kAnyAtAll:
      return true;
    case Kind::kClass: {
      const RegexClass& set = classes_[static_cast<std::size_t>(step.a)];
      bool in = contains(set, c);
      if (!in && set.folded) {
        in = contains(set, to_small(c)) || contains(set, to_capital(c)) ||
             contains(set, case_folded(c));
      }
      return in != set.negated;
    }
    default:
      return false;
  }
}

// Adds `first` and all steps that follow from it without taking a code point to room.next_.
void Regex::follow(std::size_t first, std::string_view text, std::size_t position,
                   Room& room) const {
  const auto open = [&room](std::size_t at) {
    if (room.next_.insert(static_cast<std::uint32_t>(at))) {
      room.open_.push_back(static_cast<std::uint32_t>(at));
    }
  };
  open(first);
  while (!room.open_.empty()) {
    const std::size_t at = room.open_.back();
    room.open_.pop_back();
    const RegexStep& step = steps_[at];
    const auto target = [at](std::int32_t distance) {
      return static_cast<std::size_t>(static_cast<std::int64_t>(at) + distance);
    };
    if (step.kind == Kind::kFork) {
      open(target(step.a));
      open(target(step.b));
    } else if (step.kind == Kind::kJump) {
      open(target(step.a));
    } else if (step.kind > Kind::kJump && step.kind < Kind::kMatch) {
      if (holds(step.kind, text, position)) open(at + 1);
    }
  }
}

std::size_t Regex::advance(std::string_view text, std::size_t position, Room& room) const {
  std::swap(room.now_, room.next_);
  room.next_.size = 0;
  const CodePoint c = first_code_point(text.substr(position));
  position += static_cast<std::size_t>(c.bytes);
  for (std::size_t i = 0; i < room.now_.size; ++i) {
    const std::size_t at = room.now_.members[i];
    if (takes(steps_[at], c.value)) follow(at + 1, text, position, room);
  }
  return position;
}

bool Regex::matched(const Room& room) const {
  const std::size_t last = steps_.size() - 1;
  const auto* members = room.next_.members.data();
  return std::find(members, members + room.next_.size, last) != members + room.next_.size;
}

Result<bool> Regex::full_match(std::string_view text, Room& room, const StopToken& stop) const {
  room.next_.size = 0;
  follow(0, text, 0, room);
  std::size_t work = 0;
  for (std::size_t position = 0; position < text.size();) {
    position = advance(text, position, room);
    if (room.next_.size == 0) return false;
    work += room.now_.size + room.next_.size;
    if (work < kStepsBetweenChecks) continue;
    work = 0;
    MOTE_TRY(stop.check());
  }
  return matched(room);
}

Result<std::size_t> Regex::longest_match(std::string_view text, std::size_t from, Room& room,
                                         const StopToken& stop) const {
  room.next_.size = 0;
  follow(0, text, from, room);
  std::size_t end = matched(room) ? from : std::string_view::npos;
  std::size_t work = 0;
  for (std::size_t position = from; position < text.size() && room.next_.size > 0;) {
    position = advance(text, position, room);
    if (matched(room)) end = position;
    work += room.now_.size + room.next_.size;
    if (work < kStepsBetweenChecks) continue;
    work = 0;
    MOTE_TRY(stop.check());
  }
  return end;
}

}  // namespace mote
