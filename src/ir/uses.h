// What reading, planning and running models takes of the library: a build for these models alone
// needs no more (docs/small-binary.md).
#pragma once
#include <set>
#include <string>
#include <string_view>

#include "mote/tensor.h"

namespace mote {

struct OpDef;

struct Uses {
  std::set<std::string> operators;       // "Conv", "mote.Conv": those that were found
  std::set<std::string> onnx_operators;  // whose versions were looked up
  std::set<std::string> gradients;
  std::set<std::string> passes;   // that changed a graph
  std::set<std::string> kernels;  // asked for (ops/support/has_kernels.h)
  std::set<DType> dtypes;         // of values
  std::set<std::string> parts;    // "functions": calls of local functions
};

// While it lives, what its own thread does is noted in `uses`.
class CollectUses {
 public:
  explicit CollectUses(Uses& uses);
  ~CollectUses();
  CollectUses(const CollectUses&) = delete;
  CollectUses& operator=(const CollectUses&) = delete;

 private:
  Uses* outer_;
};

// Of this thread; null: nobody collects.
Uses* collected_uses();

// "Conv" of the domain "", "mote.Conv" of "mote".
std::string qualified_name(std::string_view domain, std::string_view name);

}  // namespace mote
