#include "runtime/session_plans.h"

#include <algorithm>
#include <optional>

#include "base/cpu.h"
#include "base/result.h"
#include "base/text.h"
#include "kernels/table.h"
#include "runtime/model_impl.h"

namespace mote {

const Graph& SessionPlans::graph() const {
  return options_.optimize ? model_->impl().simplified : model_->impl().source;
}

// Of the memory budget there is left what packed weights of kept plans do not take.
PlanOptions SessionPlans::plan_options() const {
  std::uint64_t left = options_.memory_budget_bytes;
  for (const CachedPlan& p : plans_) left -= std::min(left, p.packed_bytes());
  return {kernels_,
          left,
          options_.optimize,
          options_.disabled_passes,
          true,
          {l2_cache_bytes(), workers_.threads()},
          &workers_};
}

Result<std::shared_ptr<MemoryBudget>> SessionPlans::budget_of_run() const {
  auto budget = std::make_shared<MemoryBudget>(options_.memory_budget_bytes);
  for (const CachedPlan& p : plans_) MOTE_TRY(budget->take(p.packed_bytes()));
  MOTE_TRY(budget->take(arena_.bytes()));
  return budget;
}

// Outputs count too, wherever they lie.
Status SessionPlans::check_budget(const CachedPlan& cached) const {
  if (!cached.plan) return {};
  const Plan& plan = *cached.plan;
  std::uint64_t outputs = 0;
  for (const TensorType& type : plan.outputs()) {
    MOTE_ASSIGN(const std::uint64_t bytes, byte_size(type.dtype, *type.dims()));
    outputs += bytes;
  }
  const std::uint64_t total = plan.arena_bytes() + plan.packed_bytes() + outputs;
  const std::uint64_t budget = plan_options().memory_budget_bytes;
  if (total <= budget) return {};
  return Error{Code::kResourceExhausted,
               cat("packed weights (", human_bytes(plan.packed_bytes()), "), working memory (",
                   human_bytes(plan.arena_bytes()), ") and outputs (", human_bytes(outputs),
                   ") are over the memory budget of ", human_bytes(budget))};
}

// All that a plan of the model hangs on, but for how it is cut into rows.
std::string SessionPlans::key_of(std::span<const Dims> input_dims) const {
  std::string key =
      cat("kernels ", kernels_.isa, " ", kernels_.products, options_.optimize ? "" : "\nreference",
          "\nwithout ", join(options_.disabled_passes, " "));
  for (std::size_t i = 0; i < input_dims.size(); ++i) {
    key += cat("\n", name(model_->inputs()[i].dtype), to_string(input_dims[i]));
  }
  return key;
}

// Requires: the model was read whole.
std::vector<InputInfo> SessionPlans::infos_of(std::span<const Dims> input_dims) const {
  const Graph& g = graph();
  std::vector<InputInfo> inputs;
  for (std::size_t i = 0; i < input_dims.size(); ++i) {
    InputInfo info;
    info.type = g.value(g.inputs[i]).type;
    if (info.type.kind == Type::Kind::kTensor) {
      info.type = TensorType(info.type.tensor.dtype, input_dims[i]);
    }
    info.present = true;
    inputs.push_back(std::move(info));
  }
  return inputs;
}

// A plan that another session has, or that the cache keeps, or a new one.
Result<CachedPlan> SessionPlans::make(std::span<const Dims> input_dims) const {
  const PlanOptions options = plan_options();
  const Model::Source& source = model_->source();
  const std::string key = key_of(input_dims);
  std::optional<Graph> specialized;
  const auto plan = [&]() -> Result<std::unique_ptr<Plan>> {
    if (source.cache) {
      if (auto kept = source.cache->find_plan(key, options)) return kept;
    }
    MOTE_TRY(model_->read_whole());
    MOTE_ASSIGN(specialized, specialize(graph(), infos_of(input_dims), {}, options));
    DerivationLog log;
    PlanOptions logged = options;
    if (source.cache) logged.derivations = &log;
    MOTE_ASSIGN(auto made, plan_specialized(*specialized, logged));
    // If it cannot be kept, the next start takes as long as this one.
    if (made && source.cache) (void)source.cache->keep_plan(key, *specialized, log);
    return made;
  };
  CachedPlan cached;
  const std::string rows = cat("\nrows ", options.rows.l2_bytes, " ", options.rows.threads);
  MOTE_ASSIGN(cached.plan, model_->source().plans.find_or_make(key + rows, plan));
  if (!cached.plan) {
    MOTE_ASSIGN(cached.dynamic, DynamicPlan::make(*std::move(specialized), options));
  }
  workers_.rest();
  MOTE_TRY(check_budget(cached));
  return cached;
}

// Plans that are kept give way to one that does not fit beside them.
Result<CachedPlan> SessionPlans::new_plan(std::span<const Dims> input_dims) {
  for (;;) {
    auto cached = make(input_dims);
    if (cached || plans_.empty() || cached.error().code != Code::kResourceExhausted) return cached;
    plans_.clear();
  }
}

bool SessionPlans::make_room() {
  const bool kept = plans_.size() > 1 || arena_.bytes() > 0;
  plans_.resize(std::min<std::size_t>(plans_.size(), 1));
  arena_ = Arena();
  return kept;
}

// Compares before it makes anything: a hit allocates nothing.
Result<CachedPlan*> SessionPlans::plan_for(std::span<const Dims> input_dims) {
  const auto hit = std::ranges::find_if(
      plans_, [&](const CachedPlan& p) { return std::ranges::equal(p.input_dims, input_dims); });
  if (hit != plans_.end()) {
    std::rotate(plans_.begin(), hit, hit + 1);
    // Nothing to do, unless a larger arena was refused since.
    if (plans_.front().plan) MOTE_TRY(arena_.reserve(plans_.front().plan->arena_bytes()));
    return &plans_.front();
  }
  if (const std::size_t count = model_->inputs().size(); input_dims.size() != count) {
    return Error{Code::kInvalidArgument,
                 cat("the model takes ", count, " inputs, is given ", input_dims.size())};
  }
  MOTE_ASSIGN(CachedPlan cached, new_plan(input_dims));
  if (cached.plan) MOTE_TRY(arena_.reserve(cached.plan->arena_bytes()));
  cached.input_dims.assign(input_dims.begin(), input_dims.end());
  if (options_.profile && cached.plan) cached.times.resize(cached.plan->steps().size());
  if (plans_.size() >= std::max<std::size_t>(options_.kept_plans, 1)) plans_.pop_back();
  plans_.insert(plans_.begin(), std::move(cached));
  return &plans_.front();
}

}  // namespace mote
