// What the writers of one file share: protozero's writer, and where external data goes.
#pragma once
#include <protozero/pbf_writer.hpp>

#include "format/onnx/onnx.h"

namespace mote::onnx {

using ProtoWriter = protozero::pbf_writer;

struct WriteContext {
  const OnnxWriteOptions& options;
  const std::string& out;  // the file as far as it is written
  std::string external;
};

inline void add_text(ProtoWriter& out, std::uint32_t field, std::string_view text) {
  out.add_string(field, text.data(), text.size());
}
inline void add_text_if_any(ProtoWriter& out, std::uint32_t field, std::string_view text) {
  if (!text.empty()) add_text(out, field, text);
}

// A StringStringEntryProto in `field`.
void add_entry(ProtoWriter& out, std::uint32_t field, std::string_view key, std::string_view value);
void add_notes(ProtoWriter& out, std::uint32_t doc_field, std::uint32_t metadata_field,
               const Notes& notes);

// A ValueInfoProto in `field`.
void add_value_info(ProtoWriter& out, std::uint32_t field, std::string_view name, const Type& type,
                    const Notes& notes);
// A TypeProto in `field`.
void add_type(ProtoWriter& out, std::uint32_t field, const Type& type);

// The fields of a TensorProto. Errors: kInvalidArgument: no tensor; kUnsupported: the file would
// grow over the format's limit.
Status write_tensor(ProtoWriter& out, const WriteContext& context, std::string_view name,
                    const Tensor& tensor, const Notes& notes);
// The same, with its elements in the external file if they are large.
Status write_initializer(ProtoWriter& out, WriteContext& context, std::string_view name,
                         const Value& value);

// Protocol buffers hold 2 GiB. Errors: kUnsupported.
Status check_size(std::uint64_t bytes);

}  // namespace mote::onnx
