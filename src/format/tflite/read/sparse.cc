#include "format/tflite/read/sparse.h"

#include <cstring>
#include <optional>
#include <vector>

#include "base/text.h"
#include "ir/dtype.h"

namespace mote::tfl {
namespace {

Error broken(std::string_view what) { return {Code::kCorrupt, cat("sparse constant: ", what)}; }

// One axis of the traversal.
struct Level {
  std::int64_t size = 0;
  std::int64_t stride = 0;  // elements of the dense tensor from index to index
  bool dense = true;
  std::vector<std::int64_t> segments;  // where the indices of each place before begin; and the end
  std::vector<std::int64_t> indices;
};

Result<std::vector<std::int64_t>> read_vector(fb::SparseIndexVector type, const void* table) {
  std::vector<std::int64_t> out;
  const auto append = [&](const auto* vector) {
    const auto values = values_of(vector->values());
    out.assign(values.begin(), values.end());
  };
  if (table == nullptr) return out;
  if (type == fb::SparseIndexVector_Int32Vector) {
    append(static_cast<const fb::Int32Vector*>(table));
  } else if (type == fb::SparseIndexVector_Uint16Vector) {
    append(static_cast<const fb::Uint16Vector*>(table));
  } else if (type == fb::SparseIndexVector_Uint8Vector) {
    append(static_cast<const fb::Uint8Vector*>(table));
  } else {
    return broken("indices of an unknown kind");
  }
  return out;
}

Result<Level> read_level(const fb::DimensionMetadata& metadata, std::int64_t size,
                         std::int64_t stride, Budget& budget) {
  Level level{size, stride, metadata.format() == fb::DimensionType_DENSE, {}, {}};
  if (level.dense) {
    if (metadata.dense_size() != size) {
      return broken(cat("an axis of ", metadata.dense_size(), " where the tensor has ", size));
    }
    return level;
  }
  MOTE_ASSIGN(level.segments,
              read_vector(metadata.array_segments_type(), metadata.array_segments()));
  MOTE_ASSIGN(level.indices, read_vector(metadata.array_indices_type(), metadata.array_indices()));
  MOTE_TRY(budget.take((level.segments.size() + level.indices.size()) * sizeof(std::int64_t)));
  // In order, so that no index is visited twice.
  std::int64_t last = 0;
  for (const std::int64_t segment : level.segments) {
    if (segment < last || segment > std::ssize(level.indices)) {
      return broken(cat("segment ", segment, " after ", last));
    }
    last = segment;
  }
  for (const std::int64_t index : level.indices) {
    if (index < 0 || index >= size) return broken(cat("index ", index, " of ", size));
  }
  return level;
}

// How the axes of the tensor and of its blocks are laid out: sizes and strides, in their own order.
struct Axes {
  std::vector<std::int64_t> sizes, strides;
};

Result<Axes> blocked_axes(const Dims& dims, const fb::SparsityParameters& sparsity) {
  const auto rank = dims.size();
  const auto block_map = values_of(sparsity.block_map());
  if (block_map.size() > rank || size_of(sparsity.dim_metadata()) != rank + block_map.size() ||
      size_of(sparsity.traversal_order()) != rank + block_map.size()) {
    return broken("axes and blocks that do not fit each other");
  }
  Axes axes{{dims.begin(), dims.end()}, std::vector<std::int64_t>(rank, 1)};
  for (std::size_t i = rank; i-- > 1;) axes.strides[i - 1] = axes.strides[i] * axes.sizes[i];
  for (std::size_t b = 0; b < block_map.size(); ++b) {
    const auto axis = static_cast<std::size_t>(block_map[b]);
    if (block_map[b] < 0 || axis >= rank) return broken(cat("a block of axis ", block_map[b]));
    // The level of this block says its size; which one that is, the traversal order does.
    std::int64_t size = 0;
    for (std::uint32_t level = 0; level < sparsity.traversal_order()->size(); ++level) {
      if (sparsity.traversal_order()->Get(level) == static_cast<std::int32_t>(rank + b)) {
        size = sparsity.dim_metadata()->Get(level)->dense_size();
      }
    }
    if (size <= 0 || axes.sizes[axis] % size != 0) {
      return broken(cat("blocks of ", size, " along an axis of ", axes.sizes[axis]));
    }
    axes.sizes.push_back(size);
    axes.strides.push_back(axes.strides[axis]);
    axes.sizes[axis] /= size;
    axes.strides[axis] *= size;
  }
  return axes;
}

Result<std::vector<Level>> read_levels(const Dims& dims, const fb::SparsityParameters& sparsity,
                                       Budget& budget) {
  MOTE_ASSIGN(const Axes axes, blocked_axes(dims, sparsity));
  std::vector<Level> levels;
  std::vector<bool> seen(axes.sizes.size(), false);
  for (std::uint32_t i = 0; i < axes.sizes.size(); ++i) {
    const std::int32_t axis = sparsity.traversal_order()->Get(i);
    const auto a = static_cast<std::size_t>(axis);
    if (axis < 0 || a >= axes.sizes.size() || seen[a]) return broken(cat("traverses axis ", axis));
    seen[a] = true;
    MOTE_ASSIGN(Level level, read_level(*sparsity.dim_metadata()->Get(i), axes.sizes[a],
                                        axes.strides[a], budget));
    levels.push_back(std::move(level));
  }
  return levels;
}

class Densifier {
 public:
  Densifier(const std::vector<Level>& levels, std::span<const std::byte> bytes, Tensor& out)
      : levels_(levels), bytes_(bytes), out_(out.mut().as<std::byte>()) {
    width_ = static_cast<std::size_t>(byte_width(out.dtype()));
    count_ = static_cast<std::int64_t>(bytes.size() / width_);
  }

  // place: among those of the levels before `depth`. at: the element of the dense tensor.
  Status visit(std::size_t depth, std::int64_t place, std::int64_t at) {
    if (depth == levels_.size()) return put(place, at);
    const Level& level = levels_[depth];
    if (level.dense) {
      for (std::int64_t i = 0; i < level.size; ++i) {
        MOTE_TRY(visit(depth + 1, place * level.size + i, at + i * level.stride));
      }
      return {};
    }
    if (place + 1 >= std::ssize(level.segments)) return broken("too few segments");
    const auto p = static_cast<std::size_t>(place);
    for (std::int64_t i = level.segments[p]; i < level.segments[p + 1]; ++i) {
      const std::int64_t index = level.indices[static_cast<std::size_t>(i)];
      MOTE_TRY(visit(depth + 1, i, at + index * level.stride));
    }
    return {};
  }

 private:
  Status put(std::int64_t place, std::int64_t at) {
    if (place >= count_) return broken(cat(count_, " elements are too few"));
    std::memcpy(out_ + static_cast<std::size_t>(at) * width_,
                bytes_.data() + static_cast<std::size_t>(place) * width_, width_);
    return {};
  }

  const std::vector<Level>& levels_;
  std::span<const std::byte> bytes_;
  std::byte* out_;
  std::size_t width_;
  std::int64_t count_;
};

}  // namespace

Result<Tensor> densify(std::span<const std::byte> bytes, DType dtype, const Dims& dims,
                       const fb::SparsityParameters& sparsity, Budget& budget) {
  if (bit_width(dtype) < 8 || dtype == DType::kString || dtype == DType::kBool) {
    return Error{Code::kUnsupported, cat("sparse constants of ", name(dtype))};
  }
  MOTE_ASSIGN(const std::uint64_t needed, byte_size(dtype, dims));
  MOTE_TRY(budget.take(needed));
  MOTE_ASSIGN(Tensor dense, Tensor::zeros(dtype, dims));
  MOTE_ASSIGN(const std::vector<Level> levels, read_levels(dims, sparsity, budget));
  if (dense.count() > 0) {
    MOTE_TRY(Densifier(levels, bytes, dense).visit(0, 0, 0));
  }
  return dense;
}

}  // namespace mote::tfl
