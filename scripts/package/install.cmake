# Files that depend on the prefix of the installation, which may be set late: cmake --install build --prefix …

# luashot_install_unit(folder name): a unit for systemd, which names the program by its whole path, and a link
# to it from the scripts, where the documentation looks.
function(luashot_install_unit folder name)
  install(CODE "
    set(unit \"${folder}/${name}\")
    set(program \"${CMAKE_INSTALL_BINDIR}/luashot\")
    foreach(path unit program)
      if(NOT IS_ABSOLUTE \"\${\${path}}\")
        set(\${path} \"\${CMAKE_INSTALL_PREFIX}/\${\${path}}\")
      endif()
    endforeach()
    if(program MATCHES \" \")
      set(program \"\\\"\${program}\\\"\")
    endif()
    file(READ \"${CMAKE_SOURCE_DIR}/scripts/${name}\" text)
    string(REPLACE /usr/local/bin/luashot \"\${program}\" text \"\${text}\")
    file(WRITE \"\$ENV{DESTDIR}\${unit}\" \"\${text}\")
    message(STATUS \"Installing: \$ENV{DESTDIR}\${unit}\")
    list(APPEND CMAKE_INSTALL_MANIFEST_FILES \"\${unit}\")")
  luashot_install_link(${folder}/${name} ${CMAKE_INSTALL_DATADIR}/luashot/scripts/${name})
endfunction()

# luashot_install_link(target link): a relative link, so that the installed tree can be moved.
function(luashot_install_link target link)
  install(CODE "
    set(target \"${target}\")
    set(link \"${link}\")
    foreach(path target link)
      if(NOT IS_ABSOLUTE \"\${\${path}}\")
        set(\${path} \"\${CMAKE_INSTALL_PREFIX}/\${\${path}}\")
      endif()
    endforeach()
    get_filename_component(folder \"\${link}\" DIRECTORY)
    file(RELATIVE_PATH relative \"\${folder}\" \"\${target}\")
    file(MAKE_DIRECTORY \"\$ENV{DESTDIR}\${folder}\")
    # An older version installed a copy.
    file(REMOVE_RECURSE \"\$ENV{DESTDIR}\${link}\")
    file(CREATE_LINK \"\${relative}\" \"\$ENV{DESTDIR}\${link}\" SYMBOLIC)
    message(STATUS \"Installing: \$ENV{DESTDIR}\${link}\")
    list(APPEND CMAKE_INSTALL_MANIFEST_FILES \"\${link}\")")
endfunction()
