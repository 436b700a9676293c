#include "measure/array_dataset.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "ir/dtype.h"
#include "tasks/image/preprocess.h"

namespace mote {
namespace {

template <class T>
std::vector<std::int64_t> widened(const Tensor& t) {
  std::vector<std::int64_t> out;
  for (const T v : t.values<T>()) out.push_back(static_cast<std::int64_t>(v));
  return out;
}

// Numbers above 2^63 become negative, which no class is.
std::optional<std::vector<std::int64_t>> integers_of(const Tensor& t) {
  switch (t.dtype()) {
    case DType::kU8:
      return widened<std::uint8_t>(t);
    case DType::kS8:
      return widened<std::int8_t>(t);
    case DType::kU16:
      return widened<std::uint16_t>(t);
    case DType::kS16:
      return widened<std::int16_t>(t);
    case DType::kU32:
      return widened<std::uint32_t>(t);
    case DType::kS32:
      return widened<std::int32_t>(t);
    case DType::kU64:
      return widened<std::uint64_t>(t);
    case DType::kS64:
      return widened<std::int64_t>(t);
    default:
      return std::nullopt;
  }
}

Result<Tensor> f64_to_f32(const Tensor& t) {
  MOTE_ASSIGN(Tensor out, Tensor::zeros(DType::kF32, t.dims()));
  std::ranges::transform(t.values<double>(), out.mut().as<float>(),
                         [](double v) { return static_cast<float>(v); });
  return out;
}

// The model takes sizes `dims`, whatever its batch.
bool takes(const TensorInfo& info, const Dims& dims) {
  if (!info.ranked) return true;
  if (std::ssize(info.shape) != dims.rank()) return false;
  for (int i = 1; i < dims.rank(); ++i) {
    const std::int64_t size = info.shape[static_cast<std::size_t>(i)].size;
    if (size >= 0 && size != dims[i]) return false;
  }
  return true;
}

class ArrayDataset final : public Dataset {
 public:
  ArrayDataset(Tensor x, std::vector<std::int64_t> y, std::uint64_t max_bytes)
      : x_(std::move(x)), y_(std::move(y)), max_bytes_(max_bytes) {}

  std::size_t size() const override { return y_.size(); }
  std::int64_t class_of(std::size_t i) const override { return y_[i]; }
  std::string name_of(std::size_t i) const override { return cat("x[", i, "]"); }

  Result<Tensor> load(std::size_t i, const InputDescription& input,
                      const TensorInfo& info) const override {
    auto tensor = load_unnamed(i, input, info);
    if (!tensor) return std::move(tensor).error().with_context(name_of(i));
    return tensor;
  }

 private:
  Result<Tensor> load_unnamed(std::size_t i, const InputDescription& input,
                              const TensorInfo& info) const {
    const Tensor one = row(i);
    if (takes(info, one.dims())) {
      if (one.dtype() == info.dtype) return one;
      if (one.dtype() == DType::kF64 && info.dtype == DType::kF32) return f64_to_f32(one);
    }
    if (input.kind == InputKind::kImage && one.dtype() == DType::kU8) {
      std::vector<std::uint8_t> turned;
      if (const auto view = as_pixels(one, turned)) {
        return image_to_tensor(*view, input.image, info.dtype, max_bytes_);
      }
    }
    return Error{Code::kInvalidArgument,
                 cat("x has ", name(x_.dtype()), to_string(x_.dims()), ", which input '", info.name,
                     "' (", name(info.dtype), ") does not take")};
  }

  // A batch of one that shares x's bytes.
  Tensor row(std::size_t i) const {
    Dims dims = x_.dims();
    dims[0] = 1;
    const std::int64_t bytes = dims.count() * byte_width(x_.dtype());
    const auto* data = static_cast<const std::byte*>(x_.data());
    return Tensor::view(x_.dtype(), dims, data + static_cast<std::int64_t>(i) * bytes,
                        std::make_shared<const Tensor>(x_));
  }

  // [1, h, w], [1, h, w, c] or [1, c, h, w], which is turned.
  static std::optional<PixelView> as_pixels(const Tensor& t, std::vector<std::uint8_t>& turned) {
    const Dims& d = t.dims();
    const auto is_channels = [](std::int64_t n) { return n == 1 || n == 3; };
    const bool grey = d.rank() == 3;
    const bool together = d.rank() == 4 && is_channels(d[3]);
    const bool apart = d.rank() == 4 && !together && is_channels(d[1]);
    if ((!grey && !together && !apart) ||
        !std::ranges::all_of(d, [](std::int64_t n) { return n >= 1 && n <= kMaxImageSide; })) {
      return std::nullopt;
    }
    const std::int64_t height = d[apart ? 2 : 1];
    const std::int64_t width = d[apart ? 3 : 2];
    const std::int64_t channels = grey ? 1 : d[apart ? 1 : 3];
    const auto* pixels = static_cast<const std::uint8_t*>(t.data());
    if (apart) {
      for (std::int64_t i = 0; i < height * width; ++i) {
        for (std::int64_t c = 0; c < channels; ++c) {
          turned.push_back(pixels[c * height * width + i]);
        }
      }
      pixels = turned.data();
    }
    return PixelView{static_cast<std::int32_t>(width), static_cast<std::int32_t>(height),
                     static_cast<std::int32_t>(channels), pixels, width * channels};
  }

  Tensor x_;
  std::vector<std::int64_t> y_;
  std::uint64_t max_bytes_;
};

}  // namespace

Result<std::unique_ptr<Dataset>> open_arrays(Tensor x, const Tensor& y, std::uint64_t max_bytes) {
  const Dims& dims = x.dims();
  const bool column = y.dims().rank() == 1 || (y.dims().rank() == 2 && y.dims()[1] == 1);
  if (dims.empty() || !column || y.dims()[0] != dims[0]) {
    return Error{Code::kInvalidArgument,
                 cat("x has shape ", to_string(dims), " and y ", to_string(y.dims()),
                     "; they must be [n, ...] and [n]")};
  }
  if (dims[0] == 0) return Error{Code::kInvalidArgument, "x has no samples"};
  auto classes = integers_of(y);
  if (!classes) {
    return Error{Code::kInvalidArgument,
                 cat("y has type ", name(y.dtype()), "; classes must be whole numbers")};
  }
  for (std::size_t i = 0; i < classes->size(); ++i) {
    if ((*classes)[i] < 0) {
      const bool huge = y.dtype() == DType::kU64;
      const std::string number = huge ? cat(y.values<std::uint64_t>()[i]) : cat((*classes)[i]);
      return Error{Code::kInvalidArgument, cat("y[", i, "] is ", number, ", no class")};
    }
  }
  return std::make_unique<ArrayDataset>(std::move(x), *std::move(classes), max_bytes);
}

}  // namespace mote
