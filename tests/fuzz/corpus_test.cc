// A fuzzer's corpus (MOTE_FUZZ_CORPUS), and each of its files damaged, through what the fuzzer
// calls.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/file_system.h"
#include "base/random.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace mote {
namespace {

namespace fs = std::filesystem;
constexpr int kDamagedCopies = 200;

void run(const Bytes& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

TEST(FuzzCorpus, RunsWithoutHarm) {
  const FileSystem& files = FileSystem::real();
  const fs::path folder = fs::path("tests/fuzz/corpus") / MOTE_FUZZ_CORPUS;
  const auto names = files.list(folder);
  ASSERT_TRUE(names) << names.error().message;
  ASSERT_FALSE(names->empty());
  Random random(1);
  for (const std::string& name : *names) {
    SCOPED_TRACE(name);
    const auto bytes = files.read(folder / name, 1 << 20);
    ASSERT_TRUE(bytes) << bytes.error().message;
    run(*bytes);
    for (int i = 0; i < kDamagedCopies && !bytes->empty(); ++i) {
      Bytes damaged = *bytes;
      for (std::uint64_t k = 0; k <= random.below(3); ++k) {
        damaged[random.below(damaged.size())] = static_cast<std::byte>(random.below(256));
      }
      if (random.below(4) == 0) damaged.resize(random.below(damaged.size()));
      run(damaged);
    }
  }
}

}  // namespace
}  // namespace mote
