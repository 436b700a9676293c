#include "runtime/plan_cache/plan_file.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/hash.h"
#include "base/result.h"
#include "base/text.h"
#include "runtime/plan_cache/fields.h"

namespace mote {
namespace {

constexpr std::string_view kMagic = "MOTEPLAN";
constexpr std::uint64_t kVersion = 1;
constexpr std::uint64_t kHashed = 24;  // the hash is of what follows it, as far as the head goes
constexpr std::uint64_t kAlignment = 64;
constexpr std::uint64_t kPage = 4096;  // tensors begin at one

std::uint64_t round_up(std::uint64_t n, std::uint64_t to) { return (n + to - 1) / to * to; }

std::string_view chars(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Key, text and where tensors lie, the first of them at `data`. Returns where they end.
std::uint64_t put_entries(const PlanFile& file, std::uint64_t data, std::string& out) {
  RecordWriter fields(out);
  fields.put(file.key);
  fields.put(file.text);
  fields.put(file.tensors.size());
  for (const PlanFileTensor& t : file.tensors) {
    fields.put(static_cast<std::uint8_t>(t.kind));
    fields.put(static_cast<std::uint8_t>(t.dtype));
    fields.put(data);
    fields.put(t.bytes.size());
    data = round_up(data + t.bytes.size(), kAlignment);
  }
  return data;
}

Error corrupt(std::string_view why) { return Error{Code::kCorrupt, cat("plan cache: ", why)}; }

Result<PlanFileTensor> read_entry(RecordReader& fields, std::span<const std::byte> bytes,
                                  std::uint64_t head) {
  const std::uint64_t kind = fields.number(), dtype = fields.number();
  const std::uint64_t offset = fields.number(), size = fields.number();
  if (!fields.ok()) return corrupt("the head ends within a tensor's entry");
  const bool known = kind <= static_cast<std::uint64_t>(PlanFileTensor::Kind::kDerived) &&
                     dtype <= static_cast<std::uint64_t>(DType::kS2) &&
                     dtype != static_cast<std::uint64_t>(DType::kString);
  if (!known) return corrupt("a tensor of unknown kind or type");
  const bool inside = offset >= head && offset <= bytes.size() && size <= bytes.size() - offset &&
                      offset % kAlignment == 0;
  if (!inside) return corrupt("a tensor outside the file, or not aligned");
  return PlanFileTensor{static_cast<PlanFileTensor::Kind>(kind), static_cast<DType>(dtype),
                        bytes.subspan(offset, size)};
}

}  // namespace

Bytes write_plan_file(const PlanFile& file) {
  std::string entries;
  put_entries(file, 0, entries);
  const std::uint64_t head = kHashed + 2 * sizeof(std::uint64_t) + entries.size();
  entries.clear();
  const std::uint64_t data = round_up(head, kPage);
  const std::uint64_t end = put_entries(file, data, entries);

  std::string hashed;
  RecordWriter sizes(hashed);
  sizes.put(end);
  sizes.put(head);
  hashed += entries;
  std::string all(kMagic);
  RecordWriter fields(all);
  fields.put(kVersion);
  fields.put(fnv1a(hashed));
  all += hashed;

  Bytes bytes(end);
  std::memcpy(bytes.data(), all.data(), all.size());
  std::uint64_t at = data;
  for (const PlanFileTensor& t : file.tensors) {
    std::ranges::copy(t.bytes, bytes.begin() + static_cast<std::ptrdiff_t>(at));
    at = round_up(at + t.bytes.size(), kAlignment);
  }
  return bytes;
}

Result<PlanFile> read_plan_file(std::span<const std::byte> bytes) {
  const std::string_view all = chars(bytes);
  if (!all.starts_with(kMagic)) return corrupt("no file of its own");
  RecordReader fields(all.substr(kMagic.size()));
  if (fields.number() != kVersion) return corrupt("of another version");
  const std::uint64_t hash = fields.number(), end = fields.number(), head = fields.number();
  if (!fields.ok() || end != bytes.size() || head < kHashed || head > end) {
    return corrupt("not as long as it says");
  }
  if (fnv1a(all.substr(kHashed, head - kHashed)) != hash) return corrupt("the head is damaged");
  RecordReader entries(all.substr(0, head).substr(kHashed + 2 * sizeof(std::uint64_t)));
  PlanFile file;
  file.key = entries.text();
  file.text = entries.text();
  const std::size_t count = entries.count();
  for (std::size_t i = 0; i < count; ++i) {
    MOTE_ASSIGN(const PlanFileTensor tensor, read_entry(entries, bytes, head));
    file.tensors.push_back(tensor);
  }
  if (!entries.ok() || !entries.at_end()) return corrupt("the head is malformed");
  return file;
}

}  // namespace mote
