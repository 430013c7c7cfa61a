# SPDX-License-Identifier: MIT
# A step of a build with tutti_add_dispatched: joins each variant's objects into FOLDER/<isa>.o, in which only the
# offered functions are global, named <function>.<isa>; and writes FOLDER/dispatch.cpp, which defines <function>.
#
#   cmake -DTARGET= -DFOLDER= -DLD= -DNM= -DOBJCOPY= -DOBJDUMP= -P TuttiDispatchObjects.cmake -- <isa>=<object>|<object>...
cmake_minimum_required(VERSION 3.24)

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(lines_of output)
  execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX REPLACE "[][;]" "_" text "${text}")
  string(REPLACE "\n" ";" text "${text}")
  set(${output} "${text}" PARENT_SCOPE)
endfunction()

# The functions that an object offers. A weak symbol is an inline function or a template: it stays in its variant.
function(offered_functions output object)
  set(functions)
  lines_of(symbols ${NM} --defined-only --extern-only --format=posix ${object})
  foreach(symbol IN LISTS symbols)
    if(symbol MATCHES "^([^ ]+) T ")
      list(APPEND functions ${CMAKE_MATCH_1})
    elseif(symbol MATCHES "^([^ ]+) [BCDGRS] ")
      message(FATAL_ERROR "${TARGET}: each instruction set would have a variable ${CMAKE_MATCH_1} of its own. "
        "Make it static, and reach it through functions.")
    endif()
  endforeach()
  list(SORT functions)
  if(NOT functions)
    message(FATAL_ERROR "${TARGET}: its sources define no function with external linkage that is neither inline nor a template")
  endif()
  set(${output} "${functions}" PARENT_SCOPE)
endfunction()

file(MAKE_DIRECTORY ${FOLDER})
set(variants)
foreach(i RANGE ${CMAKE_ARGC})
  if("${CMAKE_ARGV${i}}" MATCHES "^(x86-64[-v0-9]*)=(.+)$")
    list(APPEND variants ${CMAKE_MATCH_1})
    string(REPLACE "|" ";" objects_${CMAKE_MATCH_1} "${CMAKE_MATCH_2}")
  endif()
endforeach()

set(declarations)
set(table)
set(number 0)
foreach(isa IN LISTS variants)
  string(MAKE_C_IDENTIFIER ${isa} suffix)
  set(object ${FOLDER}/${isa}.o)
  # Groups are what a linker keeps one of by name, even where the names are local: none may be left.
  run(${LD} -r --force-group-allocation -o ${object} ${objects_${isa}})
  offered_functions(functions ${object})
  if(number EQUAL 0)
    set(offered "${functions}")
  elseif(NOT functions STREQUAL offered)
    message(FATAL_ERROR "${TARGET}: the functions' names depend on the instruction set, so a type of tutti's stands in a "
      "signature. Pass pointers, spans or numbers; make static what is for the source alone.\n"
      "  ${offered}\n  ${functions}")
  endif()

  list(JOIN functions "\n" keep)
  string(REGEX REPLACE "([^\n]+)" "\\1 \\1.${suffix}" rename "${keep}")
  file(WRITE ${FOLDER}/keep.txt "${keep}\n")
  file(WRITE ${FOLDER}/rename.txt "${rename}\n")
  run(${OBJCOPY} --keep-global-symbols=${FOLDER}/keep.txt ${object})
  run(${OBJCOPY} --redefine-syms=${FOLDER}/rename.txt ${object})

  # Constructors of globals are compiled for this instruction set too: the program must not run them by itself.
  set(moves)
  set(lists "{}") # ends them
  lines_of(sections ${OBJDUMP} --section-headers --wide ${object})
  foreach(section IN LISTS sections)
    if(section MATCHES " \\.init_array([.0-9]*) +([0-9a-f]+) ")
      set(priority "${CMAKE_MATCH_1}")
      math(EXPR count "0x${CMAKE_MATCH_2} / 8")
      string(MAKE_C_IDENTIFIER "${TARGET}_constructors${priority}_${suffix}" name)
      string(APPEND declarations "extern const constructor ${name}[];\n")
      list(APPEND moves --add-symbol ${name}=.data.rel.ro.${name}:0,global,object
        --rename-section .init_array${priority}=.data.rel.ro.${name},alloc,load,data,contents)
      if(priority STREQUAL "")
        string(REPLACE "{}" "{${name}, ${count}}, {}" lists "${lists}")
      else() # those with a priority come first
        string(PREPEND lists "{${name}, ${count}}, ")
      endif()
    elseif(section MATCHES " (\\.(preinit_array|fini_array|ctors|dtors)[.0-9]*) ")
      message(FATAL_ERROR "${TARGET}: what stands in ${CMAKE_MATCH_1} would run on any processor")
    endif()
  endforeach()
  if(moves)
    run(${OBJCOPY} ${moves} ${object})
  endif()

  string(APPEND declarations "extern const constructor_list constructors_${suffix}[];\n"
    "const constructor_list constructors_${suffix}[] = {${lists}};\n")
  set(pointers)
  foreach(function IN LISTS offered)
    string(MAKE_C_IDENTIFIER ${function}.${suffix} name)
    string(APPEND declarations "void ${name}() __asm__(\"${function}.${suffix}\");\n")
    list(APPEND pointers ${name})
  endforeach()
  list(JOIN pointers ", " pointers)
  if(number EQUAL 0)
    set(least "${pointers}")
    set(runs_here true)
  else()
    set(runs_here "__builtin_cpu_supports(\"${isa}\") != 0")
  endif()
  string(APPEND table "    {\"${isa}\", ${runs_here}, {${pointers}}, constructors_${suffix}},\n")
  math(EXPR number "${number} + 1")
endforeach()

string(MAKE_C_IDENTIFIER ${TARGET}_chosen chosen)
set(number 0)
set(entries)
foreach(function IN LISTS offered)
  math(EXPR offset "8 * ${number}")
  string(APPEND entries "__asm__(\".text\\n.globl ${function}\\n.type ${function}, @function\\n${function}:\\n"
    ".cfi_startproc\\njmp *${chosen}+${offset}(%rip)\\n.cfi_endproc\\n.size ${function}, .-${function}\\n\");\n")
  math(EXPR number "${number} + 1")
endforeach()
configure_file(${CMAKE_CURRENT_LIST_DIR}/TuttiDispatch.cpp.in ${FOLDER}/dispatch.cpp @ONLY)
