/* The handle of a display in Lua: the userdata "luashot.display". Its methods are in
 * display_methods.c. */
#ifndef SHOT_LUA_DISPLAY_H
#define SHOT_LUA_DISPLAY_H

#include <lua.h>

#include "capture/grabber.h"

struct shot_opener;

#define SHOTL_PATIENCE 5.0 /* seconds, where open is not told */

#define SHOTL_DISPLAY "luashot.display"

struct shotL_display {
	struct shot_grabber *grabber; /* NULL while closed */
	struct shot_opener *opener;   /* while opening, or opening anew */
	struct shot_grabber_options
		options;  /* what it was opened with; user value 1 has the name */
	double patience;  /* seconds, which open was told: for what a call does not say otherwise */
	int64_t deadline; /* of the opening under way, and how long that was */
	double opening_patience;
};

/* The grabber of the display at `arg`; raises for another type and for a closed one. */
struct shot_grabber *shotL_check_display(lua_State *L, int arg);

/* How long a server that does not answer the display at `arg` is waited for, in seconds, where the
 * caller says nothing else. */
double shotL_display_patience(lua_State *L, int arg);

/* The descriptor to wait on for what the display at `arg` is asked; raises as shotL_check_display.
 */
int shotL_display_fd(lua_State *L, int arg);

/* What its server is called in messages: "the X server". */
const char *shotL_display_server(lua_State *L, int arg);

/* Count what the display on top of the stack receives, too, as long as it is there. */
void shotL_count_received(lua_State *L);

/* Set a function in the module table on top of the stack:
 *
 *	core.received() -> a number that another one follows when bytes were read from a connection
 *
 * Whoever reads from a connection may read what another job waits for, and nothing else tells that
 * it did. */
void shotL_open_received(lua_State *L);

#endif
