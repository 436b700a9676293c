#include "cli/commands/run/run_images.h"

#include <algorithm>
#include <array>

#include "base/clock.h"
#include "base/file_system.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/commands/run/image_answer.h"
#include "cli/commands/run/input_files.h"
#include "cli/commands/run/picture_file.h"
#include "cli/commands/tensor_report.h"

namespace mote::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kEndings = {".jpg", ".jpeg", ".png"};

bool may_be_image(const TensorInfo& info) {
  return info.dtype == DType::kF32 || info.dtype == DType::kU8 || info.dtype == DType::kS8;
}

class ImageRunner {
 public:
  ImageRunner(Session& session, const ModelTask& task, ImageRun& run)
      : session_(session), task_(task), run_(run), folder_(run.output_dir) {
    many_ = FileSystem::real().is_directory(run.images);
  }

  // Errors: kInvalidArgument: no input is an image; kinds of outputs that do not go together.
  Status find_parts() {
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
    MOTE_ASSIGN(answer_, answer_for(task_, session_.model(),
                                    {run_.top, run_.json, run_.runtime->memory_budget()}));
    if (run_.draw.empty() || answer_->drawing() != ImageAnswer::Drawing::kNone) return {};
    return Error{Code::kInvalidArgument,
                 "--draw: no output of the model is boxes, points, segments or an image"};
  }

  // Errors name the file, of the image or of an output.
  Status run_one(const fs::path& path) {
    const DType dtype = session_.model().inputs()[input_].dtype;
    MOTE_ASSIGN(const ImageInput input,
                read_image_input(path, *rule_, dtype, run_.runtime->memory_budget()));
    run_.inputs[input_] = input.tensor;
    Json entry{{"image", path.native()}};
    auto outputs = answer(path, input, entry);
    if (!outputs) return std::move(outputs).error().with_context(path.native());
    MOTE_TRY(write({path, input, *outputs}, entry));
    if (run_.json) json_.push_back(std::move(entry));
    return {};
  }

  const Json& json() const { return json_; }

 private:
  Result<std::vector<Tensor>> answer(const fs::path& path, const ImageInput& input, Json& entry) {
    const auto begin = Clock::real().now();
    MOTE_ASSIGN(std::vector<Tensor> outputs, session_.run(run_.inputs));
    const std::chrono::duration<double, std::milli> time = Clock::real().now() - begin;
    MOTE_TRY(answer_->tell({path, input, outputs}, entry));
    entry["ms"] = time.count();
    return outputs;
  }

  Status write(const AnsweredImage& answered, Json& entry) {
    const std::string file = answered.path.filename().native();
    for (std::size_t i = 0; i < answered.outputs.size(); ++i) {
      const std::string& name = session_.model().outputs()[i].name;
      MOTE_TRY(folder_.write(cat(file, ".", name), answered.outputs[i]));
    }
    if (!run_.draw.empty()) {
      MOTE_TRY(draw(answered, many_ ? run_.draw / cat(file, ".png") : run_.draw, entry));
    } else if (!run_.output_dir.empty() && answer_->drawing() == ImageAnswer::Drawing::kMade) {
      MOTE_TRY(draw(answered, run_.output_dir / cat(file, ".png"), entry));
    }
    return {};
  }

  Status draw(const AnsweredImage& answered, const fs::path& path, Json& entry) {
    MOTE_TRY(write_picture(path, answer_->draw(answered)));
    entry["drawn"] = path.native();
    return {};
  }

  Session& session_;
  const ModelTask& task_;
  ImageRun& run_;
  NpyFolder folder_;
  bool many_ = false;
  std::size_t input_ = 0;
  const ImageRule* rule_ = nullptr;
  std::unique_ptr<ImageAnswer> answer_;
  Json json_ = Json::array();
};

}  // namespace

Result<int> run_images(Session& session, const ModelTask& task, ImageRun run) {
  MOTE_ASSIGN(const std::vector<fs::path> images, list_inputs(run.images, kEndings));
  ImageRunner runner(session, task, run);
  MOTE_TRY(runner.find_parts());
  MOTE_ASSIGN(const int status, run_each(images, *run.runtime, run.json, [&](const fs::path& path) {
                return runner.run_one(path);
              }));
  if (run.json) print_json({{"images", runner.json()}});
  return status;
}

}  // namespace mote::cli
