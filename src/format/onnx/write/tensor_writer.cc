#include "base/guard.h"
#include "base/text.h"
#include "format/onnx/fields.h"
#include "format/onnx/write/proto_writer.h"

namespace mote {
namespace onnx {
namespace {

constexpr std::uint64_t kMaxFileBytes = (std::uint64_t{1} << 31) - 1;
constexpr std::uint64_t kExternalAlignment = 64;

void write_header(ProtoWriter& out, const Tensor& tensor) {
  for (const std::int64_t size : tensor.dims()) out.add_int64(TensorProto::kDims, size);
  out.add_int32(TensorProto::kDataType, static_cast<std::int32_t>(tensor.dtype()));
}

void write_elements(ProtoWriter& out, const Tensor& tensor) {
  if (tensor.dtype() != DType::kString) {
    out.add_bytes(TensorProto::kRawData, static_cast<const char*>(tensor.data()), tensor.bytes());
    return;
  }
  for (const std::string& s : tensor.values<std::string>()) {
    add_text(out, TensorProto::kStringData, s);
  }
}

// Appends the elements to the external file. The offset is where they lie.
std::uint64_t append_external(std::string& external, const Tensor& tensor) {
  external.resize((external.size() + kExternalAlignment - 1) / kExternalAlignment *
                  kExternalAlignment);
  const std::uint64_t offset = external.size();
  external.append(static_cast<const char*>(tensor.data()), tensor.bytes());
  return offset;
}

void write_external(ProtoWriter& out, WriteContext& context, const Tensor& tensor) {
  const std::uint64_t offset = append_external(context.external, tensor);
  constexpr std::uint32_t kField = TensorProto::kExternalData;
  constexpr std::int32_t kExternal = 1;
  add_entry(out, kField, "location", context.options.external_file);
  add_entry(out, kField, "offset", cat(offset));
  add_entry(out, kField, "length", cat(tensor.bytes()));
  out.add_int32(TensorProto::kDataLocation, kExternal);
}

}  // namespace

Status check_size(std::uint64_t bytes) {
  if (bytes <= kMaxFileBytes) return {};
  return Error{Code::kUnsupported, cat("a model of ", human_bytes(bytes),
                                       " does not fit one ONNX file; put constants in another")};
}

Status write_tensor(ProtoWriter& out, const WriteContext& context, std::string_view name,
                    const Tensor& tensor, const Notes& notes) {
  if (!tensor) return Error{Code::kInvalidArgument, cat("tensor '", name, "' is undefined")};
  MOTE_TRY(check_size(context.out.size() + tensor.bytes()));
  write_header(out, tensor);
  add_text_if_any(out, TensorProto::kName, name);
  write_elements(out, tensor);
  add_notes(out, TensorProto::kDoc, TensorProto::kMetadata, notes);
  return {};
}

Status write_initializer(ProtoWriter& out, WriteContext& context, std::string_view name,
                         const Value& value) {
  const Tensor& tensor = value.constant;
  const bool external = !context.options.external_file.empty() &&
                        tensor.dtype() != DType::kString &&
                        tensor.bytes() >= context.options.external_threshold;
  if (!external) return write_tensor(out, context, name, tensor, value.notes);
  write_header(out, tensor);
  add_text(out, TensorProto::kName, name);
  add_notes(out, TensorProto::kDoc, TensorProto::kMetadata, value.notes);
  write_external(out, context, tensor);
  return {};
}

}  // namespace onnx

std::string write_tensor_proto(const Tensor& tensor, std::string_view name) {
  const auto written = guarded([&]() -> Result<std::string> {
    std::string bytes;
    const OnnxWriteOptions options;
    onnx::ProtoWriter out(bytes);
    MOTE_TRY(onnx::write_tensor(out, {options, bytes, {}}, name, tensor, {}));
    return bytes;
  });
  return written ? *written : std::string();
}

}  // namespace mote
