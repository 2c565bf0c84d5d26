# Puts the files of lua/ into the host as source text. Included by the build, it defines
# luashot_embed(); run as a script (cmake -P), it writes the C file.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  # Sets `out` to a C source that holds every .lua file below `folder`, and `made`, a file of the
  # build that belongs into the folder luashot there; made anew when one changes.
  function(luashot_embed out folder made)
    set(target ${CMAKE_BINARY_DIR}/embedded.c)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS ${folder}/*.lua)
    add_custom_command(OUTPUT ${target}
      COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} -DMADE=${made} -DTARGET=${target}
              -P ${CMAKE_SOURCE_DIR}/src/host/embed.cmake
      DEPENDS ${files} ${made} ${CMAKE_SOURCE_DIR}/src/host/embed.cmake VERBATIM)
    set(${out} ${target} PARENT_SCOPE)

    # So that the program in the build tree finds the scripts as the installed one does.
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/share/luashot)
    file(CREATE_LINK ${CMAKE_SOURCE_DIR}/scripts ${CMAKE_BINARY_DIR}/share/luashot/scripts SYMBOLIC)
  endfunction()
  return()
endif()

file(GLOB_RECURSE files RELATIVE ${FOLDER} ${FOLDER}/*.lua)
get_filename_component(made_name ${MADE} NAME)
set(made_name luashot/${made_name})
list(APPEND files ${made_name})
set(arrays "")
set(table "")
set(number 0)
foreach(name ${files})
  if(name STREQUAL made_name)
    file(READ ${MADE} hex HEX)
  else()
    file(READ ${FOLDER}/${name} hex HEX)
  endif()
  string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "(/init)?\\.lua$" "" module ${name})
  string(REPLACE "/" "." module ${module})
  string(APPEND arrays "static const char file${number}[] = {\n${bytes}\n};\n\n")
  string(REGEX REPLACE "^luashot/" "" name ${name})
  string(APPEND table "\t{\"${module}\", SHOT_EMBEDDED_CHUNK \"${name}\", file${number}, sizeof file${number}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${TARGET} "/* Made by src/host/embed.cmake. */
#include \"host/embedded.h\"

${arrays}const struct shot_embedded shot_embedded[] = {
${table}\t{0},
};
")
