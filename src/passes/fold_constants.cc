// Computes what does not depend on inputs: nodes that read constants only, and nodes whose value
// inference knows (Constant, Shape of known sizes). Quantized constants stay so until the graph has
// been lowered: with the reals that they stand for, how they are quantized would be lost.
#include <algorithm>
#include <set>

#include "ir/dtype.h"
#include "ir/evaluate.h"
#include "ir/inference.h"
#include "passes/pass.h"

namespace mote {
namespace {

// Larger results are kept only if they take no more room than what they are made of.
constexpr std::uint64_t kLargeBytes = std::uint64_t{4} << 20;
// Bytes of f32 for one of 4-bit elements.
constexpr std::uint64_t kMostDequantized = 8;
// What one run of the pass may cost, in element operations, and what of it products and windows
// may, whose operations take longer: each about a tenth of a second of reference code.
constexpr double kMaxWork = 1 << 27;
constexpr double kMaxProductWork = 1 << 25;

// Elements, as if sizes of 0 were 1: loops run over the others.
double steps_over(const Dims& dims) {
  double steps = 1;
  for (const std::int64_t size : dims)
    steps *= static_cast<double>(std::max<std::int64_t>(size, 1));
  return steps;
}

class Folder {
 public:
  // late: folds what is dequantized, and only that.
  Folder(Graph& graph, const PassContext& context, bool late)
      : graph_(graph), inference_(graph), late_(late), bytes_left_(context.max_constant_bytes) {}

  Result<bool> run() {
    bool changed = false;
    for (const NodeId id : graph_.node_ids()) {
      MOTE_TRY(inference_.infer(id));
      changed |= fold(id);
    }
    return changed;
  }

 private:
  bool fold(NodeId id) {
    const Node& node = graph_.node(id);
    if (node.op == nullptr || node.op->impure || (is_late(node) != late_)) return false;
    std::vector<Tensor> values = known_outputs(node);
    if (values.empty()) values = evaluated(node);
    if (values.empty()) return false;
    // Those of a node without inputs are its attributes' own bytes.
    if (!node.inputs.empty() && !charge(values)) return false;
    const std::vector<ValueId> outputs = node.outputs;
    graph_.erase_node(id);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      if (outputs[i] == ValueId::kNone) continue;
      Value& value = graph_.value(outputs[i]);
      value.type = TensorType(values[i].dtype(), values[i].dims());
      value.constant = std::move(values[i]);
    }
    return true;
  }

  // True for what dequantizes, and for what makes floats of what it gives.
  bool is_late(const Node& node) {
    const bool reads_such =
        std::ranges::any_of(node.inputs, [&](ValueId v) { return dequantized_.contains(v); });
    const auto floats = [&](ValueId v) {
      return v == ValueId::kNone || is_float(inference_.known(v).type.tensor.dtype);
    };
    const bool late =
        node.op->folds_late || (reads_such && std::ranges::all_of(node.outputs, floats));
    if (late) dequantized_.insert(node.outputs.begin(), node.outputs.end());
    dequantized_.erase(ValueId::kNone);
    return late;
  }

  // One entry for each output; empty if one is unknown or none is wanted.
  std::vector<Tensor> known_outputs(const Node& node) const {
    std::vector<Tensor> values;
    bool any = false;
    for (const ValueId v : node.outputs) {
      values.push_back(inference_.known(v).constant);
      if (v != ValueId::kNone && !values.back()) return {};
      any |= v != ValueId::kNone;
    }
    return any ? values : std::vector<Tensor>();
  }

  // A reference that fails will fail again, with its message, when the model runs.
  std::vector<Tensor> evaluated(const Node& node) {
    if (node.op->reference == nullptr || node.inputs.empty() || node.captured > 0) return {};
    if (node.op->unbounded) return {};
    std::vector<InputInfo> in;
    std::uint64_t in_bytes = 0;
    double in_count = 0;
    for (const ValueId v : node.inputs) {
      in.push_back(inference_.known(v));
      if (!in.back().present) continue;
      const Tensor& t = in.back().constant;
      if (!t || t.dtype() == DType::kString) return {};
      in_bytes += t.bytes();
      in_count = std::max(in_count, steps_over(t.dims()));
    }
    if (node.op->folds_late) in_bytes *= kMostDequantized;
    const std::uint64_t max_bytes = std::min(bytes_left_, std::max(kLargeBytes, in_bytes));
    std::vector<InputInfo> out;
    double out_count = 0;
    for (const ValueId v : node.outputs) {
      out.push_back(inference_.known(v));
      const TensorType& type = out.back().type.tensor;
      const auto dims = type.dims();
      if (!dims || type.dtype == DType::kString) return {};
      const auto bytes = byte_size(type.dtype, *dims);
      if (!bytes || *bytes > max_bytes) return {};
      out_count = std::max(out_count, steps_over(*dims));
    }
    if (!spend(*node.op, in_count, out_count)) return {};
    auto values = evaluate(*node.op, node.params.get(), in, out, max_bytes);
    return values ? *std::move(values) : std::vector<Tensor>();
  }

  bool spend(const OpDef& op, double in_count, double out_count) {
    const bool product = op.costs_product();
    const double work = product ? in_count * out_count : in_count + out_count;
    double& left = product ? product_work_left_ : work_left_;
    if (work > left) return false;
    left -= work;
    return true;
  }

  bool charge(const std::vector<Tensor>& values) {
    std::uint64_t bytes = 0;
    for (const Tensor& t : values) bytes += t ? t.bytes() : 0;
    if (bytes > bytes_left_) return false;
    bytes_left_ -= bytes;
    return true;
  }

  Graph& graph_;
  TypeInference inference_;
  bool late_;
  std::set<ValueId> dequantized_;  // and floats made of such
  std::uint64_t bytes_left_;
  double work_left_ = kMaxWork;
  double product_work_left_ = kMaxProductWork;
};

Result<bool> run(Graph& graph, const PassContext& context) {
  return Folder(graph, context, false).run();
}

Result<bool> run_late(Graph& graph, const PassContext& context) {
  return Folder(graph, context, true).run();
}

}  // namespace

extern const Pass kFoldConstants;
constinit const Pass kFoldConstants = {
    .name = "fold_constants",
    .doc = "Infers types again, and makes constants of the values that do not depend on inputs.",
    .run = run,
};

extern const Pass kFoldDequantized;
constinit const Pass kFoldDequantized = {
    .name = "fold_dequantized",
    .doc = "Makes constants of quantized weights that became no part of integer operators.",
    .run = run_late,
};

}  // namespace mote
