#include "runtime/join_rows.h"

#include <algorithm>
#include <map>
#include <span>

#include "runtime/row_chain.h"

namespace mote {
namespace {

// Expansion, depthwise convolution, projection. More links keep more rows, and more weights are
// read anew for every few of them.
constexpr std::size_t kMaxLinks = 3;
// Rows that a thread must have for it to pay that it computes some of its neighbour's as well.
constexpr std::int64_t kRowsOfThread = 4;

class Joiner {
 public:
  Joiner(const Graph& graph, const RowChainTarget& target, std::vector<PreparedStep>& steps)
      : graph_(graph), target_(target), steps_(steps), taken_(steps.size(), false) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (rows_of(i) == nullptr) continue;
      reader_of_[steps[i].inputs[0]] = i;
    }
  }

  void run() {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (!taken_[i] && rows_of(i) != nullptr) cut(path_from(i));
    }
    std::erase_if(steps_, [](const PreparedStep& s) { return s.nodes.empty(); });
  }

 private:
  const RowStep* rows_of(std::size_t i) const {
    return steps_[i].step != nullptr ? steps_[i].step->by_rows() : nullptr;
  }
  RowGeometry geometry(std::size_t i) const { return rows_of(i)->row_geometry(); }

  // The step that alone reads what step i writes, as its image; steps_.size(): there is none.
  std::size_t next(std::size_t i) const {
    const ValueId y = steps_[i].outputs[0];
    if (steps_[i].outputs.size() != 1 || graph_.only_user(y) == NodeId::kNone) return steps_.size();
    const auto it = reader_of_.find(y);
    if (it == reader_of_.end() || taken_[it->second]) return steps_.size();
    const RowGeometry a = geometry(i), b = geometry(it->second);
    const bool same_image =
        a.images == b.images && a.out_rows == b.in_rows && a.out_row_bytes == b.in_row_bytes;
    return same_image ? it->second : steps_.size();
  }

  // Step i and all that follow it, each the only reader of the one before.
  std::vector<std::size_t> path_from(std::size_t i) {
    std::vector<std::size_t> path;
    for (; i < steps_.size(); i = next(i)) {
      path.push_back(i);
      taken_[i] = true;
    }
    return path;
  }

  // Cuts the path into chains so that as few bytes as can be lie between them.
  void cut(std::span<const std::size_t> path) {
    std::vector<std::int64_t> saved(path.size() + 1, 0);  // by the best cut from there on
    std::vector<std::size_t> length(path.size(), 1);      // of the first chain of that
    for (std::size_t i = path.size(); i-- > 0;) {
      saved[i] = saved[i + 1];
      for (std::size_t n = 2; n <= std::min(kMaxLinks, path.size() - i); ++n) {
        const std::int64_t here = saved_by(path.subspan(i, n)) + saved[i + n];
        if (here <= saved[i]) continue;
        saved[i] = here;
        length[i] = n;
      }
    }
    for (std::size_t i = 0; i < path.size(); i += length[i]) {
      if (length[i] > 1) join(path.subspan(i, length[i]));
    }
  }

  std::vector<RowGeometry> geometries(std::span<const std::size_t> chain) const {
    std::vector<RowGeometry> all;
    for (const std::size_t i : chain) all.push_back(geometry(i));
    return all;
  }

  // Bytes that do not leave the cache if these run as a chain; 0: they should not. What fits into
  // the cache whole is left alone, and so is what does not fit row by row.
  std::int64_t saved_by(std::span<const std::size_t> chain) const {
    const std::vector<RowGeometry> links = geometries(chain);
    std::int64_t all = 0, most = 0;
    for (std::size_t i = 1; i < links.size(); ++i) {
      const std::int64_t bytes = links[i].in_rows * links[i].in_row_bytes;
      most = std::max(most, bytes);
      all += bytes;
    }
    const bool fits = chain_sizes(links, 1).bytes <= room();
    const bool shared = links.back().out_rows >= kRowsOfThread * target_.threads;
    return most > room() && fits && shared ? all : 0;
  }

  // As many rows of a band at a time as there is room for.
  std::int64_t tile_of(std::span<const RowGeometry> links, std::int64_t band) const {
    std::int64_t tile = 1;
    while (tile < band && chain_sizes(links, tile + 1).bytes <= room()) ++tile;
    return tile;
  }

  // The rest of the cache is for weights and what comes in and goes out.
  std::int64_t room() const { return target_.l2_bytes / 2; }

  void join(std::span<const std::size_t> chain) {
    const std::vector<RowGeometry> links = geometries(chain);
    const std::int64_t rows = links.back().out_rows;
    const std::int64_t band = (rows + target_.threads - 1) / target_.threads;
    const std::int64_t tile = tile_of(links, band);
    PreparedStep joined;
    std::vector<RowChain::Link> parts;
    for (const std::size_t i : chain) {
      PreparedStep& s = steps_[i];
      joined.nodes.insert(joined.nodes.end(), s.nodes.begin(), s.nodes.end());
      joined.inputs.insert(joined.inputs.end(), s.inputs.begin() + (parts.empty() ? 0 : 1),
                           s.inputs.end());
      joined.macs += s.macs;
      parts.push_back({std::move(s.step), s.inputs.size()});
      s.nodes.clear();
    }
    joined.outputs = steps_[chain.back()].outputs;
    joined.step = std::make_unique<RowChain>(std::move(parts), tile, band, target_.threads);
    steps_[chain.back()] = std::move(joined);
  }

  const Graph& graph_;
  const RowChainTarget& target_;
  std::vector<PreparedStep>& steps_;
  std::vector<bool> taken_;                   // part of a path
  std::map<ValueId, std::size_t> reader_of_;  // that reads the value as its image
};

}  // namespace

void join_rows(const Graph& graph, const RowChainTarget& target, std::vector<PreparedStep>& steps) {
  Joiner(graph, target, steps).run();
}

}  // namespace mote
