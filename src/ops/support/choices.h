// Attributes that are one of a few words.
#pragma once
#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "base/text.h"
#include "ir/attributes.h"

namespace mote {

// The position of `attribute` among `names`, which are in the order of the enum E; the first is
// meant where it is absent. Errors: kInvalidArgument: another word.
template <class E>
Result<E> enum_named(AttributeReader& r, std::string_view attribute,
                     std::initializer_list<std::string_view> names) {
  const std::string value = r.text(attribute, *names.begin());
  const auto* found = std::ranges::find(names, value);
  if (found != names.end()) return static_cast<E>(found - names.begin());
  return Error{Code::kInvalidArgument,
               cat(attribute, " '", value, "' is none of ", join(names, ", "))};
}

}  // namespace mote
