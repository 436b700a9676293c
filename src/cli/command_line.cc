#include "cli/command_line.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <exception>

#include "cli/commands.h"
#include "cli/terminal/interrupt.h"
#include "cli/terminal/output.h"
#include "tasks/nearest.h"

namespace mote::cli {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

constexpr std::string_view kExamples = R"(Examples:
  mote inspect model.onnx
  mote run model.onnx --image photo.jpg
  mote eval model.onnx --data photos/
  mote bench model.onnx --threads 4 --profile
  mote verify tests/

Each command has --help. Exit status: 0 done, 1 failed, 2 wrong usage.
)";

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

// Null if there is none.
const CLI::App* find_command(const CLI::App& app, const std::string& name) {
  for (const CLI::App* command : commands_of(app)) {
    if (command->get_name() == name) return command;
  }
  return nullptr;
}

void add_help(CLI::App& app, Action& action) {
  CLI::App* help = app.add_subcommand("help", "what a command does and its flags");
  auto name = std::make_shared<std::string>();
  help->add_option("COMMAND", *name, "one of the commands")
      ->check([&app](const std::string& wanted) {
        return find_command(app, wanted) ? "" : fmt::format("there is no command '{}'", wanted);
      });
  help->callback([&app, &action, name] {
    action = [&app, name]() -> Result<int> {
      put(name->empty() ? app.help() : find_command(app, *name)->help("mote"));
      return 0;
    };
  });
}

void add_commands(CLI::App& app, Action& action) {
  app.set_version_flag("--version", "mote " MOTE_VERSION);
  app.footer(std::string(kExamples));
  app.require_subcommand(1);
  add_inspect(app, action);
  add_run(app, action);
  add_eval(app, action);
  add_bench(app, action);
  add_verify(app, action);
  add_help(app, action);
}

// "mote bench" if the arguments came as far as naming a command.
std::string name_of(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? "mote" : fmt::format("mote {}", commands.front()->get_name());
}

int explain_usage(std::string_view command, std::string_view what) {
  const std::string lines =
      fmt::format("{}: {}\n  see: {} --help\n", command, printable(what), command);
  std::fputs(lines.c_str(), stderr);
  return kWrongUsage;
}

// Empty, or what is wrong with the word that should be a command.
std::string check_command(const CLI::App& app, int argc, const char* const* argv) {
  if (argc < 2) return "which command?";
  const std::string_view word = argv[1];
  if (word.starts_with('-') || find_command(app, std::string(word)) != nullptr) return "";
  std::vector<std::string> names;
  for (const CLI::App* command : commands_of(app)) names.push_back(command->get_name());
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string_view near = nearest_name(word, views);
  return fmt::format("there is no command '{}'{}", word,
                     near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
}

int perform(const Action& action) {
  auto status = action();
  if (!status) {
    // A session only knows that it was cancelled; here it is known by whom.
    const Status interrupted = Interrupt::check();
    const bool by_signal = status.error().code == Code::kCancelled && !interrupted;
    print_error(by_signal ? interrupted.error() : status.error());
    return kFailed;
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    print_error({Code::kIo, "standard output: cannot be written (disk full?)"});
    return kFailed;
  }
  return *status;
}

int parse_and_perform(int argc, const char* const* argv) {
  Action action;
  CLI::App app{"Mote takes a trained model to the devices where its users are.", "mote"};
  add_commands(app, action);
  if (const std::string wrong = check_command(app, argc, argv); !wrong.empty()) {
    return explain_usage("mote", wrong);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    return explain_usage(name_of(app), error.what());
  }
  return perform(action);
}

}  // namespace

// The libraries beneath throw when memory runs out; nothing else is known to arrive here.
int run_command_line(int argc, const char* const* argv) {
  try {
    return parse_and_perform(argc, argv);
  } catch (const std::bad_alloc&) {
    print_error({Code::kResourceExhausted, "out of memory"});
  } catch (const std::exception& error) {
    print_error({Code::kInternal, error.what()});
  }
  return kFailed;
}

}  // namespace mote::cli
