# SPDX-License-Identifier: MIT
# One program for many processors: sources are compiled once for each instruction set, and the best one that the
# processor has is chosen when the program starts. Installed, and there after find_package(tutti) too.
#
#   tutti_add_dispatched(<target> SOURCES <source>... [ISAS <isa>...] [LIBRARIES <library>...])
#
# makes the static library <target> out of ordinary sources. What it offers are their functions with external linkage,
# declared in an ordinary header; no tensor stands in a signature, as that would be another type in each. ISAS are
# x86-64-v2, -v3 and -v4 unless said, from the least to the best; the program needs the least. LIBRARIES are what the
# sources use besides tutti.
#
# Everything else that the variants define, templates of the standard library included, is made local to its variant:
# no linker can take an AVX-512 std::vector for the rest of the program. Constructors of globals run for the chosen
# variant only. The environment variable TUTTI_ISA (TUTTI_ISA=x86-64-v2) makes the program choose nothing better.
# In the sources the macro TUTTI_DISPATCHED_ISA is the instruction set's name. Elsewhere than on x86-64 with ELF the
# sources are compiled once, as they are.
include_guard(GLOBAL)

function(tutti_add_dispatched target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;ISAS;LIBRARIES")
  if(NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "tutti_add_dispatched(<target> SOURCES <source>... [ISAS <isa>...] [LIBRARIES <library>...])")
  endif()
  if(NOT arg_ISAS)
    set(arg_ISAS x86-64-v2 x86-64-v3 x86-64-v4)
  endif()

  if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$" OR NOT CMAKE_SIZEOF_VOID_P EQUAL 8
      OR NOT CMAKE_EXECUTABLE_FORMAT STREQUAL "ELF")
    add_library(${target} STATIC ${arg_SOURCES})
    target_compile_definitions(${target} PRIVATE TUTTI_DISPATCHED_ISA="${CMAKE_SYSTEM_PROCESSOR}")
    target_link_libraries(${target} PUBLIC tutti::tutti ${arg_LIBRARIES})
    return()
  endif()

  foreach(isa IN LISTS arg_ISAS)
    if(NOT isa MATCHES "^x86-64(-v[234])?$")
      message(FATAL_ERROR "tutti_add_dispatched: ${isa} is none of x86-64, x86-64-v2, x86-64-v3 and x86-64-v4")
    endif()
  endforeach()
  find_program(TUTTI_LD NAMES ld.bfd ld REQUIRED DOC "GNU ld, which joins the objects of a variant")
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target}.dispatch)
  set(variants)
  set(objects)
  set(joined)
  set(compiled)
  foreach(isa IN LISTS arg_ISAS)
    set(variant ${target}.${isa})
    add_library(${variant} OBJECT ${arg_SOURCES})
    target_link_libraries(${variant} PRIVATE tutti::tutti ${arg_LIBRARIES})
    target_compile_definitions(${variant} PRIVATE TUTTI_DISPATCHED_ISA="${isa}")
    # A unique symbol cannot be made local, nor can anything inside an object that is not machine code yet.
    target_compile_options(${variant} PRIVATE -march=${isa} -fno-lto $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>
      $<$<CXX_COMPILER_ID:Clang>:-fno-addrsig>)
    set_target_properties(${variant} PROPERTIES POSITION_INDEPENDENT_CODE ON INTERPROCEDURAL_OPTIMIZATION OFF)
    list(APPEND compiled ${variant})
    list(APPEND variants "${isa}=$<JOIN:$<TARGET_OBJECTS:${variant}>,|>")
    list(APPEND objects $<TARGET_OBJECTS:${variant}>)
    list(APPEND joined ${folder}/${isa}.o)
  endforeach()

  add_custom_command(OUTPUT ${joined} ${folder}/dispatch.cpp
    COMMAND ${CMAKE_COMMAND} -DTARGET=${target} -DFOLDER=${folder} -DLD=${TUTTI_LD} -DNM=${CMAKE_NM}
      -DOBJCOPY=${CMAKE_OBJCOPY} -DOBJDUMP=${CMAKE_OBJDUMP} -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/TuttiDispatchObjects.cmake
      -- ${variants}
    DEPENDS ${objects} ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/TuttiDispatchObjects.cmake
    COMMENT "Joining the instruction sets of ${target}"
    COMMAND_EXPAND_LISTS VERBATIM)
  set_source_files_properties(${joined} PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
  add_library(${target} STATIC ${folder}/dispatch.cpp ${joined})
  add_dependencies(${target} ${compiled}) # make looks for their objects when it begins with this one
  target_link_libraries(${target} PUBLIC tutti::tutti ${arg_LIBRARIES})
  target_compile_options(${target} PRIVATE -fno-lto) # the entries are assembly
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON INTERPROCEDURAL_OPTIMIZATION OFF)
endfunction()
