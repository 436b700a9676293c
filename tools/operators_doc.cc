// Prints docs/operators.md from the operators of this build: ./dev docs writes it, a test compares.
#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "format/tflite/tflite.h"
#include "ops/ops.h"

namespace mote {
namespace {

constexpr std::string_view kHead = R"(# Operators

Made from the operators' own definitions by `./dev docs`; a test keeps it true. Each runs in every
version of its domain's opset that is listed: nodes of older ones become the newest when a model is
read. An operator that is not listed here and not defined by the model itself keeps it from running;
`mote inspect` then names every such node.

The column *how* says more of some:

- *composite*: stands for other operators, which take its place before planning;
- *dynamic*: makes its outputs as it runs, in memory counted against the session's budget; nodes
  around it are planned as ever;
- *view*: costs nothing;
- *random*: gives other values at each run unless it has a seed.

## Cases that do not pass

Of the operator cases that ONNX publishes (node, simple, pytorch-operator; rtol 1e-3, atol 1e-7, dtype
and shape equal) all pass but these, `mote verify` tells:

- `test_bernoulli`, `_double`, `_seed` and their `_expanded` forms: what they expect was drawn by NumPy's
  generator in a state that the case does not give. Bernoulli is tested by its statistics instead.
- `test_dft_inverse`, `test_dft_inverse_opset19`: they expect 1.9e-7, a rounding error of the 32-bit
  transform that wrote them, where the exact value, and Mote's, is 0. That is just over the tolerance.

Of the models that sonos/tract publishes with inputs and outputs, `qtdnn_10x5_101_i32_biases` has two
rows more than its convolution without padding can give; the other eight are equal.
)";

std::string domain_title(std::string_view domain) {
  return domain.empty() ? "ai.onnx" : std::string(domain);
}

std::string how(const OpDef& op) {
  std::vector<std::string_view> words;
  if (op.decompose != nullptr) words.push_back("composite");
  const bool only_computes =
      op.compute != nullptr && op.reference == nullptr && op.prepare == nullptr;
  if (only_computes) words.push_back("dynamic");
  if (op.view) words.push_back("view");
  if (op.impure) words.push_back("random");
  return join(words, ", ");
}

// A table cell: bars would end it.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

void print_row(const OnnxOp& onnx, const OpDef* op, const OpDoc* doc) {
  const std::string versions = join(onnx.versions, ", ");
  if (op == nullptr) {
    std::printf("| %s | %s | | becomes another operator when the model is read |\n",
                std::string(onnx.name).c_str(), versions.c_str());
    return;
  }
  std::printf("| %s | %s | %s | %s |\n", std::string(onnx.name).c_str(), versions.c_str(),
              how(*op).c_str(), cell(doc == nullptr ? "" : doc->doc).c_str());
}

void print_all() {
  std::map<std::string_view, std::vector<const OnnxOp*>> domains;
  for (const OnnxOp* onnx : all_onnx_ops()) domains[onnx->domain].push_back(onnx);
  std::printf("%s", std::string(kHead).c_str());
  for (const auto& [domain, operators] : domains) {
    std::printf("\n## %s\n\n%zu operators.\n\n", domain_title(domain).c_str(), operators.size());
    std::printf("| operator | opsets that changed it | how | what it computes |\n");
    std::printf("|---|---|---|---|\n");
    for (const OnnxOp* onnx : operators) {
      const auto docs = all_op_docs();
      const auto doc = std::ranges::find_if(
          docs, [&](const OpDoc* d) { return d->name == onnx->name && d->domain == onnx->domain; });
      print_row(*onnx, all_ops().find(onnx->domain, onnx->name),
                doc == docs.end() ? nullptr : *doc);
    }
  }
}

void print_tflite() {
  const TfliteOperators operators = tflite_operators();
  std::printf("\n## TensorFlow Lite\n\n");
  std::printf("%zu operators become those of ONNX when a model is read: %s.\n\n",
              operators.read.size(), join(operators.read, ", ").c_str());
  std::printf("These are not read: %s.\n\n", join(operators.unread, ", ").c_str());
  const std::vector<std::string> written = tflite_written_operators();
  std::printf("%zu operators of ONNX, and composites of them, are written: %s.\n", written.size(),
              join(written, ", ").c_str());
}

}  // namespace
}  // namespace mote

int main() {
  mote::print_all();
  mote::print_tflite();
}
