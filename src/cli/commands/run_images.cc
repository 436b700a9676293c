#include "cli/commands/run_images.h"

#include <algorithm>
#include <array>

#include "base/clock.h"
#include "base/file_system.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/commands/tensor_report.h"
#include "cli/terminal/interrupt.h"
#include "cli/terminal/progress.h"
#include "measure/image_tensor.h"
#include "tasks/class_scores.h"
#include "tasks/labels.h"

namespace mote::cli {
namespace {

namespace fs = std::filesystem;

bool is_image_name(const std::string& name) {
  std::string extension = fs::path(name).extension().native();
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  constexpr std::array<std::string_view, 3> kExtensions = {".jpg", ".jpeg", ".png"};
  return std::ranges::find(kExtensions, extension) != kExtensions.end();
}

Result<std::vector<fs::path>> list_images(const fs::path& path) {
  const FileSystem& files = FileSystem::real();
  if (!files.is_directory(path)) return std::vector<fs::path>{path};
  MOTE_ASSIGN(const std::vector<std::string> names, files.list(path));
  std::vector<fs::path> images;
  for (const std::string& name : names) {
    if (is_image_name(name) && files.is_file(path / name)) images.push_back(path / name);
  }
  if (!images.empty()) return images;
  return Error{Code::kNotFound, cat(path.native(), ": holds no .jpg, .jpeg or .png file")};
}

bool may_be_image(const TensorInfo& info) {
  return info.dtype == DType::kF32 || info.dtype == DType::kU8 || info.dtype == DType::kS8;
}

class ImageRunner {
 public:
  ImageRunner(Session& session, const ModelTask& task, ImageRun& run)
      : session_(session), task_(task), run_(run), folder_(run.output_dir) {}

  // Errors: kInvalidArgument: no input is an image.
  Status find_input() {
    const InputDescription* image = task_.image_input();
    if (image == nullptr) {
      const bool possible = std::ranges::any_of(session_.model().inputs(), may_be_image);
      return advise({Code::kInvalidArgument, "no input of the model is known as an image"},
                    possible
                        ? "describe it in a .task.json beside the model, or by --size and --layout"
                        : "images become f32, u8 or s8, which no input is: give arrays by --input");
    }
    rule_ = &image->image;
    input_ = static_cast<std::size_t>(session_.model().input_index(image->name));
    if (run_.inputs[input_]) {
      return Error{Code::kInvalidArgument,
                   cat("--input ", image->name, ": that is the input which --image feeds")};
    }
    if (const OutputDescription* scores = task_.scores_output()) {
      scores_ = scores;
      scores_index_ = static_cast<std::size_t>(session_.model().output_index(scores->name));
    }
    return {};
  }

  // Errors name the file, of the image or of an output.
  Status run_one(const fs::path& path) {
    const DType dtype = session_.model().inputs()[input_].dtype;
    MOTE_ASSIGN(run_.inputs[input_],
                read_image_tensor(path, *rule_, dtype, run_.runtime->memory_budget()));
    Json entry{{"image", path.native()}};
    auto outputs = classify(path, entry);
    if (!outputs) return std::move(outputs).error().with_context(path.native());
    MOTE_TRY(write(path, *outputs));
    if (run_.json) json_.push_back(std::move(entry));
    return {};
  }

  const Json& json() const { return json_; }

 private:
  Result<std::vector<Tensor>> classify(const fs::path& path, Json& entry) {
    const auto begin = Clock::real().now();
    MOTE_ASSIGN(std::vector<Tensor> outputs, session_.run(run_.inputs));
    const std::chrono::duration<double, std::milli> time = Clock::real().now() - begin;
    if (scores_ != nullptr) {
      MOTE_TRY(tell_classes(path, outputs[scores_index_], entry));
    } else {
      MOTE_TRY(tell_tensors(path, outputs, entry));
    }
    entry["ms"] = time.count();
    return outputs;
  }

  Status tell_classes(const fs::path& path, const Tensor& output, Json& entry) {
    MOTE_ASSIGN(const ClassScores scores, class_scores(output, scores_->activation));
    MOTE_TRY(check_label_count(*scores_, task_.labels, static_cast<std::size_t>(scores.classes)));
    const auto best = top_k(scores.row(0), run_.top);
    std::string line;
    entry["classes"] = Json::array();
    for (const auto& [index, score] : best) {
      const auto at = static_cast<std::size_t>(index);
      const std::string label = task_.labels.empty() ? cat(index) : task_.labels[at];
      line += cat(line.empty() ? "" : ", ", label, " ", score_text(score));
      entry["classes"].push_back({{"index", index}, {"label", label}, {"score", score}});
    }
    if (!run_.json) say("{}: {}", printable(path.native()), printable(line));
    return {};
  }

  std::string score_text(float score) const {
    if (scores_->activation == Activation::kNone) return fmt::format("{:.4g}", score);
    return fmt::format("{:.1f} %", 100 * score);
  }

  Status tell_tensors(const fs::path& path, const std::vector<Tensor>& outputs, Json& entry) const {
    if (!run_.json) say("{}", printable(path.native()));
    entry["outputs"] = Json::array();
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const std::string& name = session_.model().outputs()[i].name;
      if (run_.json) {
        MOTE_ASSIGN(Json json, tensor_json(name, outputs[i]));
        entry["outputs"].push_back(std::move(json));
      } else {
        MOTE_TRY(print_text("  " + name, outputs[i]));
      }
    }
    return {};
  }

  Status write(const fs::path& path, const std::vector<Tensor>& outputs) {
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const std::string& name = session_.model().outputs()[i].name;
      MOTE_TRY(folder_.write(cat(path.filename().native(), ".", name), outputs[i]));
    }
    return {};
  }

  Session& session_;
  const ModelTask& task_;
  ImageRun& run_;
  NpyFolder folder_;
  std::size_t input_ = 0;
  const ImageRule* rule_ = nullptr;
  const OutputDescription* scores_ = nullptr;
  std::size_t scores_index_ = 0;
  Json json_ = Json::array();
};

}  // namespace

Result<int> run_images(Session& session, const ModelTask& task, ImageRun run) {
  MOTE_ASSIGN(const std::vector<fs::path> images, list_images(run.images));
  ImageRunner runner(session, task, run);
  MOTE_TRY(runner.find_input());
  Progress progress("running");
  std::int64_t done = 0;
  int status = 0;
  for (const fs::path& path : images) {
    if (run.json) progress.show(done++, std::ssize(images));  // else the lines show it
    Status told = runner.run_one(path);
    MOTE_TRY(Interrupt::check());
    if (told) continue;
    if (images.size() == 1) return std::move(told).error();
    progress.clear();
    print_error(run.runtime->explain(std::move(told).error()));
    status = 1;
  }
  progress.clear();
  if (run.json) print_json({{"images", runner.json()}});
  return status;
}

}  // namespace mote::cli
