// OpWriter: one node of a graph, and how it becomes operators of TensorFlow Lite.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "format/tflite/write/places.h"
#include "format/tflite/write/write_context.h"
#include "ir/op_def.h"

namespace mote::tfl::write {

class OpWriter;

// How an operator's kernels take numbers that integers stand for.
enum class Integers : std::uint8_t {
  kNever,     // they do not
  kMoves,     // elements go where they go: in integers whenever the input is
  kOwn,       // every input and the output has a grid of its own
  kSame,      // all have one grid
  kUnit,      // the output has the whole range for [0, 1]
  kTwoUnits,  // for [-1, 1]
};

// What of the nodes behind it an operator takes in.
enum class Fuses : std::uint8_t {
  kNothing,
  kActivation,
  kBias,  // the sum with a constant row, of a product by a constant matrix; then an activation
};

// Sets of element types.
using ElementTypes = std::uint32_t;
constexpr ElementTypes types(std::initializer_list<DType> list) {
  ElementTypes set = 0;
  for (const DType t : list) set |= ElementTypes{1} << static_cast<unsigned>(t);
  return set;
}
inline constexpr ElementTypes kF32 = types({DType::kF32});
inline constexpr ElementTypes kBool = types({DType::kBool});
inline constexpr ElementTypes kNumbers = types({DType::kF32, DType::kS32, DType::kS64});
inline constexpr ElementTypes kBytes = types({DType::kU8, DType::kS8});
inline constexpr ElementTypes kS16 = types({DType::kS16});
inline constexpr ElementTypes kAnyElements = ~ElementTypes{0};

// How nodes of one operator of ONNX are written.
struct Mapping {
  std::string_view op_type;
  void (*write)(OpWriter&) = nullptr;
  // Of input 0, in the graph: those that kernels compute with.
  ElementTypes elements = kF32;
  Integers integers = Integers::kNever;
  Fuses fuses = Fuses::kNothing;
  // What else must hold before it is written for integers; null: nothing.
  bool (*suits)(OpWriter&) = nullptr;
};
using Mappings = std::span<const Mapping>;

// Whether kernels compute with the element type of its input 0.
bool takes_elements(const Mapping& mapping, const Graph& graph, const Node& node);

// Null if there is none.
const Mapping* find_mapping(const Node& node);
std::vector<std::string_view> mapped_operators();

// What comes of a node together with nodes behind it that its operator takes in.
struct Ending {
  ValueId value = ValueId::kNone;
  ValueId bias = ValueId::kNone;
  fb::ActivationFunctionType activation = fb::ActivationFunctionType_NONE;
  std::vector<NodeId> taken;  // the nodes behind
};

// The first failure stays, and what comes after it is ignored.
class OpWriter {
 public:
  // mapping: of `node`; it decides between integers and numbers.
  OpWriter(const WriteContext& context, const Graph& graph, Places& places, SubgraphSpec& subgraph,
           NodeId node, const Mapping& mapping);

  // -- what the graph says
  const Graph& graph() const { return graph_; }
  const Node& node() const { return graph_.node(id_); }
  bool has(std::size_t i) const { return in(i) != ValueId::kNone; }
  ValueId in(std::size_t i) const;
  ValueId out(std::size_t i = 0) const { return node().outputs[i]; }
  std::size_t input_count() const { return node().declared_inputs().size(); }
  const TensorType& type(ValueId value) const { return graph_.value(value).type.tensor; }
  // Its sizes; fails, and gives none, where the rank is not known.
  Shape shape(ValueId value);
  int rank(ValueId value) { return static_cast<int>(shape(value).size()); }
  // All sizes; fails where one is not known.
  Dims dims(ValueId value);
  std::int64_t integer(std::string_view attribute, std::int64_t fallback) const;
  float real(std::string_view attribute, float fallback) const;
  std::string text(std::string_view attribute, std::string_view fallback) const;
  std::vector<std::int64_t> integers(std::string_view attribute,
                                     std::vector<std::int64_t> fallback = {}) const;
  // Attribute `axis` as an axis of `value`.
  int axis(std::int64_t fallback, ValueId value);
  // Elements of a constant input of integers; nullopt: absent. Fails if it is computed.
  std::optional<std::vector<std::int64_t>> integers_of(std::size_t i);
  // A constant of one number; nullopt: absent, computed, or of more.
  std::optional<double> number_of(std::size_t i);
  Places& places() { return places_; }
  const WriteContext& context() const { return context_; }

  // -- integers or numbers
  bool in_integers() const { return elements_ != Elements::kReal; }
  Elements elements() const { return elements_; }
  // What the operator's result is in.
  DType result_dtype() const;
  const Ending& ending() const { return ending_; }
  // As Elements::kStored or kSigned. Requires: only while Mapping::suits decides.
  void choose(Elements elements) { elements_ = elements; }

  // -- tensors
  // The order in which inputs can be had without moving most of them, for a result of `rank` axes.
  Order common_order(int rank);
  Order order_of(std::size_t i) { return places_.order_of(in(i)); }
  std::int32_t tensor(std::size_t i, const Order& order);
  std::int32_t tensor(ValueId value, const Order& order);
  std::int32_t plain(std::size_t i);
  std::int32_t flat(std::size_t i);
  // For broadcasting: axes that it has not are of size 1.
  std::int32_t aligned(std::size_t i, const Order& order);
  // As s32, whatever integers they are.
  std::int32_t as_s32(std::size_t i);
  // By CAST, unless it is of that type.
  std::int32_t cast(std::int32_t tensor, DType to);
  std::int32_t constant(Tensor tensor);
  const TensorSpec& written(std::int32_t tensor) const { return subgraph_.tensor(tensor); }
  std::int32_t add_tensor(TensorSpec spec) { return subgraph_.add(std::move(spec)); }
  std::int32_t s32(std::span<const std::int64_t> values);  // [n]
  std::int32_t s32(std::int64_t value);                    // a scalar
  std::int32_t f32(float value);

  // -- operators
  // Adds an operator whose output is the node's, as it ends.
  void emit(fb::BuiltinOperator code, std::vector<std::int32_t> inputs, const Order& order,
            fb::BuiltinOptionsUnion options = {});
  // An operator of several outputs: those of the node.
  void emit_many(fb::BuiltinOperator code, std::vector<std::int32_t> inputs, const Order& order,
                 fb::BuiltinOptionsUnion options = {});
  // An operator before that; its output.
  std::int32_t before(fb::BuiltinOperator code, std::vector<std::int32_t> inputs, TensorSpec output,
                      fb::BuiltinOptionsUnion options = {});
  // The tensor that the node's output is, for add().
  std::int32_t result(const Order& order, std::size_t i = 0);
  void add(OperatorSpec op);
  // A shape of `value` for RESHAPE. Fails where two sizes or more are open.
  std::int32_t shape_constant(const Shape& shape);
  TensorSpec spec(std::string_view suffix, DType dtype, const Shape& shape) const;

  void fail(Error error);
  void unsupported(std::string why) { fail({Code::kUnsupported, std::move(why)}); }
  const Status& status() const { return status_; }

 private:
  Ending ending_behind(Fuses fuses) const;
  void add_bias_behind(Ending& end) const;
  void take(NodeId behind, ValueId value);
  void decide(const Mapping& mapping);
  bool has_grids(const Mapping& mapping);
  bool grids_fit(const Mapping& mapping);

  const WriteContext& context_;
  const Graph& graph_;
  Places& places_;
  SubgraphSpec& subgraph_;
  NodeId id_;
  Ending ending_;
  Elements elements_ = Elements::kReal;
  Status status_;
};

fb::CastOptionsT cast_options(DType from, DType to);

// {A fb::XOptionsT} as the union of them.
template <class T>
fb::BuiltinOptionsUnion options(T value) {
  fb::BuiltinOptionsUnion made;
  made.Set(std::move(value));
  return made;
}

}  // namespace mote::tfl::write
