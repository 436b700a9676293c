// Which values of two models are one.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "ir/graph.h"
#include "mote/model.h"
#include "runtime/linear_scale.h"

namespace mote {

// A value that can be compared.
struct Observed {
  std::string name;  // of the value in its graph
  DType dtype = DType::kUndefined;
  std::optional<LinearScale> scale = {};  // if it is quantized
  double step = 0;                        // of the scale, also where it is dequantized; 0: none
};

// An intermediate value that both models make.
struct LayerPair {
  std::string name;  // that they share
  std::string op;    // that makes it in the first
  Observed a, b;
};

// By name, apart from the suffix of a layout; in the order in which `a` makes them. A value that is
// only rounded, or only what rounding left, stands for the quantized one. Left out are values that
// an integer layer has inside: those between its product and its rounding.
std::vector<LayerPair> match_layers(const Graph& a, const Graph& b);

// The scale only if the elements are integers or narrow floats; the step of what a DequantizeLinear
// makes, too.
Observed observe(const Graph& graph, ValueId value);

struct IndexPair {
  std::size_t a, b;
};

// By name, then by position among those that are left; as many as the shorter list has, in a's
// order.
std::vector<IndexPair> match_names(std::span<const TensorInfo> a, std::span<const TensorInfo> b);

}  // namespace mote
