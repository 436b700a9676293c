#include "measure/npz.h"

#include "base/text.h"
#include "measure/npy.h"
#include "measure/zip_entry.h"

namespace mote {
namespace {

constexpr std::string_view kSuffix = ".npy";

std::vector<std::string> array_names(const std::vector<ZipEntry>& entries) {
  std::vector<std::string> names;
  for (const ZipEntry& e : entries) {
    if (e.name.ends_with(kSuffix)) {
      names.push_back(e.name.substr(0, e.name.size() - kSuffix.size()));
    }
  }
  return names;
}

Result<Tensor> read_entry(const ZipEntry& entry, std::uint64_t max_bytes) {
  MOTE_ASSIGN(const auto source, open_zip_entry(entry));
  return read_npy(*source, max_bytes);
}

}  // namespace

Result<std::vector<std::string>> npz_names(std::span<const std::byte> archive) {
  MOTE_ASSIGN(const auto entries, read_zip_index(archive));
  return array_names(entries);
}

Result<Tensor> read_npz(std::span<const std::byte> archive, std::string_view name,
                        std::uint64_t max_bytes) {
  MOTE_ASSIGN(const auto entries, read_zip_index(archive));
  const std::string wanted = cat(name, kSuffix);
  for (const ZipEntry& entry : entries) {
    if (entry.name != wanted) continue;
    auto tensor = read_entry(entry, max_bytes);
    if (!tensor) return std::move(tensor).error().with_context(cat("array '", name, "'"));
    return tensor;
  }
  return Error{Code::kNotFound, cat("there is no array '", name,
                                    "'; there are: ", join(array_names(entries), ", "))};
}

}  // namespace mote
