# SPDX-License-Identifier: MIT
# Reads the vcpkg port and runs its portfile, without vcpkg: the functions below do what vcpkg's of the same name do to this
# package. Afterwards ${WORK}/packages is what vcpkg would install.
#
#   cmake -DSOURCE_DIR=<the library> -DWORK=<folder> -P check.cmake
cmake_minimum_required(VERSION 3.24)
set(port_dir ${SOURCE_DIR}/packaging/vcpkg/ports/tutti)

file(READ ${port_dir}/vcpkg.json manifest)
foreach(wanted IN ITEMS "name tutti" "license MIT")
  separate_arguments(wanted)
  list(POP_FRONT wanted key)
  string(JSON found ERROR_VARIABLE error GET "${manifest}" ${key})
  if(NOT found STREQUAL wanted)
    message(FATAL_ERROR "vcpkg.json: ${key} is ${found} instead of ${wanted}")
  endif()
endforeach()
string(JSON dependencies GET "${manifest}" dependencies)
string(JSON description GET "${manifest}" description)
if(description STREQUAL "")
  message(FATAL_ERROR "vcpkg.json: no description")
endif()

# What cannot compile is refused before it is tried.
string(JSON supports GET "${manifest}" supports)
foreach(place IN ITEMS windows x86 arm32)
  if(NOT supports MATCHES "!${place}")
    message(FATAL_ERROR "vcpkg.json: it supports ${place}")
  endif()
endforeach()

# Each portfile function needs the port that defines it.
macro(called function)
  list(APPEND calls ${function})
  if(NOT "${ARGN}" STREQUAL "" AND NOT dependencies MATCHES "\"${ARGN}\"")
    message(FATAL_ERROR "vcpkg.json: ${function} needs the dependency ${ARGN}")
  endif()
  set(calls ${calls} PARENT_SCOPE)
endmacro()

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(vcpkg_check_features)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "OUT_FEATURE_OPTIONS" "FEATURES")
  called(vcpkg_check_features)
  set(options)
  while(arg_FEATURES)
    list(POP_FRONT arg_FEATURES feature option)
    string(JSON ignored GET "${manifest}" features ${feature} description) # an error where there is no such feature
    file(STRINGS ${SOURCE_DIR}/CMakeLists.txt known REGEX "^option\\(${option} ")
    if(NOT known)
      message(FATAL_ERROR "portfile.cmake: the project has no option ${option}")
    endif()
    list(APPEND options -D${option}=ON)
  endwhile()
  set(${arg_OUT_FEATURE_OPTIONS} ${options} PARENT_SCOPE)
endfunction()

function(vcpkg_cmake_configure)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "SOURCE_PATH" "OPTIONS")
  called(vcpkg_cmake_configure vcpkg-cmake)
  run(${CMAKE_COMMAND} -S ${arg_SOURCE_PATH} -B ${WORK}/build ${arg_OPTIONS} -DCMAKE_BUILD_TYPE=Release
    -DCMAKE_INSTALL_PREFIX=${CURRENT_PACKAGES_DIR} -DFETCHCONTENT_FULLY_DISCONNECTED=ON)
endfunction()

function(vcpkg_cmake_install)
  called(vcpkg_cmake_install vcpkg-cmake)
  run(${CMAKE_COMMAND} --build ${WORK}/build --target install)
endfunction()

# Moves the CMake package to share/<port>, and counts the way to the prefix from there.
function(vcpkg_cmake_config_fixup)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "CONFIG_PATH" "")
  called(vcpkg_cmake_config_fixup vcpkg-cmake-config)
  file(GLOB files ${CURRENT_PACKAGES_DIR}/${arg_CONFIG_PATH}/*.cmake)
  foreach(file IN LISTS files)
    cmake_path(GET file FILENAME name)
    file(READ ${file} text)
    string(REGEX REPLACE "(get_filename_component.PACKAGE_PREFIX_DIR [^ ]*LIST_DIR})/[./]+" "\\1/../../" text "${text}")
    set(up "get_filename_component(_IMPORT_PREFIX \"\${_IMPORT_PREFIX}\" PATH)\n")
    string(REPLACE "${up}${up}${up}" "${up}${up}" text "${text}")
    file(WRITE ${CURRENT_PACKAGES_DIR}/share/${PORT}/${name} "${text}")
  endforeach()
  file(REMOVE_RECURSE ${CURRENT_PACKAGES_DIR}/share/cmake)
endfunction()

function(vcpkg_fixup_pkgconfig)
  called(vcpkg_fixup_pkgconfig)
endfunction()

function(vcpkg_install_copyright)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "" "FILE_LIST")
  called(vcpkg_install_copyright)
  configure_file(${arg_FILE_LIST} ${CURRENT_PACKAGES_DIR}/share/${PORT}/copyright COPYONLY)
endfunction()

set(PORT tutti)
set(CURRENT_PACKAGES_DIR ${WORK}/packages)
file(REMOVE_RECURSE ${WORK}/build ${CURRENT_PACKAGES_DIR})
set(calls)
include(${port_dir}/portfile.cmake)

foreach(function IN ITEMS vcpkg_cmake_configure vcpkg_cmake_install vcpkg_cmake_config_fixup vcpkg_install_copyright)
  if(NOT function IN_LIST calls)
    message(FATAL_ERROR "portfile.cmake does not call ${function}")
  endif()
endforeach()
# What vcpkg's own check after a build complains of: anything but these folders.
file(GLOB places RELATIVE ${CURRENT_PACKAGES_DIR} ${CURRENT_PACKAGES_DIR}/* ${CURRENT_PACKAGES_DIR}/share/*)
if(NOT places STREQUAL "include;share;share/pkgconfig;share/tutti")
  message(FATAL_ERROR "the package consists of ${places}")
endif()
foreach(file IN ITEMS copyright usage tuttiConfig.cmake)
  if(NOT EXISTS ${CURRENT_PACKAGES_DIR}/share/tutti/${file})
    message(FATAL_ERROR "the package has no share/tutti/${file}")
  endif()
endforeach()
