// A node's attributes as the file has them, and the reader with which an operator parses them once.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ir/type.h"

namespace mote {

class Graph;
using GraphPtr = std::shared_ptr<const Graph>;

// In the order of AttributeProto.AttributeType: FLOAT, INT, STRING, TENSOR, GRAPH, TYPE_PROTO, and
// the lists of them.
using AttributeValue =
    std::variant<float, std::int64_t, std::string, Tensor, GraphPtr, Type, std::vector<float>,
                 std::vector<std::int64_t>, std::vector<std::string>, std::vector<Tensor>,
                 std::vector<GraphPtr>, std::vector<Type>>;

struct Attribute {
  std::string name;
  AttributeValue value;
  std::string doc;
};

class Attributes {
 public:
  Attributes() = default;
  Attributes(std::initializer_list<std::pair<std::string_view, AttributeValue>> list);

  const AttributeValue* find(std::string_view name) const;
  // Replaces or appends.
  void set(std::string_view name, AttributeValue value);
  void erase(std::string_view name);
  void append(Attribute attribute) { list_.push_back(std::move(attribute)); }

  bool empty() const { return list_.empty(); }
  std::size_t size() const { return list_.size(); }
  auto begin() const { return list_.begin(); }
  auto end() const { return list_.end(); }
  auto begin() { return list_.begin(); }
  auto end() { return list_.end(); }

 private:
  std::vector<Attribute> list_;  // in the file's order; names are unique
};

// Reads attributes by name and type, then reports the first problem:
//   AttributeReader r(attributes);
//   p.axis = r.integer("axis", -1);
//   MOTE_TRY(r.finish());
class AttributeReader {
 public:
  explicit AttributeReader(const Attributes& attributes) : attributes_(attributes) {}

  bool has(std::string_view name) const { return attributes_.find(name) != nullptr; }
  std::int64_t integer(std::string_view name, std::int64_t fallback);
  bool flag(std::string_view name, bool fallback);  // an integer, 0 or 1
  float real(std::string_view name, float fallback);
  std::string text(std::string_view name, std::string_view fallback);
  std::vector<std::int64_t> integers(std::string_view name, std::vector<std::int64_t> fallback);
  std::vector<float> reals(std::string_view name, std::vector<float> fallback);
  std::vector<std::string> texts(std::string_view name, std::vector<std::string> fallback);
  Tensor tensor(std::string_view name);   // undefined if absent
  GraphPtr graph(std::string_view name);  // null if absent
  Type type(std::string_view name);       // unknown if absent

  // As above; absent is an error.
  std::int64_t required_integer(std::string_view name);
  std::vector<std::int64_t> required_integers(std::string_view name);
  GraphPtr required_graph(std::string_view name);
  std::string required_text(std::string_view name);

  // Errors: kInvalidArgument: a missing or mistyped attribute, or one that nobody asked for.
  Status finish();

 private:
  template <class T>
  const T* get(std::string_view name, std::string_view type);
  void fail(std::string message);
  void require(std::string_view name);

  const Attributes& attributes_;
  std::vector<std::string_view> read_;
  std::string problem_;
};

}  // namespace mote
