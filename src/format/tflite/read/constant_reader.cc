#include "format/tflite/read/constant_reader.h"

#include <cstring>

#include "base/text.h"
#include "format/tflite/read/sparse.h"
#include "ir/dtype.h"
#include "ir/foreign_data.h"

namespace mote::tfl {
namespace {

using ByteSpan = std::span<const std::byte>;

std::uint32_t u32_at(ByteSpan bytes, std::size_t i) {
  std::uint32_t value;
  std::memcpy(&value, bytes.data() + i * sizeof value, sizeof value);
  return value;
}

// A count, then the begin of each text and the end of the last, then the texts.
Result<Tensor> read_strings(ByteSpan bytes, const Dims& dims, Budget& budget) {
  constexpr std::size_t kEntry = sizeof(std::uint32_t);
  if (bytes.size() < 2 * kEntry) return Error{Code::kCorrupt, "texts without their number"};
  const std::size_t count = u32_at(bytes, 0);
  if (count > bytes.size() / kEntry - 2) {
    return Error{Code::kCorrupt, cat(count, " texts in ", bytes.size(), " bytes")};
  }
  if (static_cast<std::int64_t>(count) != dims.count()) {
    return Error{Code::kCorrupt, cat(count, " texts for a tensor of ", to_string(dims))};
  }
  MOTE_TRY(budget.take(bytes.size() + count * sizeof(std::string)));
  MOTE_ASSIGN(Tensor tensor, Tensor::zeros(DType::kString, dims));
  auto* texts = tensor.mut().as<std::string>();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t begin = u32_at(bytes, i + 1);
    const std::size_t end = u32_at(bytes, i + 2);
    if (begin > end || end > bytes.size()) {
      return Error{Code::kCorrupt, cat("text ", i, " ends at byte ", end, " of ", bytes.size())};
    }
    texts[i].assign(reinterpret_cast<const char*>(bytes.data()) + begin, end - begin);
  }
  return tensor;
}

Result<Tensor> read_elements(const File& file, ByteSpan bytes, DType dtype, const Dims& dims,
                             Budget& budget) {
  MOTE_ASSIGN(const std::uint64_t needed, byte_size(dtype, dims));
  if (bytes.size() != needed) {
    return Error{Code::kCorrupt, cat(name(dtype), to_string(dims), " takes ", needed,
                                     " bytes, has ", bytes.size())};
  }
  Tensor tensor;
  if (is_aligned(bytes.data(), dtype)) {
    tensor = Tensor::view(dtype, dims, bytes.data(), file.bytes());
  } else {
    MOTE_TRY(budget.take(needed));
    MOTE_ASSIGN(tensor, Tensor::zeros(dtype, dims));
    std::memcpy(tensor.mut().data, bytes.data(), bytes.size());
  }
  MOTE_TRY(check_bools(tensor.view()));
  return tensor;
}

Result<std::optional<Tensor>> read(const File& file, const TensorDef& def, Budget& budget) {
  MOTE_ASSIGN(const ByteSpan bytes, file.buffer(def.table->buffer()));
  const std::optional<Dims> dims = def.type().dims();
  if (bytes.empty() || def.dtype == DType::kUndefined) return std::optional<Tensor>();
  if (!dims) return Error{Code::kCorrupt, "a constant whose sizes are not known"};
  if (const fb::SparsityParameters* sparsity = def.table->sparsity()) {
    MOTE_ASSIGN(Tensor dense, densify(bytes, def.dtype, *dims, *sparsity, budget));
    return std::optional(std::move(dense));
  }
  if (def.dtype == DType::kString) {
    MOTE_ASSIGN(Tensor texts, read_strings(bytes, *dims, budget));
    return std::optional(std::move(texts));
  }
  MOTE_ASSIGN(Tensor tensor, read_elements(file, bytes, def.dtype, *dims, budget));
  return std::optional(std::move(tensor));
}

}  // namespace

Result<std::optional<Tensor>> read_constant(const File& file, const TensorDef& def,
                                            Budget& budget) {
  auto tensor = read(file, def, budget);
  if (!tensor) return std::move(tensor).error().with_context(cat("tensor '", def.name, "'"));
  return tensor;
}

}  // namespace mote::tfl
