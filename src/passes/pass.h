// Pass: one rewrite of a graph.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ir/op_def.h"

namespace mote {

struct PassContext {
  const OpSet& ops;
  // Ceiling for constants that folding may make.
  std::uint64_t max_constant_bytes = std::uint64_t{1} << 30;
};

struct Pass {
  std::string_view name;  // "fold_constants"
  std::string_view doc;
  // Rewrites `graph`, whose types are inferred, into one that computes the same; true if anything
  // changed. New nodes are bound and their outputs typed. Subgraphs are left as they are.
  Result<bool> (*run)(Graph& graph, const PassContext& context);
};

// Runs each pass in order, again and again until nothing changes (at most 8 times); in debug
// builds the verifier runs after each. Passes named in `disabled` are left out.
// Errors: kInternal (the graph broke, naming the pass), kResourceExhausted.
Status run_passes(Graph& graph, std::span<const Pass* const> passes, const PassContext& context,
                  std::span<const std::string> disabled = {});

// Errors: kInvalidArgument: one of `names` is that of no pass in `lists`, whose names follow.
Status check_pass_names(std::span<const std::string> names,
                        std::initializer_list<std::span<const Pass* const>> lists);

}  // namespace mote
