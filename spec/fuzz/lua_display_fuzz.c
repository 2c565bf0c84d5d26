/* What scripts can give to open and to the methods of a display: tables of options, targets and
 * lists, read while frames, rings and the display itself come to their ends. After each input no
 * slot is held, and the display captures what is on the screen. */
/* xserver: 64x48x24 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xcb/xcb.h>
#include <xcb/xproto.h>

#include "lua_bounds.h"
#include "lua_call.h"

#define CALLS 12
#define ROOT_COLOR 0x203040

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const texts[] = {"", "primary", "cursor", "screen", "active", "door", "Door",
	"d..r", "%a+", "[", "%", "(.-)*$", "shm-fd", "shm-sysv", "getimage", "drop", "wait", "5ms",
	"0s", "png", "a.png", "a.jpg", "a-%Y.ppm", "{", "error", "number", "small", ":", ":0x",
	"10x10+3+4", "bgrx", "gray", "g\xc3\xa4\n\xff"};
static const char *const names[] = {"display", "slots", "bytes", "path", "timeout", "damage",
	"refresh", "cursor", "mask", "clip", "full", "fps", "x", "y", "width", "height", "window",
	"title", "class", "obscured", "follow", "output", "id", "format", "level", "quality",
	"lossless", "clobber", "wrong"};
static const struct fuzz_words words = {
	texts, sizeof texts / sizeof *texts, names, sizeof names / sizeof *names};

static const char *const open_options[] = {"display d", "slots i", "bytes n", "path s", "timeout t",
	"damage b", "refresh t", "cursor b", "mask L", NULL};
static const char *const grab_options[] = {"clip b", "cursor b", "timeout t", NULL};
static const char *const frames_options[] = {
	"[1] w", "fps n", "clip b", "cursor b", "timeout t", NULL};
static const char *const publish_options[] = {"clip b", "cursor b", "timeout t", "full s", NULL};
static const char *const save_options[] = {
	"format s", "level s", "quality n", "lossless b", "clobber s", NULL};
static const char *const view_options[] = {"width i", "height i", "format s", "stride n", NULL};

#define DISPLAY "luashot.display"
#define FRAME "luashot.frame"
#define WATCH "luashot.watch"
#define READER "luashot.zerobuffer.reader"
#define WRITER "luashot.zerobuffer.writer"

static const struct fuzz_call calls[] = {
	{NULL, "luashot", "open", "o", open_options},
	{DISPLAY, NULL, "grab", "wo", grab_options},
	{DISPLAY, NULL, "grab", "wo", grab_options},
	{DISPLAY, NULL, "grab_many", "lo", grab_options},
	{DISPLAY, NULL, "frames", "o", frames_options},
	{"luashot.frames", NULL, "()", "", NULL},
	{DISPLAY, NULL, "publish", "Owo", publish_options},
	{DISPLAY, NULL, "publish", "Ow", NULL},
	{DISPLAY, NULL, "watch", "r", NULL},
	{DISPLAY, NULL, "monitors", "", NULL},
	{DISPLAY, NULL, "windows", "", NULL},
	{DISPLAY, NULL, "pace", "n", NULL},
	{DISPLAY, NULL, "tick", "O", NULL},
	{DISPLAY, NULL, "reconnect", "t", NULL},
	{DISPLAY, NULL, "stats", "", NULL},
	{DISPLAY, NULL, "trim", "", NULL},
	{DISPLAY, NULL, "poll", "", NULL},
	{DISPLAY, NULL, "size", "", NULL},
	{DISPLAY, NULL, "close", "", NULL},
	{WATCH, NULL, "changed", "", NULL},
	{WATCH, NULL, "wait", "t", NULL},
	{WATCH, NULL, "close", "", NULL},
	{FRAME, NULL, "save_async", "poF", save_options},
	{FRAME, NULL, "encode_async", "soF", save_options},
	{FRAME, NULL, "save", "po", save_options},
	{FRAME, NULL, "release", "", NULL},
	{FRAME, NULL, "keep", "", NULL},
	{FRAME, NULL, "crop", "iiii", NULL},
	{READER, NULL, "read", "t", NULL},
	{"luashot.zerobuffer.item", NULL, "view", "o", view_options},
	{WRITER, NULL, "write", "O", NULL},
	{NULL, "luashot", "take_save", "", NULL},
	{NULL, "test", "paint", "", NULL},
};

static const char *const objects =
	"local zb = require 'luashot.zerobuffer.core'\n"
	"display = assert(luashot.open { timeout = 60 })\n"
	"local reader = assert(zb.reader(prefix .. 'frames', { payload_size = 32768 }))\n"
	"return { display, assert(display:grab { x = 4, y = 4, width = 8, height = 8 }), reader,\n"
	"  assert(zb.writer(prefix .. 'frames')),\n"
	"  assert(luashot.open { timeout = 60, damage = true, slots = 2 }) }\n";

/* The one that is opened first may be closed by now. */
static const char *const last =
	"if tostring(display):find 'closed' then return end\n"
	"local deadline = luashot.monotonic() + 10 * 1000000000\n"
	"while display:stats().held + display:stats().in_flight > 0 do\n"
	"  assert(luashot.monotonic() < deadline, 'slots are held: ' .. tostring(display))\n"
	"  display:poll()\n"
	"  while luashot.take_save() do end\n"
	"  collectgarbage()\n"
	"end\n"
	"local frame <close> = assert(display:grab { x = 1, y = 1, width = 3, height = 2 })\n"
	"local r, g, b = frame:pixel(2, 1)\n"
	"assert(r == 0x20 and g == 0x30 and b == 0x40, 'these are not the pixels of the screen')\n";

/* --- the screen ------------------------------------------------------------------------------- */

static xcb_connection_t *xcb;
static xcb_window_t door;

static void set_text(xcb_window_t window, xcb_atom_t property, const char *text, size_t size)
{
	xcb_change_property(xcb, XCB_PROP_MODE_REPLACE, window, property, XCB_ATOM_STRING, 8,
		(uint32_t)size, text);
}

static void set_active(xcb_window_t root)
{
	static const char name[] = "_NET_ACTIVE_WINDOW";
	xcb_intern_atom_reply_t *atom =
		xcb_intern_atom_reply(xcb, xcb_intern_atom(xcb, 0, sizeof name - 1, name), NULL);
	if (!atom) {
		abort();
	}
	xcb_change_property(
		xcb, XCB_PROP_MODE_REPLACE, root, atom->atom, XCB_ATOM_WINDOW, 32, 1, &door);
	free(atom);
}

/* One window, titled, of a class, active, on a root of a known color. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_limit_files();
	xcb = xcb_connect(NULL, NULL);
	if (!getenv("DISPLAY") || xcb_connection_has_error(xcb)) {
		fprintf(stderr, "needs an X server of its own: spec/support/with_xserver.lua\n");
		exit(1);
	}
	const xcb_screen_t *screen = xcb_setup_roots_iterator(xcb_get_setup(xcb)).data;
	const uint32_t colors[] = {ROOT_COLOR, 0xff0000};
	xcb_change_window_attributes(xcb, screen->root, XCB_CW_BACK_PIXEL, &colors[0]);
	xcb_clear_area(xcb, 0, screen->root, 0, 0, 0, 0);
	door = xcb_generate_id(xcb);
	xcb_create_window(xcb, XCB_COPY_FROM_PARENT, door, screen->root, 16, 12, 24, 20, 0,
		XCB_WINDOW_CLASS_INPUT_OUTPUT, screen->root_visual, XCB_CW_BACK_PIXEL, &colors[1]);
	set_text(door, XCB_ATOM_WM_NAME, "door", 4);
	set_text(door, XCB_ATOM_WM_CLASS, "door\0Door", 10);
	set_active(screen->root);
	xcb_map_window(xcb, door);
	free(xcb_get_input_focus_reply(xcb, xcb_get_input_focus(xcb), NULL)); /* all is done */
	return 0;
}

/* So that watches have something to tell. */
static int paint(lua_State *L)
{
	(void)L;
	xcb_clear_area(xcb, 0, door, 0, 0, 8, 8);
	xcb_flush(xcb);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {.data = data, .size = size, .words = &words};
	lua_State *L = fuzz_new_state(&input);
	fuzz_open_binding(L, objects);
	fuzz_add_function(L, "paint", paint);
	fuzz_make_scarce(&input);
	fuzz_calls(L, &input, calls, sizeof calls / sizeof *calls, CALLS);
	fuzz_end_calls(L, &input, last);
	lua_close(L);
	fuzz_check_nothing_left();
	return 0;
}
