// What the pools have in common: attributes, types, walking the planes.
#pragma once
#include "ir/op_def.h"
#include "ops/onnx_op.h"
#include "ops/support/window.h"

namespace mote {

struct PoolParams : OpParams {
  WindowParams window;
  bool count_include_pad = false;  // AveragePool
  std::int64_t storage_order = 0;  // MaxPool: 1 counts `Indices` by columns
  std::int64_t p = 2;              // LpPool
};

// Reads the window, which must have a kernel_shape, and ceil_mode. Errors: kInvalidArgument.
Status read_pool(AttributeReader& r, PoolParams& p);

// X: [N, C, D...] of one of `dtypes`. Each output: [N, C, O...], output 0 with X's
// dtype.
Status infer_pool(const InferArgs& args, std::initializer_list<DType> dtypes);

// The geometry of a run. Errors: kInvalidArgument.
Result<Window> pool_window(const OpParams* params, const RunArgs& args);

// Calls f(plane, at, i) for each output element: its plane [0, N * C), its place there, its number.
template <class F>
void for_each_pooled(const Window& w, const RunArgs& args, const F& f) {
  for_each_place(w, args.out[0].dims[0] * args.out[0].dims[1], args.workers, f);
}

// Opset 2 made `p` an integer. Errors: kUnsupported, if it is none.
Status integer_p(const UpgradeArgs& args);

}  // namespace mote
