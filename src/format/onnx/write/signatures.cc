#include "format/onnx/write/signatures.h"

#include <algorithm>
#include <tuple>

#include "base/text.h"

namespace mote::onnx {
namespace {

// Inputs and outputs: two letters for each argument, "aa" is kTypes[0], "ab" kTypes[1]; '*' means
// that the last one repeats.
struct Signature {
  std::string_view domain, name;
  int version;
  std::string_view attributes;  // separated by spaces
  std::string_view inputs, outputs;
};

// Sorted by (domain, name, version).
constexpr Signature kSignatures[] = {
#define MOTE_TYPES(mask)
#define MOTE_SIGNATURE(domain, name, version, attributes, inputs, outputs) \
  {domain, name, version, attributes, inputs, outputs},
#include "format/onnx/write/signatures.inc"
#undef MOTE_TYPES
#undef MOTE_SIGNATURE
};

// Sets of types: bits of element types, then of other kinds.
constexpr std::uint64_t kTypes[] = {
#define MOTE_TYPES(mask) mask,
#define MOTE_SIGNATURE(domain, name, version, attributes, inputs, outputs)
#include "format/onnx/write/signatures.inc"
#undef MOTE_TYPES
#undef MOTE_SIGNATURE
};

int bit_of(const Type& type) {
  switch (type.kind) {
    case Type::Kind::kTensor:
      return static_cast<int>(type.tensor.dtype);
    case Type::Kind::kSequence:
      return 32;
    case Type::Kind::kOptional:
      return 33;
    case Type::Kind::kMap:
      return 34;
    case Type::Kind::kSparseTensor:
      return 35;
  }
  return 0;
}

// Values of attributes that came later than the attribute.
struct LateValue {
  std::string_view name, attribute, value;
  int version;
};
constexpr LateValue kLateValues[] = {
    {"GridSample", "mode", "cubic", 20},
    {"GridSample", "mode", "linear", 20},
    {"Pad", "mode", "wrap", 19},
    {"Resize", "coordinate_transformation_mode", "half_pixel_symmetric", 19},
    {"ScatterElements", "reduction", "max", 18},
    {"ScatterElements", "reduction", "min", 18},
    {"ScatterND", "reduction", "max", 18},
    {"ScatterND", "reduction", "min", 18},
};

bool has_attributes(const Signature& s, const Node& node) {
  const std::vector<std::string_view> names = split(s.attributes, ' ');
  for (const Attribute& a : node.attributes) {
    if (std::ranges::find(names, a.name) == names.end()) return false;
    const auto* text = std::get_if<std::string>(&a.value);
    for (const LateValue& late : kLateValues) {
      const bool same = text != nullptr && late.name == node.op_type && late.attribute == a.name &&
                        late.value == *text;
      if (same && s.version < late.version) return false;
    }
  }
  return true;
}

// The types that argument `i` may have.
std::uint64_t types_of(std::string_view letters, std::size_t i) {
  const int row = letters[2 * i] - 'a';
  const int column = letters[2 * i + 1] - 'a';
  return kTypes[row * 26 + column];
}

bool takes(std::string_view letters, std::span<const ValueId> arguments, const Graph& graph) {
  const bool repeats = letters.ends_with('*');
  const std::size_t declared = letters.size() / 2;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == ValueId::kNone) continue;
    if (i >= declared && !repeats) return false;
    const int bit = bit_of(graph.value(arguments[i]).type);
    const bool known = bit != static_cast<int>(DType::kUndefined);
    const std::uint64_t types = types_of(letters, std::min(i, declared - 1));
    if (known && (types >> bit & 1) == 0) return false;
  }
  return true;
}

}  // namespace

int oldest_version(const Graph& graph, const Node& node, const OnnxOp& op) {
  const int form = op.upgrades.empty() ? 0 : op.upgrades.back().version;
  const auto key = [](const Signature& s) { return std::tuple(s.domain, s.name); };
  const auto wanted = std::tuple(op.domain, op.name);
  const auto first = std::ranges::lower_bound(kSignatures, wanted, {}, key);
  for (const Signature& s : std::span(first, std::end(kSignatures))) {
    if (key(s) != wanted) break;
    const bool fits = s.version >= std::max(form, op.versions.front()) &&
                      s.version <= op.newest() && has_attributes(s, node) &&
                      takes(s.inputs, node.declared_inputs(), graph) &&
                      takes(s.outputs, node.outputs, graph);
    if (fits) return s.version;
  }
  return op.newest();
}

}  // namespace mote::onnx
