// What keeps its value from run to run, as inputs and outputs of the graph.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "ir/graph.h"

namespace mote::tfl {

class Variables {
 public:
  // Variables of `graph`, which outlives this.
  explicit Variables(Graph& graph) : graph_(graph) {}

  // A new input that stands for the value of the run before; `initial` in the first one. `key` is
  // the variable's own.
  ValueId declare(const std::string& key, const std::string& name, TensorType type, Tensor initial);
  bool contains(const std::string& key) const { return index_.contains(key); }
  // The value at this place of the order.
  ValueId value(const std::string& key) const { return entries_[index_.at(key)].value; }
  void assign(const std::string& key, ValueId value) { entries_[index_.at(key)].value = value; }

  // Makes an output of each that was declared, after which nothing may be assigned.
  void finish();

 private:
  struct Entry {
    ValueId input;
    ValueId value;
  };
  Graph& graph_;
  std::vector<Entry> entries_;
  std::map<std::string, std::size_t> index_;
};

}  // namespace mote::tfl
