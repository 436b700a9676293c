// Session: runs a model.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mote/datum.h"
#include "mote/model.h"
#include "mote/result.h"
#include "mote/tensor.h"

namespace mote {

enum class Precision : std::uint8_t {
  kExact,  // products of f32 in f32
  // Their factors rounded to bf16 or f16, where the CPU has units for that; sums stay f32.
  // Session::products() says what it came to.
  kFast,
};

struct SessionOptions {
  // Threads that share the work of a run, the caller's among them. 0: one for each core.
  int threads = 0;
  // Ceiling for packed weights, working memory and the tensors of a run, together.
  std::uint64_t memory_budget_bytes = std::uint64_t{4} << 30;
  // A run that takes longer ends with kCancelled.
  std::optional<std::chrono::nanoseconds> deadline = {};
  // Kernel variant: "scalar", "avx2", "avx512"; "": the best, or what MOTE_ISA names.
  std::string isa = {};
  Precision precision = Precision::kExact;
  // Plans for this many combinations of input sizes are kept; the least recently used goes first.
  std::size_t kept_plans = 8;
  // CPUs, by the system's numbers, that threads after the caller's are bound to, in turn; empty:
  // the system places them.
  std::vector<int> cpus = {};
  // Measures each step of a run; see Session::profile().
  bool profile = false;
  // False: every operator by its reference, no rewriting: slow, and what the rest is checked with.
  bool optimize = true;
  // Names of rewrites to leave out.
  std::vector<std::string> disabled_passes = {};
};

// How long one step of a plan has taken, summed over runs.
struct StepProfile {
  std::string node;
  std::string op;
  std::string kernel;
  std::chrono::nanoseconds time{};
  std::int64_t macs = 0;   // multiply-accumulates of one run
  std::int64_t bytes = 0;  // that one run reads and writes: operands and packed weights
};

struct MemoryUse {
  std::uint64_t arena_bytes = 0;   // intermediate tensors and scratch
  std::uint64_t packed_bytes = 0;  // weights in the kernels' layouts
  bool is_static = true;           // false: sizes are known only as it runs, tensors are allocated
  bool from_cache = false;         // the plan, packed weights and all, was mapped from a file
};

// Runs one Model, one thread at a time. Owns all working memory; the Model may be shared.
class Session {
 public:
  // Errors: kUnsupported, naming everything that keeps the model from running;
  // kInvalidArgument: an isa that this machine or build has not.
  static Result<std::unique_ptr<Session>> create(std::shared_ptr<const Model> model,
                                                 SessionOptions options = {});
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const Model& model() const;

  // Chooses kernels, packs weights and takes memory for inputs of these sizes, so that runs need
  // not. Errors: kInvalidArgument (sizes that the model does not take), kUnsupported,
  // kResourceExhausted.
  Status prepare(std::span<const Dims> input_dims);
  // input_dims: rank 0 for inputs that are no tensors.
  // The sizes that inputs of these sizes give. Errors: as prepare; kUnsupported: known only by
  // running.
  Result<std::vector<Dims>> output_dims(std::span<const Dims> input_dims);

  // inputs: as model().inputs(). Fills outputs, whose sizes must be right. Allocates nothing when
  // prepared for these sizes and memory().is_static.
  // Errors: kInvalidArgument (number, dtype or sizes of tensors; an index in the data that is out
  // of range); kCancelled; those of prepare.
  Status run(std::span<const TensorView> inputs, std::span<const MutTensorView> outputs);
  // The same into new tensors. Errors: kUnsupported: an output that is no tensor.
  Result<std::vector<Tensor>> run(std::span<const Tensor> inputs);
  // The same of anything that the model takes and gives: sequences, maps, optionals.
  Result<std::vector<Datum>> run_data(std::span<const Datum> inputs);

  // Ends the current run, or the next one if none is on, with kCancelled. Any thread may call it.
  void cancel();

  // Of the plan that ran or was prepared last.
  MemoryUse memory() const;
  // Its steps in order; times are zero unless SessionOptions::profile.
  std::vector<StepProfile> profile() const;
  // The kernel variant in use: "avx512".
  std::string_view isa() const;
  // The type to which factors of f32 products are rounded: "f32", "bf16".
  std::string_view products() const;

 private:
  struct Impl;
  explicit Session(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mote
