// Any text as a task description: an error, or a description that reads back as it is written.
#include "base/check.h"
#include "tasks/task_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto task = mote::parse_task({reinterpret_cast<const char*>(data), size});
  if (!task) {
    MOTE_CHECK(!task.error().message.empty());
    return 0;
  }
  const auto again = mote::parse_task(mote::to_json(*task));
  MOTE_CHECK(again);
  MOTE_CHECK(*again == *task);
  return 0;
}
