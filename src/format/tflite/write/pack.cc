// FileSpec → the bytes of a .tflite file.
#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "base/result.h"
#include "base/text.h"
#include "format/tflite/write/spec.h"

namespace mote::tfl::write {
namespace {

using flatbuffers::Offset;

constexpr std::uint64_t kMaxBytes = std::uint64_t{2'000'000'000};  // of a flatbuffer: below 2^31

class Packer {
 public:
  explicit Packer(const FileSpec& file) : file_(file) {}

  Result<std::string> run() {
    MOTE_TRY(check_size());
    buffers_.push_back(fb::CreateBuffer(builder_));  // the empty one comes first
    std::vector<Offset<fb::SubGraph>> packed;
    for (const SubgraphSpec& subgraph : file_.subgraphs) {
      MOTE_ASSIGN(const auto made, pack_subgraph(subgraph));
      packed.push_back(made);
    }
    const auto signature = pack_signature();
    const auto codes = builder_.CreateVector(codes_);
    const auto subgraphs = builder_.CreateVector(packed);
    const auto signatures = builder_.CreateVector(std::vector{signature});
    const auto text = builder_.CreateString(file_.description);
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
  static std::string_view bytes_of(const Tensor& constant) {
    return {static_cast<const char*>(constant.data()), static_cast<std::size_t>(constant.bytes())};
  }

  // The builder itself stops the program beyond 2 GiB; the rest of a file is small beside this.
  Status check_size() const {
    std::unordered_set<std::string_view> seen;
    std::uint64_t total = 0;
    for (const SubgraphSpec& subgraph : file_.subgraphs) {
      total += 512 * (subgraph.tensors.size() + subgraph.operators.size());
      for (const TensorSpec& t : subgraph.tensors) {
        total += t.name.size() + 4 * t.shape.size();
        if (t.grid) total += 12 * t.grid->scales.size();
        const bool fresh = t.constant && seen.insert(bytes_of(t.constant)).second;
        if (fresh) total += t.constant.bytes() + 64;
      }
    }
    if (total <= kMaxBytes) return {};
    return Error{Code::kUnsupported, "it takes more than the 2 GB of such a file"};
  }

  std::uint32_t pack_constant(const Tensor& constant) {
    const std::string_view bytes = bytes_of(constant);
    if (bytes.empty()) return 0;
    const auto [at, fresh] =
        buffer_index_.try_emplace(bytes, static_cast<std::uint32_t>(buffers_.size()));
    if (!fresh) return at->second;
    builder_.ForceVectorAlignment(bytes.size(), 1, 16);
    const auto data =
        builder_.CreateVector(static_cast<const std::uint8_t*>(constant.data()), bytes.size());
    buffers_.push_back(fb::CreateBuffer(builder_, data));
    return at->second;
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
    const auto type = tensor_type(tensor.dtype);
    if (!type) {
      return Error{Code::kUnsupported, cat("'", tensor.name, "' is ", name(tensor.dtype))};
    }
    const std::uint32_t buffer = tensor.constant ? pack_constant(tensor.constant) : 0;
    const auto grid = pack_grid(tensor.grid);
    const auto label = builder_.CreateString(tensor.name);
    std::vector<std::int32_t> first = tensor.shape;
    std::ranges::replace(first, -1, 1);
    const auto shape = builder_.CreateVector(first);
    const bool open = first != tensor.shape;
    const auto signature = open ? builder_.CreateVector(tensor.shape) : 0;
    fb::TensorBuilder t(builder_);
    t.add_shape(shape);
    t.add_type(*type);
    t.add_buffer(buffer);
    t.add_name(label);
    if (!grid.IsNull()) t.add_quantization(grid);
    if (open) t.add_shape_signature(signature);
    t.add_has_rank(true);
    return t.Finish();
  }

  std::uint32_t code_of(const OperatorSpec& op, const SubgraphSpec& subgraph) {
    const std::pair key{op.code, version_of(op, subgraph)};
    const auto [at, added] =
        code_index_.try_emplace(key, static_cast<std::uint32_t>(codes_.size()));
    if (added) {
      // Readers of old know numbers of a byte; 127 says that the number is in the new field.
      const auto old = static_cast<std::int8_t>(
          std::min<int>(op.code, fb::BuiltinOperator_PLACEHOLDER_FOR_GREATER_OP_CODES));
      codes_.push_back(fb::CreateOperatorCode(builder_, old, 0, key.second, op.code));
    }
    return at->second;
  }

  Offset<fb::Operator> pack_operator(const OperatorSpec& op, const SubgraphSpec& subgraph) {
    const std::uint32_t code = code_of(op, subgraph);
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

  Result<Offset<fb::SubGraph>> pack_subgraph(const SubgraphSpec& subgraph) {
    std::vector<Offset<fb::Tensor>> tensors;
    for (const TensorSpec& t : subgraph.tensors) {
      MOTE_ASSIGN(const auto tensor, pack_tensor(t));
      tensors.push_back(tensor);
    }
    std::vector<Offset<fb::Operator>> operators;
    for (const OperatorSpec& op : subgraph.operators) {
      operators.push_back(pack_operator(op, subgraph));
    }
    return fb::CreateSubGraphDirect(builder_, &tensors, &subgraph.inputs, &subgraph.outputs,
                                    &operators, subgraph.name.c_str());
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
    const SubgraphSpec& model = file_.subgraphs.front();
    const auto inputs = maps(file_.signature.inputs, model.inputs);
    const auto outputs = maps(file_.signature.outputs, model.outputs);
    return fb::CreateSignatureDefDirect(builder_, &inputs, &outputs, "serving_default", 0);
  }

  const FileSpec& file_;
  flatbuffers::FlatBufferBuilder builder_;
  std::vector<Offset<fb::Buffer>> buffers_;
  std::unordered_map<std::string_view, std::uint32_t> buffer_index_;
  std::vector<Offset<fb::OperatorCode>> codes_;
  std::map<std::pair<fb::BuiltinOperator, int>, std::uint32_t> code_index_;
};

}  // namespace

std::optional<fb::TensorType> tensor_type(DType dtype) {
  switch (dtype) {
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
      return std::nullopt;
  }
}

Result<std::string> pack(const FileSpec& file) { return Packer(file).run(); }

}  // namespace mote::tfl::write
