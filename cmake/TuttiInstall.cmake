# SPDX-License-Identifier: MIT
# Installs headers, a CMake package and a pkg-config file. All is relocatable: no path of this build is written down.
include_guard()
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_dir ${CMAKE_INSTALL_DATADIR}/cmake/tutti)
install(TARGETS tutti EXPORT tuttiTargets FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT tuttiTargets NAMESPACE tutti:: DESTINATION ${package_dir})

configure_package_config_file(cmake/tuttiConfig.cmake.in tuttiConfig.cmake INSTALL_DESTINATION ${package_dir}
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR)
write_basic_package_version_file(tuttiConfigVersion.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/tuttiConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/tuttiConfigVersion.cmake
  cmake/TuttiDispatch.cmake cmake/TuttiDispatchObjects.cmake cmake/TuttiDispatch.cpp.in cmake/TuttiModule.cmake
  DESTINATION ${package_dir})
install(FILES include/tutti/tutti.cppm DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tutti)

file(RELATIVE_PATH pc_to_prefix /prefix/${CMAKE_INSTALL_DATADIR}/pkgconfig /prefix)
configure_file(cmake/tutti.pc.in tutti.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/tutti.pc DESTINATION ${CMAKE_INSTALL_DATADIR}/pkgconfig)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/licenses/tutti)
