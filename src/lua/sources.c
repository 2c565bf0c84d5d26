#include "lua/sources.h"

#include <stdlib.h>
#include <string.h>

#include "x11/source.h"
#ifdef LUASHOT_WAYLAND
#include "wayland/source.h"
#else
#include "base/library.h"

static bool is_never_there(const char *name)
{
	(void)name;
	return false;
}

static struct shot_source *open_none(
	const char *name, struct shot_breaker *breaker, struct shot_error *err)
{
	(void)name, (void)breaker;
	shot_library_left_out("Wayland", "LUASHOT_WAYLAND", err);
	return NULL;
}

/* Takes the names of compositors, for a message that tells why they cannot be opened. */
static const struct shot_source_kind shot_wayland_source = {
	.name = "wayland",
	.server = "the compositor",
	.variable = "WAYLAND_DISPLAY",
	.is_there = is_never_there,
	.open = open_none,
};
#endif

static const struct shot_source_kind *const sources[] = {&shot_x11_source, &shot_wayland_source};

enum { COUNT = sizeof sources / sizeof *sources };

/* "wayland-1", "wayland:", "wayland:/run/user/1000/wayland-1". Without a name, luashot prefers the
 * compositor to its Xwayland. It also takes a missing compositor if DISPLAY names no X server, so
 * that the message names the compositor. */
static bool is_wayland(const char *name)
{
	const char *named = getenv(shot_wayland_source.variable);
	bool is_only = named && *named && !getenv(shot_x11_source.variable);
	return name ? strncmp(name, "wayland", strlen("wayland")) == 0
		    : is_only || shot_wayland_source.is_there(NULL);
}

const struct shot_source_kind *shotL_find_source(const char *name)
{
	return is_wayland(name) ? &shot_wayland_source : &shot_x11_source;
}

const struct shot_source_kind *shotL_next_source(
	const char *name, const struct shot_source_kind *kind)
{
	bool is_other = !name && kind != &shot_x11_source && getenv(shot_x11_source.variable);
	return is_other ? &shot_x11_source : NULL;
}

void shotL_list_paths(const char *names[SHOTL_PATHS])
{
	int listed = 0;
	for (int i = 0; i < COUNT; i++) {
		for (unsigned k = 0; k < sources[i]->path_count && listed < SHOTL_PATHS - 1; k++) {
			names[listed++] = sources[i]->paths[k].name;
		}
	}
	names[listed] = NULL;
}
