# SPDX-License-Identifier: MIT
# How a test becomes a program and a ctest entry.
include_guard()
include(FetchContent)

option(TUTTI_TEST_PCH "Precompile what all tests include: the standard library and Catch2" ON)
option(TUTTI_TEST_NATIVE "Compile the tests of kernel and plan once more with -march=native" OFF)

# Catch2, version 2.13 or 3. Afterwards a test links tutti_catch and tutti_catch_main.
function(tutti_find_catch)
  find_package(Catch2 CONFIG QUIET)
  if(NOT Catch2_FOUND)
    message(STATUS "Catch2 is not installed: fetching it")
    FetchContent_Declare(Catch2
      GIT_REPOSITORY https://github.com/catchorg/Catch2.git
      GIT_TAG v3.5.4
      GIT_SHALLOW TRUE)
    FetchContent_MakeAvailable(Catch2)
    set(Catch2_VERSION 3.5.4)
  endif()
  add_library(tutti_catch INTERFACE)
  target_link_libraries(tutti_catch INTERFACE Catch2::Catch2)
  target_include_directories(tutti_catch INTERFACE ${CMAKE_CURRENT_SOURCE_DIR})
  add_library(tutti_catch_main INTERFACE)
  if(Catch2_VERSION VERSION_LESS 3)
    add_library(tutti_catch_main_object OBJECT ${CMAKE_CURRENT_SOURCE_DIR}/support/main.cpp)
    target_link_libraries(tutti_catch_main_object PRIVATE tutti_catch)
    target_compile_features(tutti_catch_main_object PRIVATE cxx_std_20)
    target_compile_options(tutti_catch_main_object PRIVATE -O0 -g0) # large, and nothing in it is measured or tested
    target_sources(tutti_catch_main INTERFACE $<TARGET_OBJECTS:tutti_catch_main_object>)
  else()
    target_link_libraries(tutti_catch_main INTERFACE Catch2::Catch2WithMain)
  endif()
endfunction()

# A compiler cache sees a precompiled header of g++ only with this flag.
set(tutti_pch_flags $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)

# The precompiled header of all tests that are compiled for one architecture. It holds nothing of the library, so
# that editing a header of the library rebuilds only the tests that include it.
function(tutti_test_pch target arch)
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/${target}.cpp "// SPDX-License-Identifier: MIT\n")
  add_library(${target} OBJECT ${CMAKE_CURRENT_BINARY_DIR}/${target}.cpp)
  target_link_libraries(${target} PRIVATE tutti_catch)
  tutti_program(${target})
  tutti_target_arch(${target} "${arch}")
  target_compile_options(${target} PRIVATE ${tutti_pch_flags})
  target_precompile_headers(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/support/precompiled.hpp)
endfunction()

# The thread sanitizer sees what OpenMP's runtime library synchronises through Archer, which stands beside the library and is
# not always found from there.
set(tutti_test_environment OMP_WAIT_POLICY=passive)
if(TUTTI_SANITIZE STREQUAL "thread" AND OpenMP_omp_LIBRARY)
  cmake_path(GET OpenMP_omp_LIBRARY PARENT_PATH folder)
  find_library(TUTTI_ARCHER archer HINTS ${folder})
  if(TUTTI_ARCHER)
    list(APPEND tutti_test_environment OMP_TOOL_LIBRARIES=${TUTTI_ARCHER})
  else()
    message(WARNING "Archer is not installed: the thread sanitizer will see races where there are none")
  endif()
endif()

# Under an emulator the longest comparisons are left out: tests/support/emulated.hpp.
if(CMAKE_CROSSCOMPILING_EMULATOR)
  list(APPEND tutti_test_environment TUTTI_TEST_EMULATED=1)
endif()

# tutti_test(<folder> <source> [ARCH <arch>]): the program test.<folder>.<name>, and a ctest entry of the same name.
# Its labels are the folder and what a comment line `// labels: a b` in the source says; `parallel` is also taken from
# the name. Those labelled parallel run under the thread sanitizer, and alone. Those labelled subset, the kernels' tests
# and the random comparisons with the naive evaluation, are what CI runs of the other configurations. A line
# `// standard: 23` asks for another C++ than 20.
function(tutti_test folder source)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "ARCH" "")
  cmake_path(GET source STEM name)
  set(target test.${folder}.${name})
  string(REPLACE "test.tests." "test." target ${target}) # one that lies in tests/ itself
  set(pch tutti_pch)
  if(arg_ARCH)
    string(APPEND target ".${arg_ARCH}")
    string(APPEND pch "_${arg_ARCH}")
  endif()

  add_executable(${target} ${source})
  target_link_libraries(${target} PRIVATE tutti_catch tutti_catch_main)
  tutti_program(${target})
  tutti_target_arch(${target} "${arg_ARCH}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
  file(STRINGS ${source} standard REGEX "^// standard: [0-9]+$")
  if(standard)
    string(REGEX REPLACE "^// standard: " "" standard "${standard}")
    set_target_properties(${target} PROPERTIES CXX_STANDARD ${standard})
  elseif(TUTTI_TEST_PCH)
    if(NOT TARGET ${pch})
      tutti_test_pch(${pch} "${arg_ARCH}")
    endif()
    target_compile_options(${target} PRIVATE ${tutti_pch_flags})
    target_precompile_headers(${target} REUSE_FROM ${pch})
  endif()

  file(STRINGS ${source} labels REGEX "^// labels: ")
  string(REGEX REPLACE "^// labels: " "" labels "${labels}")
  separate_arguments(labels)
  list(APPEND labels ${folder} ${arg_ARCH})
  if(name MATCHES "parallel|thread|determinis")
    list(APPEND labels parallel)
  endif()

  # kernel/simd compiles for minutes under the sanitizers.
  if(folder MATCHES "^(kernel|random)$" AND NOT name STREQUAL "simd")
    list(APPEND labels subset)
    add_dependencies(subset_tests ${target})
  endif()

  add_test(NAME ${target} COMMAND ${target})
  set_tests_properties(${target} PROPERTIES LABELS "${labels}" TIMEOUT 300 ENVIRONMENT "${tutti_test_environment}")
  if("parallel" IN_LIST labels)
    set_tests_properties(${target} PROPERTIES PROCESSORS 2)
    add_dependencies(parallel_tests ${target})
  endif()
endfunction()
