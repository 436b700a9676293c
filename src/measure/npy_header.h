// The header of NumPy's .npy format: a Python dictionary, of which only literals are read.
#pragma once
#include <string>
#include <string_view>

#include "mote/tensor.h"

namespace mote {

struct NpyHeader {
  DType dtype = DType::kUndefined;
  bool big_endian = false;
  bool fortran_order = false;
  Dims dims;
  // kString: so many units of so many bytes, 4 (NumPy's U) or 1 (S), for each text.
  std::uint32_t text_units = 0;
  std::uint32_t unit_bytes = 0;
};

// "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }"
// Errors: kCorrupt: another text, with the position; kUnsupported: objects, dates and records as
// elements; kInvalidArgument: more than 12 dimensions.
Result<NpyHeader> parse_npy_header(std::string_view text);

// The same text of a little-endian array in C order. Errors: kUnsupported: a dtype that NumPy has
// not.
Result<std::string> npy_header_text(const NpyHeader& header);

}  // namespace mote
