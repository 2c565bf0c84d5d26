/* For luashot.door, luashot.attach and luashot.notify: what the event loop has no function for. */
#ifndef SHOT_HOST_DOOR_H
#define SHOT_HOST_DOOR_H

#include <lua.h>

/* Push a table of functions, which return nil, message, code when they fail:
 *   listen(path)          a value with a method remove(), which takes the socket out of the file
 * system (as does its end), and the descriptor that listens, which is the caller's connect(path)
 * the descriptor of a connection to a host check_peer(fd)        the process at the other end, if
 * it is this user's or root's notify(address, text) true */
void shot_door_push(lua_State *L);

#endif
