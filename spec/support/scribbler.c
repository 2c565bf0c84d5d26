/* Draws on the screen of $DISPLAY at random, in all the ways that programs draw: rectangles, text,
 * lines, copies and clears on the root and in windows; windows that come, go, move, grow, change
 * their order and borders; some of them redirected. The same seed draws the same.
 *
 *   scribbler SEED
 *
 * One command a line on standard input, each answered by "ok" once the X server has carried it out:
 *
 *   draw N                      N operations
 *   twin X Y X2 Y2 X3 Y3 N      two squares of 16 pixels in one request, N times in colors 000001
 *                               to N, as fast as it goes: one at X,Y, and one at X2,Y2 or X3,Y3 in
 *                               turn
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xcb/composite.h>
#include <xcb/xcb.h>

#define WINDOWS 12

struct scribbler {
	xcb_connection_t *xcb;
	xcb_screen_t *screen;
	xcb_gcontext_t gc;
	xcb_window_t windows[WINDOWS]; /* 0: none */
	unsigned seed;
};

static int at_random(struct scribbler *self, int below)
{
	return (int)((unsigned)rand_r(&self->seed) % (unsigned)below);
}

static uint32_t color(struct scribbler *self)
{
	return (uint32_t)at_random(self, 0x1000000);
}

static xcb_rectangle_t place(struct scribbler *self)
{
	int wide = at_random(self, 4) ? 80 : self->screen->width_in_pixels;
	int high = at_random(self, 4) ? 60 : self->screen->height_in_pixels;
	return (xcb_rectangle_t){
		.x = (int16_t)(at_random(self, self->screen->width_in_pixels + 40) - 20),
		.y = (int16_t)(at_random(self, self->screen->height_in_pixels + 40) - 20),
		.width = (uint16_t)(1 + at_random(self, wide)),
		.height = (uint16_t)(1 + at_random(self, high)),
	};
}

/* The root, or one of the windows. */
static xcb_drawable_t drawable(struct scribbler *self)
{
	xcb_window_t window = self->windows[at_random(self, WINDOWS)];
	return window && at_random(self, 3) ? window : self->screen->root;
}

static void draw(struct scribbler *self)
{
	uint32_t foreground = color(self);
	xcb_change_gc(self->xcb, self->gc, XCB_GC_FOREGROUND, &foreground);
	xcb_drawable_t on = drawable(self);
	xcb_rectangle_t to = place(self), from = place(self);
	xcb_segment_t line = {from.x, from.y, to.x, to.y};
	switch (at_random(self, 6)) {
	case 0:
		xcb_image_text_8(self->xcb, 8, on, self->gc, to.x, to.y, "scribble");
		break;
	case 1:
		xcb_poly_segment(self->xcb, on, self->gc, 1, &line);
		break;
	case 2:
		xcb_copy_area(self->xcb, on, drawable(self), self->gc, from.x, from.y, to.x, to.y,
			to.width, to.height);
		break;
	case 3:
		xcb_clear_area(self->xcb, 0, on, to.x, to.y, to.width, to.height);
		break;
	default:
		xcb_poly_fill_rectangle(self->xcb, on, self->gc, 1, &to);
		break;
	}
}

static void make_window(struct scribbler *self, xcb_window_t *window)
{
	xcb_rectangle_t at = place(self);
	uint32_t values[] = {color(self), color(self), (uint32_t)at_random(self, 2)};
	xcb_window_t parent = at_random(self, 3) ? self->screen->root : drawable(self);
	*window = xcb_generate_id(self->xcb);
	xcb_create_window(self->xcb, XCB_COPY_FROM_PARENT, *window, parent, at.x, at.y, at.width,
		at.height, (uint16_t)at_random(self, 4), XCB_WINDOW_CLASS_INPUT_OUTPUT,
		XCB_COPY_FROM_PARENT,
		XCB_CW_BACK_PIXEL | XCB_CW_BORDER_PIXEL | XCB_CW_OVERRIDE_REDIRECT, values);
	if (at_random(self, 3) == 0) {
		xcb_composite_redirect_window(self->xcb, *window, XCB_COMPOSITE_REDIRECT_AUTOMATIC);
	}
	xcb_map_window(self->xcb, *window);
}

static void change_window(struct scribbler *self, xcb_window_t *window)
{
	xcb_rectangle_t to = place(self);
	uint32_t position[] = {(uint32_t)to.x, (uint32_t)to.y};
	uint32_t size[] = {to.width, to.height};
	uint32_t border = (uint32_t)at_random(self, 6);
	uint32_t order = at_random(self, 2) ? XCB_STACK_MODE_ABOVE : XCB_STACK_MODE_BELOW;
	uint32_t background = color(self);
	switch (at_random(self, 8)) {
	case 0:
		xcb_configure_window(
			self->xcb, *window, XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y, position);
		break;
	case 1:
		xcb_configure_window(self->xcb, *window,
			XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT, size);
		break;
	case 2:
		xcb_configure_window(self->xcb, *window, XCB_CONFIG_WINDOW_BORDER_WIDTH, &border);
		break;
	case 3:
		xcb_configure_window(self->xcb, *window, XCB_CONFIG_WINDOW_STACK_MODE, &order);
		break;
	case 4:
		xcb_unmap_window(self->xcb, *window);
		break;
	case 5:
		xcb_map_window(self->xcb, *window);
		break;
	case 6:
		xcb_change_window_attributes(self->xcb, *window, XCB_CW_BACK_PIXEL, &background);
		xcb_clear_area(self->xcb, 0, *window, 0, 0, 0, 0);
		break;
	default:
		xcb_destroy_window(self->xcb, *window);
		*window = 0;
		break;
	}
}

static void operate(struct scribbler *self)
{
	xcb_window_t *window = &self->windows[at_random(self, WINDOWS)];
	uint32_t background = color(self);
	int kind = at_random(self, 100);
	if (kind < 55) {
		draw(self);
	} else if (kind < 57) {
		xcb_change_window_attributes(
			self->xcb, self->screen->root, XCB_CW_BACK_PIXEL, &background);
		xcb_clear_area(self->xcb, 0, self->screen->root, 0, 0, 0, 0);
	} else if (*window) {
		change_window(self, window);
	} else {
		make_window(self, window);
	}
}

static void twin(struct scribbler *self, const int at[6], unsigned count)
{
	for (uint32_t i = 1; i <= count; i++) {
		const int *other = &at[i % 2 ? 2 : 4];
		xcb_rectangle_t both[] = {{(int16_t)at[0], (int16_t)at[1], 16, 16},
			{(int16_t)other[0], (int16_t)other[1], 16, 16}};
		xcb_change_gc(self->xcb, self->gc, XCB_GC_FOREGROUND, &i);
		xcb_poly_fill_rectangle(self->xcb, self->screen->root, self->gc, 2, both);
		xcb_flush(self->xcb);
	}
}

static bool carry_out(struct scribbler *self, const char *line)
{
	unsigned count;
	int at[6];
	if (sscanf(line, "draw %u", &count) == 1) {
		for (unsigned i = 0; i < count; i++) {
			operate(self);
		}
	} else if (sscanf(line, "twin %d %d %d %d %d %d %u", &at[0], &at[1], &at[2], &at[3], &at[4],
			   &at[5], &count) == 7) {
		twin(self, at, count);
	} else {
		return false;
	}
	/* Errors about windows that went with their parents are part of the game. */
	free(xcb_get_input_focus_reply(self->xcb, xcb_get_input_focus(self->xcb), NULL));
	return xcb_connection_has_error(self->xcb) == 0;
}

int main(int argc, char **argv)
{
	struct scribbler self = {.seed = argc > 1 ? (unsigned)atoi(argv[1]) : 1};
	self.xcb = xcb_connect(NULL, NULL);
	if (xcb_connection_has_error(self.xcb)) {
		fprintf(stderr, "scribbler: no display\n");
		return 1;
	}
	self.screen = xcb_setup_roots_iterator(xcb_get_setup(self.xcb)).data;
	self.gc = xcb_generate_id(self.xcb);
	uint32_t inferiors = XCB_SUBWINDOW_MODE_CLIP_BY_CHILDREN;
	xcb_create_gc(self.xcb, self.gc, self.screen->root, XCB_GC_SUBWINDOW_MODE, &inferiors);
	free(xcb_composite_query_version_reply(
		self.xcb, xcb_composite_query_version(self.xcb, 0, 4), NULL));
	char line[256];
	while (fgets(line, sizeof line, stdin)) {
		printf(carry_out(&self, line) ? "ok\n" : "error %s", line);
		fflush(stdout);
	}
	xcb_disconnect(self.xcb);
	return 0;
}
