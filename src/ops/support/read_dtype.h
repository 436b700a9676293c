// Attributes that are the number of an element type.
#pragma once
#include <string_view>

#include "base/text.h"
#include "ir/attributes.h"

namespace mote {

// `absent` where there is none; kUndefined for 0.
// Errors: kUnsupported: a type that is not known.
inline Result<DType> read_dtype(AttributeReader& r, std::string_view attribute,
                                DType absent = DType::kUndefined) {
  constexpr auto kLast = static_cast<std::int64_t>(DType::kS2);
  const std::int64_t number = r.integer(attribute, static_cast<std::int64_t>(absent));
  if (number >= 0 && number <= kLast) return static_cast<DType>(number);
  return Error{Code::kUnsupported,
               cat(attribute, " ", number, " is no element type of this build")};
}

}  // namespace mote
