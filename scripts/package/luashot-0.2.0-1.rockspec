rockspec_format = "3.0"
package = "luashot"
version = "0.2.0-1"
source = {
  url = "https://luashot.example/releases/luashot-0.2.0.tar.gz",
}
description = {
  summary = "Screen capture that is programmed in Lua, for X11 and Wayland",
  detailed = "The module luashot, for plain Lua: displays, monitors, windows, frames and pictures. The program luashot is "
    .. "built from the same source by CMake.",
  homepage = "https://luashot.example/",
  license = "MIT",
}
supported_platforms = { "linux" }
dependencies = {
  "lua >= 5.4, < 5.6",
}
build = {
  type = "cmake",
  variables = {
    CMAKE_INSTALL_PREFIX = "$(PREFIX)",
    LUASHOT_LUA_CMODDIR = "$(LIBDIR)",
    LUASHOT_LUA_LUADIR = "$(LUADIR)",
    LUASHOT_HOST = "OFF",
    BUILD_TESTING = "OFF",
  },
}
