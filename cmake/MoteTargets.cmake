# The targets of the project: flags, mote_library, mote_test.

find_package(Threads REQUIRED)

# Every target links this one. Warnings are errors in the `dev` preset and those that inherit it.
# Sections let the linker drop what a program does not reach: operator documentation, for one.
add_library(mote_flags INTERFACE)
target_compile_features(mote_flags INTERFACE cxx_std_20)
target_compile_options(
  mote_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
                       -Wnon-virtual-dtor -ffp-contract=off -ffunction-sections -fdata-sections)
# gcc 12 warns of overlaps within std::string that cannot be (its bug 105651).
target_compile_options(mote_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
# Under sanitizers it takes copies of empty optionals for reads of what they do not hold.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_FLAGS MATCHES "sanitize")
  target_compile_options(mote_flags INTERFACE -Wno-maybe-uninitialized)
endif()
# The installed library serves programs without it too, if gcc makes it.
if(MOTE_LTO AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-flto=auto -ffat-lto-objects)
  add_link_options(-flto=auto)
elseif(MOTE_LTO)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()
target_include_directories(mote_flags INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/include)
target_link_options(mote_flags INTERFACE -Wl,--gc-sections)

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

# mote_library(format_onnx SOURCES a.cc ... [DEPS ir ...] [LINK target ...] [TESTS a_test.cc ...])
# builds static library mote_<name>, linked to the layers DEPS names, and its unit tests, one
# program <name>_test.
function(mote_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS;LINK;TESTS" ${ARGN})
  add_library(mote_${name} STATIC ${arg_SOURCES})
  target_link_libraries(mote_${name} PUBLIC mote_flags ${arg_LINK})
  foreach(dep IN LISTS arg_DEPS)
    target_link_libraries(mote_${name} PUBLIC mote_${dep})
  endforeach()
  if(arg_TESTS)
    mote_test(${name}_test SOURCES ${arg_TESTS} DEPS ${name})
  endif()
endfunction()

# mote_small(format_onnx [hot.cc ...]) compiles mote_<name> for size in release builds, but for the
# sources named, which loop over elements.
function(mote_small name)
  target_compile_options(mote_${name} PRIVATE $<$<CONFIG:Release>:-Os>)
  if(ARGN)
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS $<$<CONFIG:Release>:-O2>)
  endif()
endfunction()

# mote_test(name SOURCES ... [DEPS layer ...] [LINK target ...] [LABEL unit|e2e|slow])
function(mote_test name)
  if(NOT MOTE_TESTS)
    return()
  endif()
  cmake_parse_arguments(arg "" "LABEL" "SOURCES;DEPS;LINK" ${ARGN})
  if(NOT arg_LABEL)
    set(arg_LABEL unit)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE mote_flags GTest::gmock GTest::gtest_main ${arg_LINK})
  foreach(dep IN LISTS arg_DEPS)
    target_link_libraries(${name} PRIVATE mote_${dep})
  endforeach()
  if(CMAKE_CROSSCOMPILING)  # a process for each test is slow where each is translated anew
    add_test(NAME ${name} COMMAND ${name} --gtest_brief=1 WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES LABELS ${arg_LABEL})
    return()
  endif()
  gtest_discover_tests(${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} DISCOVERY_TIMEOUT 60
                       PROPERTIES LABELS ${arg_LABEL})
endfunction()
