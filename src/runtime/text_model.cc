#include "runtime/text_model.h"

#include <gtest/gtest.h>

#include "format/onnx/onnx.h"
#include "ir/text.h"
#include "ops/ops.h"

namespace mote {

std::shared_ptr<const Model> model_of(std::string_view text, const ModelOptions& options) {
  ModelDef def;
  def.graph = *parse_graph(text, all_ops());
  def.opsets = {{"my", 1}, {"other", 1}};
  const auto files = write_onnx(def);
  EXPECT_TRUE(files) << files.error().message;
  auto model = Model::parse(std::as_bytes(std::span(files->model)), options);
  EXPECT_TRUE(model) << model.error().message;
  return *model;
}

}  // namespace mote
