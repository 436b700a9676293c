// Builder: a model's graph, node by node, with seeded random weights.
#pragma once
#include <string>
#include <vector>

#include "base/random.h"
#include "ir/model_def.h"

namespace mote {

// Every node must be valid: it is the architecture's author who errs, so nothing is returned but
// values. Nodes are bound and their outputs typed.
class Builder {
 public:
  Builder(std::string name, std::uint64_t seed);

  ValueId input(std::string name, DType dtype, const Dims& dims);
  Dims dims(ValueId x) const;  // Requires: they are known

  std::vector<ValueId> node(std::string_view op, std::vector<ValueId> inputs,
                            Attributes attributes = {}, int outputs = 1);
  ValueId one(std::string_view op, std::vector<ValueId> inputs, Attributes attributes = {});

  ValueId constant(std::string_view name, Tensor tensor);
  ValueId scalar(std::string_view name, float value);
  ValueId integers(std::string_view name, std::vector<std::int64_t> values);
  ValueId uniform(std::string_view name, const Dims& dims, float low, float high);

  ModelDef finish(ValueId output, std::string name);

 private:
  ModelDef model_;
  Random random_;
};

}  // namespace mote
