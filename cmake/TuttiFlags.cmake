# SPDX-License-Identifier: MIT
# Flags for the project's own programs. A user of the library gets none of them.
include_guard()

option(TUTTI_WERROR "Treat warnings in the project's own programs as errors" OFF)
set(TUTTI_ARCH "" CACHE STRING "What the tests and examples are compiled for, as -march takes it (native, x86-64-v3, ...)")
set(TUTTI_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize takes them (address,undefined or thread, with clang)")

set(tutti_warning_flags -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual)
if(TUTTI_WERROR)
  list(APPEND tutti_warning_flags -Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Optimizer-driven warnings; g++ gives false ones after deep inlining.
    list(APPEND tutti_warning_flags -Wno-error=array-bounds -Wno-error=stringop-overflow -Wno-error=stringop-overread
      -Wno-error=maybe-uninitialized -Wno-error=restrict -Wno-error=free-nonheap-object)
  endif()
endif()

add_library(tutti_warnings INTERFACE)
target_compile_options(tutti_warnings INTERFACE ${tutti_warning_flags})

# A compiler's flags for the option TUTTI_ARCH or for an architecture that is given.
function(tutti_target_arch target arch)
  if(arch)
    target_compile_options(${target} PRIVATE -march=${arch})
  endif()
endfunction()

function(tutti_target_sanitize target)
  if(TUTTI_SANITIZE)
    set(flags -fsanitize=${TUTTI_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(${target} PRIVATE ${flags})
    # Compile time is what limits the sanitizers: checks by call instead of in line, and a trap (the address sanitizer
    # prints where) instead of a described error, halve it. The checks left out are those that the address sanitizer
    # makes too.
    if(TUTTI_SANITIZE MATCHES "undefined")
      list(APPEND flags -fsanitize-trap=undefined -fno-sanitize=null,vptr,object-size,function)
    endif()
    if(TUTTI_SANITIZE MATCHES "address")
      list(APPEND flags "SHELL:-mllvm -asan-instrumentation-with-call-threshold=0")
    endif()
    target_compile_options(${target} PRIVATE ${flags})
  endif()
endfunction()

# All of it, for a program: the library, the warnings, the architecture and the sanitizers.
function(tutti_program target)
  target_link_libraries(${target} PRIVATE tutti::tutti tutti_warnings)
  tutti_target_arch(${target} "${TUTTI_ARCH}")
  tutti_target_sanitize(${target})
endfunction()
