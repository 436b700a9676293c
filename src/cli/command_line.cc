#include "cli/command_line.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <exception>
#include <sstream>

#include "cli/commands.h"
#include "cli/terminal/interrupt.h"
#include "cli/terminal/output.h"
#include "measure/model_images.h"
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
  mote parity model.tflite model.onnx
  mote slim model.onnx -o slim.cmake

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
  add_convert(app, action);
  add_parity(app, action);
  add_slim(app, action);
  add_help(app, action);
}

// "mote bench" if the arguments came as far as naming a command.
std::string name_of(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? "mote" : fmt::format("mote {}", commands.front()->get_name());
}

// what: one line, or two, where the second says what to do.
int explain_usage(std::string_view command, std::string_view what) {
  const auto at = what.find('\n');
  const std::string advice = at == std::string_view::npos ? fmt::format("see: {} --help", command)
                                                          : printable(what.substr(at + 1));
  const std::string lines =
      fmt::format("{}: {}\n  {}\n", command, printable(what.substr(0, at)), advice);
  std::fputs(lines.c_str(), stderr);
  return kWrongUsage;
}

// Empty, or what is wrong with the word that should be a command.
std::string check_command(const CLI::App& app, int argc, const char* const* argv) {
  if (argc < 2) return "which command?";
  const std::string_view word = argv[1];
  if (find_command(app, std::string(word)) != nullptr) return "";
  if (word == "--help" || word == "-h" || word == "--version") return "";
  if (word.starts_with('-')) {
    return fmt::format("there is no flag '{}' before a command; flags come after it", word);
  }
  std::vector<std::string> names;
  for (const CLI::App* command : commands_of(app)) names.push_back(command->get_name());
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string_view near = nearest_name(word, views);
  return fmt::format("there is no command '{}'{}", word,
                     near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
}

bool is_wrong_usage(const Error& error) {
  return error.code == Code::kInvalidArgument && error.message.starts_with("--");
}

// Which word was not expected, and which flag it may stand for.
std::string explain_extra(const CLI::App& app) {
  const CLI::App& command = app.get_subcommands().empty() ? app : *app.get_subcommands().front();
  const std::vector<std::string> words = app.remaining(true);
  if (words.empty()) return "too many arguments";
  if (!words[0].starts_with('-')) return fmt::format("'{}' is one argument too many", words[0]);
  std::vector<std::string> flags;
  for (const CLI::Option* option : command.get_options()) flags.push_back(option->get_name());
  const std::vector<std::string_view> views(flags.begin(), flags.end());
  const std::string_view near = nearest_name(words[0].substr(0, words[0].find('=')), views);
  return fmt::format("there is no flag '{}'{}", words[0],
                     near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
}

std::string explain_parse(const CLI::App& app, const CLI::ParseError& error) {
  std::string what = error.what();
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) return explain_extra(app);
  // "--threads: 1 required INT:INT in [0 - 1024] missing"
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr && what.ends_with(" missing")) {
    return fmt::format("{}: its value is missing", what.substr(0, what.find(':')));
  }
  return what;
}

int flush_output(int status) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
  print_error({Code::kIo, "standard output: cannot be written (disk full?)"});
  return kFailed;
}

int perform(const Action& action, const std::string& command) {
  auto status = action();
  if (!status) {
    if (is_wrong_usage(status.error())) return explain_usage(command, status.error().message);
    // A session only knows that it was cancelled; here it is known by whom.
    const Status interrupted = Interrupt::check();
    const bool by_signal = status.error().code == Code::kCancelled && !interrupted;
    print_error(by_signal ? interrupted.error() : status.error());
    return kFailed;
  }
  return flush_output(*status);
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
    std::ostringstream text;
    app.exit(asked, text, text);
    put(text.str());
    return flush_output(0);
  } catch (const CLI::ParseError& error) {
    return explain_usage(name_of(app), explain_parse(app, error));
  }
  return perform(action, name_of(app));
}

}  // namespace

// The libraries beneath throw when memory runs out; nothing else is known to arrive here.
int run_command_line(int argc, const char* const* argv) {
  try {
    install_image_decoder();
    return parse_and_perform(argc, argv);
  } catch (const std::bad_alloc&) {
    print_error({Code::kResourceExhausted, "out of memory"});
  } catch (const std::exception& error) {
    print_error({Code::kInternal, error.what()});
  }
  return kFailed;
}

}  // namespace mote::cli
