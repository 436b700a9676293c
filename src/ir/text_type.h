// Types in the text form.
#pragma once
#include <string>

#include "ir/text_lexer.h"
#include "ir/type.h"

namespace mote {

// As to_string(Type), with names that are no identifiers in quotes, so that it reads back.
void append_type(std::string& out, const Type& type);

// The type that stands at `in`. Errors: no type; more than 64 types in each other.
Result<Type> read_type(Lexer& in);

}  // namespace mote
