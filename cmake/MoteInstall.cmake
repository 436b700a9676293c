# libmote, the device library. An archive of the device layers for C++, with a CMake package; and a
# shared library for C, which shows nothing but <mote/mote.h>, with a pkg-config file.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

add_library(mote STATIC)
add_library(mote_shared SHARED)
foreach(layer base kernels ir ops passes lower format_onnx format_tflite runtime c_api)
  target_sources(mote PRIVATE $<TARGET_OBJECTS:mote_${layer}>)
  target_sources(mote_shared PRIVATE $<TARGET_OBJECTS:mote_${layer}>)
endforeach()
set_target_properties(mote mote_shared PROPERTIES LINKER_LANGUAGE CXX)
set_target_properties(mote_shared PROPERTIES OUTPUT_NAME mote VERSION ${PROJECT_VERSION}
                                             SOVERSION ${PROJECT_VERSION_MAJOR})
target_link_options(mote_shared PRIVATE -Wl,--gc-sections
                    -Wl,--version-script=${CMAKE_SOURCE_DIR}/cmake/mote.map)
target_link_libraries(mote_shared PRIVATE Threads::Threads)
target_compile_features(mote PUBLIC cxx_std_20)
target_include_directories(mote INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_link_libraries(mote PUBLIC Threads::Threads)

install(TARGETS mote EXPORT MoteTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS mote_shared LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
configure_file(cmake/mote.pc.in ${CMAKE_BINARY_DIR}/mote.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/mote.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(DIRECTORY include/mote DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
if(TARGET mote_cli)
  install(TARGETS mote_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(EXPORT MoteTargets NAMESPACE mote:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/mote)
configure_package_config_file(
  cmake/moteConfig.cmake.in ${CMAKE_BINARY_DIR}/moteConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/mote)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/moteConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/moteConfig.cmake ${CMAKE_BINARY_DIR}/moteConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/mote)
