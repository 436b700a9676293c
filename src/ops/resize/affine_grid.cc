// AffineGrid: the positions for GridSample that an affine map gives.
#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/expect_elements.h"
#include "ops/support/indices.h"
#include "ops/support/shapes.h"
#include "ops/support/window.h"

namespace mote {
namespace {

struct AffineGridParams : OpParams {
  bool align_corners = false;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<AffineGridParams>();
  AttributeReader r(attributes);
  p->align_corners = r.flag("align_corners", false);
  MOTE_TRY(r.finish());
  return p;
}

Error wrong_length(std::int64_t length) {
  return {Code::kInvalidArgument, cat("size has ", length, " elements, not 4 or 5")};
}

// The number of spatial dimensions: by theta or the length of size; 0 if neither is known.
Result<int> spatial_rank(const InferArgs& args) {
  MOTE_TRY(expect_rank(args, 0, 3, "theta"));
  MOTE_ASSIGN(const auto length, list_length(args, 1, "size"));
  if (length && *length != 4 && *length != 5) return wrong_length(*length);
  const Dim rows = size_of(args, 0, 1);
  const Dim columns = size_of(args, 0, 2);
  const std::int64_t rank = length            ? *length - 2
                            : rows.known()    ? rows.size()
                            : columns.known() ? columns.size() - 1
                                              : 0;
  if (rank != 0 && rank != 2 && rank != 3) {
    return Error{Code::kInvalidArgument, cat("theta maps ", rank, " dimensions, not 2 or 3")};
  }
  if (rank != 0) {
    MOTE_TRY(expect_size(args, 0, 1, rank, "theta"));
    MOTE_TRY(expect_size(args, 0, 2, rank + 1, "theta"));
  }
  return static_cast<int>(rank);
}

// theta: [N, r, r + 1]; size: s64[r + 2], N, C and the spatial sizes. grid: [N, sizes, r].
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, FloatElements{}));
  MOTE_TRY(expect_dtype(args, 1, {DType::kS64}));
  const DType dtype = args.type(0).dtype;
  MOTE_ASSIGN(const int rank, spatial_rank(args));
  if (rank == 0) {
    args.set(0, {dtype, std::nullopt});
    return {};
  }
  Shape shape = unknown_shape(rank + 2);
  shape[0] = size_of(args, 0, 0);
  shape.back() = rank;
  MOTE_ASSIGN(const auto size, known_integers(args, 1));
  if (size) {
    if (std::ssize(*size) != rank + 2) return wrong_length(std::ssize(*size));
    for (const std::int64_t s : *size) {
      if (s < 0) return Error{Code::kInvalidArgument, cat("size ", s, " is negative")};
    }
    MOTE_TRY(expect_size(args, 0, 0, (*size)[0], "theta"));
    shape[0] = (*size)[0];
    std::copy(size->begin() + 2, size->end(), shape.begin() + 1);
    MOTE_TRY(product(shape));
  }
  args.set(0, {dtype, std::move(shape)});
  return {};
}

// From -1 to 1: the centres of the outer elements, or their outer edges. One centre is at 0.
double base_position(bool align_corners, std::int64_t i, std::int64_t size) {
  const auto n = static_cast<double>(size);
  const auto at = static_cast<double>(i);
  if (align_corners) return size > 1 ? 2.0 * at / (n - 1.0) - 1.0 : 0.0;
  return (2.0 * at + 1.0) / n - 1.0;
}

template <class T>
void map_place(const T* theta, const double* base, int rank, T* y) {
  for (int row = 0; row < rank; ++row, theta += rank + 1) {
    double sum = static_cast<double>(theta[rank]);
    for (int k = 0; k < rank; ++k) sum += static_cast<double>(theta[k]) * base[k];
    y[row] = rounded<T>(sum);
  }
}

Status reference(const OpParams* params, const RunArgs& args) {
  const bool align = static_cast<const AffineGridParams*>(params)->align_corners;
  const Dims& dims = args.out[0].dims;
  const int rank = dims.rank() - 2;
  Dims size = dims;  // with the batch before and the coordinates behind
  const auto* stated = args.in[1].as<std::int64_t>();
  for (int d = 0; d < rank; ++d) size[d + 1] = stated[d + 2];
  size[0] = stated[0];
  MOTE_TRY(expect_output_size(args, size));
  return with_dtype(FloatElements{}, args.in[0].dtype, [&](auto element) -> Status {
    using T = decltype(element);
    const Dims places(std::span(dims.begin() + 1, static_cast<std::size_t>(rank)));
    const std::int64_t count = places.count();
    Dims at = places;
    for (std::int64_t& i : at) i = 0;
    for (std::int64_t i = 0; i < dims[0] * count; ++i, advance(at, places)) {
      double base[3];
      for (int k = 0; k < rank; ++k) {
        base[k] = base_position(align, at[rank - 1 - k], places[rank - 1 - k]);
      }
      const T* theta = args.in[0].as<T>() + i / count * rank * (rank + 1);
      map_place(theta, base, rank, args.out[0].as<T>() + i * rank);
    }
    return {};
  });
}

constexpr int kVersions[] = {20};

constexpr std::string_view kSamples[] = {
    "(t: f32[2,2,3]) -> (g) { s: s64[4] = {2, 3, 4, 5} g = AffineGrid(t, s) }",
    "(t: f64[1,3,4]) -> (g) { s: s64[5] = {1, 1, 2, 3, 2} g = AffineGrid(t, s) {align_corners=1} }",
    "(t: f16[1,2,3]) -> (g) { s: s64[4] = {1, 1, 1, 3} g = AffineGrid(t, s) {align_corners=1} }",
    "(t: bf16[1,2,3]) -> (g) { s: s64[4] = {1, 1, 2, 2} g = AffineGrid(t, s) }",
    "(t: f32[1,2,3]) -> (g) { s: s64[4] = {1, 1, 0, 2} g = AffineGrid(t, s) }",
};

}  // namespace

extern const OpDef kOp_AffineGrid;
constinit const OpDef kOp_AffineGrid = {
    .name = "AffineGrid",
    .min_inputs = 2,
    .max_inputs = 2,
    .parse = parse,
    .infer = infer,
    .reference = reference,
};

extern const OnnxOp kOnnx_AffineGrid;
constinit const OnnxOp kOnnx_AffineGrid = {.name = "AffineGrid", .versions = kVersions};

extern const OpDoc kDoc_AffineGrid;
constinit const OpDoc kDoc_AffineGrid = {
    .name = "AffineGrid",
    .doc =
        "The positions of a picture of `size` under the affine maps `theta`, for GridSample. With "
        "`align_corners` the one position of a dimension of size 1 is 0.",
    .samples = kSamples,
};

}  // namespace mote
