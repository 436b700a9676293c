#include "ops/gradient/differentiate.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "ops/gradient/backward.h"
#include "ops/gradient/region.h"

namespace mote {
namespace {

bool is_float_type(DType dtype) {
  return dtype == DType::kF16 || dtype == DType::kBF16 || dtype == DType::kF32 ||
         dtype == DType::kF64;
}

class Differentiation {
 public:
  Differentiation(Graph& graph, TypeInference& inference, const GradientRequest& request)
      : graph_(graph),
        request_(request),
        region_(graph, request.xs, request.y),
        writer_(graph, inference, request.before, request.name) {}

  Result<std::vector<ValueId>> run() {
    MOTE_TRY(expect_float(request_.y));
    for (const ValueId x : request_.xs) MOTE_TRY(expect_float(x));
    gradients_[request_.y] = request_.seed != ValueId::kNone ? request_.seed : ones();
    const auto& nodes = region_.nodes();
    for (auto id = nodes.rbegin(); id != nodes.rend(); ++id) MOTE_TRY(pass(*id));
    MOTE_TRY(writer_.status());
    std::vector<ValueId> result;
    for (const ValueId x : request_.xs) result.push_back(gradient(x));
    return result;
  }

 private:
  Status expect_float(ValueId v) const {
    const DType dtype = writer_.dtype(v);
    if (is_float_type(dtype)) return {};
    return Error{Code::kUnsupported, cat("'", graph_.value(v).name, "' is ",
                                         to_string(writer_.type(v)), ", not a tensor of floats")};
  }

  ValueId ones() {
    const DType dtype = writer_.dtype(request_.y);
    const ValueId one = writer_.scalar_like(request_.y, 1);
    if (one == ValueId::kNone || dtype == DType::kUndefined) return ValueId::kNone;
    const Tensor value = graph_.value(one).constant.reshaped({1});
    return writer_.add("ConstantOfShape", {writer_.add("Shape", {request_.y})}, {{"value", value}});
  }

  ValueId gradient(ValueId v) const {
    const auto it = gradients_.find(v);
    return it == gradients_.end() ? ValueId::kNone : it->second;
  }

  // Integers have no gradient, whatever they depend on.
  bool active(ValueId v) const { return region_.depends(v) && is_float_type(writer_.dtype(v)); }

  // From the gradients of the node's outputs to those of its inputs.
  Status pass(NodeId id) {
    Backward::Of of{.forward = id, .output_gradients = {}, .wanted = {}};
    for (const ValueId v : graph_.node(id).outputs) of.output_gradients.push_back(gradient(v));
    for (const ValueId v : graph_.node(id).declared_inputs()) of.wanted.push_back(active(v));
    const auto some = [](ValueId v) { return v != ValueId::kNone; };
    const bool arrives = std::ranges::any_of(of.output_gradients, some);
    if (!arrives || std::ranges::count(of.wanted, true) == 0) return {};
    const Node& node = graph_.node(id);
    const OpGrad* grad = node.op == nullptr ? nullptr : find_grad(node.domain, node.op_type);
    const bool captures = node.captured > 0;
    if (grad == nullptr || captures) {
      return Error{Code::kUnsupported, cat(describe(graph_, node), ": has no gradient")};
    }
    if (grad->rule == nullptr) return {};
    Backward backward(writer_, std::move(of));
    grad->rule(backward);
    if (Status s = backward.status(); !s) {
      return std::move(s).error().with_context(
          cat("the gradient of ", describe(graph_, graph_.node(id))));
    }
    for (std::size_t i = 0; i < backward.given().size(); ++i) {
      if (backward.given()[i] != ValueId::kNone) collect(backward.in(i), backward.given()[i]);
    }
    return writer_.status();
  }

  // A value that is read in several places has the sum of their gradients.
  void collect(ValueId v, ValueId more) {
    const auto [it, first] = gradients_.try_emplace(v, more);
    if (!first) it->second = writer_.add("Add", {it->second, more});
  }

  Graph& graph_;
  const GradientRequest& request_;
  Region region_;
  NodeWriter writer_;
  std::map<ValueId, ValueId> gradients_;
};

}  // namespace

Result<std::vector<ValueId>> add_gradients(Graph& graph, TypeInference& inference,
                                           const GradientRequest& request) {
  return Differentiation(graph, inference, request).run();
}

}  // namespace mote
