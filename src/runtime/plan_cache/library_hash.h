// Which Mote this is: plans of another one are not taken.
#pragma once

namespace mote {

// Of the sources, the compiler and its flags; made by the build.
extern const char* const kLibraryHash;

}  // namespace mote
