// The commands of `mote`: each adds itself, its flags and its help to the command line.
#pragma once
#include <CLI/App.hpp>
#include <functional>

#include "mote/result.h"

namespace mote::cli {

// What a parsed command line asks for. Returns the exit status: 0, or 1 if it has told what failed.
// Errors: kInvalidArgument whose message begins with a flag ("--size x=a: ...") is wrong usage.
using Action = std::function<Result<int>()>;

// Parsing sets `action`, which outlives the app.
void add_inspect(CLI::App& app, Action& action);
void add_run(CLI::App& app, Action& action);
void add_eval(CLI::App& app, Action& action);
void add_bench(CLI::App& app, Action& action);
void add_verify(CLI::App& app, Action& action);
void add_convert(CLI::App& app, Action& action);
void add_parity(CLI::App& app, Action& action);
void add_slim(CLI::App& app, Action& action);

}  // namespace mote::cli
