#include "format/onnx/read/external_data.h"

#include <charconv>

namespace mote::onnx {
namespace {

struct Location {
  std::string file;
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> length;
};

Result<std::uint64_t> decimal(const Entry& entry) {
  std::uint64_t value = 0;
  const char* const end = entry.value.data() + entry.value.size();
  const auto [at, error] = std::from_chars(entry.value.data(), end, value);
  if (error == std::errc() && at == end && !entry.value.empty()) return value;
  return Error{Code::kCorrupt,
               cat("external data: ", entry.key, " '", entry.value, "' is no number of bytes")};
}

Result<Location> read_location(const std::vector<Entry>& entries) {
  Location location;
  for (const Entry& e : entries) {
    if (e.key == "location") location.file = e.value;
    if (e.key == "offset") {
      MOTE_ASSIGN(location.offset, decimal(e));
    }
    if (e.key == "length") {
      MOTE_ASSIGN(location.length, decimal(e));
    }
  }
  if (location.file.empty()) return Error{Code::kCorrupt, "external data without location"};
  return location;
}

}  // namespace

Result<Tensor> read_external(const TensorFields& fields, std::uint64_t bytes,
                             const ReadContext& context) {
  MOTE_ASSIGN(const Location location, read_location(fields.external));
  if (fields.dtype == DType::kString) {
    return Error{Code::kCorrupt, "has strings as external data"};
  }
  if (context.options.folder.empty()) {
    return Error{Code::kInvalidArgument,
                 cat("has its elements in file '", location.file, "', and no folder is given")};
  }
  if (location.length && *location.length != bytes) {
    return Error{Code::kCorrupt, cat(name(fields.dtype), to_string(fields.dims), " takes ", bytes,
                                     " bytes, external data has ", *location.length)};
  }
  MOTE_TRY(context.budget.take(bytes));
  const FileSystem& files = context.options.files ? *context.options.files : FileSystem::real();
  MOTE_ASSIGN(Bytes read,
              files.read_beneath(context.options.folder, location.file, location.offset, bytes));
  if (bytes == 0) return Tensor::zeros(fields.dtype, fields.dims);
  // A vector's bytes are aligned for every element type.
  const auto owner = std::make_shared<const Bytes>(std::move(read));
  return Tensor::view(fields.dtype, fields.dims, owner->data(), owner);
}

}  // namespace mote::onnx
