/* debug.sethook and debug.gethook of the host. A state has one hook, which time slices need too:
 * the host's hook calls the script's function, and also checks the time slice. For the script
 * everything is as in the manual, except that gethook does not show a hook that was set from C. */
#ifndef SHOT_HOST_HOOK_H
#define SHOT_HOST_HOOK_H

#include <lua.h>

/* Put them into the global table `debug`. */
void shot_hook_install(lua_State *L);

#endif
