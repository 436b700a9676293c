#include "runtime/plan_cache/plan_cache.h"

#include <algorithm>

#include "base/hash.h"
#include "base/result.h"
#include "base/text.h"
#include "runtime/plan_cache/interface_record.h"
#include "runtime/plan_cache/library_hash.h"
#include "runtime/plan_cache/plan_file.h"
#include "runtime/plan_cache/plan_record.h"

namespace mote {
namespace {

namespace fs = std::filesystem;

std::string hex(std::uint64_t n) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(16, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, n >>= 4) *digit = kDigits[n & 15];
  return text;
}

std::string describe(const ModelFile& file) {
  const FileIdentity& i = file.identity;
  return cat(file.path.native(), "\n", i.device, " ", i.inode, " ", i.size_bytes, " ",
             i.modified_ns, " ", i.changed_ns, "\n");
}

}  // namespace

Result<std::unique_ptr<PlanCache>> PlanCache::open(const fs::path& path,
                                                   const ModelOptions& options, FileSystem& files) {
  MOTE_TRY(files.make_private_folder(options.plan_cache));
  std::error_code error;
  ModelFile model{fs::absolute(path, error).lexically_normal(), {}};
  MOTE_ASSIGN(model.identity, files.identify(path));
  const std::string choice =
      cat("signature ", options.signature, "\nwithout ", join(options.disabled_passes, " "), "\n");
  const fs::path stem = options.plan_cache / hex(fnv1a(cat(model.path.native(), "\n", choice)));
  std::string key = cat("library ", kLibraryHash, "\n", choice, describe(model));
  return std::unique_ptr<PlanCache>(new PlanCache(files, stem, std::move(key), std::move(model)));
}

bool PlanCache::unchanged(const ModelFile& file) const {
  const auto now = files_.identify(file.path);
  return now && *now == file.identity;
}

bool PlanCache::find_interface(ModelInterface& interface) {
  const auto mapped = files_.map_private(stem_.native() + ".model");
  if (!mapped) return false;
  const auto file = read_plan_file(mapped->bytes);
  if (!file || file->key != model_key_) return false;
  auto read = read_interface(*file, mapped->owner);
  if (!read) return false;
  const auto same = [&](const ModelFile& f) { return unchanged(f); };
  if (!std::ranges::all_of(read->beside, same)) return false;
  interface = *std::move(read);
  beside_key_.clear();
  for (const ModelFile& f : interface.beside) beside_key_ += describe(f);
  return true;
}

Status PlanCache::keep_interface(ModelInterface interface) {
  beside_key_.clear();
  for (ModelFile& f : interface.beside) {
    MOTE_ASSIGN(f.identity, files_.identify(f.path));
    beside_key_ += describe(f);
  }
  if (!unchanged(model_)) {
    return Error{Code::kCorrupt, cat(model_.path.native(), ": changed while it was read")};
  }
  for (const auto* infos : {&interface.inputs, &interface.outputs}) {
    for (const TensorInfo& info : *infos) {
      if (info.initial.dtype() == DType::kString) {
        return Error{Code::kUnsupported, "a state of strings is not kept"};
      }
    }
  }
  PlanFile file{.key = model_key_, .text = {}};
  const std::string record = record_interface(interface, file);
  file.text = record;
  return files_.write(stem_.native() + ".model", write_plan_file(file));
}

fs::path PlanCache::plan_path(const std::string& plan_key) const {
  return cat(stem_.native(), "-", hex(fnv1a(plan_key)), ".plan");
}

std::string PlanCache::full_key(const std::string& plan_key) const {
  return cat(model_key_, beside_key_, plan_key);
}

std::unique_ptr<Plan> PlanCache::find_plan(const std::string& plan_key,
                                           const PlanOptions& options) const {
  const auto mapped = files_.map_private(plan_path(plan_key));
  if (!mapped) return nullptr;
  const auto file = read_plan_file(mapped->bytes);
  if (!file || file->key != full_key(plan_key)) return nullptr;
  auto plan = read_plan(*file, mapped->owner, options);
  return plan ? *std::move(plan) : nullptr;
}

Status PlanCache::keep_plan(const std::string& plan_key, const Graph& graph,
                            const DerivationLog& log) {
  return files_.write(plan_path(plan_key), record_plan(full_key(plan_key), graph, log));
}

}  // namespace mote
