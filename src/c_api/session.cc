// mote_session_…
#include "base/result.h"
#include "base/text.h"
#include "c_api/handles.h"
#include "ir/foreign_data.h"

using namespace mote::c_api;

namespace {

constexpr std::size_t kMaxOnStack = 16;

// Room for `count` things, on the stack unless they are many.
template <class T>
class Room {
 public:
  explicit Room(std::size_t count) {
    if (count > kMaxOnStack) heap_.resize(count);
    span_ = {count > kMaxOnStack ? heap_.data() : stack_, count};
  }
  T& operator[](std::size_t i) { return span_[i]; }
  operator std::span<const T>() const { return span_; }

 private:
  T stack_[kMaxOnStack] = {};
  std::vector<T> heap_;
  std::span<T> span_;
};

template <class View>
mote::Status to_view(const mote_buffer& buffer, View& view) {
  MOTE_ASSIGN(view.dtype, dtype_of(buffer.dtype));
  MOTE_ASSIGN(view.dims, dims_of(buffer.sizes, buffer.rank));
  if (view.dtype == mote::DType::kString) {
    return mote::Error{mote::Code::kInvalidArgument, "strings are in no buffer"};
  }
  MOTE_ASSIGN(const std::uint64_t bytes, mote::byte_size(view.dtype, view.dims));
  if (buffer.data == nullptr && bytes > 0) {
    return mote::Error{mote::Code::kInvalidArgument, "a buffer's data are null"};
  }
  MOTE_TRY(check_aligned(buffer.data, view.dtype));
  view.data = buffer.data;
  return {};
}

mote::Status give_outputs(std::vector<mote::Datum> results, mote_value** outputs, size_t count) {
  if (results.size() != count) {
    return mote::Error{
        mote::Code::kInvalidArgument,
        mote::cat("the model gives ", results.size(), " outputs, room is given for ", count)};
  }
  std::vector<std::unique_ptr<mote_value>> made;
  made.reserve(count);
  for (mote::Datum& d : results) {
    made.push_back(std::make_unique<mote_value>(mote_value{std::move(d)}));
  }
  for (std::size_t i = 0; i < count; ++i) outputs[i] = made[i].release();
  return {};
}

}  // namespace

mote_code mote_session_create(const mote_model* model, const mote_options* options,
                              mote_session** session) {
  if (model == nullptr || session == nullptr) return null_argument();
  return guarded([&]() -> mote::Status {
    MOTE_ASSIGN(auto made,
                mote::Session::create(
                    model->model, options == nullptr ? mote::SessionOptions() : options->session));
    *session = new mote_session{std::move(made)};
    return {};
  });
}

void mote_session_free(mote_session* session) { delete session; }

mote_code mote_session_run(mote_session* session, const mote_value* const* inputs,
                           size_t input_count, mote_value** outputs, size_t output_count) {
  if (session == nullptr || (inputs == nullptr && input_count > 0) ||
      (outputs == nullptr && output_count > 0)) {
    return null_argument();
  }
  return guarded([&]() -> mote::Status {
    std::vector<mote::Datum> data;
    for (std::size_t i = 0; i < input_count; ++i) {
      data.push_back(inputs[i] == nullptr ? mote::Datum() : inputs[i]->datum);
    }
    MOTE_ASSIGN(auto results, session->session->run_data(data));
    return give_outputs(std::move(results), outputs, output_count);
  });
}

mote_code mote_session_run_into(mote_session* session, const mote_buffer* inputs,
                                size_t input_count, const mote_buffer* outputs,
                                size_t output_count) {
  if (session == nullptr || (inputs == nullptr && input_count > 0) ||
      (outputs == nullptr && output_count > 0)) {
    return null_argument();
  }
  return guarded([&]() -> mote::Status {
    Room<mote::TensorView> in(input_count);
    Room<mote::MutTensorView> out(output_count);
    for (std::size_t i = 0; i < input_count; ++i) {
      MOTE_TRY(to_view(inputs[i], in[i]));
      MOTE_TRY(mote::check_bools(in[i]));
    }
    for (std::size_t i = 0; i < output_count; ++i) MOTE_TRY(to_view(outputs[i], out[i]));
    return session->session->run(std::span<const mote::TensorView>(in),
                                 std::span<const mote::MutTensorView>(out));
  });
}

const char* mote_session_products(const mote_session* session) {
  return session != nullptr ? session->session->products().data() : "";  // a literal
}

int32_t mote_session_is_static(const mote_session* session) {
  return session != nullptr && session->session->memory().is_static ? 1 : 0;
}

void mote_session_cancel(mote_session* session) {
  if (session != nullptr) session->session->cancel();
}
