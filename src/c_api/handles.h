// What the handles of <mote/mote.h> stand for, and the border that nothing thrown crosses.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/guard.h"
#include "mote/datum.h"
#include "mote/model.h"
#include "mote/mote.h"
#include "mote/session.h"

struct mote_options {
  mote::ModelOptions model;
  mote::SessionOptions session;
};

struct mote_model {
  std::shared_ptr<const mote::Model> model;
  std::vector<std::string> types[2];  // in words, of inputs and outputs
};

struct mote_value {
  mote::Datum datum;
};

struct mote_session {
  std::unique_ptr<mote::Session> session;
};

namespace mote::c_api {

// Keeps the message for mote_last_error().
mote_code fail(const Error& error) noexcept;
mote_code fail(mote_code code, const char* message) noexcept;

mote_code null_argument() noexcept;

// Calls f, which returns a Status; whatever it throws becomes a code.
template <class F>
mote_code guarded(const F& f) noexcept {
  const Status status = mote::guarded([&]() -> Status { return f(); });
  return status ? MOTE_OK : fail(status.error());
}

// Errors: kInvalidArgument: a rank out of range, no sizes, no such dtype.
Result<Dims> dims_of(const std::int64_t* sizes, std::int32_t rank);
Result<DType> dtype_of(mote_dtype dtype);
// Errors: kInvalidArgument: memory of the caller's that cannot be read as elements of `dtype`.
Status check_aligned(const void* data, DType dtype);

}  // namespace mote::c_api
