// MurmurHash3: the 32-bit hash of that name (x86_32 variant, by Austin Appleby, public domain
// algorithm) of each element's bytes.
#include <bit>
#include <cstring>

#include "base/text.h"
#include "ops/microsoft/composite.h"
#include "ops/support/axes.h"

namespace mote {
namespace {

struct HashParams : OpParams {
  std::uint32_t seed = 0;
  bool positive = true;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<HashParams>();
  AttributeReader r(attributes);
  p->seed = static_cast<std::uint32_t>(r.integer("seed", 0));
  p->positive = r.integer("positive", 1) != 0;
  MOTE_TRY(r.finish());
  return p;
}

Status infer(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 0,
                        {DType::kU32, DType::kS32, DType::kU64, DType::kS64, DType::kF32,
                         DType::kF64, DType::kString}));
  args.set(0, {args.params<HashParams>().positive ? DType::kU32 : DType::kS32, args.type(0).shape});
  return {};
}

std::uint32_t mixed_in(std::uint32_t word) {
  return std::rotl(word * 0xcc9e2d51U, 15) * 0x1b873593U;
}

std::uint32_t hash(const unsigned char* bytes, std::size_t size, std::uint32_t h) {
  std::size_t i = 0;
  for (; i + 4 <= size; i += 4) {
    std::uint32_t word;
    std::memcpy(&word, bytes + i, 4);
    h = std::rotl(h ^ mixed_in(word), 13) * 5 + 0xe6546b64U;
  }
  std::uint32_t tail = 0;
  for (std::size_t k = 0; i + k < size; ++k) tail |= std::uint32_t{bytes[i + k]} << (8 * k);
  if (i < size) h ^= mixed_in(tail);
  h ^= static_cast<std::uint32_t>(size);
  h = (h ^ (h >> 16)) * 0x85ebca6bU;
  h = (h ^ (h >> 13)) * 0xc2b2ae35U;
  return h ^ (h >> 16);
}

std::size_t width_of(DType dtype) {
  const bool wide = dtype == DType::kU64 || dtype == DType::kS64 || dtype == DType::kF64;
  return wide ? 8 : 4;
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = static_cast<const HashParams&>(*params);
  const TensorView& x = args.in[0];
  const std::size_t width = width_of(x.dtype);
  const auto hash_one = [&](std::int64_t i) {
    const unsigned char* bytes = x.as<unsigned char>() + static_cast<std::size_t>(i) * width;
    std::size_t size = width;
    if (x.dtype == DType::kString) {
      const std::string& text = x.as<std::string>()[i];
      bytes = reinterpret_cast<const unsigned char*>(text.data());
      size = text.size();
    }
    args.out[0].as<std::uint32_t>()[i] = hash(bytes, size, p.seed);
  };
  args.workers.for_each_range(x.dims.count(), 1 << 14, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) hash_one(i);
  });
  return {};
}

constexpr OpDef murmur_hash3() {
  OpDef op;
  op.name = "MurmurHash3";
  op.domain = "com.microsoft";
  op.parse = parse;
  op.infer = infer;
  op.reference = reference;
  return op;
}

constexpr std::string_view kSamples[] = {
    "(x: s32[2,3]) -> (y) { y = com.microsoft.MurmurHash3(x) }",
    "(x: f64[3]) -> (y) { y = com.microsoft.MurmurHash3(x) {positive=0, seed=7} }",
};

}  // namespace

MOTE_MICROSOFT_OP(MurmurHash3, murmur_hash3(), "A 32-bit hash of each element's bytes.", kSamples)

}  // namespace mote
