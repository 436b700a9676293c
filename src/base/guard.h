// The last catch where no exception may leave, memory's end included.
#pragma once
#include <exception>
#include <new>
#include <stdexcept>

#include "mote/result.h"

namespace mote {

// What f() returns, a Status or Result. f reports what it expects; here is left what the standard
// library throws.
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
  } catch (...) {
    return Error{Code::kInternal, "an unknown exception"};
  }
}

}  // namespace mote
