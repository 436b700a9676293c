// Col2Im: blocks of an image summed back to where they were cut out.
#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/element.h"
#include "ops/support/indices.h"
#include "ops/support/shapes.h"
#include "ops/support/window.h"

namespace mote {
namespace {

struct Col2ImParams : OpParams {
  WindowParams window;  // of the block; its sizes are an input
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<Col2ImParams>();
  AttributeReader r(attributes);
  MOTE_TRY(read_window(r, p->window));
  MOTE_TRY(r.finish());
  for (const std::string_view name : {"kernel_shape", "auto_pad"}) {
    if (r.has(name))
      return Error{Code::kInvalidArgument, cat("there is no attribute '", name, "'")};
  }
  return p;
}

// The window that cut the blocks: `out` counts them. Errors: kInvalidArgument.
Result<Window> block_window(const Col2ImParams& p, std::span<const std::int64_t> image,
                            std::span<const std::int64_t> block) {
  for (const std::int64_t size : image) {
    if (size < 0) return Error{Code::kInvalidArgument, cat("image_shape has size ", size)};
  }
  auto window = make_window(p.window, image, block);
  if (!window) return std::move(window).error().with_context("image_shape and block_shape");
  std::int64_t blocks = 1;
  for (const std::int64_t count : window->out) {
    if (__builtin_mul_overflow(blocks, count, &blocks)) {
      return Error{Code::kInvalidArgument, "there are more blocks than can be counted"};
    }
  }
  return window;
}

// columns: [N, C * block, blocks].
Status check_columns(const Window& w, const Dim& rows, const Dim& columns) {
  if (rows.known() && rows.size() % w.kernel.count() != 0) {
    return Error{Code::kInvalidArgument,
                 cat("input has ", rows.size(), " rows, which are no whole blocks of ",
                     w.kernel.count(), " elements")};
  }
  if (columns.known() && columns.size() != w.out.count()) {
    return Error{Code::kInvalidArgument,
                 cat("input has ", columns.size(), " blocks, the image ", w.out.count())};
  }
  return {};
}

Status check_dtype(DType dtype) {
  if (dtype != DType::kString) return {};
  return Error{Code::kUnsupported, "there is no sum of strings"};
}

// input: [N, C * block, blocks]; image_shape, block_shape: s64[rank]. output: [N, C, image...].
Status infer(const InferArgs& args) {
  const auto& p = args.params<Col2ImParams>();
  MOTE_TRY(check_dtype(args.type(0).dtype));
  MOTE_TRY(expect_rank(args, 0, 3, "input"));
  MOTE_TRY(expect_dtype(args, 1, {DType::kS64}));
  MOTE_TRY(expect_dtype(args, 2, {DType::kS64}));
  MOTE_ASSIGN(const auto image, known_integers(args, 1));
  MOTE_ASSIGN(const auto block, known_integers(args, 2));
  MOTE_ASSIGN(const auto image_rank, list_length(args, 1, "image_shape"));
  MOTE_ASSIGN(const auto block_rank, list_length(args, 2, "block_shape"));
  const auto rank = image_rank ? image_rank : block_rank;
  if (!rank || *rank > kMaxRank - 2) {
    args.set(0, {args.type(0).dtype, std::nullopt});
    if (!rank) return {};
    return Error{Code::kUnsupported, cat("an image of ", *rank, " dimensions")};
  }
  Shape shape = unknown_shape(static_cast<int>(*rank) + 2);
  shape[0] = size_of(args, 0, 0);
  if (image) std::copy(image->begin(), image->end(), shape.begin() + 2);
  if (image && block) {
    MOTE_ASSIGN(const Window w, block_window(p, *image, *block));
    const Dim rows = size_of(args, 0, 1);
    MOTE_TRY(check_columns(w, rows, size_of(args, 0, 2)));
    if (rows.known()) shape[1] = Dim(rows.size() / w.kernel.count());
  }
  MOTE_TRY(product(shape));
  args.set(0, {args.type(0).dtype, std::move(shape)});
  return {};
}

// -- sums of every element type

struct ComplexSum {
  double re = 0, im = 0;
};

template <class T>
void accumulate(double& sum, T value) {
  sum += static_cast<double>(value);
}
template <class T>
void accumulate(std::uint64_t& sum, T value) {
  sum += static_cast<std::uint64_t>(value);
}
void accumulate(bool& sum, bool value) { sum = sum || value; }
template <class R>
void accumulate(ComplexSum& sum, ComplexElement<R> value) {
  sum.re += static_cast<double>(value.re);
  sum.im += static_cast<double>(value.im);
}

template <class T>
T element_of(double sum) {
  return rounded<T>(sum);
}
template <class T>
T element_of(std::uint64_t sum) {
  return static_cast<T>(sum);
}
template <class T>
T element_of(bool sum) {
  return sum;
}
template <class T>
T element_of(ComplexSum sum) {
  return {static_cast<decltype(T::re)>(sum.re), static_cast<decltype(T::re)>(sum.im)};
}

// -- the image

// Of the block whose tap `tap` lies at `at` in the image: its number; -1 if there is none.
std::int64_t block_of(const Window& w, const Dims& at, const Dims& tap) {
  std::int64_t number = 0;
  for (int d = 0; d < w.rank(); ++d) {
    const std::int64_t start = at[d] + w.begin[d] - tap[d] * w.dilation[d];
    if (start < 0 || start % w.stride[d] != 0 || start / w.stride[d] >= w.out[d]) return -1;
    number = number * w.out[d] + start / w.stride[d];
  }
  return number;
}

template <class T, class Sum>
void sum_blocks(const Window& w, const RunArgs& args) {
  const std::int64_t image = w.in.count(), blocks = w.out.count(), taps = w.kernel.count();
  const std::int64_t grain = std::max<std::int64_t>((1 << 14) / taps, 1);
  const T* x = args.in[0].as<T>();
  T* y = args.out[0].as<T>();
  args.workers.for_each_range(args.out[0].dims.count(), grain,
                              [&](std::int64_t begin, std::int64_t end) {
                                Dims at = w.in;
                                std::int64_t rest = begin % image;
                                for (int d = w.rank() - 1; d >= 0; rest /= w.in[d], --d)
                                  at[d] = rest % w.in[d];
                                for (std::int64_t i = begin; i < end; ++i, advance(at, w.in)) {
                                  Sum sum{};
                                  Dims tap = w.kernel;
                                  for (std::int64_t& t : tap) t = 0;
                                  for (std::int64_t t = 0; t < taps; ++t, advance(tap, w.kernel)) {
                                    const std::int64_t block = block_of(w, at, tap);
                                    if (block >= 0)
                                      accumulate(sum, x[(i / image * taps + t) * blocks + block]);
                                  }
                                  y[i] = element_of<T>(sum);
                                }
                              });
}

Status sum_as_dtype(const Window& w, const RunArgs& args) {
  switch (args.in[0].dtype) {
    case DType::kBool:
      sum_blocks<bool, bool>(w, args);
      return {};
    case DType::kC64:
      sum_blocks<ComplexElement<float>, ComplexSum>(w, args);
      return {};
    case DType::kC128:
      sum_blocks<ComplexElement<double>, ComplexSum>(w, args);
      return {};
    default:
      return with_dtype(NumberElements{}, args.in[0].dtype, [&]<class T>(T) -> Status {
        sum_blocks<T, std::conditional_t<std::is_integral_v<T>, std::uint64_t, double>>(w, args);
        return {};
      });
  }
}

Result<Dims> read_sizes(const TensorView& tensor, std::string_view what) {
  MOTE_TRY(check_integer_list(tensor, what));
  Dims sizes;
  if (tensor.dims.count() > kMaxRank - 2) {
    return Error{Code::kUnsupported, cat(what, " has ", tensor.dims.count(), " dimensions")};
  }
  for (std::int64_t i = 0; i < tensor.dims.count(); ++i) sizes.push_back(load_integer(tensor, i));
  return sizes;
}

Status reference(const OpParams* params, const RunArgs& args) {
  const Dims& x = args.in[0].dims;
  MOTE_ASSIGN(const Dims image, read_sizes(args.in[1], "image_shape"));
  MOTE_ASSIGN(const Dims block, read_sizes(args.in[2], "block_shape"));
  MOTE_ASSIGN(const Window w,
              block_window(*static_cast<const Col2ImParams*>(params), image, block));
  MOTE_TRY(check_columns(w, x[1], x[2]));
  Dims size{x[0], x[1] / w.kernel.count()};
  for (const std::int64_t s : image) size.push_back(s);
  MOTE_TRY(expect_output_size(args, size));
  return sum_as_dtype(w, args);
}

constexpr int kVersions[] = {18};

constexpr std::string_view kSamples[] = {
    "(x: f32[1,5,5]) -> (y) { i: s64[2] = {5, 5} b: s64[2] = {1, 5} y = Col2Im(x, i, b) }",
    "(x: f32[2,12,4]) -> (y) { i: s64[2] = {5, 5} b: s64[2] = {2, 3}\n"
    "  y = Col2Im(x, i, b) {strides=[2, 2], dilations=[1, 1], pads=[0, 0, 0, 1]} }",
    "(x: f64[1,4,5]) -> (y) { i: s64[2] = {6, 6} b: s64[2] = {2, 2}\n"
    "  y = Col2Im(x, i, b) {dilations=[1, 5], strides=[1, 1]} }",
    "(x: s8[1,6,3]) -> (y) { i: s64[1] = {5} b: s64[1] = {3} y = Col2Im(x, i, b) }",
    "(x: f16[1,8,8]) -> (y) { i: s64[3] = {3, 3, 3} b: s64[3] = {2, 2, 2} y = Col2Im(x, i, b) }",
    "(x: bool[1,2,2]) -> (y) { i: s64[1] = {3} b: s64[1] = {2} y = Col2Im(x, i, b) }",
    "(x: bf16[0,2,2]) -> (y) { i: s64[1] = {3} b: s64[1] = {2} y = Col2Im(x, i, b) }",
};

}  // namespace

extern const OpDef kOp_Col2Im;
constinit const OpDef kOp_Col2Im = {
    .name = "Col2Im",
    .min_inputs = 3,
    .max_inputs = 3,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .windowed = true,
};

extern const OnnxOp kOnnx_Col2Im;
constinit const OnnxOp kOnnx_Col2Im = {.name = "Col2Im", .versions = kVersions};

extern const OpDoc kDoc_Col2Im;
constinit const OpDoc kDoc_Col2Im = {
    .name = "Col2Im",
    .doc =
        "The image whose blocks, a column each, the `input` has; where blocks overlap, their sum. "
        "Integers wrap.",
    .samples = kSamples,
};

}  // namespace mote
