// ByteSource: bytes that are read once, from front to back.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"

namespace mote {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Bytes that are still to come, as far as the container says.
  virtual std::uint64_t left() const = 0;
  // Fills `out`. Errors: kCorrupt: the bytes end before, or are damaged.
  virtual Status read(std::span<std::byte> out) = 0;
  // Called after the last byte. Errors: kCorrupt: bytes are left over; the checksum is wrong.
  virtual Status finish() = 0;
};

// Bytes in memory, which outlive this.
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::uint64_t left() const override { return bytes_.size(); }
  Status read(std::span<std::byte> out) override;
  Status finish() override;

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace mote
