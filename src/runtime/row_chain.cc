#include "runtime/row_chain.h"

#include "base/check.h"
#include "base/text.h"

namespace mote {
namespace {

constexpr std::size_t kMaxLinks = 16;
constexpr std::size_t kAlign = 64;

std::size_t aligned(std::size_t bytes) { return (bytes + kAlign - 1) / kAlign * kAlign; }

}  // namespace

RowChainSizes chain_sizes(std::span<const RowGeometry> links, std::int64_t tile) {
  RowChainSizes sizes;
  sizes.kept.assign(links.size(), 0);
  std::int64_t rows = std::min(tile, links.back().out_rows);
  for (std::size_t i = links.size() - 1; i > 0; --i) {
    rows = std::min((rows - 1) * links[i].stride + links[i].extent, links[i].in_rows);
    sizes.kept[i - 1] = rows;
    sizes.bytes += rows * links[i].in_row_bytes;
  }
  return sizes;
}

RowChain::RowChain(std::vector<Link> links, std::int64_t tile, std::int64_t band, int threads)
    : links_(std::move(links)), tile_(tile), band_(band), threads_(threads) {
  MOTE_CHECK(!links_.empty() && links_.size() <= kMaxLinks && tile >= 1 && band >= 1);
  std::vector<RowGeometry> geometries;
  for (const Link& link : links_) geometries.push_back(link.step->by_rows()->row_geometry());
  const RowChainSizes sizes = chain_sizes(geometries, tile);
  std::size_t operand = 0;
  kernel_ = "rows of ";
  for (std::size_t i = 0; i < links_.size(); ++i) {
    placed_.push_back(
        {links_[i].step->by_rows(), geometries[i], operand, thread_bytes_, sizes.kept[i]});
    operand += links_[i].operands - 1;
    thread_bytes_ += aligned(static_cast<std::size_t>(sizes.kept[i] * geometries[i].out_row_bytes));
    kernel_ += cat(i == 0 ? "" : ", ", links_[i].step->kernel());
  }
}

std::size_t RowChain::scratch_bytes() const {
  return thread_bytes_ * static_cast<std::size_t>(threads_);
}

std::size_t RowChain::packed_bytes() const {
  std::size_t bytes = 0;
  for (const Link& link : links_) bytes += link.step->packed_bytes();
  return bytes;
}

bool RowChain::reads(int input) const {
  for (std::size_t i = links_.size(); i-- > 0;) {
    const int local = input - static_cast<int>(placed_[i].first_operand);
    if (local > 0 || i == 0) return links_[i].step->reads(local);
  }
  return true;
}

Status RowChain::run(const RunArgs& args) const {
  const RowGeometry& last = placed_.back().geometry;
  const std::int64_t bands = (last.out_rows + band_ - 1) / band_;
  args.workers.for_each_range(
      last.images * bands, 1, [&](std::int64_t begin, std::int64_t end, int thread) {
        std::byte* memory = args.scratch + thread_bytes_ * static_cast<std::size_t>(thread);
        for (std::int64_t i = begin; i < end; ++i) {
          const std::int64_t first = i % bands * band_;
          run_band(args, i / bands, {first, std::min(first + band_, last.out_rows)}, memory);
        }
      });
  return {};
}

void RowChain::run_band(const RunArgs& args, std::int64_t image, RowRange band,
                        std::byte* memory) const {
  std::int64_t done[kMaxLinks] = {};  // the link's rows before this one are there
  for (std::int64_t y = band.begin; y < band.end && !args.stop.stopped(); y += tile_) {
    run_tile(args, image, {y, std::min(y + tile_, band.end)}, memory, done);
  }
}

void RowChain::run_tile(const RunArgs& args, std::int64_t image, RowRange out, std::byte* memory,
                        std::span<std::int64_t> done) const {
  RowRange need[kMaxLinks];
  const std::size_t last = placed_.size() - 1;
  need[last] = out;
  for (std::size_t i = last; i > 0; --i) need[i - 1] = placed_[i].geometry.below(need[i]);
  RowBuffer in = input_image(placed_[0].geometry, args, image);
  for (std::size_t i = 0; i <= last; ++i) {
    const Placed& link = placed_[i];
    const RowBuffer to =
        i == last ? output_image(link.geometry, args, image)
                  : RowBuffer{memory + link.ring_at, link.geometry.out_row_bytes, link.kept};
    const RowRange rows{std::max(need[i].begin, done[i]), need[i].end};
    if (rows.count() > 0) {
      link.rows->run_rows(
          {in, to, rows, image, args.in.subspan(link.first_operand, links_[i].operands)});
      done[i] = rows.end;
    }
    in = to;
  }
}

}  // namespace mote
