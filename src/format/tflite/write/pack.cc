// SubgraphSpec → the bytes of a .tflite file.
#include <map>

#include "base/result.h"
#include "base/text.h"
#include "format/tflite/write/spec.h"

namespace mote::tfl::write {
namespace {

using flatbuffers::Offset;

constexpr std::uint64_t kMaxBytes = std::uint64_t{2'000'000'000};  // of a flatbuffer: below 2^31

Result<fb::TensorType> type_of(const TensorSpec& tensor) {
  switch (tensor.dtype) {
    case DType::kF32:
      return fb::TensorType_FLOAT32;
    case DType::kF16:
      return fb::TensorType_FLOAT16;
    case DType::kU8:
      return fb::TensorType_UINT8;
    case DType::kS8:
      return fb::TensorType_INT8;
    case DType::kU16:
      return fb::TensorType_UINT16;
    case DType::kS16:
      return fb::TensorType_INT16;
    case DType::kU32:
      return fb::TensorType_UINT32;
    case DType::kS32:
      return fb::TensorType_INT32;
    case DType::kU64:
      return fb::TensorType_UINT64;
    case DType::kS64:
      return fb::TensorType_INT64;
    case DType::kBool:
      return fb::TensorType_BOOL;
    default:
      return Error{Code::kUnsupported, cat("'", tensor.name, "' is ", name(tensor.dtype))};
  }
}

class Packer {
 public:
  Packer(const SubgraphSpec& subgraph, const SignatureSpec& signature)
      : subgraph_(subgraph), signature_(signature) {}

  Result<std::string> run(const std::string& description) {
    std::uint64_t total = 0;
    for (const TensorSpec& t : subgraph_.tensors) {
      if (t.constant) total += t.constant.bytes();
    }
    if (total > kMaxBytes) {
      return Error{Code::kUnsupported, "its constants take more than the 2 GB of such a file"};
    }
    buffers_.push_back(fb::CreateBuffer(builder_));  // the empty one comes first
    MOTE_ASSIGN(const auto subgraph, pack_subgraph());
    const auto signature = pack_signature();
    const auto codes = builder_.CreateVector(codes_);
    const auto subgraphs = builder_.CreateVector(std::vector{subgraph});
    const auto signatures = builder_.CreateVector(std::vector{signature});
    const auto text = builder_.CreateString(description);
    const auto buffers = builder_.CreateVector(buffers_);
    fb::ModelBuilder model(builder_);
    model.add_version(3);
    model.add_operator_codes(codes);
    model.add_subgraphs(subgraphs);
    model.add_description(text);
    model.add_buffers(buffers);
    model.add_signature_defs(signatures);
    builder_.Finish(model.Finish(), "TFL3");
    return std::string(reinterpret_cast<const char*>(builder_.GetBufferPointer()),
                       builder_.GetSize());
  }

 private:
  std::uint32_t pack_constant(const Tensor& constant) {
    const auto bytes = static_cast<std::size_t>(constant.bytes());
    if (bytes == 0) return 0;
    builder_.ForceVectorAlignment(bytes, 1, 16);
    const auto data =
        builder_.CreateVector(static_cast<const std::uint8_t*>(constant.data()), bytes);
    buffers_.push_back(fb::CreateBuffer(builder_, data));
    return static_cast<std::uint32_t>(buffers_.size()) - 1;
  }

  Offset<fb::QuantizationParameters> pack_grid(const std::optional<Grid>& grid) {
    if (!grid) return 0;
    const auto scales = builder_.CreateVector(grid->scales);
    const auto zero_points = builder_.CreateVector(grid->zero_points);
    fb::QuantizationParametersBuilder q(builder_);
    q.add_scale(scales);
    q.add_zero_point(zero_points);
    q.add_quantized_dimension(grid->per_axis() ? grid->axis : 0);
    return q.Finish();
  }

  Result<Offset<fb::Tensor>> pack_tensor(const TensorSpec& tensor) {
    MOTE_ASSIGN(const fb::TensorType type, type_of(tensor));
    const std::uint32_t buffer = tensor.constant ? pack_constant(tensor.constant) : 0;
    const auto grid = pack_grid(tensor.grid);
    const auto name = builder_.CreateString(tensor.name);
    std::vector<std::int32_t> first = tensor.shape;
    std::ranges::replace(first, -1, 1);
    const auto shape = builder_.CreateVector(first);
    const bool open = first != tensor.shape;
    const auto signature = open ? builder_.CreateVector(tensor.shape) : 0;
    fb::TensorBuilder t(builder_);
    t.add_shape(shape);
    t.add_type(type);
    t.add_buffer(buffer);
    t.add_name(name);
    if (!grid.IsNull()) t.add_quantization(grid);
    if (open) t.add_shape_signature(signature);
    t.add_has_rank(true);
    return t.Finish();
  }

  std::uint32_t code_of(const OperatorSpec& op) {
    const std::pair key{op.code, version_of(op, subgraph_)};
    const auto [at, added] = code_index_.try_emplace(key, static_cast<std::uint32_t>(codes_.size()));
    if (added) {
      // Readers of old know numbers of a byte; 127 says that the number is in the new field.
      const auto old = static_cast<std::int8_t>(
          std::min<int>(op.code, fb::BuiltinOperator_PLACEHOLDER_FOR_GREATER_OP_CODES));
      codes_.push_back(fb::CreateOperatorCode(builder_, old, 0, key.second, op.code));
    }
    return at->second;
  }

  Offset<fb::Operator> pack_operator(const OperatorSpec& op) {
    const std::uint32_t code = code_of(op);
    const auto inputs = builder_.CreateVector(op.inputs);
    const auto outputs = builder_.CreateVector(op.outputs);
    const auto options = op.options.Pack(builder_);
    fb::OperatorBuilder o(builder_);
    o.add_opcode_index(code);
    o.add_inputs(inputs);
    o.add_outputs(outputs);
    o.add_builtin_options_type(op.options.type);
    if (op.options.type != fb::BuiltinOptions_NONE) o.add_builtin_options(options);
    return o.Finish();
  }

  Result<Offset<fb::SubGraph>> pack_subgraph() {
    std::vector<Offset<fb::Tensor>> tensors;
    for (const TensorSpec& t : subgraph_.tensors) {
      MOTE_ASSIGN(const auto tensor, pack_tensor(t));
      tensors.push_back(tensor);
    }
    std::vector<Offset<fb::Operator>> operators;
    for (const OperatorSpec& op : subgraph_.operators) operators.push_back(pack_operator(op));
    return fb::CreateSubGraphDirect(builder_, &tensors, &subgraph_.inputs, &subgraph_.outputs,
                                    &operators, "main");
  }

  Offset<fb::SignatureDef> pack_signature() {
    const auto maps = [&](const std::vector<std::string>& names,
                          const std::vector<std::int32_t>& tensors) {
      std::vector<Offset<fb::TensorMap>> made;
      for (std::size_t i = 0; i < names.size(); ++i) {
        made.push_back(fb::CreateTensorMapDirect(builder_, names[i].c_str(),
                                                 static_cast<std::uint32_t>(tensors[i])));
      }
      return made;
    };
    const auto inputs = maps(signature_.inputs, subgraph_.inputs);
    const auto outputs = maps(signature_.outputs, subgraph_.outputs);
    return fb::CreateSignatureDefDirect(builder_, &inputs, &outputs, "serving_default", 0);
  }

  const SubgraphSpec& subgraph_;
  const SignatureSpec& signature_;
  flatbuffers::FlatBufferBuilder builder_;
  std::vector<Offset<fb::Buffer>> buffers_;
  std::vector<Offset<fb::OperatorCode>> codes_;
  std::map<std::pair<fb::BuiltinOperator, int>, std::uint32_t> code_index_;
};

}  // namespace

Result<std::string> pack(const SubgraphSpec& subgraph, const SignatureSpec& signature,
                         const std::string& description) {
  return Packer(subgraph, signature).run(description);
}

}  // namespace mote::tfl::write
