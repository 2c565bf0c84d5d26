/* What scripts can give to rings: names, sizes, tables of options that are read while the ring
 * comes to its end. After each input nothing of any ring is left. */
#include "lua_bounds.h"
#include "lua_call.h"

#define CALLS 16

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const texts[] = {"", "a", "0123456789abcdef", "bgrx", "bgr", "rgb", "rgba",
	"gray", "5ms", "0s", "png", "g\xc3\xa4\n\xff"};
static const char *const names[] = {
	"metadata_size", "payload_size", "width", "height", "format", "stride", "wrong", "x", "y"};
static const struct fuzz_words words = {
	texts, sizeof texts / sizeof *texts, names, sizeof names / sizeof *names};

static const char *const ring_options[] = {"metadata_size z", "payload_size z", NULL};
static const char *const view_options[] = {"width i", "height i", "format s", "stride n", NULL};
static const char *const checked_options[] = {"width i", "height i", "wrong v", NULL};

#define MODULE "luashot.zerobuffer.core"
#define READER "luashot.zerobuffer.reader"
#define WRITER "luashot.zerobuffer.writer"
#define ITEM "luashot.zerobuffer.item"
#define RESERVATION "luashot.zerobuffer.reservation"

static const struct fuzz_call calls[] = {
	{NULL, MODULE, "reader", "Ro", ring_options},
	{NULL, MODULE, "writer", "R", NULL},
	{NULL, MODULE, "stat", "R", NULL},
	{NULL, MODULE, "forget_writer", "O", NULL},
	{READER, NULL, "read", "t", NULL},
	{READER, NULL, "read", "t", NULL},
	{READER, NULL, "metadata", "", NULL},
	{READER, NULL, "writer_connected", "t", NULL},
	{READER, NULL, "fd", "", NULL},
	{READER, NULL, "close", "", NULL},
	{WRITER, NULL, "write", "st", NULL},
	{WRITER, NULL, "write", "Ot", NULL},
	{WRITER, NULL, "reserve", "zt", NULL},
	{WRITER, NULL, "set_metadata", "s", NULL},
	{WRITER, NULL, "reader_connected", "t", NULL},
	{WRITER, NULL, "close", "", NULL},
	{ITEM, NULL, "view", "o", view_options},
	{ITEM, NULL, "view", "o", view_options},
	{ITEM, NULL, "bytes", "", NULL},
	{ITEM, NULL, "release", "", NULL},
	{RESERVATION, NULL, "write", "is", NULL},
	{RESERVATION, NULL, "write", "iO", NULL},
	{RESERVATION, NULL, "commit", "", NULL},
	{RESERVATION, NULL, "abort", "", NULL},
	{"luashot.frame", NULL, "bytes", "s", NULL},
	{"luashot.frame", NULL, "release", "", NULL},
	{NULL, "luashot", "check_options", "ol", checked_options},
	{NULL, "luashot", "nearest", "sL", NULL},
};

static const char *const objects =
	"local zb = require 'luashot.zerobuffer.core'\n"
	"local reader = assert(zb.reader(prefix .. 'first', { payload_size = 4096 }))\n"
	"local writer = assert(zb.writer(prefix .. 'first'))\n"
	"assert(writer:write(('pixel'):rep(20)))\n"
	"return { reader, writer, assert(reader:read(0)) }\n";

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_limit_files();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {.data = data, .size = size, .words = &words};
	lua_State *L = fuzz_new_state(&input);
	fuzz_open_binding(L, objects);
	fuzz_make_scarce(&input);
	fuzz_calls(L, &input, calls, sizeof calls / sizeof *calls, CALLS);
	fuzz_end_calls(L, &input, "");
	lua_close(L);
	fuzz_check_nothing_left();
	return 0;
}
