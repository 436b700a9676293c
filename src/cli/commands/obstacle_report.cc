#include "cli/commands/obstacle_report.h"

#include "base/text.h"

namespace mote::cli {

using Align = Table::Align;

std::string obstacles_text(std::span<const Obstacle> obstacles) {
  Table table({Align::kLeft, Align::kLeft, Align::kLeft});
  for (const Obstacle& o : obstacles) {
    const std::string op = o.version > 0 ? cat(o.op, " (opset ", o.version, ")") : o.op;
    table.add({op, cat("'", o.node, "'"), o.mend.empty() ? o.reason : cat(o.reason, "; ", o.mend)});
  }
  return table.text();
}

Json obstacles_json(std::span<const Obstacle> obstacles) {
  Json list = Json::array();
  for (const Obstacle& o : obstacles) {
    list.push_back({{"node", o.node},
                    {"op", o.op},
                    {"version", o.version > 0 ? Json(o.version) : Json(nullptr)},
                    {"reason", o.reason},
                    {"mend", o.mend.empty() ? Json(nullptr) : Json(o.mend)}});
  }
  return list;
}

}  // namespace mote::cli
