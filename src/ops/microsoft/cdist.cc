// CDist: distances between the rows of two matrices.
#include <cmath>

#include "base/text.h"
#include "ops/microsoft/composite.h"
#include "ops/support/expect_elements.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

using DistanceElements = Elements<float, double>;

struct DistanceParams : OpParams {
  bool squared = true;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<DistanceParams>();
  AttributeReader r(attributes);
  const std::string metric = r.text("metric", "sqeuclidean");
  MOTE_TRY(r.finish());
  p->squared = metric == "sqeuclidean";
  if (p->squared || metric == "euclidean") return p;
  return Error{Code::kUnsupported,
               cat("metric '", metric, "' is neither 'sqeuclidean' nor 'euclidean'")};
}

// A: [M, N]; B: [K, N]. C: [M, K].
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, DistanceElements{}));
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {0, 1}));
  MOTE_TRY(expect_rank(args, 0, 2, "[rows, columns]"));
  MOTE_TRY(expect_rank(args, 1, 2, "[rows, columns]"));
  MOTE_TRY(expect_size(args, 1, 1, size_of(args, 0, 1), "A's"));
  args.set(0, {dtype, Shape{size_of(args, 0, 0), size_of(args, 1, 0)}});
  return {};
}

Status reference(const OpParams* params, const RunArgs& args) {
  const bool squared = static_cast<const DistanceParams&>(*params).squared;
  const std::int64_t rows = args.in[0].dims[0], columns = args.in[0].dims[1];
  const std::int64_t others = args.in[1].dims[0];
  return with_dtype(DistanceElements{}, args.in[0].dtype, [&]<class T>(T) -> Status {
    args.workers.for_each_range(rows, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        const T* a = args.in[0].as<T>() + i * columns;
        for (std::int64_t j = 0; j < others; ++j) {
          const T* b = args.in[1].as<T>() + j * columns;
          double sum = 0;
          for (std::int64_t c = 0; c < columns; ++c) {
            const double apart = static_cast<double>(a[c]) - static_cast<double>(b[c]);
            sum += apart * apart;
          }
          args.out[0].as<T>()[i * others + j] = static_cast<T>(squared ? sum : std::sqrt(sum));
        }
      }
    });
    return {};
  });
}

std::int64_t macs(const PrepareArgs& args) {
  return macs_of(args.out_dims(0).count(), args.in_dims(0)[1]);
}

constexpr OpDef cdist() {
  OpDef op;
  op.name = "CDist";
  op.domain = "com.microsoft";
  op.min_inputs = op.max_inputs = 2;
  op.parse = parse;
  op.infer = infer;
  op.reference = reference;
  op.macs = macs;
  return op;
}

constexpr std::string_view kSamples[] = {
    "(a: f32[3,4], b: f32[5,4]) -> (y) { y = com.microsoft.CDist(a, b) }",
    "(a: f64[3,4], b: f64[2,4]) -> (y) { y = com.microsoft.CDist(a, b) {metric=\"euclidean\"} }",
};

}  // namespace

MOTE_MICROSOFT_OP(
    CDist, cdist(),
    "The distance of each row of `A` from each row of `B`, squared unless `metric` is "
    "`euclidean`.",
    kSamples)

}  // namespace mote
