# SPDX-License-Identifier: MIT
# What the library itself depends on: an installed package first, a pinned release otherwise.
include_guard()
include(FetchContent)

# xsimd, 8.1 or any later version. Its version file accepts one major version only, so the check is made here.
function(tutti_find_xsimd)
  if(NOT TARGET xsimd)
    find_package(xsimd CONFIG QUIET)
    if(xsimd_FOUND AND xsimd_VERSION VERSION_LESS 8.1)
      message(FATAL_ERROR "tutti needs xsimd 8.1 or later; ${xsimd_DIR} has ${xsimd_VERSION}. "
        "Point xsimd_DIR to a newer one, or set CMAKE_DISABLE_FIND_PACKAGE_xsimd=ON to fetch it.")
    endif()
    if(NOT xsimd_FOUND)
      message(STATUS "xsimd is not installed: fetching it")
      FetchContent_Declare(xsimd
        GIT_REPOSITORY https://github.com/xtensor-stack/xsimd.git
        GIT_TAG 8.1.0
        GIT_SHALLOW TRUE)
      set(CMAKE_POLICY_VERSION_MINIMUM 3.5) # what this release asks for is older than CMake 4 accepts
      FetchContent_MakeAvailable(xsimd)
    endif()
  endif()
  # Its headers are all that is needed; some distributions' target also links a library that they do not install. The
  # folder is read here, since an imported target may be unknown in the directory where tutti is linked.
  get_target_property(folders xsimd INTERFACE_INCLUDE_DIRECTORIES)
  target_include_directories(tutti SYSTEM INTERFACE "$<BUILD_INTERFACE:${folders}>")
endfunction()

function(tutti_find_openmp)
  set(found FALSE)
  if(TUTTI_OPENMP)
    find_package(OpenMP COMPONENTS CXX)
    set(found ${OpenMP_CXX_FOUND})
    if(found)
      target_link_libraries(tutti INTERFACE OpenMP::OpenMP_CXX)
    else()
      message(STATUS "OpenMP is not installed: tutti runs on one core")
    endif()
  endif()
  set(TUTTI_USES_OPENMP ${found} PARENT_SCOPE)
endfunction()
