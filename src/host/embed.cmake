# luashot_embed(OUT FOLDER MADE) sets OUT to a C source that holds every .lua file below FOLDER, and MADE, a
# file of the build that belongs into the folder luashot there.
function(luashot_embed out folder made)
  set(target ${CMAKE_BINARY_DIR}/embedded.c)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${folder}/*.lua)
  add_custom_command(OUTPUT ${target}
    COMMAND ${LUA} ${CMAKE_SOURCE_DIR}/scripts/dev/embed ${target} ${LUA_RELEASE} ${folder} ${made}
    DEPENDS ${files} ${made} ${CMAKE_SOURCE_DIR}/scripts/dev/embed VERBATIM)
  set(${out} ${target} PARENT_SCOPE)

  # So that the program in the build tree finds the scripts as the installed one does.
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/share/luashot)
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/scripts ${CMAKE_BINARY_DIR}/share/luashot/scripts SYMBOLIC)
endfunction()
