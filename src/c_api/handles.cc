#include "c_api/handles.h"

#include "base/result.h"
#include "base/text.h"
#include "ir/foreign_data.h"

namespace mote::c_api {
namespace {

// Of fixed size: keeping a message must not need memory.
thread_local char last_error[1024] = "";

}  // namespace

mote_code fail(mote_code code, const char* message) noexcept {
  std::size_t n = 0;
  for (; message[n] != '\0' && n + 1 < sizeof last_error; ++n) last_error[n] = message[n];
  last_error[n] = '\0';
  return code;
}

mote_code fail(const Error& error) noexcept {
  return fail(static_cast<mote_code>(static_cast<int>(error.code) + 1), error.message.c_str());
}

mote_code null_argument() noexcept { return fail(MOTE_INVALID_ARGUMENT, "an argument is null"); }

Result<Dims> dims_of(const std::int64_t* sizes, std::int32_t rank) {
  if (rank < 0 || rank > kMaxRank) {
    return Error{Code::kInvalidArgument, cat("rank ", rank, " is outside [0, ", kMaxRank, "]")};
  }
  if (sizes == nullptr && rank > 0) return Error{Code::kInvalidArgument, "sizes are null"};
  return Dims(std::span(sizes, static_cast<std::size_t>(rank)));
}

Result<DType> dtype_of(mote_dtype dtype) {
  const int number = static_cast<int>(dtype);
  if (number < 1 || number > static_cast<int>(DType::kS2)) {
    return Error{Code::kInvalidArgument, cat("there is no element type ", number)};
  }
  return static_cast<DType>(number);
}

Status check_aligned(const void* data, DType dtype) {
  if (is_aligned(data, dtype)) return {};
  return Error{Code::kInvalidArgument, cat("data at an odd address: ", name(dtype),
                                           " must be aligned to the size of an element")};
}

}  // namespace mote::c_api

using namespace mote::c_api;

static_assert(MOTE_INTERNAL == static_cast<int>(mote::Code::kInternal) + 1);
static_assert(MOTE_S2 == static_cast<int>(mote::DType::kS2));
static_assert(MOTE_MAP == static_cast<int>(mote::Datum::Kind::kMap));

uint32_t mote_api_version(void) { return MOTE_API_VERSION; }

const char* mote_last_error(void) { return last_error; }

mote_code mote_options_create(mote_options** options) {
  if (options == nullptr) return null_argument();
  return guarded([&]() -> mote::Status {
    *options = new mote_options();
    return {};
  });
}

void mote_options_free(mote_options* options) { delete options; }

mote_code mote_options_set_memory_budget(mote_options* options, uint64_t bytes) {
  if (options == nullptr) return null_argument();
  options->model.memory_budget_bytes = bytes;
  options->session.memory_budget_bytes = bytes;
  return MOTE_OK;
}

mote_code mote_options_set_threads(mote_options* options, int32_t threads) {
  if (options == nullptr) return null_argument();
  if (threads < 0) return fail(MOTE_INVALID_ARGUMENT, "the number of threads is negative");
  options->session.threads = threads;
  return MOTE_OK;
}

mote_code mote_options_set_deadline(mote_options* options, uint64_t nanoseconds) {
  if (options == nullptr) return null_argument();
  constexpr uint64_t kMost = std::numeric_limits<std::int64_t>::max() / 2;
  options->session.deadline.reset();
  if (nanoseconds > 0) {
    const auto ns = static_cast<std::int64_t>(nanoseconds < kMost ? nanoseconds : kMost);
    options->session.deadline = std::chrono::nanoseconds(ns);
  }
  return MOTE_OK;
}

mote_code mote_options_set_signature(mote_options* options, const char* signature) {
  if (options == nullptr || signature == nullptr) return null_argument();
  return guarded([&]() -> mote::Status {
    options->model.signature = signature;
    return {};
  });
}

mote_code mote_options_set_plan_cache(mote_options* options, const char* folder) {
  if (options == nullptr || folder == nullptr) return null_argument();
  return guarded([&]() -> mote::Status {
    options->model.plan_cache = folder;
    return {};
  });
}

mote_code mote_options_set_precision(mote_options* options, mote_precision precision) {
  if (options == nullptr) return null_argument();
  if (precision != MOTE_EXACT && precision != MOTE_FAST) {
    return fail(MOTE_INVALID_ARGUMENT, "the precision is neither exact nor fast");
  }
  options->session.precision =
      precision == MOTE_FAST ? mote::Precision::kFast : mote::Precision::kExact;
  return MOTE_OK;
}

mote_code mote_options_set_isa(mote_options* options, const char* isa) {
  if (options == nullptr || isa == nullptr) return null_argument();
  return guarded([&]() -> mote::Status {
    options->session.isa = isa;
    return {};
  });
}
