#include "ops/ml/class_labels.h"

#include <algorithm>

#include "base/text.h"

namespace mote::ml {

Result<ClassLabels> ClassLabels::read(AttributeReader& r, std::string_view integers_name,
                                      std::string_view texts_name) {
  ClassLabels labels;
  labels.integers_ = r.integers(integers_name, {});
  labels.texts_ = r.texts(texts_name, {});
  if (labels.integers_.empty() == labels.texts_.empty()) {
    return Error{Code::kInvalidArgument,
                 cat(labels.texts_.empty() ? "neither" : "both", " of ", integers_name, " and ",
                     texts_name, labels.texts_.empty() ? " has labels" : " have labels")};
  }
  return labels;
}

std::uint64_t ClassLabels::longest_text() const {
  std::uint64_t longest = 1;
  for (const std::string& text : texts_) longest = std::max<std::uint64_t>(longest, text.size());
  return longest;
}

Tensor ClassLabels::tensor() const {
  return texts_.empty() ? Tensor::of<std::int64_t>({count()}, integers_)
                        : Tensor::of<std::string>({count()}, texts_);
}

void ClassLabels::write(const MutTensorView& y, std::int64_t i, std::int64_t k) const {
  const auto at = static_cast<std::size_t>(k);
  if (texts_.empty()) {
    y.as<std::int64_t>()[i] = integers_[at];
  } else {
    y.as<std::string>()[i] = texts_[at];
  }
}

void ClassLabels::write_binary(const MutTensorView& y, std::int64_t i, bool positive) const {
  if (count() == 2) return write(y, i, positive ? 1 : 0);
  if (texts_.empty()) {
    y.as<std::int64_t>()[i] = positive ? 1 : 0;
  } else {
    write(y, i, 0);
  }
}

}  // namespace mote::ml
