// RowChain: steps over images that follow each other, run a few rows at a time, so that what lies
// between them stays in the cache and never exists whole.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "ir/row_step.h"

namespace mote {

// Rows of all links' outputs but the last, `tile` rows of the chain's output at a time, as much as
// is kept of them.
struct RowChainSizes {
  std::vector<std::int64_t> kept;  // rows, by link
  std::int64_t bytes = 0;          // of all kept rows
};
RowChainSizes chain_sizes(std::span<const RowGeometry> links, std::int64_t tile);

class RowChain final : public Step {
 public:
  struct Link {
    std::unique_ptr<const Step> step;  // by_rows() is not null
    std::size_t operands;              // of its node
  };

  // Each link but the first reads, as input 0, what the one before it writes; it has no other
  // reader. Each thread computes `tile` rows at a time in memory of its own; bands of `band` rows
  // of the output are what a thread takes at once.
  RowChain(std::vector<Link> links, std::int64_t tile, std::int64_t band, int threads);

  // Inputs: the first node's, then the others' without input 0.
  std::size_t scratch_bytes() const override;
  std::size_t packed_bytes() const override;
  bool reads(int input) const override;
  std::string_view kernel() const override { return kernel_; }
  Status run(const RunArgs& args) const override;

 private:
  struct Placed {
    const RowStep* rows;
    RowGeometry geometry;
    std::size_t first_operand;  // its input 0, or where that would be
    std::size_t ring_at;        // offset of its output in a thread's memory
    std::int64_t kept;
  };
  void run_band(const RunArgs& args, std::int64_t image, RowRange band, std::byte* memory) const;
  void run_tile(const RunArgs& args, std::int64_t image, RowRange out, std::byte* memory,
                std::span<std::int64_t> done) const;

  std::vector<Link> links_;
  std::vector<Placed> placed_;
  std::int64_t tile_, band_;
  int threads_;
  std::size_t thread_bytes_ = 0;
  std::string kernel_;
};

}  // namespace mote
