/* debug.sethook and debug.gethook of the host. A state has one hook, which time slices need too:
 * the script's function is called by ours, which also looks whether a slice is over. What the
 * script sees is as in the manual, but that gethook does not show a hook that was set from C. */
#ifndef SHOT_HOST_HOOK_H
#define SHOT_HOST_HOOK_H

#include <lua.h>

/* Put them into the global table `debug`. */
void shot_hook_install(lua_State *L);

#endif
