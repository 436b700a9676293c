#include "format/onnx/read/opset_import.h"

#include "format/onnx/fields.h"
#include "format/onnx/opsets.h"

namespace mote::onnx {
namespace {

constexpr std::size_t kMaxImports = 256;

}  // namespace

void read_opset_import(ProtoReader& message, std::vector<OpsetImport>& opsets) {
  ProtoReader import = message.message();
  OpsetImport o{"", 0};
  while (import.next()) {
    if (import.field() == OperatorSetIdProto::kDomain) o.domain = import.text();
    if (import.field() == OperatorSetIdProto::kVersion) o.version = import.integer();
  }
  if (Status s = import.finish(); !s) return message.fail(std::move(s).error());
  if (o.domain == "ai.onnx") o.domain.clear();
  if (opsets.size() == kMaxImports) return message.fail("imports of too many domains");
  if (const std::int64_t other = version_of(opsets, o.domain); other != 0 && other != o.version) {
    return message.fail(Code::kInvalidArgument, cat("imports opsets ", other, " and ", o.version,
                                                    " of domain '", o.domain, "'"));
  }
  if (version_of(opsets, o.domain) == 0) opsets.push_back(std::move(o));
}

}  // namespace mote::onnx
