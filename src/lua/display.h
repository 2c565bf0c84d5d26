/* The handle of a display in Lua: the userdata "luashot.display". Its methods are in
 * display_methods.c. */
#ifndef SHOT_LUA_DISPLAY_H
#define SHOT_LUA_DISPLAY_H

#include <lua.h>

#include "capture/grabber.h"

struct shot_opener;
struct shot_performer;

#define SHOTL_PATIENCE 5.0 /* seconds, the default of open */

#define SHOTL_DISPLAY "luashot.display"

/* Its user values: the name in the options of open; a capture for reuse (pending.h). */
enum { SHOTL_DISPLAY_NAME = 1, SHOTL_DISPLAY_SPARE };

struct shotL_display {
	struct shot_grabber *grabber;	     /* NULL while closed */
	struct shot_opener *opener;	     /* while opening or reconnecting */
	struct shot_grabber_options options; /* the options of open; a user value has the name */
	struct shot_performer *performer;    /* NULL: nobody acts for the display */
	unsigned performers;		     /* how many there have been: a reconnect starts one */
	bool wants_input;		     /* from open */
	uint32_t only;			     /* the window that alone may get acts; 0: any may */
	double patience;		     /* seconds, from open: the default of its calls */
	int64_t deadline;		     /* of the opening in progress, and its length */
	double opening_patience;
	struct shot_error elsewhere; /* the failure of the source that was tried before; code NULL:
					there was none */
};

/* The grabber of the display at `arg`; raises for another type and for a closed one. */
struct shot_grabber *shotL_check_display(lua_State *L, int arg);

/* As shotL_check_display, for an argument that this call has checked before: the script may have
 * closed the display since. It costs a tenth. */
struct shot_grabber *shotL_same_display(lua_State *L, int arg);

/* The default time to wait for the server of the display at `arg`, which this call has
 * checked before, in seconds. */
double shotL_display_patience(lua_State *L, int arg);

/* The descriptor to wait on for answers to the display at `arg`; raises as shotL_check_display.
 */
int shotL_display_fd(lua_State *L, int arg);

/* The name of its server in messages: "the X server". */
const char *shotL_display_server(lua_State *L, int arg);

/* Fail with ETIMEDOUT: the server of the display at `arg` did not answer in the default time.
 * Returns false. */
bool shotL_display_unanswered(lua_State *L, int arg, struct shot_error *err);

/* As shotL_wait_answerk, for answers to the display at `arg`. */
bool shotL_display_waitk(
	lua_State *L, int arg, int64_t deadline, lua_KContext context, lua_KFunction k);

/* Also count the bytes that the display on top of the stack receives, while it exists. */
void shotL_count_received(lua_State *L);

/* Set a function in the module table on top of the stack:
 *
 *	core.received() -> a number that another one follows when bytes were read from a connection
 *
 * A job that reads from a connection may read the reply that another job waits for; only this
 * number shows it. */
void shotL_open_received(lua_State *L);

#endif
