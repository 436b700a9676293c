// Text cases for dequantize(): the quantized graph, the float one or why there is none.
#pragma once
#include "passes/dequantize.h"
#include "passes/pass_test_util.h"

namespace mote {

// Types of outputs that `after` leaves open are those that follow.
inline void expect_floats(std::string_view before, std::string_view after) {
  Graph graph = parse_for_test(before);
  const Status status = dequantize(graph, {all_ops()});
  ASSERT_TRUE(status) << status.error().message;
  const Status sound = verify(graph);
  ASSERT_TRUE(sound) << sound.error().message;
  Graph want = parse_for_test(after);
  for (GraphOutput& output : want.outputs) {
    if (output.type.unknown()) output.type = want.value(output.value).type;
  }
  const PrintOptions bare{.max_elements = 64, .types = false};
  EXPECT_EQ(to_text(graph, bare), to_text(want, bare));
}

// The message has `words`.
inline void expect_refused(std::string_view before, std::string_view words) {
  Graph graph = parse_for_test(before);
  const Status status = dequantize(graph, {all_ops()});
  ASSERT_FALSE(status) << to_text(graph, {});
  EXPECT_EQ(status.error().code, Code::kUnsupported);
  EXPECT_NE(status.error().message.find(words), std::string::npos) << status.error().message;
}

}  // namespace mote
