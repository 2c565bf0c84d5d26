/* Functions for luashot.door, luashot.attach and luashot.notify that the event loop lacks. */
#ifndef SHOT_HOST_DOOR_H
#define SHOT_HOST_DOOR_H

#include <lua.h>

/* Push a table of functions, which return nil, message, code when they fail.
 *
 * listen(path): a value with a method remove(), which takes the socket out of the file system, as
 * its end does; and the descriptor that listens, which is the caller's.
 *
 * connect(path): the descriptor of a connection to a host.
 *
 * check_peer(fd): the number of the process at the other end, if it is this user's or root's.
 *
 * peek(fd): the bytes that can be read, without reading them, at most 4 KiB; "" when the other end
 * is gone, nil when there are none.
 *
 * on_stuck(fn): see shot_timeslice_on_stuck.
 *
 * divert(original, fn): a function that passes its arguments to fn, which may yield. If fn returns
 * true first, it returns what follows; else it does what `original` does. If `original` is a C
 * function it runs in the new one's frame, so that its messages still point at the script's line.
 *
 * notify(address, text): true. */
void shot_door_push(lua_State *L);

#endif
