// What tests say of models that they read.
#pragma once
#include <gtest/gtest.h>

#include <string>

#include "format/tflite/testing_models.h"
#include "format/tflite/tflite.h"
#include "ir/text.h"
#include "ir/verify.h"

namespace mote::tfl {

using Op = fb::BuiltinOperator;

inline Result<ModelDef> read(const ModelBuilder& b, const TfliteReadOptions& options = {}) {
  return read_tflite(b.bytes(), options);
}

// The graph in text form is `want`.
inline void expect_graph(const ModelBuilder& b, std::string_view want) {
  auto model = read(b);
  ASSERT_TRUE(model) << model.error().message;
  const Status sound = verify(model->graph);
  ASSERT_TRUE(sound) << sound.error().message;
  const std::string text = to_text(model->graph, {.max_elements = 64, .types = false});
  // Raw texts begin with the line that their quotes are on.
  EXPECT_EQ("\n" + text, want) << text;
}

inline Error error_of(const ModelBuilder& b, const TfliteReadOptions& options = {}) {
  auto model = read(b, options);
  EXPECT_FALSE(model);
  return model ? Error{Code::kInternal, "it was read"} : model.error();
}

}  // namespace mote::tfl
