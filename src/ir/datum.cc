#include "mote/datum.h"

#include <algorithm>

#include "base/check.h"

namespace mote {

Datum::Datum(Tensor tensor)
    : kind_(tensor ? Kind::kTensor : Kind::kNone), tensor_(std::move(tensor)) {}

Datum Datum::sequence(std::vector<Datum> elements) {
  Datum d;
  d.kind_ = Kind::kSequence;
  d.elements_ = std::make_shared<std::vector<Datum>>(std::move(elements));
  return d;
}

Datum Datum::map(Tensor keys, Tensor values) {
  MOTE_CHECK(keys.dims().rank() == 1 && values.dims() == keys.dims());
  Datum d;
  d.kind_ = Kind::kMap;
  d.tensor_ = std::move(keys);
  d.values_ = std::move(values);
  return d;
}

const Tensor& Datum::tensor() const {
  MOTE_CHECK(is_tensor());
  return tensor_;
}

std::span<const Datum> Datum::elements() const {
  MOTE_CHECK(is_sequence());
  return *elements_;
}

std::vector<Datum>& Datum::mut_elements() {
  MOTE_CHECK(is_sequence());
  if (elements_.use_count() > 1) elements_ = std::make_shared<std::vector<Datum>>(*elements_);
  return *elements_;
}

const Tensor& Datum::keys() const {
  MOTE_CHECK(is_map());
  return tensor_;
}

const Tensor& Datum::values() const {
  MOTE_CHECK(is_map());
  return values_;
}

bool equal(const Datum& a, const Datum& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Datum::Kind::kNone:
      return true;
    case Datum::Kind::kTensor:
      return equal(a.tensor(), b.tensor());
    case Datum::Kind::kSequence:
      return std::ranges::equal(a.elements(), b.elements(),
                                [](const Datum& x, const Datum& y) { return equal(x, y); });
    case Datum::Kind::kMap:
      return equal(a.keys(), b.keys()) && equal(a.values(), b.values());
  }
  return false;
}

}  // namespace mote
