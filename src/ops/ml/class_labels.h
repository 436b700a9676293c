// The labels of a classifier: texts or integers.
#pragma once
#include <string>
#include <vector>

#include "ir/attributes.h"
#include "ops/support/element.h"

namespace mote::ml {

class ClassLabels {
 public:
  // Errors: kInvalidArgument: both lists are given, or neither.
  static Result<ClassLabels> read(AttributeReader& r, std::string_view integers_name,
                                  std::string_view texts_name);

  std::int64_t count() const { return std::ssize(integers_) + std::ssize(texts_); }
  DType dtype() const { return texts_.empty() ? DType::kS64 : DType::kString; }
  // Characters of the longest text.
  std::uint64_t longest_text() const;
  // [count()], of dtype().
  Tensor tensor() const;

  // y[i] = label k. Requires: k is in [0, count()).
  void write(const MutTensorView& y, std::int64_t i, std::int64_t k) const;
  // y[i] of a classifier with one score: the second of two labels or the first; of one
  // number 1 or 0, as other runtimes have it, of one text that.
  void write_binary(const MutTensorView& y, std::int64_t i, bool positive) const;

 private:
  std::vector<std::int64_t> integers_;
  std::vector<std::string> texts_;
};

}  // namespace mote::ml
