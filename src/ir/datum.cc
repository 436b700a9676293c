#include "mote/datum.h"

#include <algorithm>

#include "base/check.h"

namespace mote {

Datum::Datum(Tensor tensor)
    : kind_(tensor ? Kind::kTensor : Kind::kNone), tensor_(std::move(tensor)) {}

struct Datum::Elements {
  std::vector<Datum> list;
  std::shared_ptr<const void> charge;
};

Datum Datum::sequence(std::vector<Datum> elements, std::shared_ptr<const void> charge) {
  Datum d;
  d.kind_ = Kind::kSequence;
  d.elements_ = std::make_shared<Elements>(Elements{std::move(elements), std::move(charge)});
  return d;
}

Datum Datum::map(Tensor keys, Tensor values) {
  MOTE_CHECK(keys.dims().rank() == 1 && values.dims() == keys.dims());
  Datum d = sequence({std::move(keys), std::move(values)});
  d.kind_ = Kind::kMap;
  return d;
}

const Tensor& Datum::tensor() const {
  MOTE_CHECK(is_tensor());
  return tensor_;
}

std::span<const Datum> Datum::elements() const {
  MOTE_CHECK(is_sequence());
  return elements_->list;
}

std::vector<Datum> Datum::take_elements() {
  MOTE_CHECK(is_sequence());
  const Datum self = std::exchange(*this, Datum());
  if (self.elements_.use_count() > 1) return self.elements_->list;
  return std::move(self.elements_->list);
}

const Tensor& Datum::keys() const {
  MOTE_CHECK(is_map());
  return elements_->list[0].tensor();
}

const Tensor& Datum::values() const {
  MOTE_CHECK(is_map());
  return elements_->list[1].tensor();
}

std::string_view name(Datum::Kind kind) {
  constexpr std::string_view kNames[] = {"nothing", "a tensor", "a sequence", "a map"};
  return kNames[static_cast<std::size_t>(kind)];
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
