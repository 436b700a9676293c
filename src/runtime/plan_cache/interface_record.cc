#include "runtime/plan_cache/interface_record.h"

#include <bit>

#include "base/result.h"
#include "runtime/plan_cache/fields.h"

namespace mote {
namespace {

void put_info(const TensorInfo& info, PlanFile& file, RecordWriter& fields) {
  fields.put(info.name);
  fields.put(static_cast<std::uint8_t>(info.dtype));
  fields.put(static_cast<std::uint8_t>(info.ranked));
  fields.put(info.shape.size());
  for (const SizeInfo& s : info.shape) {
    fields.put(s.size);
    fields.put(s.symbol);
  }
  fields.put(info.type);
  fields.put(info.next);
  fields.put(std::bit_cast<std::uint32_t>(info.scale));
  fields.put(info.zero_point);
  fields.put(static_cast<std::uint8_t>(static_cast<bool>(info.initial)));
  if (!info.initial) return;
  const Tensor& t = info.initial;
  fields.put(t.dims().size());
  for (const std::int64_t size : t.dims()) fields.put(size);
  file.tensors.push_back({PlanFileTensor::Kind::kConstant,
                          t.dtype(),
                          {static_cast<const std::byte*>(t.data()), t.bytes()}});
}

// Reads records of one file, whose tensors are taken in turn.
class Reader {
 public:
  Reader(const PlanFile& file, std::shared_ptr<const void> owner)
      : file_(file), owner_(std::move(owner)), fields_(file.text) {}

  Result<ModelInterface> read() {
    ModelInterface interface;
    MOTE_TRY(infos(interface.inputs));
    MOTE_TRY(infos(interface.outputs));
    const std::size_t beside = fields_.count();
    for (std::size_t i = 0; i < beside && fields_.ok(); ++i) {
      ModelFile f{std::string(fields_.text()), {}};
      f.identity = {fields_.number(), fields_.number(), fields_.number(), fields_.integer(),
                    fields_.integer()};
      interface.beside.push_back(std::move(f));
    }
    if (fields_.ok() && fields_.at_end()) return interface;
    return malformed();
  }

 private:
  static Error malformed() { return Error{Code::kCorrupt, "plan cache: a malformed record"}; }

  Status infos(std::vector<TensorInfo>& to) {
    const std::size_t count = fields_.count();
    for (std::size_t i = 0; i < count; ++i) {
      MOTE_ASSIGN(TensorInfo one, info());
      to.push_back(std::move(one));
    }
    return {};
  }

  Result<TensorInfo> info() {
    TensorInfo info;
    info.name = fields_.text();
    const std::uint64_t dtype = fields_.number();
    if (dtype > static_cast<std::uint64_t>(DType::kS2)) return malformed();
    info.dtype = static_cast<DType>(dtype);
    info.ranked = fields_.number() != 0;
    const std::size_t rank = fields_.count();
    for (std::size_t i = 0; i < rank && fields_.ok(); ++i) {
      const std::int64_t size = fields_.integer();
      info.shape.push_back({size, std::string(fields_.text())});
    }
    info.type = fields_.text();
    info.next = fields_.text();
    info.scale = std::bit_cast<float>(static_cast<std::uint32_t>(fields_.number()));
    info.zero_point = fields_.integer();
    if (fields_.number() != 0) {
      MOTE_ASSIGN(info.initial, initial());
    }
    if (!fields_.ok()) return malformed();
    return info;
  }

  Result<Tensor> initial() {
    Dims dims;
    const std::size_t rank = fields_.count();
    if (rank > kMaxRank || next_ == file_.tensors.size()) return malformed();
    for (std::size_t i = 0; i < rank; ++i) dims.push_back(fields_.integer());
    const PlanFileTensor& t = file_.tensors[next_++];
    MOTE_ASSIGN(const std::uint64_t bytes, byte_size(t.dtype, dims));
    if (t.kind != PlanFileTensor::Kind::kConstant || bytes != t.bytes.size()) return malformed();
    return Tensor::view(t.dtype, dims, t.bytes.data(), owner_);
  }

  const PlanFile& file_;
  std::shared_ptr<const void> owner_;
  RecordReader fields_;
  std::size_t next_ = 0;
};

}  // namespace

std::string record_interface(const ModelInterface& interface, PlanFile& file) {
  std::string record;
  RecordWriter fields(record);
  for (const auto* infos : {&interface.inputs, &interface.outputs}) {
    fields.put(infos->size());
    for (const TensorInfo& info : *infos) put_info(info, file, fields);
  }
  fields.put(interface.beside.size());
  for (const ModelFile& f : interface.beside) {
    fields.put(f.path.native());
    fields.put(f.identity.device);
    fields.put(f.identity.inode);
    fields.put(f.identity.size_bytes);
    fields.put(f.identity.modified_ns);
    fields.put(f.identity.changed_ns);
  }
  return record;
}

Result<ModelInterface> read_interface(const PlanFile& file, std::shared_ptr<const void> owner) {
  return Reader(file, std::move(owner)).read();
}

}  // namespace mote
