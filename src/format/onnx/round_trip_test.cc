// Models that others made, where they are there: read, written, read and written again.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "format/onnx/testing_models.h"
#include "ir/text.h"
#include "ir/verify.h"

namespace mote::onnx {
namespace {

namespace fs = std::filesystem;

fs::path data_folder() {
  const char* named = std::getenv("MOTE_DATA");
  return named != nullptr ? fs::path(named) : fs::path("../shared/data");
}

std::vector<fs::path> models_beneath(const fs::path& folder) {
  std::vector<fs::path> found;
  if (!fs::is_directory(folder)) return found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".onnx") found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

// False if the model is refused as a whole, for a reason that names what is not there.
void expect_stable(const fs::path& path) {
  SCOPED_TRACE(path.native());
  const auto first = read_onnx_file(path);
  ASSERT_TRUE(first) << first.error().message;
  const Status sound = verify(first->graph);
  EXPECT_TRUE(sound) << sound.error().message;
  const auto written = write_onnx(*first);
  ASSERT_TRUE(written) << written.error().message;
  const auto second = read_model(written->model);
  ASSERT_TRUE(second) << second.error().message;
  const PrintOptions options{.max_elements = 64};
  EXPECT_EQ(to_text(second->graph, options), to_text(first->graph, options));
  const auto again = write_onnx(*second);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(again->model == written->model);
}

TEST(RoundTrip, RealModels) {
  const auto models = models_beneath(data_folder() / "models");
  if (models.empty()) GTEST_SKIP() << "no models beneath " << data_folder();
  for (const fs::path& path : models) expect_stable(path);
}

TEST(RoundTrip, OperatorCases) {
  const auto models = models_beneath(data_folder() / "onnx-backend");
  if (models.empty()) GTEST_SKIP() << "no models beneath " << data_folder();
  for (const fs::path& path : models) expect_stable(path);
}

}  // namespace
}  // namespace mote::onnx
