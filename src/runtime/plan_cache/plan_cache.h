// PlanCache: plans of models in a folder of the user's own, mapped at the next start.
//
// Each model file has NAME.model, what load() tells of it, and NAME-PLAN.plan for each combination
// of input sizes and options that was planned. What is stale or damaged is not taken, and replaced
// when the plan has been made anew; nothing but speed is lost.
#pragma once
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "mote/model.h"
#include "runtime/plan.h"
#include "runtime/plan_cache/derivations.h"

namespace mote {

// A file that a model is read from, as it was.
struct ModelFile {
  std::filesystem::path path;
  FileIdentity identity;
};

struct ModelInterface {
  std::vector<TensorInfo> inputs, outputs;
  std::vector<ModelFile> beside;  // files of external data
};

class PlanCache {
 public:
  // Of the model at `path` when loaded with these options. Errors: those of make_private_folder;
  // kNotFound, kIo: of the model's file.
  static Result<std::unique_ptr<PlanCache>> open(const std::filesystem::path& path,
                                                 const ModelOptions& options, FileSystem& files);

  // Of the model's file, when the cache was opened.
  const ModelFile& model_file() const { return model_; }

  // True: it is kept, and no file has changed since.
  bool find_interface(ModelInterface& interface);
  // Plans are kept for these files from now on. Errors: kIo; kCorrupt: a file has changed since the
  // cache was opened; kUnsupported: an initial value that is not kept.
  Status keep_interface(ModelInterface interface);

  // plan_key: all that a plan of the model hangs on. Null: there is none that can be taken.
  // options.derivations is ignored.
  std::unique_ptr<Plan> find_plan(const std::string& plan_key, const PlanOptions& options) const;
  // graph: as specialized; log: of its planning. Errors: kIo.
  Status keep_plan(const std::string& plan_key, const Graph& graph, const DerivationLog& log);

 private:
  PlanCache(FileSystem& files, std::filesystem::path stem, std::string model_key, ModelFile model)
      : files_(files),
        stem_(std::move(stem)),
        model_key_(std::move(model_key)),
        model_(std::move(model)) {}

  bool unchanged(const ModelFile& file) const;
  std::filesystem::path plan_path(const std::string& plan_key) const;
  std::string full_key(const std::string& plan_key) const;

  FileSystem& files_;
  std::filesystem::path stem_;  // of the names of all its files
  std::string model_key_;
  ModelFile model_;
  std::string beside_key_;
};

}  // namespace mote
