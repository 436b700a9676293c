// Texts as NumPy stores them: so many units each, those at the end that are 0 not counted.
#pragma once
#include "measure/npy_header.h"

namespace mote {

class ByteSource;

// Bytes that an array of the header takes. Requires: header.dtype is kString.
// Errors: kInvalidArgument: sizes that overflow.
Result<std::uint64_t> npy_text_bytes(const NpyHeader& header);

// Type U (UTF-32) as UTF-8, type S as the bytes that are there. Errors: kCorrupt: a unit that is no
// code point, the bytes end before; kUnsupported: Fortran order; kResourceExhausted.
Result<Tensor> read_npy_texts(const NpyHeader& header, ByteSource& source, std::uint64_t max_bytes);

struct NpyTexts {
  NpyHeader header;  // of type U; of type S if a text is no UTF-8
  std::string bytes;
};
NpyTexts npy_texts_of(const Tensor& tensor);

}  // namespace mote
