#include "format/onnx/write/requirements.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "format/onnx/opsets.h"
#include "format/onnx/write/signatures.h"
#include "ir/op_def.h"
#include "ops/ops.h"

namespace mote::onnx {
namespace {

// Below it operators broadcast in their own ways.
constexpr std::int64_t kLowestOpset = 7;
// From it on constants need not be inputs.
constexpr std::int64_t kLowestIrVersion = 4;

std::int64_t ir_version_of(DType dtype) {
  switch (dtype) {
    case DType::kF8E4M3FN:
    case DType::kF8E4M3FNUZ:
    case DType::kF8E5M2:
    case DType::kF8E5M2FNUZ:
      return 9;
    case DType::kU4:
    case DType::kS4:
      return 10;
    case DType::kF4E2M1:
      return 11;
    case DType::kF8E8M0:
      return 12;
    case DType::kU2:
    case DType::kS2:
      return 13;
    default:
      return 0;
  }
}

class Collector {
 public:
  explicit Collector(const ModelDef& model) : model_(model) {}

  Result<Requirements> run() {
    need_ir(kLowestIrVersion);
    notes(model_.notes, /*everywhere=*/true);
    MOTE_TRY(graph(model_.graph));
    for (const FunctionDef& f : model_.functions) need_ir(f.overload.empty() ? 8 : 10);
    // Bodies of functions rely on what the model imports.
    for (const OpsetImport& import : model_.opsets) {
      if (!model_.functions.empty()) need(import.domain, import.version);
    }
    if (versions_.empty()) need("", kLowestOpset);
    for (const auto& [domain, version] : versions_) {
      need_ir(onnx::ir_version_of(domain, version));
    }
    return Requirements{in_order(), ir_version_};
  }

 private:
  void need_ir(std::int64_t version) { ir_version_ = std::max(ir_version_, version); }

  void need(const std::string& domain, std::int64_t version) {
    std::int64_t& v = versions_[domain];
    v = std::max({v, version, domain.empty() ? kLowestOpset : 1});
  }

  // Metadata of a model is as old as the format; that of its parts came with IR version 10.
  void notes(const Notes& n, bool everywhere = false) {
    if (!n.properties.empty() && !everywhere) need_ir(10);
  }

  Status graph(const Graph& g) {
    notes(g.notes);
    for (NodeId id = g.first_node(); id != NodeId::kNone; id = g.next_node(id)) {
      if (Status s = node(g, g.node(id)); !s) {
        return std::move(s).error().with_context(describe(g, g.node(id)));
      }
    }
    for (std::size_t i = 0; i < g.value_count(); ++i) {
      const Value& v = g.value(static_cast<ValueId>(i));
      notes(v.notes);
      need_ir(ir_version_of(v.type.tensor.dtype));
    }
    outputs(g);
    return {};
  }

  void outputs(const Graph& g) {
    std::vector<bool> captured(g.value_count());
    for (const Capture& c : g.captures) captured[static_cast<std::size_t>(c.inner)] = true;
    for (const GraphOutput& output : g.outputs) {
      notes(output.notes);
      const Value& v = g.value(output.value);
      const bool copied = v.name != output.name || captured[static_cast<std::size_t>(output.value)];
      if (copied) identity(v.type);
    }
  }

  // The output is a copy: every tensor since the first opset, but for newer types.
  void identity(const Type& type) {
    const bool old = type.kind == Type::Kind::kTensor && type.tensor.dtype < DType::kBF16;
    const OnnxOp* op = find_onnx_op("", "Identity");
    need("", old || op == nullptr ? kLowestOpset : op->newest());
  }

  Status node(const Graph& g, const Node& n) {
    if (n.domain == "mote") {
      return Error{Code::kUnsupported, "is of the execution dialect, which ONNX has not"};
    }
    notes(n.notes);
    MOTE_TRY(n.op != nullptr ? bound(g, n) : unbound(n));
    Status status;
    for_each_subgraph(n, [&](const GraphPtr& inner) {
      if (status && inner) status = graph(*inner);
    });
    for (const Attribute& a : n.attributes) {
      if (const auto* t = std::get_if<Tensor>(&a.value)) need_ir(ir_version_of(t->dtype()));
    }
    return status;
  }

  Status bound(const Graph& g, const Node& n) {
    const OnnxOp* op = find_onnx_op(n.domain, n.op_type);
    if (op == nullptr) return Error{Code::kUnsupported, "is no operator of ONNX"};
    need(n.domain, oldest_version(g, n, *op));
    return {};
  }

  // Of the opset it was read with, or a later one.
  Status unbound(const Node& n) {
    const std::int64_t version = known_version_of(model_.opsets, n.domain);
    if (version == 0) {
      return Error{Code::kUnsupported,
                   cat("is of domain '", n.domain, "', of which no opset is known")};
    }
    need(n.domain, version);
    return {};
  }

  // As read, then what is new, by name.
  std::vector<OpsetImport> in_order() {
    std::vector<OpsetImport> opsets;
    for (const OpsetImport& import : model_.opsets) {
      if (const auto node = versions_.extract(import.domain)) {
        opsets.push_back({node.key(), node.mapped()});
      }
    }
    for (const auto& [domain, version] : versions_) opsets.push_back({domain, version});
    return opsets;
  }

  const ModelDef& model_;
  std::map<std::string, std::int64_t> versions_;
  std::int64_t ir_version_ = 0;
};

}  // namespace

Result<Requirements> requirements_of(const ModelDef& model) { return Collector(model).run(); }

}  // namespace mote::onnx
