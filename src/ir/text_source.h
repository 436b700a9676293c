// The parser of the text form: what its parts share.
#pragma once
#include <charconv>
#include <cstdint>

#include "ir/attributes.h"
#include "ir/graph.h"
#include "ir/op_def.h"
#include "ir/text.h"
#include "ir/text_lexer.h"

namespace mote {

// One text and what all graphs in it share.
struct TextSource {
  Lexer in;
  const OpSet& ops;
  std::uint64_t budget;  // bytes that constants may still take
  const ParseOptions& options;
};

// A graph, from "graph" to its "}". depth: 0 for the outermost. captured: how many values the node
// around it captures.
Result<Graph> read_graph(TextSource& source, int depth, int captured);

// The attributes, from "{" to "}", of a node that stands in a graph of `depth`.
Result<Attributes> read_attributes(TextSource& source, int depth, int captured);

template <class T>
bool read_number(const Token& t, T* value) {
  const char* end = t.text.data() + t.text.size();
  const auto [stop, problem] = std::from_chars(t.text.data(), end, *value);
  return problem == std::errc() && stop == end;
}

}  // namespace mote
