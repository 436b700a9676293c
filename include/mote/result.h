// Result<T>: a value or an Error. The only way a fallible function of Mote reports failure.
#pragma once
#include <concepts>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace mote {

enum class Code {
  kInvalidArgument,    // the caller's value is wrong: a flag, a shape, a name
  kNotFound,           // no such file, input, operator
  kUnsupported,        // understood, and not something that this build does
  kCorrupt,            // bytes that are not what their format says
  kIo,                 // the operating system failed to read or write
  kResourceExhausted,  // more memory than the budget grants
  kUnavailable,        // works later
  kCancelled,          // by the caller, or the deadline passed
  kInternal,           // a defect of this project
};

// What went wrong, in words a user can act on. Messages name the thing and the bound:
// "node 'probs' (Softmax): axis 4 is outside [-2, 1]".
struct Error {
  Code code;
  std::string message;

  // The same error with "context: " put before the message. Called once for each layer crossed.
  Error with_context(std::string_view context) && {
    message.insert(0, ": ").insert(0, context);
    return std::move(*this);
  }
};

// [[nodiscard]] on the class: an ignored Result is a warning, and an error in our builds.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(Error&& error) : state_(std::in_place_index<1>, std::move(error)) {}
  Result(const Error& error) : state_(std::in_place_index<1>, error) {}
  template <class U = T>
  requires(std::convertible_to<U&&, T> && !std::same_as<std::remove_cvref_t<U>, Error> &&
           !std::same_as<std::remove_cvref_t<U>, Result>) Result(U&& value)  // NOLINT
      : state_(std::in_place_index<0>, std::forward<U>(value)) {}

  explicit operator bool() const { return state_.index() == 0; }

  // Requires: *this holds a value.
  T& operator*() & { return *checked(std::get_if<0>(&state_)); }
  const T& operator*() const& { return *checked(std::get_if<0>(&state_)); }
  T&& operator*() && { return std::move(*checked(std::get_if<0>(&state_))); }
  T* operator->() { return checked(std::get_if<0>(&state_)); }
  const T* operator->() const { return checked(std::get_if<0>(&state_)); }

  // Requires: *this holds an error.
  Error& error() & { return *checked(std::get_if<1>(&state_)); }
  const Error& error() const& { return *checked(std::get_if<1>(&state_)); }
  Error&& error() && { return std::move(*checked(std::get_if<1>(&state_))); }

 private:
  template <class P>
  static P* checked(P* p) {
    if (p == nullptr) [[unlikely]]
      std::abort();
    return p;
  }

  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error&& error) : error_(std::move(error)) {}
  Result(const Error& error) : error_(error) {}

  explicit operator bool() const { return !error_; }

  // Requires: *this holds an error.
  Error& error() & { return check(), *error_; }
  const Error& error() const& { return check(), *error_; }
  Error&& error() && { return check(), *std::move(error_); }

 private:
  void check() const {
    if (!error_) [[unlikely]]
      std::abort();
  }

  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace mote
