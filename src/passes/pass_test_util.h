// Text cases for passes: the graph before, the graph after.
#pragma once
#include <gtest/gtest.h>

#include <string_view>

#include "ir/inference.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "ops/ops.h"
#include "passes/pass.h"

namespace mote {

inline Graph parse_for_test(std::string_view text) {
  auto graph = parse_graph(text, all_ops());
  EXPECT_TRUE(graph) << graph.error().message;
  if (!graph) return {};
  const Status typed = infer_types(*graph);
  EXPECT_TRUE(typed) << typed.error().message;
  return *std::move(graph);
}

// Expects that `pass` makes `after` of `before`, up to the printed types of values.
inline void expect_pass(const Pass& pass, std::string_view before, std::string_view after) {
  Graph graph = parse_for_test(before);
  const auto changed = pass.run(graph, {all_ops()});
  ASSERT_TRUE(changed) << changed.error().message;
  const Status sound = verify(graph);
  ASSERT_TRUE(sound) << sound.error().message;
  const PrintOptions bare{.max_elements = 64, .types = false};
  const std::string want = to_text(parse_for_test(after), bare);
  EXPECT_EQ(to_text(graph, bare), want);
  EXPECT_EQ(*changed, to_text(parse_for_test(before), bare) != want);
}

}  // namespace mote
