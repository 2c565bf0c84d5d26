/* The handle of frames and other pictures in Lua: one userdata type that holds one counted
 * reference and drops it once, by :release(), <close> or __gc, whichever comes first. Its methods
 * are in frame_methods.c. */
#ifndef SHOT_LUA_FRAME_H
#define SHOT_LUA_FRAME_H

#include <lauxlib.h>
#include <lua.h>

#include "capture/frame.h"

#define SHOTL_FRAME "luashot.frame"

struct shotL_frame {
	struct shot_frame
		frame; /* its view has no owner before it is filled and after the release */
	bool is_kept;  /* frames{} does not release it at its next step */
};

/* Drop the handle's reference, if it still has one. */
void shotL_release_frame(struct shotL_frame *handle);

/* Push a closed handle. Fill it after everything that can raise. Its user
 * value belongs to lua/match.c. */
struct shotL_frame *shotL_new_frame(lua_State *L);

/* Let the collector finalize the handle at `at` again. It has done so if the coroutine that waited
 * for the frame was garbage, and another finalizer resumed it. Raises nothing. */
void shotL_rearm_frame(lua_State *L, int at);

/* The live frame at `arg`; raises for another type, and for a released one with its name. Check
 * again after every allocation, because it may run a finalizer that releases the frame. */
struct shot_frame *shotL_check_frame(lua_State *L, int arg);

/* The view of the live frame at `index`, else NULL. The handle keeps it. */
const struct shot_view *shotL_test_view(lua_State *L, int index);

/* Fill a closed handle with `view` and a reference of its own. `source` names it, as in file names
 * made of "{name}". */
void shotL_set_view(struct shotL_frame *handle, const struct shot_view *view, const char *source);

/* Make the collector work in proportion to a new image, when many images are alive: it cannot see
 * them, and would let them accumulate. */
void shotL_charge_collector(lua_State *L, const struct shot_view *view);

/* Push the frame's name for messages: "frame 17 (HDMI-1 1920x1080+0+0)". */
const char *shotL_push_frame_name(lua_State *L, const struct shot_frame *frame);

#endif
