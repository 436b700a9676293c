// Matrix products: by constants FULLY_CONNECTED, otherwise BATCH_MATMUL.
#include "format/tflite/write/ops/products.h"

namespace mote::tfl::write {
namespace {

// Weights are [outputs, terms] in `order`.
void fully_connected(OpWriter& op, const Order& order, ValueId bias) {
  const Dims weights = op.dims(op.in(1));
  if (!op.status()) return;
  const int rank = op.rank(op.in(0));
  fb::FullyConnectedOptionsT o;
  o.fused_activation_function = op.ending().activation;
  o.keep_num_dims = rank > 2;
  std::vector<std::int32_t> inputs{op.plain(0), op.tensor(1, order)};
  if (bias != ValueId::kNone) inputs.push_back(bias_tensor(op, bias, weights[order[0]]));
  op.emit(fb::BuiltinOperator_FULLY_CONNECTED, std::move(inputs), as_is(rank),
          options(std::move(o)));
}

// By a constant matrix.
bool is_connection(OpWriter& op) {
  return !op.places().is_constant(op.in(0)) && op.places().is_constant(op.in(1)) &&
         op.rank(op.in(0)) >= 2 && op.rank(op.in(1)) == 2;
}

void matmul(OpWriter& op) {
  if (is_connection(op)) return fully_connected(op, {1, 0}, op.ending().bias);
  if (op.rank(op.in(0)) < 2 || op.rank(op.in(1)) < 2) return op.unsupported("a product of vectors");
  op.emit(fb::BuiltinOperator_BATCH_MATMUL, {op.plain(0), op.plain(1)}, as_is(op.rank(op.out())),
          options(fb::BatchMatMulOptionsT()));
}

// Between two computed factors kernels take s8 alone.
bool suits_matmul(OpWriter& op) {
  if (is_connection(op)) return suits_product(op, 1, op.ending().bias);
  const Grid* other = op.places().grid_of(op.in(1));
  if (other == nullptr || other->per_axis() || op.result_dtype() == DType::kS16) return false;
  const DType dtype = op.places().stored_dtype(op.in(1));
  if (dtype != DType::kS8 && dtype != DType::kU8) return false;
  op.choose(Elements::kSigned);
  return op.rank(op.in(0)) >= 2 && op.rank(op.in(1)) >= 2;
}

bool is_transposed(OpWriter& op) { return op.integer("transB", 0) != 0; }

// alpha * A * B + C, of which lowering leaves A * B + C by constants B and C.
void gemm(OpWriter& op) {
  const bool plain = op.real("alpha", 1) == 1 && op.real("beta", 1) == 1 &&
                     op.integer("transA", 0) == 0 && is_connection(op);
  const bool adds = op.has(2) && !op.places().is_constant(op.in(2));
  if (!plain || adds) return op.unsupported("a product that was not made simple");
  fully_connected(op, is_transposed(op) ? Order{0, 1} : Order{1, 0}, op.in(2));
}

constexpr Mapping kMappings[] = {
    {"MatMul", matmul, kF32, Integers::kOwn, Fuses::kBias, suits_matmul},
    {"Gemm", gemm, kF32, Integers::kOwn, Fuses::kActivation,
     [](OpWriter& op) { return suits_product(op, is_transposed(op) ? 0 : 1, op.in(2)); }},
};

}  // namespace

extern const Mappings kWriteMatmul;
constinit const Mappings kWriteMatmul{kMappings};

}  // namespace mote::tfl::write
