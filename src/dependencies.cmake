# The libraries and programs that luashot is built from. If some are missing, CMake prints one line for each,
# with the package of this distribution, and refuses the build: luashot_require(), luashot_refuse().

# Of each requirement: its packages in Debian, Fedora, Arch and Alpine ("-": none), and its purpose.
set(LUASHOT_REQUIREMENTS
  "xau|libxau-dev|libXau-devel|libxau|libxau-dev|the cookies of the X protocol"
  "xcb|libxcb1-dev|libxcb-devel|libxcb|libxcb-dev|the X protocol"
  "xcb-shm|libxcb-shm0-dev|libxcb-devel|libxcb|libxcb-dev|the X protocol: shared memory"
  "xcb-randr|libxcb-randr0-dev|libxcb-devel|libxcb|libxcb-dev|the X protocol: monitors"
  "xcb-xfixes|libxcb-xfixes0-dev|libxcb-devel|libxcb|libxcb-dev|the X protocol: the pointer"
  "xcb-damage|libxcb-damage0-dev|libxcb-devel|libxcb|libxcb-dev|the X protocol: changes"
  "xcb-composite|libxcb-composite0-dev|libxcb-devel|libxcb|libxcb-dev|the X protocol: hidden windows"
  "xcb-xinerama|libxcb-xinerama0-dev|libxcb-devel|libxcb|libxcb-dev|the X protocol: heads that RandR lacks"
  "xcb-shape|libxcb-shape0-dev|libxcb-devel|libxcb|libxcb-dev|the X protocol: windows that are no rectangles"
  "xcb-xtest|libxcb-xtest0-dev|libxcb-devel|libxcb|libxcb-dev|the X protocol: acting"
  "xcb-xkb|libxcb-xkb-dev|libxcb-devel|libxcb|libxcb-dev|the X protocol: maps of keyboards"
  "xcb-res|libxcb-res0-dev|libxcb-devel|libxcb|libxcb-dev|the X protocol: clients"
  "xkbcommon|libxkbcommon-dev|libxkbcommon-devel|libxkbcommon|libxkbcommon-dev|maps of keyboards"
  "xkbcommon-x11|libxkbcommon-x11-dev|libxkbcommon-x11-devel|libxkbcommon-x11|libxkbcommon-dev|... of X servers"
  "libisal|libisal-dev|isa-l-devel|isa-l|isa-l-dev|PNG, fast (-DLUASHOT_ISAL=OFF: by zlib, slower)"
  "libdeflate|libdeflate-dev|libdeflate-devel|libdeflate|libdeflate-dev|PNG, small"
  "libpng16|libpng-dev|libpng-devel|libpng|libpng-dev|PNG, reading"
  "zlib|zlib1g-dev|zlib-ng-compat-devel|zlib|zlib-dev|PNG, pictures of text"
  "libjpeg|libjpeg-dev|libjpeg-turbo-devel|libjpeg-turbo|libjpeg-turbo-dev|JPEG (-DLUASHOT_JPEG=OFF: without)"
  "libwebp|libwebp-dev|libwebp-devel|libwebp|libwebp-dev|WebP (-DLUASHOT_WEBP=OFF: without)"
  "qoi.h|libqoi-dev|qoi-devel|qoi|qoi-dev|QOI (-DLUASHOT_QOI=OFF: without)"
  "libsixel|libsixel-dev|libsixel-devel|libsixel|libsixel-dev|sixels (-DLUASHOT_SIXEL=OFF: without)"
  "tesseract|libtesseract-dev|tesseract-devel|tesseract|tesseract-ocr-dev|words (-DLUASHOT_WORDS=OFF: without)"
  "libyuv.h|libyuv-dev|libyuv-devel|libyuv|libyuv-dev|pixel formats"
  "xxhash.h|libxxhash-dev|xxhash-devel|xxhash|xxhash-dev|hashes of pictures"
  "libavformat|libavformat-dev|ffmpeg-free-devel|ffmpeg|ffmpeg-dev|videos (-DLUASHOT_VIDEO=OFF: without)"
  "libavcodec|libavcodec-dev|ffmpeg-free-devel|ffmpeg|ffmpeg-dev|videos (-DLUASHOT_VIDEO=OFF: without)"
  "libavutil|libavutil-dev|ffmpeg-free-devel|ffmpeg|ffmpeg-dev|videos (-DLUASHOT_VIDEO=OFF: without)"
  "wayland-client|libwayland-dev|wayland-devel|wayland|wayland-dev|Wayland (-DLUASHOT_WAYLAND=OFF: without)"
  "wayland-scanner|libwayland-bin|wayland-devel|wayland|wayland-dev|Wayland: makes code of protocols"
  "histedit.h|libedit-dev|libedit-devel|libedit|libedit-dev|line editing at the prompt"
  "libseccomp|libseccomp-dev|libseccomp-devel|libseccomp|libseccomp-dev|the system calls of --sandbox"
  "libmicrohttpd|libmicrohttpd-dev|libmicrohttpd-devel|libmicrohttpd|libmicrohttpd-dev|the page of a host (-DLUASHOT_HTTP=OFF: without)"
  "libmosquitto|libmosquitto-dev|mosquitto-devel|mosquitto|mosquitto-dev|a fleet's broker (-DLUASHOT_MQTT=OFF: without)"
  "liblua|liblua5.4-dev|lua-devel|lua54|lua5.4-dev|Lua 5.4 or 5.5"
  "lua|lua5.4|lua|lua54|lua5.4|makes the reference for help()"
  "luv|lua-luv-dev|-|-|-|the event loop, to be linked (-DLUASHOT_LUV=module: loaded as a Lua module)"
  "module luv|lua-luv|lua-luv|lua54-luv|lua5.4-luv|the event loop, a Lua module that is loaded here"
  "argparse|lua-argparse|lua-argparse|lua-argparse|lua5.4-argparse|the ready-made scripts' command lines, for the manual page (-DLUASHOT_PAGES=OFF: without)")

set(LUASHOT_DISTRIBUTIONS "debian|ubuntu" "fedora|rhel|centos" "arch" "alpine")
set(LUASHOT_MISSING "" CACHE INTERNAL "packages that this configuration lacks")

# The position of this distribution's names in a requirement, 1 to 4; that of Debian for any other distribution.
function(luashot_distribution out)
  set(os "")
  if(EXISTS /etc/os-release)
    file(STRINGS /etc/os-release os REGEX "^ID(_LIKE)?=")
  endif()
  set(found 1)
  foreach(position RANGE 3)
    list(GET LUASHOT_DISTRIBUTIONS ${position} names)
    if(os MATCHES "[=\" ](${names})[\" ;]" OR os MATCHES "=(${names})$")
      math(EXPR found "${position} + 1")
      break()
    endif()
  endforeach()
  set(${out} ${found} PARENT_SCOPE)
endfunction()

# Says that a requirement is missing.
function(luashot_missing requirement)
  luashot_distribution(position)
  foreach(line ${LUASHOT_REQUIREMENTS})
    string(REPLACE "|" ";" fields "${line}")
    list(GET fields 0 name)
    if(name STREQUAL requirement)
      list(GET fields ${position} package)
      list(GET fields 5 purpose)
      message(NOTICE "-- missing: ${package} (${purpose})")
      set(LUASHOT_MISSING ${LUASHOT_MISSING} ${package} CACHE INTERNAL "")
    endif()
  endforeach()
endfunction()

# The build is refused if something was missing.
function(luashot_refuse)
  if(LUASHOT_MISSING)
    list(REMOVE_DUPLICATES LUASHOT_MISSING)
    list(JOIN LUASHOT_MISSING " " packages)
    message(FATAL_ERROR "Install these packages, then configure again: ${packages}")
  endif()
endfunction()

# luashot_require(PREFIX module …): the imported target PkgConfig::PREFIX, of pkg-config's modules.
macro(luashot_require prefix)
  foreach(module ${ARGN})
    pkg_check_modules(${prefix}_${module} QUIET ${module})
    if(NOT ${prefix}_${module}_FOUND)
      luashot_missing(${module})
    endif()
  endforeach()
  pkg_check_modules(${prefix} QUIET IMPORTED_TARGET ${ARGN})
endmacro()

# A header that no module of pkg-config provides; its folder is ${prefix}_INCLUDE.
macro(luashot_require_header prefix header)
  find_path(${prefix}_INCLUDE ${header})
  if(NOT ${prefix}_INCLUDE)
    luashot_missing(${header})
  endif()
endmacro()

# luashot_loaded(NAME library default "purpose"): the library that the program loads when it first needs it,
# as the C macro SHOT_LIBRARY_NAME. It is the soname of the one found here, its whole path with
# LUASHOT_LIBRARY_PATHS, or what the user has set LUASHOT_LIBRARY_NAME to.
option(LUASHOT_LIBRARY_PATHS "load libraries by the paths at which they were found here" OFF)
function(luashot_loaded name library default purpose)
  find_library(LUASHOT_FOUND_${name} NAMES ${library} ${default})
  mark_as_advanced(LUASHOT_FOUND_${name})
  set(soname ${default})
  if(LUASHOT_FOUND_${name})
    execute_process(COMMAND ${CMAKE_READELF} -d ${LUASHOT_FOUND_${name}} OUTPUT_VARIABLE dynamic ERROR_QUIET)
    if(dynamic MATCHES "\\(SONAME\\)[^\n]*\\[([^]]+)\\]")
      set(soname ${CMAKE_MATCH_1})
    endif()
    if(LUASHOT_LIBRARY_PATHS)
      get_filename_component(folder ${LUASHOT_FOUND_${name}} DIRECTORY)
      set(soname ${folder}/${soname})
    endif()
  endif()
  set(LUASHOT_LIBRARY_${name} "" CACHE STRING "name or path of ${library}, loaded at run time; empty: as found here")
  mark_as_advanced(LUASHOT_LIBRARY_${name})
  if(LUASHOT_LIBRARY_${name})
    set(soname ${LUASHOT_LIBRARY_${name}})
  endif()
  set_property(GLOBAL APPEND PROPERTY LUASHOT_LOADED SHOT_LIBRARY_${name}="${soname}")
  string(TOLOWER ${name} feature)
  set_property(GLOBAL APPEND_STRING PROPERTY LUASHOT_LOADED_NOTE
    "{\"feature\":\"${feature}\",\"description\":\"${purpose}\",\"priority\":\"recommended\",\"soname\":[\"${soname}\"]},")
endfunction()

# luashot_note(OUT) sets OUT to a C source with the ELF note that names the loaded libraries to packagers'
# tools (systemd's ELF_DLOPEN_METADATA).
function(luashot_note out)
  get_property(libraries GLOBAL PROPERTY LUASHOT_LOADED_NOTE)
  string(REGEX REPLACE ",$" "" libraries "${libraries}")
  string(REPLACE "\"" "\\\"" libraries "${libraries}")
  set(target ${CMAKE_BINARY_DIR}/loaded_note.c)
  file(CONFIGURE OUTPUT ${target} @ONLY CONTENT [=[
/* Made by src/dependencies.cmake. */
#include <stdint.h>

#define LIBRARIES "[@libraries@]"
enum { DLOPEN = 0x407c0c0a };

__attribute__((used, section(".note.dlopen"), aligned(4))) static const struct {
	uint32_t owner_size, text_size, type;
	char owner[4];
	char text[sizeof LIBRARIES];
} note = {sizeof note.owner, sizeof note.text, DLOPEN, "FDO", LIBRARIES};
]=])
  set(${out} ${target} PARENT_SCOPE)
endfunction()

# luashot_find_lua(): LUA_VERSION ("5.4"), LUA_MODULE (its name for pkg-config), LUA_INCLUDE_DIRS, LUA_LIBRARIES, the program LUA
# and its release, LUA_RELEASE ("Lua 5.4.6").
macro(luashot_find_lua)
  set(LUASHOT_LUA "" CACHE STRING "the version of Lua: 5.4 or 5.5; empty: the first that is found")
  set(candidates 5.4 5.5)
  if(LUASHOT_LUA)
    set(candidates ${LUASHOT_LUA})
  endif()
  foreach(version ${candidates})
    string(REPLACE "." "" digits ${version})
    foreach(module lua${version} lua-${version} lua${digits} "lua>=${version}")
      pkg_check_modules(LUA QUIET ${module})
      if(LUA_FOUND AND LUA_VERSION MATCHES "^${version}")
        set(LUA_MODULE ${module})
        break()
      endif()
      set(LUA_FOUND FALSE)
    endforeach()
    if(LUA_FOUND)
      set(LUA_VERSION ${version})
      find_program(LUA NAMES lua${version} lua-${version} lua${digits} lua)
      break()
    endif()
  endforeach()
  if(NOT LUA_FOUND)
    luashot_missing(liblua)
  endif()
  if(LUA)
    execute_process(COMMAND ${LUA} -v OUTPUT_VARIABLE lua_says ERROR_VARIABLE lua_says)
  endif()
  if(NOT LUA OR NOT lua_says MATCHES "^Lua ${LUA_VERSION}")
    luashot_missing(lua)
  endif()
  string(REGEX MATCH "^Lua [0-9.]+" LUA_RELEASE "${lua_says}")
endmacro()

# A Lua module that a script of the build requires.
function(luashot_require_lua module requirement)
  if(LUA)
    execute_process(COMMAND ${LUA} -e "require '${module}'" RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
    if(failed)
      luashot_missing(${requirement})
    endif()
  endif()
endfunction()

# luashot_find_luv(): LUASHOT_LUV_FOUND is "linked", with LUV_INCLUDE_DIRS and LUV_LIBRARIES, where there
# is a library of luv for this Lua (Debian has one); else "module": luv is loaded as a Lua module.
macro(luashot_find_luv)
  set(LUASHOT_LUV "auto" CACHE STRING "how the program gets luv: linked, module, or auto")
  set_property(CACHE LUASHOT_LUV PROPERTY STRINGS auto linked module)
  set(LUASHOT_LUV_FOUND module)
  if(NOT LUASHOT_LUV STREQUAL "module")
    pkg_check_modules(LUV QUIET lua${LUA_VERSION}-luv libuv)
    if(LUV_FOUND)
      set(LUASHOT_LUV_FOUND linked)
    elseif(LUASHOT_LUV STREQUAL "linked")
      luashot_missing(luv)
    endif()
  endif()
  if(LUASHOT_LUV_FOUND STREQUAL "module")
    set(LUV_INCLUDE_DIRS)
    set(LUV_LIBRARIES)
  endif()
  message(STATUS "luv: ${LUASHOT_LUV_FOUND}")
endmacro()

# luashot_protocols(OUT folder source): C code of Wayland's own protocol and of those described in `source`,
# made in `folder`. A file that includes their headers provides libwayland's functions.
function(luashot_protocols out folder source)
  pkg_get_variable(core wayland-scanner pkgdatadir)
  file(GLOB descriptions CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${source}/*.xml)
  file(MAKE_DIRECTORY ${folder})
  set(made "")
  foreach(description ${core}/wayland.xml ${descriptions})
    get_filename_component(name ${description} NAME_WE)
    set(header ${folder}/${name}-client-protocol.h)
    set(code ${folder}/${name}-protocol.c)
    add_custom_command(OUTPUT ${header} ${code}
      COMMAND ${WAYLAND_SCANNER} client-header --include-core-only ${description} ${header}
      COMMAND ${WAYLAND_SCANNER} private-code ${description} ${code}
      DEPENDS ${description} VERBATIM)
    list(APPEND made ${header} ${code})
  endforeach()
  set(${out} ${made} PARENT_SCOPE)
endfunction()
