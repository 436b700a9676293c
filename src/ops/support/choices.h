// Attributes that are one of a few words.
#pragma once
#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "base/text.h"
#include "ir/attributes.h"

namespace mote {

// The position of `attribute` among `names`, which are in the order of the enum E; `absent` where
// there is none. Errors: kInvalidArgument: another word.
template <class E>
Result<E> enum_named(AttributeReader& r, std::string_view attribute,
                     std::initializer_list<std::string_view> names, E absent = E{}) {
  const std::string value = r.text(attribute, names.begin()[static_cast<std::size_t>(absent)]);
  const auto* found = std::ranges::find(names, value);
  if (found != names.end()) return static_cast<E>(found - names.begin());
  return Error{Code::kInvalidArgument,
               cat(attribute, " '", value, "' is none of ", join(names, ", "))};
}

}  // namespace mote
