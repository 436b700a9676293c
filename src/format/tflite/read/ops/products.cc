// Matrix products and look-ups in tables of vectors.
#include "base/text.h"
#include "format/tflite/read/ops/hybrid.h"
#include "format/tflite/read/ops/mover.h"
#include "ir/dtype.h"

namespace mote::tfl {
namespace {

// x: any rank, its last size (or all, flattened) the weights' second. weights: [units, in].
void fully_connected(OpReader& op) {
  const auto* o = op.options<fb::FullyConnectedOptions>();
  if (o == nullptr) return op.fail(no_options());
  if (o->weights_format() != fb::FullyConnectedOptionsWeightsFormat_DEFAULT) {
    return op.unsupported("weights shuffled for one kernel (SHUFFLED4x16INT8)");
  }
  ValueId x = op.real(0);
  const int rank = op.rank(x);
  const bool keeps = o->keep_num_dims() && rank != 2;
  if (keeps) {
    const ValueId product = add_product(op, {"MatMul", {}}, x, op.real(1, {1, 0}), ValueId::kNone);
    const ValueId value = op.has(2) ? op.add("Add", {product, op.real(2)}) : product;
    return op.yield(0, value, {}, o->fused_activation_function());
  }
  const ValueId weights = op.real(1);
  if (!op.status()) return;
  const TensorType type = op.type(weights);
  if (type.rank() != 2 || !(*type.shape)[1].known()) {
    return op.unsupported("weights that are no matrix of known size");
  }
  const std::int64_t size = (*type.shape)[1].size();
  const Dim last = rank > 0 ? op.type(x).shape->back() : Dim(1);
  if (rank != 2 || (last.known() && last.size() != size)) x = op.reshape(x, {-1, size});
  const Product gemm{"Gemm", {{"transB", std::int64_t{1}}}};
  op.yield(0, add_product(op, gemm, x, weights, op.real(2)), {}, o->fused_activation_function());
}

Permutation last_two_swapped(int rank) {
  Permutation perm;
  for (int i = 0; i < rank - 2; ++i) perm.push_back(i);
  perm.push_back(rank - 1);
  perm.push_back(rank - 2);
  return perm;
}

ValueId factor(OpReader& op, std::size_t i, bool adjoint) {
  const int rank = op.rank_of(i);
  if (rank < 2) {
    op.fail({Code::kInvalidArgument, cat("input ", i, " of rank ", rank, " is no matrix")});
    return ValueId::kNone;
  }
  return adjoint ? op.real(i, last_two_swapped(rank)) : op.real(i);
}

void batch_matmul(OpReader& op) {
  const auto* o = op.options<fb::BatchMatMulOptions>();
  const ValueId x = factor(op, 0, o != nullptr && o->adj_x());
  const ValueId y = factor(op, 1, o != nullptr && o->adj_y());
  if (is_integer(op.dtype(x)) && op.dtype(x) != DType::kS32) {  // integers that mean themselves
    return op.yield(0, op.add("MatMulInteger", {x, y}));
  }
  op.yield(0, add_product(op, {"MatMul", {}}, x, y, ValueId::kNone));
}

// Rows of a table, dequantized once they are taken. A table of u8 without zero point is one of s8,
// from before that type.
void embedding_lookup(OpReader& op) {
  const TensorDef& table = op.in(1);
  if (!table.quantized() || op.out(0).quantized()) {
    Mover m(op, 1);
    return m.yield(0, op.add("Gather", {m.in(1), op.stored(0)}));
  }
  if (table.quantization.per_axis() || table.quantization.block_size > 0) {
    return op.yield(0, op.add("Gather", {op.real(1), op.stored(0)}));
  }
  const bool is_old = table.dtype == DType::kU8 && table.quantization.zero_points[0] == 0;
  const DType dtype = is_old ? DType::kS8 : table.dtype;
  auto constants = constants_of(table.quantization, dtype);
  if (!constants) return op.fail(std::move(constants).error());
  ValueId rows = op.add("Gather", {op.stored(1), op.stored(0)});
  if (is_old) rows = op.add("BitCast", {rows}, {{"to", std::int64_t{static_cast<int>(dtype)}}});
  op.yield(0, op.add("DequantizeLinear", {rows, op.constant(std::move(constants->scale)),
                                          op.constant(std::move(constants->zero_point))}));
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_FULLY_CONNECTED, fully_connected},
    {fb::BuiltinOperator_BATCH_MATMUL, batch_matmul},
    {fb::BuiltinOperator_EMBEDDING_LOOKUP, embedding_lookup},
};

}  // namespace

extern const Mappings kProducts;
constinit const Mappings kProducts{kMappings};

}  // namespace mote::tfl
