#include "passes/pass.h"

#include <algorithm>

#include "base/text.h"
#include "ir/uses.h"
#include "ir/verify.h"

namespace mote {
namespace {

constexpr int kMaxRounds = 8;

#ifdef NDEBUG
constexpr bool kVerify = false;
#else
constexpr bool kVerify = true;
#endif

Result<bool> run_one(Graph& graph, const Pass& pass, const PassContext& context) {
  auto changed = pass.run(graph, context);
  if (!changed) return std::move(changed).error().with_context(pass.name);
  if (Uses* uses = *changed ? collected_uses() : nullptr) uses->passes.emplace(pass.name);
  if (kVerify && *changed) {
    if (Status sound = verify(graph); !sound) {
      return std::move(sound).error().with_context(cat("after ", pass.name));
    }
  }
  return changed;
}

std::uint64_t constant_bytes(const Graph& graph) {
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < graph.value_count(); ++i) {
    const Tensor& constant = graph.value(static_cast<ValueId>(i)).constant;
    if (constant) bytes += constant.bytes();
  }
  return bytes;
}

}  // namespace

Status check_pass_names(std::span<const std::string> names,
                        std::initializer_list<std::span<const Pass* const>> lists) {
  std::vector<std::string_view> known;
  for (const auto list : lists) {
    for (const Pass* pass : list) known.push_back(pass->name);
  }
  std::ranges::sort(known);
  known.erase(std::unique(known.begin(), known.end()), known.end());
  for (const std::string& wanted : names) {
    if (std::ranges::find(known, wanted) != known.end()) continue;
    return Error{Code::kInvalidArgument,
                 cat("there is no rewrite '", wanted, "'; there are: ", join(known, ", "))};
  }
  return {};
}

Status run_passes(Graph& graph, std::span<const Pass* const> passes, const PassContext& context,
                  std::span<const std::string> disabled) {
  const std::uint64_t before = constant_bytes(graph);
  for (int round = 0; round < kMaxRounds; ++round) {
    bool changed = false;
    for (const Pass* pass : passes) {
      if (std::ranges::find(disabled, pass->name) != disabled.end()) continue;
      // The budget is one for all rounds.
      const std::uint64_t made = std::max(constant_bytes(graph), before) - before;
      const std::uint64_t left =
          context.max_constant_bytes - std::min(made, context.max_constant_bytes);
      MOTE_ASSIGN(const bool by_this, run_one(graph, *pass, {context.ops, left}));
      changed |= by_this;
    }
    if (!changed) break;
  }
  return {};
}

}  // namespace mote
