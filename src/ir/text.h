// The text form of a graph: what people read, what tests state, and what parses back.
//
//   graph net (x: f32[batch,3], c: bool[]) -> (z: f32[batch,4]) {
//     w: f32[4,3] = {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0}
//     y = Gemm(x, w) {transB=1} "fc1"
//     z = If(c) captures (y) {
//       then_branch=graph captures (0: a) -> (a) {}, else_branch=graph captures (0: a) -> (b) {
//         b = Relu(a)
//       }}
//   }
//
// Grammar (docs/text-form.md has it whole):
//   names      identifiers [A-Za-z_][A-Za-z0-9_.:/-]*, or any text in double quotes; _ is none
//   types      f32[2,batch,?]   f32[...] (any rank)   seq(T) optional(T) map(s64,T)   ? (unknown)
//   inputs     x: TYPE   w: TYPE = {1, 2} (a default that callers may override)
//   outputs    y   y: TYPE   "outside's name" = y: TYPE
//   constants  name: TYPE = {e, e, ...} row-major; {0x...} little-endian bytes; {random SEED};
//              {elsewhere N}, which whoever reads the text finds
//   nodes      out, _, out = domain.Op(in, _, in) captures (v, ...) {attr=value, ...} "node name"
//   attributes 1  1.0  inf  nan  "text"  [1, 2]  [1.0]  ["a"]  ints[] floats[] strings[] (empty)
//              f32[2]{1, 2}  graph ...  type f32[2]
//   # starts a comment that ends with the line
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "ir/graph.h"
#include "ir/op_def.h"

namespace mote {

struct PrintOptions {
  // Constants of more elements are printed as {...}, which does not parse. < 0: print all.
  std::int64_t max_elements = -1;
  bool types = true;   // of nodes' outputs, where known:  y: f32[2] = Relu(x)
  bool unused = true;  // constants that nobody reads, too
  // Of a constant whose elements the caller keeps: the N of {elsewhere N}. Null: all are printed.
  std::function<std::optional<std::int64_t>(const Value&)> elsewhere = {};
};

// Parses back to the same graph, but for what has no place in a text: notes, documentation, which
// constants were external, and the sign and payload of NaNs.
std::string to_text(const Graph& graph, const PrintOptions& options = {});

struct ParseOptions {
  // Of all tensors together, subgraphs' too.
  std::uint64_t max_constant_bytes = std::uint64_t{256} << 20;
  // The constant of {elsewhere N}, of that type. Null: there is none. Errors: its own.
  std::function<Result<Tensor>(std::int64_t n, DType dtype, const Dims& dims)> elsewhere = {};
};

// Nodes are bound to `ops`; an operator that is not there stays unbound. Types are as stated:
// nothing is inferred.
// Errors: kInvalidArgument, "line 3, column 7: expected '(', found 'x'"; kResourceExhausted:
// constants above the limit.
Result<Graph> parse_graph(std::string_view text, const OpSet& ops,
                          const ParseOptions& options = {});

// One type, as "f32[2,batch,?]". Errors: kInvalidArgument, as parse_graph.
Result<Type> parse_type(std::string_view text);

}  // namespace mote
