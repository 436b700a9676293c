# cmake -DOUT=file.cc -DROOT=dir -DBUILD=text -P LibraryHash.cmake: writes the hash of what the
# device library is built from, for runtime/plan_cache/library_hash.h.
set(all "${BUILD}")
foreach(folder base kernels ir ops passes lower format runtime)
  file(GLOB_RECURSE sources ${ROOT}/src/${folder}/*.cc ${ROOT}/src/${folder}/*.h)
  list(SORT sources)
  foreach(source IN LISTS sources)
    file(SHA256 ${source} hash)
    string(APPEND all ${hash})
  endforeach()
endforeach()
string(SHA256 all "${all}")
file(WRITE ${OUT} "#include \"runtime/plan_cache/library_hash.h\"

namespace mote {

const char* const kLibraryHash = \"${all}\";

}  // namespace mote
")
