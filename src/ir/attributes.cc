#include "ir/attributes.h"

#include <algorithm>

#include "base/text.h"

namespace mote {

Attributes::Attributes(std::initializer_list<std::pair<std::string_view, AttributeValue>> list) {
  for (const auto& [name, value] : list) set(name, value);
}

const AttributeValue* Attributes::find(std::string_view name) const {
  const auto it = std::ranges::find(list_, name, &Attribute::name);
  return it == list_.end() ? nullptr : &it->value;
}

void Attributes::set(std::string_view name, AttributeValue value) {
  const auto it = std::ranges::find(list_, name, &Attribute::name);
  if (it != list_.end()) {
    it->value = std::move(value);
  } else {
    list_.push_back({std::string(name), std::move(value), {}});
  }
}

void Attributes::erase(std::string_view name) {
  std::erase_if(list_, [&](const Attribute& a) { return a.name == name; });
}

void AttributeReader::fail(std::string message) {
  if (problem_.empty()) problem_ = std::move(message);
}

template <class T>
const T* AttributeReader::get(std::string_view name, std::string_view type) {
  const AttributeValue* value = attributes_.find(name);
  if (value == nullptr) return nullptr;
  read_.push_back(name);
  const T* typed = std::get_if<T>(value);
  if (typed == nullptr) fail(cat("attribute '", name, "' is not ", type));
  return typed;
}

void AttributeReader::require(std::string_view name) {
  if (!has(name)) fail(cat("attribute '", name, "' is missing"));
}

std::int64_t AttributeReader::integer(std::string_view name, std::int64_t fallback) {
  const auto* v = get<std::int64_t>(name, "an integer");
  return v ? *v : fallback;
}

bool AttributeReader::flag(std::string_view name, bool fallback) {
  return integer(name, fallback ? 1 : 0) != 0;
}

float AttributeReader::real(std::string_view name, float fallback) {
  const auto* v = get<float>(name, "a float");
  return v ? *v : fallback;
}

std::string AttributeReader::text(std::string_view name, std::string_view fallback) {
  const auto* v = get<std::string>(name, "a string");
  return v ? *v : std::string(fallback);
}

std::vector<std::int64_t> AttributeReader::integers(std::string_view name,
                                                    std::vector<std::int64_t> fallback) {
  const auto* v = get<std::vector<std::int64_t>>(name, "a list of integers");
  if (v != nullptr) return *v;
  return fallback;
}

std::vector<float> AttributeReader::reals(std::string_view name, std::vector<float> fallback) {
  const auto* v = get<std::vector<float>>(name, "a list of floats");
  if (v != nullptr) return *v;
  return fallback;
}

std::vector<std::string> AttributeReader::texts(std::string_view name,
                                                std::vector<std::string> fallback) {
  const auto* v = get<std::vector<std::string>>(name, "a list of strings");
  if (v != nullptr) return *v;
  return fallback;
}

Tensor AttributeReader::tensor(std::string_view name) {
  const auto* v = get<Tensor>(name, "a tensor");
  return v ? *v : Tensor();
}

GraphPtr AttributeReader::graph(std::string_view name) {
  const auto* v = get<GraphPtr>(name, "a graph");
  return v ? *v : nullptr;
}

Type AttributeReader::type(std::string_view name) {
  const auto* v = get<Type>(name, "a type");
  return v ? *v : Type();
}

std::int64_t AttributeReader::required_integer(std::string_view name) {
  require(name);
  return integer(name, 0);
}

std::vector<std::int64_t> AttributeReader::required_integers(std::string_view name) {
  require(name);
  return integers(name, {});
}

GraphPtr AttributeReader::required_graph(std::string_view name) {
  require(name);
  return graph(name);
}

std::string AttributeReader::required_text(std::string_view name) {
  require(name);
  return text(name, "");
}

Status AttributeReader::finish() {
  for (const Attribute& a : attributes_) {
    if (std::ranges::find(read_, a.name) == read_.end()) {
      fail(cat("attribute '", a.name, "' is not one that the operator has"));
    }
  }
  if (!problem_.empty()) return Error{Code::kInvalidArgument, std::move(problem_)};
  return {};
}

}  // namespace mote
