// Tensors' elements in the text form.
#pragma once
#include <cstdint>
#include <string>

#include "ir/text_lexer.h"
#include "ir/text_source.h"
#include "ir/type.h"

namespace mote {

// "{1, 2}"; "{0x...}" for types below a byte, float8 and complex numbers; "{...}" if there are more
// than max_elements >= 0.
void append_elements(std::string& out, const Tensor& tensor, std::int64_t max_elements);

// The elements that stand at `in`. `type_at`: where the type stood, for messages.
// Takes the tensor's size from the source's budget, unless they are elsewhere. Errors:
// kInvalidArgument; kResourceExhausted: the budget.
Result<Tensor> read_elements(TextSource& source, const Type& type, const Token& type_at);

}  // namespace mote
