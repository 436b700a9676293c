// Any bytes as an .npy file and as an .npz: an error, or arrays within the budget that write_npy
// writes so that they read back.
#include "base/check.h"
#include "measure/npy.h"
#include "measure/npz.h"

namespace {

constexpr std::uint64_t kBudget = 1 << 22;

void check(const mote::Result<mote::Tensor>& tensor) {
  if (!tensor) {
    MOTE_CHECK(!tensor.error().message.empty());
    return;
  }
  MOTE_CHECK(tensor->bytes() <= kBudget);
  const auto file = mote::write_npy(*tensor);
  MOTE_CHECK(file);
  const auto again = mote::read_npy(*file);
  MOTE_CHECK(again && mote::equal(*again, *tensor));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  check(mote::read_npy(bytes, kBudget));
  const auto names = mote::npz_names(bytes);
  if (!names) return 0;
  for (const std::string& name : *names) check(mote::read_npz(bytes, name, kBudget));
  return 0;
}
