// Backward: what a gradient rule works with. A rule is written in operators of ONNX, so that
// gradients can be differentiated, simplified and exported like any graph:
//
//   void sigmoid(Backward& b) {  // y (1 - y)
//     const ValueId one = b.scalar_like(b.out(0), 1);
//     b.give(0, b.mul(b.grad(), b.mul(b.out(0), b.sub(one, b.out(0)))));
//   }
#pragma once
#include <functional>

#include "ops/gradient/op_grad.h"
#include "ops/node_writer.h"

namespace mote {

class Backward : public NodeWriter {
 public:
  // Of node `forward`: gradients of its outputs, kNone where there is none; and which inputs want
  // one.
  struct Of {
    NodeId forward;
    std::vector<ValueId> output_gradients;
    std::vector<bool> wanted;
  };
  Backward(NodeWriter place, Of of)
      : NodeWriter(std::move(place)),
        of_(std::move(of)),
        given_(of_.wanted.size(), ValueId::kNone) {}

  const Node& node() const { return graph_.node(of_.forward); }
  bool has(std::size_t i) const { return in(i) != ValueId::kNone; }
  ValueId in(std::size_t i) const;
  ValueId out(std::size_t i) const { return node().outputs[i]; }
  // The gradient of output i; kNone: it has no effect.
  ValueId grad(std::size_t i = 0) const { return of_.output_gradients[i]; }
  bool wants(std::size_t i) const { return i < of_.wanted.size() && of_.wanted[i]; }

  // Attributes of the node. Requires: it is bound, so that they have the right types.
  std::int64_t integer_of(std::string_view name, std::int64_t fallback) const;
  double real_of(std::string_view name, double fallback) const;
  std::vector<std::int64_t> integers_of(std::string_view name) const;

  ValueId mul(ValueId a, ValueId b) { return add("Mul", {a, b}); }
  ValueId div(ValueId a, ValueId b) { return add("Div", {a, b}); }
  ValueId sub(ValueId a, ValueId b) { return add("Sub", {a, b}); }
  ValueId neg(ValueId a) { return add("Neg", {a}); }
  ValueId shape_of(ValueId value) { return add("Shape", {value}); }
  // `gradient`, whose sizes `like` was broadcast to, summed where it was.
  ValueId sum_to(ValueId gradient, ValueId like);

  // The gradient of input i, of its sizes.
  void give(std::size_t i, ValueId gradient);
  // The same, summed to them. make() is called only if input i wants a gradient.
  void give_summed(std::size_t i, const std::function<ValueId()>& make);

  std::span<const ValueId> given() const { return given_; }

 private:
  ValueId sum_to_unknown(ValueId gradient, ValueId like);

  Of of_;
  std::vector<ValueId> given_;
};

}  // namespace mote
