#include "ops/node_writer.h"

#include <algorithm>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/convert.h"

namespace mote {

TensorType NodeWriter::type(ValueId value) const {
  return value == ValueId::kNone ? TensorType() : inference_.known(value).type.tensor;
}

int NodeWriter::rank(ValueId value) {
  const int r = type(value).rank();
  if (r < 0) fail({Code::kUnsupported, "needs inputs whose ranks are known"});
  return std::max(r, 0);
}

const Tensor* NodeWriter::constant(ValueId value) const { return inference_.value(value); }

void NodeWriter::fail(Error error) {
  if (status_) status_ = std::move(error);
}

std::vector<ValueId> NodeWriter::add_many(std::size_t outputs, std::string_view op_type,
                                          std::vector<ValueId> inputs, Attributes attributes,
                                          std::string_view domain) {
  std::vector<ValueId> made(outputs, ValueId::kNone);
  if (!status_) return made;
  while (!inputs.empty() && inputs.back() == ValueId::kNone) inputs.pop_back();
  Node added;
  added.domain = domain;
  added.op_type = op_type;
  added.name = name_.empty() ? std::string() : cat(name_, "/", op_type);
  added.inputs = std::move(inputs);
  added.attributes = std::move(attributes);
  for (ValueId& v : made) v = graph_.add_value(cat(name_, "/", op_type));
  added.outputs = made;
  Status status = bind(added, all_ops());
  if (status && added.op == nullptr) {
    status = Error{Code::kInternal, cat("there is no operator ", op_type)};
  }
  if (status) status = inference_.infer(graph_.add_node(std::move(added), before_));
  if (!status) fail(std::move(status).error());
  return made;
}

ValueId NodeWriter::add(std::string_view op_type, std::vector<ValueId> inputs,
                        Attributes attributes, std::string_view domain) {
  return add_many(1, op_type, std::move(inputs), std::move(attributes), domain)[0];
}

ValueId NodeWriter::constant(Tensor tensor) {
  return graph_.add_constant(cat(name_, "/constant"), std::move(tensor));
}

ValueId NodeWriter::integers(std::vector<std::int64_t> values) {
  return constant(Tensor::of<std::int64_t>({std::ssize(values)}, values));
}

ValueId NodeWriter::scalar_like(ValueId like, double value) {
  const DType to = dtype(like);
  if (!is_convertible(to)) {
    fail({Code::kUnsupported, "needs an input whose element type is a known number"});
    return ValueId::kNone;
  }
  Tensor scalar = *Tensor::zeros(to, {});
  convert_range(Tensor::scalar(value).view(), 0, scalar.mut(), 0, 1);
  return constant(std::move(scalar));
}

}  // namespace mote
