#include "ops/ml/features/by_feature.h"

#include "base/text.h"

namespace mote::ml {

Status expect_per_feature(std::string_view name, std::size_t entries, std::size_t features) {
  if (entries == 1 || entries == features) return {};
  return Error{Code::kInvalidArgument,
               cat(name, " has ", entries, " entries for ", features, " features")};
}

Status expect_per_feature(const InferArgs& args, std::string_view name, std::size_t entries) {
  if (entries == 0) {
    return Error{Code::kInvalidArgument, cat(name, " is empty")};
  }
  const auto& shape = args.type(0).shape;
  if (!shape) return {};
  const Dim features = shape->empty() ? Dim(1) : shape->back();
  if (!features.known()) return {};
  return expect_per_feature(name, entries, static_cast<std::size_t>(features.size()));
}

}  // namespace mote::ml
