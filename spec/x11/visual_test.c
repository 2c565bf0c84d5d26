#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "x11/visual.h"

/* A server's description of itself, as its setup reply lays it out. */
struct world {
	struct {
		xcb_setup_t setup; /* no vendor */
		xcb_format_t format;
	} top;
	struct {
		xcb_screen_t screen;
		xcb_depth_t depth;
		xcb_visualtype_t type;
	} bottom;
};

static struct world make(uint8_t depth, uint8_t bits, uint32_t red, uint32_t green, uint32_t blue)
{
	return (struct world){
		.top = {.setup = {.image_byte_order = XCB_IMAGE_ORDER_LSB_FIRST,
				.pixmap_formats_len = 1},
			.format = {.depth = depth, .bits_per_pixel = bits, .scanline_pad = 32}},
		.bottom = {.screen = {.root_visual = 0x21,
				   .root_depth = depth,
				   .allowed_depths_len = 1},
			.depth = {.depth = depth, .visuals_len = 1},
			.type = {.visual_id = 0x21,
				._class = XCB_VISUAL_CLASS_TRUE_COLOR,
				.red_mask = red,
				.green_mask = green,
				.blue_mask = blue}},
	};
}

static struct world usual(void)
{
	return make(24, 32, 0xff0000, 0xff00, 0xff);
}

static bool read_world(
	const struct world *world, struct shot_visual *visual, struct shot_error *err)
{
	return shot_visual_read(visual, &world->top.setup, &world->bottom.screen,
		world->bottom.screen.root_visual, err);
}

static void accept(struct world world, enum shot_wire pixels, int32_t width, size_t stride)
{
	struct shot_visual visual;
	struct shot_error err;
	assert_true(read_world(&world, &visual, &err));
	assert_int_equal(visual.wire, pixels);
	assert_int_equal(visual.depth, world.bottom.screen.root_depth);
	assert_int_equal(shot_wire_stride(visual.wire, width), stride);
}

static void refuse(struct world world, const char *words)
{
	struct shot_visual visual;
	struct shot_error err;
	assert_false(read_world(&world, &visual, &err));
	assert_string_equal(err.code, "EVISUAL");
	if (!strstr(err.message, words)) {
		fail_msg("'%s' lacks '%s'", err.message, words);
	}
}

static void accepts_what_it_can_read(void **state)
{
	(void)state;
	accept(usual(), SHOT_WIRE_BGRX, 3, 12);
	accept(make(32, 32, 0xff0000, 0xff00, 0xff), SHOT_WIRE_BGRA, 1, 4);
	accept(make(16, 16, 0xf800, 0x7e0, 0x1f), SHOT_WIRE_RGB565, 3, 8);
	accept(make(16, 16, 0xf800, 0x7e0, 0x1f), SHOT_WIRE_RGB565, 4, 8);
	accept(make(30, 32, 0x3ff00000, 0xffc00, 0x3ff), SHOT_WIRE_X2RGB10, 5, 20);
	struct world direct = usual();
	direct.bottom.type._class = XCB_VISUAL_CLASS_DIRECT_COLOR;
	accept(direct, SHOT_WIRE_BGRX, 1, 4);
}

static void refuses_the_rest_with_its_numbers(void **state)
{
	(void)state;
	struct world world = usual();
	world.top.setup.image_byte_order = XCB_IMAGE_ORDER_MSB_FIRST;
	refuse(world, "MSB first");
	refuse(make(8, 8, 0, 0, 0), "depth 8");
	refuse(make(15, 16, 0x7c00, 0x3e0, 0x1f), "depth 15");
	refuse(make(24, 24, 0xff0000, 0xff00, 0xff), "24 bits a pixel");
	refuse(make(24, 32, 0xff, 0xff00, 0xff0000), "masks 0000ff/00ff00/ff0000");
	refuse(make(24, 32, 0xfe0000, 0xff00, 0xff), "masks fe0000/00ff00/0000ff");
	world = usual();
	world.top.format.scanline_pad = 64;
	refuse(world, "depth 24");
	world = usual();
	world.bottom.type._class = XCB_VISUAL_CLASS_STATIC_GRAY;
	refuse(world, "visual class 0");
	world = usual();
	world.bottom.type._class = XCB_VISUAL_CLASS_PSEUDO_COLOR;
	refuse(world, "visual class 3");
}

static void refuses_a_server_that_leaves_things_out(void **state)
{
	(void)state;
	struct world world = usual();
	world.top.setup.pixmap_formats_len = 0;
	refuse(world, "does not describe its visual 0x21");
	world = usual();
	world.top.format.depth = 16;
	refuse(world, "0x21");
	world = usual();
	world.bottom.screen.allowed_depths_len = 0;
	refuse(world, "0x21");
	world = usual();
	world.bottom.depth.visuals_len = 0;
	refuse(world, "0x21");
	world = usual();
	world.bottom.type.visual_id = 0x22;
	refuse(world, "0x21");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_what_it_can_read),
		cmocka_unit_test(refuses_the_rest_with_its_numbers),
		cmocka_unit_test(refuses_a_server_that_leaves_things_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
