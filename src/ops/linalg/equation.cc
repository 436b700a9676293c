#include "ops/linalg/equation.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace mote {
namespace {

constexpr Label kLetters = 26;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

Result<Term> parse_term(std::string_view text) {
  Term term;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_upper(c)) {
      term.push_back(static_cast<Label>(c - 'A'));
    } else if (is_lower(c)) {
      term.push_back(static_cast<Label>(kLetters + (c - 'a')));
    } else if (text.substr(i, 3) == "...") {
      if (std::ranges::find(term, kEllipsis) != term.end()) {
        return Error{Code::kInvalidArgument, cat("term '", text, "' has two ellipses")};
      }
      term.push_back(kEllipsis);
      i += 2;
    } else {
      return Error{Code::kInvalidArgument, cat("term '", text, "' has '", c, "' in it")};
    }
  }
  return term;
}

std::array<int, kMaxLabels> count_labels(const std::vector<Term>& terms) {
  std::array<int, kMaxLabels> counts{};
  for (const Term& term : terms) {
    for (const Label label : term) {
      int& count = counts[static_cast<std::size_t>(label)];
      count = std::min(count + 1, 2);
    }
  }
  return counts;
}

Term implicit_output(const std::array<int, kMaxLabels>& counts) {
  Term output;
  if (counts[kEllipsis] > 0) output.push_back(kEllipsis);
  for (Label label = 0; label < kEllipsis; ++label) {
    if (counts[static_cast<std::size_t>(label)] == 1) output.push_back(label);
  }
  return output;
}

Status check_output(const Term& output, const std::array<int, kMaxLabels>& counts) {
  for (const Label label : output) {
    if (std::ranges::count(output, label) > 1) {
      return Error{Code::kInvalidArgument, cat("the output has ", name_of(label), " twice")};
    }
    if (counts[static_cast<std::size_t>(label)] == 0 && label != kEllipsis) {
      return Error{Code::kInvalidArgument,
                   cat("the output has ", name_of(label), ", which no operand has")};
    }
  }
  return {};
}

}  // namespace

Result<Equation> parse_equation(std::string_view text) {
  std::string packed(text);
  std::erase(packed, ' ');
  const std::string_view all = packed;
  const std::size_t arrow = all.find("->");
  Equation equation;
  for (const std::string_view term : split(all.substr(0, arrow), ',')) {
    MOTE_ASSIGN(Term labels, parse_term(term));
    equation.inputs.push_back(std::move(labels));
  }
  const auto counts = count_labels(equation.inputs);
  if (arrow == std::string_view::npos) {
    equation.output = implicit_output(counts);
    return equation;
  }
  MOTE_ASSIGN(equation.output, parse_term(all.substr(arrow + 2)));
  MOTE_TRY(check_output(equation.output, counts));
  return equation;
}

Result<int> ellipsis_rank(const Term& term, int rank) {
  const bool has_ellipsis = std::ranges::find(term, kEllipsis) != term.end();
  const auto letters = std::ssize(term) - (has_ellipsis ? 1 : 0);
  if (has_ellipsis ? letters <= rank : letters == rank) return static_cast<int>(rank - letters);
  return Error{Code::kInvalidArgument, cat("an operand has rank ", rank, ", its term ", letters,
                                           has_ellipsis ? " and an ellipsis" : "")};
}

Label label_of(const Term& term, int ellipsis, int d) {
  const auto at = std::ranges::find(term, kEllipsis) - term.begin();
  if (d < at) return term[static_cast<std::size_t>(d)];
  if (d < at + ellipsis) return static_cast<Label>(kEllipsis + (at + ellipsis - 1 - d));
  return term[static_cast<std::size_t>(d - ellipsis + 1)];
}

Status LabelSizes::add(Label label, const Dim& size) {
  Dim& have = sizes_[static_cast<std::size_t>(label)];
  const bool first = !std::exchange(used_[static_cast<std::size_t>(label)], true);
  const auto repeats = [](const Dim& dim) { return dim.known() && dim.size() == 1; };
  if (first || repeats(have)) {
    have = size;
  } else if (repeats(size) || have.same(size)) {
    return {};
  } else if (!have.known()) {
    have = size.known() ? size : Dim();
  } else if (size.known()) {
    return Error{Code::kInvalidArgument,
                 cat(name_of(label), " has sizes ", have.size(), " and ", size.size())};
  }
  return {};
}

int LabelSizes::ellipsis() const {
  return static_cast<int>(std::count(used_.begin() + kEllipsis, used_.end(), true));
}

// Zeros make the product small but hide no overflow.
Result<Dim> LabelSizes::count() const {
  std::int64_t count = 1;
  bool known = true, empty = false;
  for (std::size_t i = 0; i < kMaxLabels; ++i) {
    if (!used_[i]) continue;
    const std::int64_t size = std::max<std::int64_t>(sizes_[i].size(), 1);
    known = known && sizes_[i].known();
    empty = empty || sizes_[i].size() == 0;
    if (__builtin_mul_overflow(count, size, &count)) {
      return Error{Code::kInvalidArgument, "there are more products than can be counted"};
    }
  }
  return known ? Dim(empty ? 0 : count) : Dim();
}

std::string name_of(Label label) {
  if (label >= kEllipsis) return cat("dimension ", label - kEllipsis + 1, " from the end of '...'");
  const bool upper = label < kLetters;
  return std::string(1, static_cast<char>(upper ? 'A' + label : 'a' + (label - kLetters)));
}

}  // namespace mote
