// Where the values of a graph are among the tensors of the subgraph that is written.
#pragma once
#include <deque>
#include <string>
#include <vector>

#include "format/tflite/write/grids.h"
#include "format/tflite/write/order.h"
#include "format/tflite/write/spec.h"
#include "ir/graph.h"

namespace mote::tfl::write {

// How elements that have a grid are wanted. Others are the same in each.
enum class Elements : std::uint8_t {
  kReal,    // as the numbers that they stand for
  kStored,  // as the integers that they are in the graph
  kSigned,  // those of 8 bits as s8, whatever they are in the graph
};

// A value is stored once, and several values may be views of one storage: what Transpose and
// DequantizeLinear give. A storage has forms, tensors of its elements in some order of axes; one
// that is asked for and not there is made from one that is, by TRANSPOSE, QUANTIZE or DEQUANTIZE.
// Constants are put in order here and now.
class Places {
 public:
  Places(const Graph& graph, SubgraphSpec& subgraph)
      : graph_(graph), subgraph_(subgraph), grids_(find_grids(graph)) {}

  // -- what there is
  // The grid of an integer, or of what was dequantized; null: it has none.
  const Grid* grid_of(ValueId value);
  // Of the integers that the storage holds.
  DType stored_dtype(ValueId value);
  // Undefined: something computes it. In the value's own order; integers, if it has a grid.
  Result<Tensor> constant_of(ValueId value);
  bool is_constant(ValueId value);
  // The order in which it can be had at once.
  Order order_of(ValueId value);
  // How it can be had at once: kStored or kSigned, if it is in integers; kReal.
  Elements elements_of(ValueId value);

  // -- tensors
  // Errors: kUnsupported: an element type that the format has not; kResourceExhausted.
  Result<std::int32_t> tensor(ValueId value, const Order& order, Elements elements);
  // Elements one after the other as in the value's own order, whatever the axes are.
  Result<std::int32_t> flat(ValueId value, Elements elements);
  // A constant that is no value of the graph.
  std::int32_t constant(Tensor tensor, std::string name);
  // What an operator gives for `value`. `elements`: not kReal only if the value has a grid.
  std::int32_t give(ValueId value, const Order& order, Elements elements);
  // A tensor like that which `value` would be, for what stands between.
  std::int32_t between(ValueId value, const Order& order, std::string_view suffix);

  // -- views
  // Axis i of `value` is axis order[i] of `of`.
  void view(ValueId value, ValueId of, const Order& order);
  // The elements of `value` are some of those of `of`.
  void alike(ValueId value, ValueId of);
  // `value` is the numbers that `of`, which has a grid or is f16, stands for.
  void dequantized(ValueId value, ValueId of);
  // `value` is the integers of `of`, numbers that were dequantized by the same grid.
  void same_integers(ValueId value, ValueId of);

 private:
  struct Form {
    Order order;  // axis i is axis order[i] of the storage
    Elements elements;
    std::int32_t tensor;
  };
  struct Storage {
    std::string name;
    DType dtype;  // as in the graph: integers, if there is a grid
    Shape shape;
    std::optional<Grid> grid;
    Tensor constant;
    std::vector<Form> forms;
  };
  struct Place {
    std::size_t storage = 0;
    Order order;  // axis i of the value is axis order[i] of the storage
    bool real = false;
  };

  // Numbers that can be had as they are stored as well: integers, f16.
  static bool has_integers(const Storage& s) { return s.grid || s.dtype == DType::kF16; }

  Place& place(ValueId value);
  Storage& storage(ValueId value) { return storages_[place(value).storage]; }
  Elements settled(const Storage& storage, bool real, Elements elements) const;
  Result<std::int32_t> form(std::size_t storage, const Order& order, Elements elements);
  Result<std::int32_t> constant_form(Storage& storage, const Order& order, Elements elements);
  TensorSpec spec_of(const Storage& storage, const Order& order, Elements elements) const;
  std::int32_t moved(const Storage& storage, const Form& from, const Order& order);
  std::int32_t converted(const Storage& storage, const Form& from, Elements elements);

  const Graph& graph_;
  SubgraphSpec& subgraph_;
  Grids grids_;
  std::unordered_map<ValueId, Place> places_;
  std::deque<Storage> storages_;  // where they lie stays as others come
};

// Sizes as the format has them. Requires: of 31 bits.
std::vector<std::int32_t> sizes_of(const Shape& shape);

}  // namespace mote::tfl::write
