// mote run --audio: where in a recording a model hears speech.
#pragma once
#include <filesystem>

#include "cli/flags/runtime_flags.h"
#include "cli/flags/task_flags.h"
#include "mote/session.h"

namespace mote::cli {

struct AudioRun {
  std::filesystem::path audio;  // a file, or a folder of WAV files
  std::filesystem::path output_dir;
  std::size_t top = 5;
  bool json = false;
  const RuntimeFlags* runtime = nullptr;
};

// The .wav and .wave files that `audio` is or holds. Errors: kNotFound: none.
Result<std::vector<std::filesystem::path>> list_sounds(const std::filesystem::path& audio);

// The segments of each file; the best classes of a model that takes features of sound. Files that
// cannot be used are told on standard error, and make the result 1 instead of 0. Errors: kNotFound:
// no files; those that every file would have.
Result<int> run_audio(Session& session, const ModelTask& task, const AudioRun& run);

}  // namespace mote::cli
