// Elements taken and put by index.
#include <algorithm>
#include <limits>

#include "base/text.h"
#include "format/tflite/read/ops/mover.h"
#include "ir/dtype.h"

namespace mote::tfl {
namespace {

Permutation moved_axis(int rank, std::int64_t from, std::int64_t to) {
  Permutation perm;
  for (std::int64_t axis = 0; axis < rank; ++axis) {
    if (axis != from) perm.push_back(axis);
  }
  perm.insert(perm.begin() + to, from);
  return perm;
}

// Inputs: x, indices. The first batch_dims axes go together.
void gather(OpReader& op) {
  const auto* o = op.options<fb::GatherOptions>();
  if (o == nullptr) return op.fail(no_options());
  Mover m(op);
  const ValueId indices = op.stored(1);
  std::int64_t axis = o->axis(), batch = o->batch_dims();
  if (batch == 0) return m.yield(0, op.add("Gather", {m.in(0), indices}, {{"axis", axis}}));
  const int rank = op.rank_of(0), index_rank = op.rank(indices);
  if (!op.status()) return;
  axis = axis < 0 ? axis + rank : axis;
  batch = batch < 0 ? batch + index_rank : batch;
  if (batch < 0 || batch > index_rank || axis < batch || axis >= rank) {
    return op.fail({Code::kInvalidArgument, cat("axis ", axis, ", ", batch, " batch axes")});
  }
  ValueId x = m.in(0);
  if (axis != batch) x = op.transpose(x, moved_axis(rank, axis, batch));
  const ValueId tuples = op.cast(op.add("Unsqueeze", {indices, op.integers({-1})}), DType::kS64);
  ValueId y = op.add("GatherND", {x, tuples}, {{"batch_dims", batch}});
  // [batch..., indices..., others before the axis, after it] → the indices in the axis' place
  if (axis != batch) {
    const std::int64_t picked = index_rank - batch, before = axis - batch;
    Permutation perm;
    for (std::int64_t i = 0; i < batch; ++i) perm.push_back(i);
    for (std::int64_t i = 0; i < before; ++i) perm.push_back(batch + picked + i);
    for (std::int64_t i = 0; i < picked; ++i) perm.push_back(batch + i);
    for (std::int64_t i = batch + picked + before; i < rank - 1 + picked; ++i) perm.push_back(i);
    y = op.transpose(y, perm);
  }
  m.yield(0, y);
}

void gather_nd(OpReader& op) {
  Mover m(op);
  m.yield(0, op.add("GatherND", {m.in(0), op.as_s64(1)}));
}

// `data` with `updates` added at `indices`, s64[..., depth].
ValueId scatter(OpReader& op, ValueId data, ValueId indices, ValueId updates,
                std::string_view reduction) {
  return op.add("ScatterND", {data, indices, updates}, {{"reduction", std::string(reduction)}});
}

// Inputs: indices, updates, shape. What is put in one place more than once is summed.
void scatter_nd(OpReader& op) {
  ValueId updates = op.stored(1);
  const DType dtype = op.dtype(updates);
  const bool of_bools = dtype == DType::kBool;
  if (of_bools) updates = op.cast(updates, DType::kU8);
  const ValueId zeros = op.add("Expand", {op.scalar_like(updates, 0), op.as_s64(2)});
  const ValueId sums = scatter(op, zeros, op.as_s64(0), updates, of_bools ? "max" : "add");
  op.yield_stored(0, op.cast(sums, dtype));
}

// Inputs: indices (one, a list, or tuples), shape, values (one, or for each index), default.
void sparse_to_dense(OpReader& op) {
  ValueId indices = op.as_s64(0);
  const int rank = op.rank(indices);
  if (rank == 0) indices = op.reshape(indices, {1, 1});
  if (rank == 1) indices = op.add("Unsqueeze", {indices, op.integers({1})});
  const ValueId dense = op.add("Expand", {op.stored(3), op.as_s64(1)});
  const ValueId count = op.slice(op.add("Shape", {indices}), 0, 0, 1);
  const ValueId values = op.add("Expand", {op.stored(2), count});
  op.yield_stored(0, scatter(op, dense, indices, values, "none"));
}

// Inputs: indices, depth, on, off.
void one_hot(OpReader& op) {
  const auto* o = op.options<fb::OneHotOptions>();
  const ValueId off = op.add("Unsqueeze", {op.reshape(op.stored(3), {}), op.integers({0})});
  const ValueId on = op.add("Unsqueeze", {op.reshape(op.stored(2), {}), op.integers({0})});
  const ValueId values = op.add("Concat", {off, on}, {{"axis", std::int64_t{0}}});
  // ONNX counts negative indices from the end; here they are nowhere.
  const ValueId indices = op.as_s64(0), depth = op.as_s64(1);
  const ValueId nowhere = op.add("Less", {indices, op.s64(0)});
  const ValueId safe = op.add("Where", {nowhere, op.reshape(depth, {}), indices});
  op.yield_stored(0, op.add("OneHot", {safe, depth, values},
                            {{"axis", std::int64_t{o == nullptr ? -1 : o->axis()}}}));
}

void topk_v2(OpReader& op) {
  const ValueId k = op.reshape(op.as_s64(1), {1});
  const auto found = op.add_many(2, "TopK", {op.stored(0), k});
  op.yield_stored(0, found[0]);
  op.yield_stored(1, op.cast(found[1], op.out(1).dtype));
}

// The indices of what is not zero: [n, rank].
void where(OpReader& op) {
  const ValueId found = op.transpose(op.add("NonZero", {op.stored(0)}), {1, 0});
  op.yield_stored(0, op.cast(found, op.out(0).dtype));
}

void unique(OpReader& op) {
  const auto found = op.add_many(3, "Unique", {op.stored(0)}, {{"sorted", std::int64_t{0}}});
  op.yield_stored(0, found[0]);
  op.yield_stored(1, op.cast(found[2], op.out(1).dtype));
}

// -- segments: rows with the same id become one

// `identity` changes nothing in the reduction; of the rows' type.
ValueId segments(OpReader& op, ValueId rows, ValueId ids, ValueId count, ValueId identity,
                 std::string_view reduction) {
  // Rows of negative ids go to one beyond the end, which is cut off.
  const ValueId beyond = op.add("Where", {op.add("Less", {ids, op.s64(0)}), count, ids});
  const ValueId rest = op.slice(op.add("Shape", {rows}), 0, 1, kMaxRank);
  const ValueId more = op.reshape(op.add("Add", {count, op.s64(1)}), {1});
  const ValueId shape = op.add("Concat", {more, rest}, {{"axis", std::int64_t{0}}});
  const ValueId none = op.add("Expand", {identity, shape});
  const ValueId tuples = op.add("Unsqueeze", {beyond, op.integers({1})});
  const ValueId all = scatter(op, none, tuples, rows, reduction);
  return op.add("Slice", {all, op.integers({0}), op.reshape(count, {1}), op.integers({0})});
}

double identity_of(std::string_view reduction, DType dtype) {
  if (reduction == "add") return 0;
  if (reduction == "mul") return 1;
  const bool least = reduction == "max";
  switch (dtype) {
    case DType::kS32:
      return least ? std::numeric_limits<std::int32_t>::min()
                   : std::numeric_limits<std::int32_t>::max();
    case DType::kS64:
      return least ? -9223372036854775808.0 : 9223372036854774784.0;
    default:
      return least ? std::numeric_limits<float>::lowest() : std::numeric_limits<float>::max();
  }
}

// Inputs: rows, ids, the number of segments.
template <const char* kReduction>
void unsorted_segment(OpReader& op) {
  ValueId rows = op.real(0), ids = op.as_s64(1);
  const int id_rank = op.rank(ids), rank = op.rank(rows);
  if (!op.status()) return;
  if (id_rank != 1) {  // ids of several axes name elements of as many
    const ValueId rest = op.slice(op.add("Shape", {rows}), 0, id_rank, rank);
    const ValueId shape = op.add("Concat", {op.integers({-1}), rest}, {{"axis", std::int64_t{0}}});
    rows = op.add("Reshape", {rows, shape});
    ids = op.reshape(ids, {-1});
  }
  const ValueId identity = op.scalar_like(rows, identity_of(kReduction, op.dtype(rows)));
  const ValueId count = op.reshape(op.as_s64(2), {});
  op.yield(0, segments(op, rows, ids, count, identity, kReduction));
}

void segment_sum(OpReader& op) {
  const ValueId rows = op.real(0), ids = op.as_s64(1);
  const ValueId last = op.add("ReduceMax", {ids}, {{"keepdims", std::int64_t{0}}});
  const ValueId count = op.add("Add", {last, op.s64(1)});
  op.yield(0, segments(op, rows, ids, count, op.scalar_like(rows, 0), "add"));
}

constexpr char kAdd[] = "add", kMul[] = "mul", kMax[] = "max", kMin[] = "min";

// Inputs: x, an update no larger, the index of its first element, moved so that it is inside.
void dynamic_update_slice(OpReader& op) {
  Mover m(op);
  const ValueId x = m.in(0);
  const ValueId update = m.stored() ? op.stored(1) : op.real(1);
  const auto dims = op.type(x).dims(), part = op.type(update).dims();
  if (!op.status()) return;
  if (!dims || !part || dims->rank() != part->rank()) return op.unsupported("unknown sizes");
  int depth = 0;  // axes that are not taken whole
  std::vector<std::int64_t> room;
  for (int axis = 0; axis < dims->rank(); ++axis) {
    room.push_back((*dims)[axis] - (*part)[axis]);
    if (room.back() < 0) {
      return op.fail({Code::kInvalidArgument,
                      cat("an update of ", to_string(*part), " to ", to_string(*dims))});
    }
    if (room.back() > 0) depth = axis + 1;
  }
  if (depth == 0) return m.yield(0, update);
  const ValueId start =
      op.add("Min", {op.add("Max", {op.as_s64(2), op.s64(0)}), op.integers(std::move(room))});
  // The index of each row of the update, counted from its start.
  ValueId tuples = ValueId::kNone;
  for (int axis = 0; axis < depth; ++axis) {
    std::vector<std::int64_t> along(static_cast<std::size_t>(depth), 1), all;
    along[static_cast<std::size_t>(axis)] = (*part)[axis];
    for (int i = 0; i < depth; ++i) all.push_back((*part)[i]);
    all.push_back(1);
    along.push_back(1);
    const ValueId counted = op.add("Range", {op.s64(0), op.s64((*part)[axis]), op.s64(1)});
    const ValueId column =
        op.add("Expand", {op.reshape(counted, std::move(along)), op.integers(std::move(all))});
    tuples = tuples == ValueId::kNone
                 ? column
                 : op.add("Concat", {tuples, column}, {{"axis", std::int64_t{depth}}});
  }
  tuples = op.add("Add", {tuples, op.slice(start, 0, 0, depth)});
  m.yield(0, scatter(op, x, tuples, update, "none"));
}

// How many boundaries each element has reached.
void bucketize(OpReader& op) {
  const auto* o = op.options<fb::BucketizeOptions>();
  if (o == nullptr) return op.fail(no_options());
  const auto boundaries = values_of(o->boundaries());
  const ValueId x = op.cast(op.real(0), DType::kF32);
  const ValueId bounds = op.constant(Tensor::of<float>({std::ssize(boundaries)}, boundaries));
  const ValueId reached =
      op.add("GreaterOrEqual", {op.add("Unsqueeze", {x, op.integers({-1})}), bounds});
  const ValueId count = op.add("ReduceSum", {op.cast(reached, DType::kS32), op.integers({-1})},
                               {{"keepdims", std::int64_t{0}}});
  op.yield_stored(0, count);
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_GATHER, gather},
    {fb::BuiltinOperator_GATHER_ND, gather_nd},
    {fb::BuiltinOperator_SCATTER_ND, scatter_nd},
    {fb::BuiltinOperator_SPARSE_TO_DENSE, sparse_to_dense},
    {fb::BuiltinOperator_ONE_HOT, one_hot},
    {fb::BuiltinOperator_TOPK_V2, topk_v2},
    {fb::BuiltinOperator_WHERE, where},
    {fb::BuiltinOperator_UNIQUE, unique},
    {fb::BuiltinOperator_SEGMENT_SUM, segment_sum},
    {fb::BuiltinOperator_UNSORTED_SEGMENT_SUM, unsorted_segment<kAdd>},
    {fb::BuiltinOperator_UNSORTED_SEGMENT_PROD, unsorted_segment<kMul>},
    {fb::BuiltinOperator_UNSORTED_SEGMENT_MAX, unsorted_segment<kMax>},
    {fb::BuiltinOperator_UNSORTED_SEGMENT_MIN, unsorted_segment<kMin>},
    {fb::BuiltinOperator_DYNAMIC_UPDATE_SLICE, dynamic_update_slice},
    {fb::BuiltinOperator_BUCKETIZE, bucketize},
};

}  // namespace

extern const Mappings kIndexing;
constinit const Mappings kIndexing{kMappings};

}  // namespace mote::tfl
