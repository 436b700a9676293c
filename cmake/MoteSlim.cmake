# A library for a few models. MOTE_SLIM names the file that `mote slim MODEL...` wrote, which sets
# MOTE_SLIM_OPERATORS, _ONNX_OPERATORS, _GRADIENTS, _PASSES, _KERNELS, _DTYPES, _FORMATS, _PARTS and _ISAS;
# what it does not name is left out. docs/small-binary.md says how to use it.
set(MOTE_SLIM "" CACHE FILEPATH "What `mote slim` wrote: build what its models need, no more.")
if(MOTE_SLIM)
  get_filename_component(MOTE_SLIM "${MOTE_SLIM}" ABSOLUTE BASE_DIR ${CMAKE_SOURCE_DIR})
  include(${MOTE_SLIM})
  list(APPEND MOTE_SLIM_PASSES remove_dead_code)  # asked for by name
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${MOTE_SLIM})
endif()

# mote_keep(all OPERATORS) takes out of list `all` what the slim build has no use for.
function(mote_keep list kind)
  if(MOTE_SLIM)
    set(kept ${${list}})
    foreach(word IN LISTS ${list})
      if(NOT word IN_LIST MOTE_SLIM_${kind})
        list(REMOVE_ITEM kept ${word})
      endif()
    endforeach()
    set(${list} ${kept} PARENT_SCOPE)
  endif()
endfunction()

# mote_has(result ISAS avx2): whether the build has it. No instruction sets named: it has all.
function(mote_has result kind word)
  set(${result} ON PARENT_SCOPE)
  if(kind STREQUAL "ISAS" AND NOT MOTE_SLIM_ISAS)
    return()
  endif()
  if(MOTE_SLIM AND NOT word IN_LIST MOTE_SLIM_${kind})
    set(${result} OFF PARENT_SCOPE)
  endif()
endfunction()

# mote_none_of(result OPERATORS names...): whether the slim build has no use for any of them.
function(mote_none_of result kind)
  set(kept ${ARGN})
  mote_keep(kept ${kind})
  if(kept)
    set(${result} OFF PARENT_SCOPE)
  else()
    set(${result} ON PARENT_SCOPE)
  endif()
endfunction()

# Leaves the sources in write/ out of slim library mote_<name>: no program with it writes models.
function(mote_only_reads name)
  if(MOTE_SLIM)
    get_target_property(sources mote_${name} SOURCES)
    list(FILTER sources EXCLUDE REGEX "^write/")
    set_target_properties(mote_${name} PROPERTIES SOURCES "${sources}")
  endif()
endfunction()
