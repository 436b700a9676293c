#include "cli/commands/convert_noise.h"

#include <cmath>

#include "measure/dequantized.h"

namespace mote::cli {
namespace {

std::string snr_text(double db) {
  return std::isinf(db) && db > 0 ? "equal" : fmt::format("{:.1f} dB", db);
}

// JSON has no infinities.
Json snr_json(double db) { return std::isfinite(db) ? Json(db) : Json(nullptr); }

}  // namespace

void add_noise(Json& json, const Agreement& agreement) {
  Json outputs = Json::array();
  for (const OutputNoise& output : agreement.noise) {
    outputs.push_back({{"name", output.name}, {"snr_db", snr_json(output.snr_db)}});
  }
  const OutputNoise* worst = agreement.worst();
  json["snr_db"] = worst == nullptr ? Json(nullptr) : snr_json(worst->snr_db);
  json["outputs"] = std::move(outputs);
}

void tell_noise(const std::string& original, const Agreement& agreement) {
  say("checked   against {}, on one run of random inputs; signal to noise:", printable(original));
  for (const OutputNoise& output : agreement.noise) {
    say("          {}: {}", printable(output.name), snr_text(output.snr_db));
  }
  const OutputNoise* worst = agreement.worst();
  if (worst == nullptr || worst->snr_db >= kLowSnrDb) return;
  say("          low: below {} dB the float model does not give what the original gives. Random",
      kLowSnrDb);
  say("          inputs may be the reason, or outputs of coarse steps: try both on real data.");
}

}  // namespace mote::cli
