# SPDX-License-Identifier: MIT
# What the library itself can use: nothing that it needs.
include_guard()

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
