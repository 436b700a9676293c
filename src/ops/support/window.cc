#include "ops/support/window.h"

#include "base/text.h"

namespace mote {
namespace {

constexpr std::int64_t kMaxValue = (std::int64_t{1} << 31) - 1;
constexpr std::int64_t kMaxTaps = std::int64_t{1} << 40;
constexpr std::int64_t kMaxSize = std::int64_t{1} << 60;

// The attributes of one dimension.
struct Side {
  std::int64_t kernel = 1, stride = 1, dilation = 1, begin = 0, end = 0;
};

Side side_of(const WindowParams& p, std::size_t rank, std::size_t d, std::int64_t kernel) {
  return {kernel, entry(p.strides, d, 1), entry(p.dilations, d, 1), entry(p.pads, d, 0),
          entry(p.pads, rank + d, 0)};
}

// Pads `side` so that the output is ceil(in / stride).
void pad_same(AutoPad mode, std::int64_t in, std::int64_t out, Side& side) {
  const std::int64_t need = (out - 1) * side.stride + extent(side.kernel, side.dilation) - in;
  const std::int64_t total = std::max<std::int64_t>(need, 0);
  side.begin = mode == AutoPad::kSameUpper ? total / 2 : total - total / 2;
  side.end = total - side.begin;
}

// The output size for input size `in`; settles the padding.
Result<std::int64_t> place(const WindowParams& p, std::int64_t in, Side& side) {
  if (in > kMaxSize) return Error{Code::kInvalidArgument, cat("size ", in, " is too large")};
  if (p.auto_pad == AutoPad::kSameUpper || p.auto_pad == AutoPad::kSameLower) {
    const std::int64_t out = in / side.stride + (in % side.stride != 0);
    pad_same(p.auto_pad, in, out, side);
    return out;
  }
  if (p.auto_pad == AutoPad::kValid) side.begin = side.end = 0;
  const std::int64_t room = in + side.begin + side.end - extent(side.kernel, side.dilation);
  const bool ceils = p.ceil_mode && p.auto_pad == AutoPad::kNotSet;
  // A window that hangs over: ceil(room / stride) is 0.
  if (room < 0 && room > -side.stride && ceils && in + side.begin > 0) return 1;
  if (room < 0) {
    return Error{Code::kInvalidArgument,
                 cat("a kernel of extent ", extent(side.kernel, side.dilation),
                     " does not fit size ", in, " padded by ", side.begin, " and ", side.end)};
  }
  const std::int64_t out = room / side.stride + 1;
  // One more window, if it starts inside the input or the padding before it. ONNX's formula for
  // VALID leaves ceil_mode out.
  const bool partial = room % side.stride != 0 && out * side.stride < in + side.begin;
  return ceils && partial ? out + 1 : out;
}

// Whatever the input's size, it is the output's too.
bool keeps_size(const WindowParams& p, const Side& side) {
  if (side.stride != 1) return false;
  const std::int64_t reach = extent(side.kernel, side.dilation) - 1;
  if (p.auto_pad == AutoPad::kNotSet) return side.begin + side.end == reach;
  return p.auto_pad != AutoPad::kValid || reach == 0;
}

Status check_values(std::string_view name, std::span<const std::int64_t> values,
                    std::int64_t least) {
  for (const std::int64_t v : values) {
    if (v >= least && v <= kMaxValue) continue;
    return Error{Code::kInvalidArgument,
                 cat(name, " has ", v, ", which is outside [", least, ", ", kMaxValue, "]")};
  }
  return {};
}

Status check_length(std::string_view name, std::size_t length, std::size_t expected) {
  if (length == 0 || length == expected) return {};
  return Error{Code::kInvalidArgument, cat(name, " has ", length, " values, not ", expected)};
}

Status check_lengths(const WindowParams& p, std::size_t rank) {
  MOTE_TRY(check_length("kernel_shape", p.kernel_shape.size(), rank));
  MOTE_TRY(check_length("strides", p.strides.size(), rank));
  MOTE_TRY(check_length("dilations", p.dilations.size(), rank));
  return check_length("pads", p.pads.size(), 2 * rank);
}

// The number of spatial dimensions that the attributes speak of; 0 if none does.
std::size_t stated_rank(const WindowParams& p) {
  if (!p.kernel_shape.empty()) return p.kernel_shape.size();
  if (!p.strides.empty()) return p.strides.size();
  if (!p.dilations.empty()) return p.dilations.size();
  return p.pads.size() / 2;
}

Status check_taps(std::span<const std::int64_t> kernel) {
  std::int64_t taps = 1;
  for (const std::int64_t k : kernel) {
    if (__builtin_mul_overflow(taps, k, &taps) || taps > kMaxTaps) {
      return Error{Code::kInvalidArgument,
                   cat("kernel_shape [", join(kernel, ","), "] has more than ", kMaxTaps, " taps")};
    }
  }
  return {};
}

Status check_kernel_rank(std::size_t kernel, std::size_t in) {
  if (kernel == in && in > 0) return {};
  return Error{Code::kInvalidArgument,
               cat("a kernel of ", kernel, " dimensions does not slide over ", in)};
}

Result<AutoPad> auto_pad_named(std::string_view name) {
  if (name == "NOTSET" || name.empty()) return AutoPad::kNotSet;
  if (name == "VALID") return AutoPad::kValid;
  if (name == "SAME_UPPER") return AutoPad::kSameUpper;
  if (name == "SAME_LOWER") return AutoPad::kSameLower;
  return Error{Code::kInvalidArgument,
               cat("auto_pad '", name, "' is none of NOTSET, VALID, SAME_UPPER, SAME_LOWER")};
}

}  // namespace

Status read_window(AttributeReader& r, WindowParams& p) {
  p.kernel_shape = r.integers("kernel_shape", {});
  p.strides = r.integers("strides", {});
  p.dilations = r.integers("dilations", {});
  p.pads = r.integers("pads", {});
  MOTE_ASSIGN(p.auto_pad, auto_pad_named(r.text("auto_pad", "NOTSET")));
  MOTE_TRY(check_values("kernel_shape", p.kernel_shape, 1));
  MOTE_TRY(check_values("strides", p.strides, 1));
  MOTE_TRY(check_values("dilations", p.dilations, 1));
  MOTE_TRY(check_values("pads", p.pads, 0));
  MOTE_TRY(check_taps(p.kernel_shape));
  return check_lengths(p, stated_rank(p));
}

Result<Window> make_window(const WindowParams& p, std::span<const std::int64_t> in,
                           std::span<const std::int64_t> kernel) {
  MOTE_TRY(check_lengths(p, in.size()));
  MOTE_TRY(check_kernel_rank(kernel.size(), in.size()));
  MOTE_TRY(check_values("the kernel", kernel, 1));
  MOTE_TRY(check_taps(kernel));
  Window w;
  for (std::size_t d = 0; d < in.size(); ++d) {
    Side side = side_of(p, in.size(), d, kernel[d]);
    MOTE_ASSIGN(const std::int64_t out, place(p, in[d], side));
    w.in.push_back(in[d]);
    w.kernel.push_back(side.kernel);
    w.stride.push_back(side.stride);
    w.dilation.push_back(side.dilation);
    w.begin.push_back(side.begin);
    w.end.push_back(side.end);
    w.out.push_back(out);
  }
  return w;
}

Result<Shape> window_output(const WindowParams& p, std::span<const Dim> in,
                            std::span<const Dim> kernel) {
  MOTE_TRY(check_lengths(p, in.size()));
  MOTE_TRY(check_kernel_rank(kernel.size(), in.size()));
  Shape out(in.size());
  for (std::size_t d = 0; d < in.size(); ++d) {
    if (!kernel[d].known()) continue;
    const std::int64_t size = kernel[d].size();
    MOTE_TRY(check_values("the kernel", {&size, 1}, 1));
    Side side = side_of(p, in.size(), d, size);
    if (in[d].known()) {
      MOTE_ASSIGN(out[d], place(p, in[d].size(), side));
    } else if (keeps_size(p, side)) {
      out[d] = in[d];
    }
  }
  return out;
}

std::int64_t padded_taps(const Window& w, const Dims& at) {
  std::int64_t taps = 1;
  for (int d = 0; d < w.rank(); ++d) {
    const std::int64_t room = w.in[d] + w.end[d] - 1 - w.start(at, d);
    taps *= std::min(w.kernel[d], room / w.dilation[d] + 1);
  }
  return taps;
}

}  // namespace mote
