#include "mote/session.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <thread>

#include "base/result.h"
#include "base/text.h"
#include "base/workers.h"
#include "kernels/table.h"
#include "lower/lower.h"
#include "passes/passes.h"
#include "runtime/dynamic_run.h"
#include "runtime/model_impl.h"
#include "runtime/plan.h"

namespace mote {
namespace {

Result<const KernelTable*> choose_kernels(const std::string& isa) {
  const char* environment = std::getenv("MOTE_ISA");
  const bool from_environment = isa.empty() && environment != nullptr;
  const std::string wanted = from_environment ? environment : isa;
  const KernelTable* table = find_kernels(wanted.c_str());
  if (table != nullptr) return table;
  std::vector<std::string_view> names;
  for (const KernelTable* t : runnable_kernels()) names.push_back(t->isa);
  return Error{Code::kInvalidArgument,
               cat(from_environment ? "MOTE_ISA=" : "isa ", wanted,
                   ": this machine or build has no such kernels; it has ", join(names, ", "))};
}

Error obstacles_error(const Model& model) {
  constexpr std::size_t kShown = 10;
  const auto all = model.obstacles();
  std::string list;
  for (const Obstacle& o : all.first(std::min(kShown, all.size()))) {
    list += cat(list.empty() ? "" : "; ", "'", o.node, "' (", o.op, "): ", o.reason);
  }
  if (all.size() > kShown) list += cat("; and ", all.size() - kShown, " more");
  return Error{Code::kUnsupported, cat("the model cannot run here: ", list)};
}

// Memory for a plan, aligned to 64; only ever grows.
class Arena {
 public:
  // Errors: kResourceExhausted.
  Status reserve(std::uint64_t bytes) {
    if (block_ && block_.bytes() >= bytes) return {};
    block_ = Tensor();
    MOTE_ASSIGN(block_, Tensor::zeros(DType::kU8, {static_cast<std::int64_t>(bytes)}));
    return {};
  }
  std::byte* data() { return static_cast<std::byte*>(block_.mut().data); }

 private:
  Tensor block_;
};

struct CachedPlan {
  std::vector<Dims> input_dims;
  std::shared_ptr<const Plan> plan;  // null: sizes are known only as the graph runs
  std::vector<std::chrono::nanoseconds> times;
};

}  // namespace

struct Session::Impl {
  Impl(std::shared_ptr<const Model> m, SessionOptions o, const KernelTable& k, int threads)
      : model(std::move(m)), options(std::move(o)), kernels(k), workers(threads) {}

  Result<CachedPlan*> plan_for(std::span<const Dims> input_dims);
  Result<std::shared_ptr<const Plan>> new_plan(std::span<const InputInfo> inputs);
  Status check_budget(const Plan& plan) const;
  Status check_inputs(std::span<const TensorView> inputs) const;
  Status check_outputs(const Plan& plan, std::span<const MutTensorView> outputs) const;
  Status run_static(CachedPlan& cached, std::span<const TensorView> inputs,
                    std::span<const MutTensorView> outputs);
  Result<std::vector<Tensor>> run_dynamically(std::span<const Tensor> inputs);
  StopToken stop_token();
  Status finish(Status status);

  const Graph& graph() const {
    return options.optimize ? model->impl().simplified : model->impl().source;
  }
  // Of the memory budget there is left what packed weights of kept plans do not take.
  PlanOptions plan_options() const {
    std::uint64_t left = options.memory_budget_bytes;
    for (const CachedPlan& p : plans) left -= std::min(left, p.plan ? p.plan->packed_bytes() : 0);
    return {kernels, left, options.optimize, options.disabled_passes};
  }

  std::shared_ptr<const Model> model;
  SessionOptions options;
  const KernelTable& kernels;
  Workers workers;
  std::vector<CachedPlan> plans;  // the most recently used first
  Arena arena;
  std::atomic<bool> cancelled = false;
};

// Outputs count too, wherever they lie.
Status Session::Impl::check_budget(const Plan& plan) const {
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

// Plans that are kept give way to one that does not fit beside them.
Result<std::shared_ptr<const Plan>> Session::Impl::new_plan(std::span<const InputInfo> inputs) {
  for (;;) {
    auto plan = make_plan(graph(), inputs, {}, plan_options());
    Status fits = plan ? (*plan ? check_budget(**plan) : Status()) : std::move(plan).error();
    if (fits) return std::shared_ptr<const Plan>(*std::move(plan));
    if (plans.empty() || fits.error().code != Code::kResourceExhausted) {
      return std::move(fits).error();
    }
    plans.clear();
  }
}

// Compares before it makes anything: a hit allocates nothing.
Result<CachedPlan*> Session::Impl::plan_for(std::span<const Dims> input_dims) {
  const auto hit = std::ranges::find_if(
      plans, [&](const CachedPlan& p) { return std::ranges::equal(p.input_dims, input_dims); });
  if (hit != plans.end()) {
    std::rotate(plans.begin(), hit, hit + 1);
    // Nothing to do, unless a larger arena was refused since.
    if (plans.front().plan) MOTE_TRY(arena.reserve(plans.front().plan->arena_bytes()));
    return &plans.front();
  }
  const Graph& g = graph();
  if (input_dims.size() != g.inputs.size()) {
    return Error{Code::kInvalidArgument,
                 cat("the model takes ", g.inputs.size(), " inputs, is given ", input_dims.size())};
  }
  std::vector<InputInfo> inputs;
  for (std::size_t i = 0; i < input_dims.size(); ++i) {
    InputInfo info;
    info.type = TensorType(g.value(g.inputs[i]).type.tensor.dtype, input_dims[i]);
    info.present = true;
    inputs.push_back(std::move(info));
  }
  MOTE_ASSIGN(std::shared_ptr<const Plan> plan, new_plan(inputs));
  if (plan) MOTE_TRY(arena.reserve(plan->arena_bytes()));
  CachedPlan cached{{input_dims.begin(), input_dims.end()}, std::move(plan), {}};
  if (options.profile && cached.plan) cached.times.resize(cached.plan->steps().size());
  if (plans.size() >= std::max<std::size_t>(options.plan_cache, 1)) plans.pop_back();
  plans.insert(plans.begin(), std::move(cached));
  return &plans.front();
}

Status Session::Impl::check_inputs(std::span<const TensorView> inputs) const {
  const auto infos = model->inputs();
  if (inputs.size() != infos.size()) {
    return Error{Code::kInvalidArgument,
                 cat("the model takes ", infos.size(), " inputs, is given ", inputs.size())};
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].dtype == infos[i].dtype) continue;
    return Error{Code::kInvalidArgument, cat("input '", infos[i].name, "' is ", to_string(infos[i]),
                                             ", is given ", name(inputs[i].dtype))};
  }
  return {};
}

Status Session::Impl::check_outputs(const Plan& plan,
                                    std::span<const MutTensorView> outputs) const {
  if (outputs.size() != plan.outputs().size()) {
    return Error{Code::kInvalidArgument, cat("the model gives ", plan.outputs().size(),
                                             " outputs, room is given for ", outputs.size())};
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const TensorType& type = plan.outputs()[i];
    if (outputs[i].dtype == type.dtype && outputs[i].dims == *type.dims()) continue;
    return Error{Code::kInvalidArgument,
                 cat("output '", model->outputs()[i].name, "' is ", to_string(type),
                     ", room is given for ", name(outputs[i].dtype), to_string(outputs[i].dims))};
  }
  return {};
}

StopToken Session::Impl::stop_token() {
  if (!options.deadline) return {nullptr, {}, &cancelled};
  return {&Clock::real(), Clock::real().now() + *options.deadline, &cancelled};
}

Status Session::Impl::finish(Status status) {
  if (!status && status.error().code == Code::kCancelled) cancelled = false;
  return status;
}

Status Session::Impl::run_static(CachedPlan& cached, std::span<const TensorView> inputs,
                                 std::span<const MutTensorView> outputs) {
  MOTE_TRY(check_outputs(*cached.plan, outputs));
  const StopToken stop = stop_token();
  const StoppableLoops stoppable(workers, stop);
  return finish(cached.plan->run(inputs, {}, outputs, arena.data(), workers, stop, cached.times));
}

Result<std::vector<Tensor>> Session::Impl::run_dynamically(std::span<const Tensor> inputs) {
  const StopToken stop = stop_token();
  const StoppableLoops stoppable(workers, stop);
  auto outputs = run_dynamic(graph(), inputs, plan_options(), workers, stop);
  if (!outputs) return finish(std::move(outputs).error()).error();
  return outputs;
}

Session::Session(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Session::~Session() = default;

Result<std::unique_ptr<Session>> Session::create(std::shared_ptr<const Model> model,
                                                 SessionOptions options) {
  if (!model->obstacles().empty()) return obstacles_error(*model);
  MOTE_ASSIGN(const KernelTable* kernels, choose_kernels(options.isa));
  MOTE_TRY(check_pass_names(options.disabled_passes, {model_passes(), lowering_passes()}));
  if (options.threads < 0 || options.threads > 1024) {
    return Error{Code::kInvalidArgument, cat(options.threads, " threads: must be 0 to 1024")};
  }
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  const int threads = options.threads == 0 ? cores : options.threads;
  auto impl = std::make_unique<Impl>(std::move(model), std::move(options), *kernels, threads);
  return std::unique_ptr<Session>(new Session(std::move(impl)));
}

const Model& Session::model() const { return *impl_->model; }

Status Session::prepare(std::span<const Dims> input_dims) {
  MOTE_TRY(impl_->plan_for(input_dims));
  return {};
}

Result<std::vector<Dims>> Session::output_dims(std::span<const Dims> input_dims) {
  MOTE_ASSIGN(const CachedPlan* cached, impl_->plan_for(input_dims));
  if (!cached->plan) {
    return Error{Code::kUnsupported, "the sizes of the outputs are known only by running"};
  }
  std::vector<Dims> dims;
  for (const TensorType& type : cached->plan->outputs()) dims.push_back(*type.dims());
  return dims;
}

Status Session::run(std::span<const TensorView> inputs, std::span<const MutTensorView> outputs) {
  MOTE_TRY(impl_->check_inputs(inputs));
  constexpr std::size_t kMaxOnStack = 16;
  Dims on_stack[kMaxOnStack];
  std::vector<Dims> on_heap;
  if (inputs.size() > kMaxOnStack) on_heap.resize(inputs.size());
  const std::span<Dims> dims(inputs.size() > kMaxOnStack ? on_heap.data() : on_stack,
                             inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) dims[i] = inputs[i].dims;
  MOTE_ASSIGN(CachedPlan * cached, impl_->plan_for(dims));
  if (cached->plan) return impl_->run_static(*cached, inputs, outputs);
  return Error{Code::kUnsupported,
               "the sizes of the outputs are known only by running: use run(inputs)"};
}

Result<std::vector<Tensor>> Session::run(std::span<const Tensor> inputs) {
  std::vector<TensorView> views;
  std::vector<Dims> dims;
  for (const Tensor& t : inputs) {
    views.push_back(t.view());
    dims.push_back(t.dims());
  }
  MOTE_TRY(impl_->check_inputs(views));
  MOTE_ASSIGN(CachedPlan * cached, impl_->plan_for(dims));
  if (!cached->plan) return impl_->run_dynamically(inputs);
  std::vector<Tensor> outputs;
  std::vector<MutTensorView> out_views;
  for (const TensorType& type : cached->plan->outputs()) {
    MOTE_ASSIGN(Tensor t, Tensor::zeros(type.dtype, *type.dims()));
    out_views.push_back(t.mut());
    outputs.push_back(std::move(t));
  }
  MOTE_TRY(impl_->run_static(*cached, views, out_views));
  return outputs;
}

void Session::cancel() { impl_->cancelled = true; }

MemoryUse Session::memory() const {
  if (impl_->plans.empty()) return {};
  const auto& plan = impl_->plans.front().plan;
  if (!plan) return {.arena_bytes = 0, .packed_bytes = 0, .is_static = false};
  return {plan->arena_bytes(), plan->packed_bytes(), true};
}

std::vector<StepProfile> Session::profile() const {
  std::vector<StepProfile> profile;
  if (impl_->plans.empty() || !impl_->plans.front().plan) return profile;
  const CachedPlan& cached = impl_->plans.front();
  for (std::size_t i = 0; i < cached.plan->steps().size(); ++i) {
    const PlannedStep& s = cached.plan->steps()[i];
    const auto time = cached.times.empty() ? std::chrono::nanoseconds() : cached.times[i];
    profile.push_back({s.node, s.op, std::string(s.step->kernel()), time, s.macs});
  }
  return profile;
}

std::string_view Session::isa() const { return impl_->kernels.isa; }

}  // namespace mote
