// OpDoc: what people read of an operator, and the cases its contract test runs.
#pragma once
#include <span>
#include <string_view>

namespace mote {

struct OpDoc {
  std::string_view name;
  std::string_view domain = "";
  std::string_view doc;  // one or two sentences
  // Graphs in text form whose inputs the contract test fills with random values: floats in
  // [-4, 4], integers in [-3, 3] (unsigned [0, 6]), booleans. Inputs that must be something
  // particular are constants.
  std::span<const std::string_view> samples;
};

}  // namespace mote
