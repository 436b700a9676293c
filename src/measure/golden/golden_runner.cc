#include "measure/golden/golden_runner.h"

#include <algorithm>
#include <set>

#include "base/result.h"
#include "base/text.h"
#include "ir/dtype.h"
#include "measure/golden/class_vectors.h"
#include "ops/support/convert.h"
#include "runtime/model_impl.h"

namespace mote {
namespace {

GoldenOutcome skipped(std::string reason) {
  return {GoldenOutcome::Kind::kSkipped, std::move(reason), ""};
}

GoldenOutcome failed(std::string reason, std::string output = "") {
  return {GoldenOutcome::Kind::kFailed, std::move(reason), std::move(output)};
}

// "model.onnx: node 'a' (If): no kernel for s8" → "no kernel for s8": equal for equal causes.
std::string cause(const std::string& message) {
  const auto at = message.rfind(": ");
  return at == std::string::npos ? message : message.substr(at + 2);
}

GoldenOutcome outcome_of(Error error) {
  if (error.code == Code::kUnsupported) return skipped(cause(error.message));
  return failed(std::move(error.message));
}

// "operator Loop, SequenceAt"; "input of type seq(f32[...])".
std::string missing(const Model& model) {
  std::set<std::string> operators;
  for (const Obstacle& o : model.obstacles()) {
    if (o.op == "input") return cat("input: ", o.reason);
    operators.insert(o.op);
  }
  return cat(operators.size() == 1 ? "operator " : "operators ", join(operators, ", "));
}

Dims without_ones(const Dims& dims) {
  Dims longer;
  for (const std::int64_t size : dims) {
    if (size != 1) longer.push_back(size);
  }
  return longer;
}

// Archives hold what another framework gave, which may know no sizes of 1 and compute in doubles:
// their numbers count.
Tensor fit_to_output(const Tensor& expected, const Tensor& actual) {
  if (without_ones(expected.dims()) != without_ones(actual.dims())) return expected;
  const Tensor sized = expected.reshaped(actual.dims());
  if (!is_float(expected.dtype()) || !is_float(actual.dtype())) return sized;
  auto converted = Tensor::zeros(actual.dtype(), actual.dims());
  if (!converted) return sized;
  convert_range(sized.view(), 0, converted->mut(), 0, sized.count());
  return *std::move(converted);
}

}  // namespace

GoldenOutcome GoldenRunner::run(const GoldenCase& golden) {
  if (path_ != golden.model) open(golden.model);
  return session_ ? run_opened(golden) : refused_;
}

void GoldenRunner::close() {
  if (session_ && options_.on_session) options_.on_session(nullptr);
  session_.reset();
}

void GoldenRunner::open(const std::filesystem::path& path) {
  close();
  path_ = path;
  auto model = Model::load(path, options_.model);
  if (!model) {
    refused_ = outcome_of(std::move(model).error());
    return;
  }
  if (!(*model)->obstacles().empty()) {
    refused_ = skipped(missing(**model));
    return;
  }
  auto session = Session::create(*model, options_.session);
  if (!session) {
    refused_ = outcome_of(std::move(session).error());
    return;
  }
  session_ = *std::move(session);
  if (options_.on_session) options_.on_session(session_.get());
}

GoldenOutcome GoldenRunner::outcome_of_run(Error error) const {
  if (error.code != Code::kCancelled || !options_.session.deadline) {
    return outcome_of(std::move(error));
  }
  const std::chrono::duration<double> limit = *options_.session.deadline;
  return failed(cat("takes longer than ", limit.count(), " s: ", error.message));
}

GoldenOutcome GoldenRunner::run_opened(const GoldenCase& golden) {
  const Model& model = session_->model();
  auto values = read_golden(golden, model, options_.session.memory_budget_bytes);
  if (!values) return failed(std::move(values).error().message);
  auto outputs = session_->run_data(values->inputs);
  if (!outputs) return outcome_of_run(std::move(outputs).error());
  for (const GoldenOutput& expected : values->outputs) {
    const auto at = static_cast<std::size_t>(expected.index);
    const Datum& actual = (*outputs)[at];
    const bool archive = golden.data.extension() == ".npz" && actual.is_tensor();
    const Datum wanted =
        archive ? fit_to_output(expected.datum.tensor(), actual.tensor()) : expected.datum;
    const auto wrong = compare_datum(actual, wanted);
    if (wrong) return failed(*wrong, model.outputs()[at].name);
  }
  return {};
}

// What is wrong, if anything is.
std::optional<std::string> GoldenRunner::compare_datum(const Datum& actual,
                                                       const Datum& expected) const {
  if (!actual.is_tensor() || !expected.is_tensor()) {
    return compare(actual, expected, options_.tolerance);
  }
  if (is_float(actual.tensor().dtype()) && is_one_hot(expected.tensor())) {
    return compare_class(actual.tensor(), expected.tensor());
  }
  const auto mismatch = compare(actual.tensor(), expected.tensor(), options_.tolerance);
  return mismatch ? std::optional(mismatch->message) : std::nullopt;
}

}  // namespace mote
