#include "mote/session.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <thread>

#include "base/guard.h"
#include "base/result.h"
#include "base/text.h"
#include "base/workers.h"
#include "kernels/table.h"
#include "lower/lower.h"
#include "ops/support/copy.h"
#include "passes/passes.h"
#include "runtime/model_impl.h"
#include "runtime/session_plans.h"

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
  if (names.empty()) {
    return Error{Code::kUnsupported, "this build has no kernels for this machine's processor"};
  }
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

// What is known of the type holds of the datum, sizes aside.
bool fits(const Type& type, const Datum& datum) {
  const auto is_dtype = [](DType declared, DType dtype) {
    return declared == DType::kUndefined || declared == dtype;
  };
  switch (type.kind) {
    case Type::Kind::kTensor:
    case Type::Kind::kSparseTensor:
      if (type.unknown()) return true;
      return datum.is_tensor() && is_dtype(type.tensor.dtype, datum.tensor().dtype());
    case Type::Kind::kOptional:
      return !datum || !type.element || fits(*type.element, datum);
    case Type::Kind::kSequence:
      return datum.is_sequence() && std::ranges::all_of(datum.elements(), [&](const Datum& d) {
               return !type.element || fits(*type.element, d);
             });
    case Type::Kind::kMap:
      return datum.is_map() && is_dtype(type.key, datum.keys().dtype()) &&
             (!type.element || is_dtype(type.element->tensor.dtype, datum.values().dtype()));
  }
  return false;
}

}  // namespace

struct Session::Impl {
  Impl(std::shared_ptr<const Model> m, SessionOptions o, const KernelTable& k, int threads)
      : model(std::move(m)),
        options(std::move(o)),
        kernels(k),
        workers(threads, options.cpus),
        plans(model, options, k, workers) {}

  Status check_inputs(std::span<const TensorView> inputs) const;
  Status check_inputs(std::span<const Datum> inputs) const;
  const Type& declared_type(std::size_t input) const;
  Status check_outputs(const Plan& plan, std::span<const MutTensorView> outputs) const;
  Status run_static(CachedPlan& cached, std::span<const TensorView> inputs,
                    std::span<const MutTensorView> outputs);
  Result<std::vector<Tensor>> run_static(CachedPlan& cached, std::span<const TensorView> inputs);
  Result<std::vector<Datum>> run_dynamically(CachedPlan& cached, std::vector<Datum> inputs);
  Result<std::vector<Tensor>> tensors_of(std::vector<Datum> outputs) const;
  Status copy_out(std::span<const Tensor> from, std::span<const MutTensorView> to) const;
  StopToken stop_token();
  Status finish(Status status);

  std::shared_ptr<const Model> model;
  SessionOptions options;
  const KernelTable& kernels;
  Workers workers;
  SessionPlans plans;
  std::atomic<bool> cancelled = false;
};

// Requires: model->read_whole().
const Type& Session::Impl::declared_type(std::size_t input) const {
  const Graph& graph = model->impl().source;
  return graph.value(graph.inputs[input]).type;
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

Status Session::Impl::check_inputs(std::span<const Datum> inputs) const {
  const auto infos = model->inputs();
  if (inputs.size() != infos.size()) {
    return Error{Code::kInvalidArgument,
                 cat("the model takes ", infos.size(), " inputs, is given ", inputs.size())};
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const bool plain = infos[i].is_tensor() && infos[i].dtype != DType::kUndefined;
    if (!plain) MOTE_TRY(model->read_whole());
    if (plain ? fits(TensorType(infos[i].dtype, std::nullopt), inputs[i])
              : fits(declared_type(i), inputs[i])) {
      continue;
    }
    const std::string given = inputs[i].is_tensor() ? std::string(name(inputs[i].tensor().dtype()))
                                                    : std::string(name(inputs[i].kind()));
    return Error{Code::kInvalidArgument,
                 cat("input '", infos[i].name, "' is ", to_string(infos[i]), ", is given ", given)};
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
  return finish(
      cached.plan->run(inputs, {}, outputs, plans.arena().data(), workers, stop, cached.times));
}

Result<std::vector<Tensor>> Session::Impl::run_static(CachedPlan& cached,
                                                      std::span<const TensorView> inputs) {
  std::vector<Tensor> outputs;
  std::vector<MutTensorView> views;
  for (const TensorType& type : cached.plan->outputs()) {
    MOTE_ASSIGN(Tensor t, Tensor::zeros(type.dtype, *type.dims()));
    views.push_back(t.mut());
    outputs.push_back(std::move(t));
  }
  MOTE_TRY(run_static(cached, inputs, views));
  return outputs;
}

Result<std::vector<Datum>> Session::Impl::run_dynamically(CachedPlan& cached,
                                                          std::vector<Datum> inputs) {
  const StopToken stop = stop_token();
  const StoppableLoops stoppable(workers, stop);
  const auto once = [&]() -> Result<std::vector<Datum>> {
    MOTE_ASSIGN(auto budget, plans.budget_of_run());
    BudgetAllocator allocator(std::move(budget));
    const PlanOptions plan_options = plans.plan_options();
    const DynamicContext context{plan_options, allocator, plans.arena(),
                                 workers,      stop,      options.profile};
    return cached.dynamic->run(inputs, {}, context);
  };
  auto outputs = once();
  const bool full = !outputs && outputs.error().code == Code::kResourceExhausted;
  if (full && plans.make_room()) outputs = once();
  if (!outputs) return finish(std::move(outputs).error()).error();
  return outputs;
}

Result<std::vector<Tensor>> Session::Impl::tensors_of(std::vector<Datum> outputs) const {
  std::vector<Tensor> tensors;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (!outputs[i].is_tensor()) {
      return Error{Code::kUnsupported, cat("output '", model->outputs()[i].name, "' is ",
                                           name(outputs[i].kind()), ": use run_data")};
    }
    tensors.push_back(outputs[i].tensor());
  }
  return tensors;
}

Status Session::Impl::copy_out(std::span<const Tensor> from,
                               std::span<const MutTensorView> to) const {
  if (from.size() != to.size()) {
    return Error{Code::kInvalidArgument,
                 cat("the model gives ", from.size(), " outputs, room is given for ", to.size())};
  }
  for (std::size_t i = 0; i < from.size(); ++i) {
    const bool same = from[i].dtype() == to[i].dtype && from[i].dims() == to[i].dims;
    if (!same) {
      return Error{Code::kInvalidArgument,
                   cat("output '", model->outputs()[i].name, "' is ", name(from[i].dtype()),
                       to_string(from[i].dims()), " in this run, room is given for ",
                       name(to[i].dtype), to_string(to[i].dims))};
    }
    MOTE_TRY(copy_elements(from[i].view(), to[i]));
  }
  return {};
}

Session::Session(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Session::~Session() = default;

Result<std::unique_ptr<Session>> Session::create(std::shared_ptr<const Model> model,
                                                 SessionOptions options) {
  return guarded([&]() -> Result<std::unique_ptr<Session>> {
    if (!model->obstacles().empty()) return obstacles_error(*model);
    MOTE_ASSIGN(const KernelTable* kernels, choose_kernels(options.isa));
    if (options.precision == Precision::kFast) {
      if (const KernelTable* fast = fast_kernels(*kernels)) kernels = fast;
    }
    MOTE_TRY(check_pass_names(options.disabled_passes, {model_passes(), lowering_passes()}));
    if (options.threads < 0 || options.threads > 1024) {
      return Error{Code::kInvalidArgument, cat(options.threads, " threads: must be 0 to 1024")};
    }
    const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    const int threads = options.threads == 0 ? cores : options.threads;
    auto impl = std::make_unique<Impl>(std::move(model), std::move(options), *kernels, threads);
    return std::unique_ptr<Session>(new Session(std::move(impl)));
  });
}

const Model& Session::model() const { return *impl_->model; }

Status Session::prepare(std::span<const Dims> input_dims) {
  return guarded([&]() -> Status {
    MOTE_TRY(impl_->plans.plan_for(input_dims));
    return {};
  });
}

Result<std::vector<Dims>> Session::output_dims(std::span<const Dims> input_dims) {
  return guarded([&]() -> Result<std::vector<Dims>> {
    MOTE_ASSIGN(const CachedPlan* cached, impl_->plans.plan_for(input_dims));
    std::vector<Dims> dims;
    for (std::size_t i = 0; i < impl_->model->outputs().size(); ++i) {
      const std::optional<Dims> known = cached->plan
                                            ? cached->plan->outputs()[i].dims()
                                            : cached->dynamic->output_type(i).tensor.dims();
      if (!known) {
        return Error{Code::kUnsupported,
                     cat("the size of output '", impl_->model->outputs()[i].name,
                         "' is known only by running")};
      }
      dims.push_back(*known);
    }
    return dims;
  });
}

Status Session::run(std::span<const TensorView> inputs, std::span<const MutTensorView> outputs) {
  return guarded([&]() -> Status {
    MOTE_TRY(impl_->check_inputs(inputs));
    constexpr std::size_t kMaxOnStack = 16;
    Dims on_stack[kMaxOnStack];
    std::vector<Dims> on_heap;
    if (inputs.size() > kMaxOnStack) on_heap.resize(inputs.size());
    const std::span<Dims> dims(inputs.size() > kMaxOnStack ? on_heap.data() : on_stack,
                               inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) dims[i] = inputs[i].dims;
    MOTE_ASSIGN(CachedPlan * cached, impl_->plans.plan_for(dims));
    if (cached->plan) return impl_->run_static(*cached, inputs, outputs);
    std::vector<Datum> data;
    for (const TensorView& v : inputs)
      data.push_back(Tensor::view(v.dtype, v.dims, v.data, nullptr));
    MOTE_ASSIGN(auto results, impl_->run_dynamically(*cached, std::move(data)));
    MOTE_ASSIGN(const std::vector<Tensor> tensors, impl_->tensors_of(std::move(results)));
    return impl_->copy_out(tensors, outputs);
  });
}

Result<std::vector<Tensor>> Session::run(std::span<const Tensor> inputs) {
  return guarded([&]() -> Result<std::vector<Tensor>> {
    std::vector<TensorView> views;
    std::vector<Dims> dims;
    for (const Tensor& t : inputs) {
      views.push_back(t.view());
      dims.push_back(t.dims());
    }
    MOTE_TRY(impl_->check_inputs(views));
    MOTE_ASSIGN(CachedPlan * cached, impl_->plans.plan_for(dims));
    if (cached->plan) return impl_->run_static(*cached, views);
    MOTE_ASSIGN(auto results, impl_->run_dynamically(*cached, {inputs.begin(), inputs.end()}));
    return impl_->tensors_of(std::move(results));
  });
}

Result<std::vector<Datum>> Session::run_data(std::span<const Datum> inputs) {
  return guarded([&]() -> Result<std::vector<Datum>> {
    MOTE_TRY(impl_->check_inputs(inputs));
    std::vector<Dims> dims;
    std::vector<TensorView> views;
    for (const Datum& datum : inputs) {
      views.push_back(datum.is_tensor() ? datum.tensor().view() : TensorView());
      dims.push_back(views.back().dims);
    }
    MOTE_ASSIGN(CachedPlan * cached, impl_->plans.plan_for(dims));
    if (!cached->plan) return impl_->run_dynamically(*cached, {inputs.begin(), inputs.end()});
    MOTE_ASSIGN(auto outputs, impl_->run_static(*cached, views));
    return std::vector<Datum>(outputs.begin(), outputs.end());
  });
}

void Session::cancel() { impl_->cancelled = true; }

MemoryUse Session::memory() const {
  const CachedPlan* cached = impl_->plans.latest();
  if (cached == nullptr) return {};
  if (!cached->plan) return {impl_->plans.arena().bytes(), cached->packed_bytes(), false};
  return {cached->plan->arena_bytes(), cached->plan->packed_bytes(), true,
          cached->plan->from_cache()};
}

std::vector<StepProfile> Session::profile() const {
  std::vector<StepProfile> profile;
  const CachedPlan* cached = impl_->plans.latest();
  if (cached == nullptr) return profile;
  if (!cached->plan) return cached->dynamic->profile();
  for (std::size_t i = 0; i < cached->plan->steps().size(); ++i) {
    const PlannedStep& s = cached->plan->steps()[i];
    const auto time = cached->times.empty() ? std::chrono::nanoseconds() : cached->times[i];
    profile.push_back({s.node, s.op, std::string(s.step->kernel()), time, s.macs, s.bytes});
  }
  return profile;
}

std::string_view Session::isa() const { return impl_->kernels.isa; }
std::string_view Session::products() const { return impl_->kernels.products; }

}  // namespace mote
