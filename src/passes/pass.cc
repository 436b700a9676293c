#include "passes/pass.h"

#include <algorithm>

#include "base/text.h"
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
  if (kVerify && *changed) {
    if (Status sound = verify(graph); !sound) {
      return std::move(sound).error().with_context(cat("after ", pass.name));
    }
  }
  return changed;
}

}  // namespace

Status check_pass_names(std::span<const std::string> names,
                        std::initializer_list<std::span<const Pass* const>> lists) {
  std::vector<std::string_view> known;
  for (const auto list : lists) {
    for (const Pass* pass : list) known.push_back(pass->name);
  }
  std::ranges::sort(known);
  known.erase(std::ranges::unique(known).begin(), known.end());
  for (const std::string& wanted : names) {
    if (std::ranges::find(known, wanted) != known.end()) continue;
    return Error{Code::kInvalidArgument,
                 cat("there is no rewrite '", wanted, "'; there are: ", join(known, ", "))};
  }
  return {};
}

Status run_passes(Graph& graph, std::span<const Pass* const> passes, const PassContext& context,
                  std::span<const std::string> disabled) {
  for (int round = 0; round < kMaxRounds; ++round) {
    bool changed = false;
    for (const Pass* pass : passes) {
      if (std::ranges::find(disabled, pass->name) != disabled.end()) continue;
      MOTE_ASSIGN(const bool by_this, run_one(graph, *pass, context));
      changed |= by_this;
    }
    if (!changed) break;
  }
  return {};
}

}  // namespace mote
