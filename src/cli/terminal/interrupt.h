// Ctrl-C ends a run at its next step, so that what was found so far can be told.
#pragma once
#include "mote/result.h"
#include "mote/session.h"

namespace mote::cli {

// While one lives, the first SIGINT or SIGTERM cancels the watched session and sets interrupted();
// another one, over a second later, ends the program. One at a time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();  // restores what was there
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // null: none. A watched session outlives the watching.
  static void watch(Session* session);
  static bool interrupted();
  // Errors: kCancelled, if interrupted().
  static Status check();
};

}  // namespace mote::cli
