# libmote, the device library: one archive of the device layers, its headers and a CMake package.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

add_library(mote STATIC)
foreach(layer base kernels ir ops passes lower format_onnx runtime)
  target_sources(mote PRIVATE $<TARGET_OBJECTS:mote_${layer}>)
endforeach()
set_target_properties(mote PROPERTIES LINKER_LANGUAGE CXX)
target_compile_features(mote PUBLIC cxx_std_20)
target_include_directories(mote INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_link_libraries(mote PUBLIC Threads::Threads)

install(TARGETS mote EXPORT MoteTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/mote DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS mote_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(EXPORT MoteTargets NAMESPACE mote:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/mote)
configure_package_config_file(
  cmake/moteConfig.cmake.in ${CMAKE_BINARY_DIR}/moteConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/mote)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/moteConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/moteConfig.cmake ${CMAKE_BINARY_DIR}/moteConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/mote)
