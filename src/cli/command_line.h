// The command line as a whole: from arguments to an exit status.
#pragma once

namespace mote::cli {

// 0: done; 1: failed; 2: the arguments are wrong.
int run_command_line(int argc, const char* const* argv);

}  // namespace mote::cli
