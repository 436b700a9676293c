// The equation of Einsum: which dimensions of its operands are one.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ir/type.h"

namespace mote {

// What a dimension is called: letters are [0, 52), in ASCII order. Dimensions that an ellipsis
// stands for are from kEllipsis on, counted from its last.
using Label = std::int8_t;
inline constexpr Label kEllipsis = 52;
inline constexpr int kMaxLabels = kEllipsis + kMaxRank;

// The labels of one tensor. kEllipsis stands for all dimensions of an ellipsis.
using Term = std::vector<Label>;

struct Equation {
  std::vector<Term> inputs;
  Term output;
};

// "ij,jk->ik". Without "->", the output has what appears once, behind the ellipsis if there is one.
// Errors: kInvalidArgument.
Result<Equation> parse_equation(std::string_view text);

// How many dimensions the ellipsis of `term` has in a tensor of rank `rank`; 0 if there is none.
// Errors: kInvalidArgument: the ranks do not fit.
Result<int> ellipsis_rank(const Term& term, int rank);

// The label of dimension d; `ellipsis`: as ellipsis_rank says.
Label label_of(const Term& term, int ellipsis, int d);

// Sizes by label.
class LabelSizes {
 public:
  // Takes in the size of one dimension. Sizes of 1 repeat.
  // Errors: kInvalidArgument: another of the same label differs.
  Status add(Label label, const Dim& size);

  const Dim& operator[](Label label) const { return sizes_[static_cast<std::size_t>(label)]; }
  bool used(Label label) const { return used_[static_cast<std::size_t>(label)]; }
  // Of the ellipsis, over all operands.
  int ellipsis() const;
  // All sizes multiplied; unknown if one is. Errors: kInvalidArgument, overflow.
  Result<Dim> count() const;

 private:
  std::array<Dim, kMaxLabels> sizes_;
  std::array<bool, kMaxLabels> used_{};
};

// "i", or "dimension 2 from the end of '...'".
std::string name_of(Label label);

}  // namespace mote
