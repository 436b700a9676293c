// Finding a value among keys of any type that ai.onnx.ml looks up.
#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "mote/tensor.h"

namespace mote::ml {

// Keys in order, with their places. Of keys that are there twice the last one counts.
template <class Key>
class SortedKeys {
 public:
  SortedKeys() = default;
  // Leaves out NaN, which has no place in the order.
  template <class Range>
  explicit SortedKeys(const Range& keys) {
    std::int64_t place = 0;
    for (const auto& key : keys) {
      if (key == key) entries_.push_back({Key(key), place});
      ++place;
    }
    std::ranges::stable_sort(entries_, {}, &Entry::key);
    // From the back, so that unique() keeps the last of equals.
    std::ranges::reverse(entries_);
    const auto same = [](const Entry& a, const Entry& b) { return a.key == b.key; };
    entries_.erase(std::unique(entries_.begin(), entries_.end(), same), entries_.end());
    std::ranges::reverse(entries_);
  }

  // -1: it is not there.
  template <class K>
  std::int64_t find(const K& key) const {
    const auto it = std::ranges::lower_bound(entries_, key, {}, &Entry::key);
    return it != entries_.end() && it->key == key ? it->place : -1;
  }

 private:
  struct Entry {
    Key key;
    std::int64_t place;
  };
  std::vector<Entry> entries_;
};

// The places of keys. NaN is a key like others, whatever its bits.
class KeyIndex {
 public:
  KeyIndex() = default;
  // Errors: kInvalidArgument: keys of another type than string, s16, s32, s64, f32 and f64.
  static Result<KeyIndex> of(const Tensor& keys);

  DType dtype() const { return dtype_; }
  // The place of the key that x[i] is; -1 if there is none. Requires: x is of dtype().
  std::int64_t find(const TensorView& x, std::int64_t i) const;

  std::int64_t find(const std::string& text) const { return texts_.find(text); }
  std::int64_t find(std::int64_t integer) const { return integers_.find(integer); }
  std::int64_t find(double real) const { return real == real ? reals_.find(real) : nan_; }

 private:
  DType dtype_ = DType::kUndefined;
  SortedKeys<std::string> texts_;
  SortedKeys<std::int64_t> integers_;
  SortedKeys<double> reals_;
  std::int64_t nan_ = -1;
};

}  // namespace mote::ml
