// Single attributes of a node, for who knows the operator and does not parse it.
#pragma once
#include <string_view>
#include <variant>

#include "ir/attributes.h"

namespace mote {

// The attribute, if it is there and a T; null otherwise.
template <class T>
const T* stated(const Attributes& attributes, std::string_view name) {
  const AttributeValue* value = attributes.find(name);
  return value == nullptr ? nullptr : std::get_if<T>(value);
}

template <class T>
T stated_or(const Attributes& attributes, std::string_view name, T fallback) {
  const T* value = stated<T>(attributes, name);
  return value == nullptr ? std::move(fallback) : *value;
}

}  // namespace mote
