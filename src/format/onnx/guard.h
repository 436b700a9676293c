// The last catch of this layer: no exception leaves it, memory's end included.
#pragma once
#include <exception>
#include <new>
#include <stdexcept>

#include "base/result.h"

namespace mote::onnx {

// What f() returns. f catches what it expects; here is left what the standard library throws.
template <class F>
auto guarded(const F& f) -> decltype(f()) {
  try {
    return f();
  } catch (const std::bad_alloc&) {
    return Error{Code::kResourceExhausted, "no memory left"};
  } catch (const std::length_error&) {
    return Error{Code::kResourceExhausted, "no memory left"};
  } catch (const std::exception& e) {
    return Error{Code::kInternal, e.what()};
  }
}

}  // namespace mote::onnx
