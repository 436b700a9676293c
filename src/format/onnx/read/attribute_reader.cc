#include "format/onnx/read/attribute_reader.h"

#include <algorithm>
#include <array>

#include "format/onnx/fields.h"
#include "format/onnx/read/graph_reader.h"
#include "format/onnx/read/tensor_reader.h"
#include "format/onnx/read/type_reader.h"

namespace mote::onnx {
namespace {

// The field that holds the value of each AttributeType.
constexpr std::array<std::uint32_t, 15> kFields = {0,
                                                   AttributeProto::kF,
                                                   AttributeProto::kI,
                                                   AttributeProto::kS,
                                                   AttributeProto::kT,
                                                   AttributeProto::kG,
                                                   AttributeProto::kFloats,
                                                   AttributeProto::kInts,
                                                   AttributeProto::kStrings,
                                                   AttributeProto::kTensors,
                                                   AttributeProto::kGraphs,
                                                   AttributeProto::kSparseTensor,
                                                   AttributeProto::kSparseTensors,
                                                   AttributeProto::kTp,
                                                   AttributeProto::kTypeProtos};

std::uint32_t field_of(ProtoReader& attribute, std::int64_t type) {
  if (type >= 0 && type < std::ssize(kFields)) return kFields[static_cast<std::size_t>(type)];
  attribute.fail(cat("there is no attribute type ", type));
  return 0;
}

// All but the value.
struct Header {
  std::string name, doc;
  std::string_view reference;  // ref_attr_name
  std::uint32_t value_field = 0;
};

Result<Header> read_header(ProtoReader attribute) {
  Header h;
  std::uint32_t present = 0;
  while (attribute.next()) {
    switch (attribute.field()) {
      case AttributeProto::kName:
        h.name = attribute.text();
        break;
      case AttributeProto::kDoc:
        h.doc = attribute.text();
        break;
      case AttributeProto::kRefAttrName:
        h.reference = attribute.bytes();
        break;
      case AttributeProto::kType:
        h.value_field = field_of(attribute, attribute.integer());
        break;
      default:
        if (std::ranges::find(kFields, attribute.field()) != kFields.end()) {
          present = attribute.field();
        }
    }
  }
  // The first writers stated no type.
  if (h.value_field == 0) h.value_field = present;
  if (h.name.empty()) attribute.fail("an attribute without name");
  if (h.value_field == 0 && h.reference.empty()) attribute.fail("an attribute without value");
  MOTE_TRY(attribute.finish());
  return h;
}

AttributeValue empty_value(std::uint32_t field) {
  switch (field) {
    case AttributeProto::kF:
      return 0.0F;
    case AttributeProto::kI:
      return std::int64_t{0};
    case AttributeProto::kS:
      return std::string();
    case AttributeProto::kT:
    case AttributeProto::kSparseTensor:  // is expanded
      return Tensor();
    case AttributeProto::kG:
      return GraphPtr();
    case AttributeProto::kTp:
      return Type();
    case AttributeProto::kFloats:
      return std::vector<float>();
    case AttributeProto::kInts:
      return std::vector<std::int64_t>();
    case AttributeProto::kStrings:
      return std::vector<std::string>();
    case AttributeProto::kTensors:
      return std::vector<Tensor>();
    case AttributeProto::kGraphs:
      return std::vector<GraphPtr>();
    default:
      return std::vector<Type>();
  }
}

bool is_message(const AttributeValue& value) {
  return std::holds_alternative<Tensor>(value) || std::holds_alternative<GraphPtr>(value) ||
         std::holds_alternative<Type>(value);
}

bool holds_graph(const AttributeValue& value) {
  return std::holds_alternative<GraphPtr>(value) ||
         std::holds_alternative<std::vector<GraphPtr>>(value);
}

// What a copy of the value takes.
std::uint64_t bytes_of(const AttributeValue& value) {
  std::uint64_t bytes = sizeof value;
  if (const auto* text = std::get_if<std::string>(&value)) bytes += text->size();
  if (const auto* list = std::get_if<std::vector<float>>(&value)) bytes += 4 * list->size();
  if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value)) bytes += 8 * list->size();
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    for (const std::string& text : *list) bytes += sizeof(std::string) + text.size();
  }
  return bytes;
}

class ValueReader {
 public:
  ValueReader(const ReadContext& context, GraphReader* graph) : context_(context), graph_(graph) {}

  Status take(ProtoReader& field, AttributeValue& value) {
    switch (field.field()) {
      case AttributeProto::kF:
        value = field.real();
        return {};
      case AttributeProto::kI:
        value = field.integer();
        return {};
      case AttributeProto::kS:
        value = field.text();
        return {};
      case AttributeProto::kFloats:
        return floats(field, std::get<std::vector<float>>(value));
      case AttributeProto::kInts:
        return integers(field, std::get<std::vector<std::int64_t>>(value));
      case AttributeProto::kStrings:
        std::get<std::vector<std::string>>(value).push_back(field.text());
        return {};
      default:
        return message(field, value);
    }
  }

 private:
  Status floats(ProtoReader& field, std::vector<float>& list) const {
    const std::string_view bytes = field.fixed<float>();
    MOTE_TRY(context_.budget.take(bytes.size()));
    const std::size_t old = list.size();
    list.resize(old + bytes.size() / sizeof(float));
    if (!bytes.empty()) std::memcpy(list.data() + old, bytes.data(), bytes.size());
    return {};
  }

  Status integers(ProtoReader& field, std::vector<std::int64_t>& list) const {
    MOTE_TRY(context_.budget.take(field.integer_count() * sizeof(std::int64_t)));
    field.each_integer([&](std::int64_t v) { list.push_back(v); });
    return {};
  }

  Status message(ProtoReader& field, AttributeValue& value) {
    ProtoReader inner = field.message();
    MOTE_TRY(field.finish());
    switch (field.field()) {
      case AttributeProto::kSparseTensor: {
        MOTE_ASSIGN(NamedTensor t, read_sparse_tensor(inner, context_));
        value = std::move(t.tensor);
        return {};
      }
      case AttributeProto::kT: {
        MOTE_ASSIGN(NamedTensor t, read_tensor(inner, context_));
        value = std::move(t.tensor);
        return {};
      }
      case AttributeProto::kTensors: {
        MOTE_ASSIGN(NamedTensor t, read_tensor(inner, context_));
        std::get<std::vector<Tensor>>(value).push_back(std::move(t.tensor));
        return {};
      }
      case AttributeProto::kG: {
        MOTE_ASSIGN(value, read_graph(inner));
        return {};
      }
      case AttributeProto::kGraphs: {
        MOTE_ASSIGN(GraphPtr g, read_graph(inner));
        std::get<std::vector<GraphPtr>>(value).push_back(std::move(g));
        return {};
      }
      case AttributeProto::kTp: {
        MOTE_ASSIGN(value, read_type(inner));
        return {};
      }
      default: {
        MOTE_ASSIGN(Type t, read_type(inner));
        std::get<std::vector<Type>>(value).push_back(std::move(t));
        return {};
      }
    }
  }

  Result<GraphPtr> read_graph(ProtoReader inner) const {
    if (graph_ == nullptr) return Error{Code::kUnsupported, "a graph as a default value"};
    return graph_->read_subgraph(inner);
  }

  const ReadContext& context_;
  GraphReader* graph_;
};

Result<AttributeValue> read_value(ProtoReader attribute, const Header& header,
                                  const ReadContext& context, GraphReader* graph) {
  if (header.value_field == AttributeProto::kSparseTensors) {
    return Error{Code::kUnsupported, "a list of sparse tensors"};
  }
  AttributeValue value = empty_value(header.value_field);
  ValueReader reader(context, graph);
  bool found = false;
  while (attribute.next()) {
    if (attribute.field() != header.value_field) continue;
    MOTE_TRY(reader.take(attribute, value));
    found = true;
  }
  // Zero and empty values need not be there.
  if (!found && is_message(value)) attribute.fail("an attribute without value");
  MOTE_TRY(attribute.finish());
  return value;
}

Result<AttributeValue> parameter(const Header& header, const ReadContext& context) {
  if (context.arguments == nullptr) {
    return Error{Code::kInvalidArgument,
                 cat("refers to '", header.reference, "', and is in no function")};
  }
  const AttributeValue* value = context.arguments->find(header.reference);
  if (value == nullptr) {
    return Error{Code::kInvalidArgument,
                 cat("refers to '", header.reference, "', for which the call has no value")};
  }
  const bool same_type =
      header.value_field == 0 || empty_value(header.value_field).index() == value->index();
  if (!same_type) {
    return Error{Code::kInvalidArgument,
                 cat("refers to '", header.reference, "', which has another type")};
  }
  if (holds_graph(*value)) return Error{Code::kUnsupported, "a graph as a function's parameter"};
  MOTE_TRY(context.budget.take(bytes_of(*value)));
  return *value;
}

}  // namespace

Result<Attribute> read_attribute(ProtoReader attribute, const ReadContext& context,
                                 GraphReader* graph) {
  MOTE_ASSIGN(Header header, read_header(attribute));
  MOTE_TRY(context.budget.take(sizeof(Attribute)));
  auto value = header.reference.empty() ? read_value(attribute, header, context, graph)
                                        : parameter(header, context);
  if (!value) return std::move(value).error().with_context(cat("attribute '", header.name, "'"));
  return Attribute{std::move(header.name), *std::move(value), std::move(header.doc)};
}

}  // namespace mote::onnx
