// Budget: counts what hostile bytes could make us allocate, before it is allocated.
#pragma once
#include <cstdint>

#include "base/result.h"
#include "base/text.h"

namespace mote {

class Budget {
 public:
  explicit Budget(std::uint64_t max_bytes) : max_(max_bytes), left_(max_bytes) {}

  // Errors: kResourceExhausted.
  Status take(std::uint64_t bytes) {
    if (bytes > left_) {
      return Error{Code::kResourceExhausted,
                   cat("reading takes more than the ", human_bytes(max_), " granted")};
    }
    left_ -= bytes;
    return {};
  }

 private:
  std::uint64_t max_;
  std::uint64_t left_;
};

}  // namespace mote
