# SPDX-License-Identifier: MIT
# The C++20 module `import tutti;` as the target tutti::module, compiled in the build that uses it: a module's binary form
# belongs to one compiler and one set of flags. Installed, and there after find_package(tutti) with TUTTI_MODULE=ON.
include_guard(GLOBAL)

function(tutti_add_module source)
  if(CMAKE_VERSION VERSION_LESS 3.28)
    message(FATAL_ERROR "TUTTI_MODULE needs CMake 3.28 or later, and its generator Ninja")
  endif()
  cmake_path(GET source PARENT_PATH folder)
  add_library(tutti_module STATIC)
  add_library(tutti::module ALIAS tutti_module)
  target_sources(tutti_module PUBLIC FILE_SET CXX_MODULES BASE_DIRS ${folder} FILES ${source})
  target_link_libraries(tutti_module PUBLIC tutti::tutti)
  set_target_properties(tutti_module PROPERTIES CXX_SCAN_FOR_MODULES ON)
endfunction()
