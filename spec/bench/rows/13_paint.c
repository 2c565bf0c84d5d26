/* What happens on the screen while it is recorded:  13_paint KIND WIDTH HEIGHT FPS SECONDS
 *
 *	still	a cursor blinks once a second
 *	editor	a line of text changes ten times a second
 *	motion	everything moves in every frame */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "paint.h"

enum { LINE_WIDTH = 900, LINE_HEIGHT = 22, WORD = 9, SHIFT_X = 6, SHIFT_Y = 4 };

static void pause_until(struct timespec *moment, double seconds)
{
	int64_t ns = moment->tv_nsec + (int64_t)(seconds * 1e9);
	moment->tv_sec += ns / 1000000000;
	moment->tv_nsec = ns % 1000000000;
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, moment, NULL);
}

static void fill(struct paint *paint, int x, int y, int width, int height, uint32_t color)
{
	paint->rect = (xcb_rectangle_t){(int16_t)x, (int16_t)y, (uint16_t)width, (uint16_t)height};
	xcb_change_gc(paint->connection, paint->gc, XCB_GC_FOREGROUND, &color);
	xcb_poly_fill_rectangle(paint->connection, paint->root, paint->gc, 1, &paint->rect);
}

/* Words of another length each time, dark on light. */
static void write_line(struct paint *paint, unsigned step)
{
	fill(paint, 200, 300, LINE_WIDTH, LINE_HEIGHT, 0xfdf6e3);
	for (int x = 0; x + 2 * WORD < LINE_WIDTH; x += WORD) {
		step = step * 1103515245 + 12345;
		if (step >> 16 & 3) {
			fill(paint, 202 + x, 304, (int)(2 + (step >> 20 & 5)), 14, 0x333333);
		}
	}
}

/* The whole screen a little further, and what leaves it comes in again. */
static void move(struct paint *paint, int width, int height)
{
	xcb_copy_area(paint->connection, paint->root, paint->root, paint->gc, 0, 0, SHIFT_X,
		SHIFT_Y, (uint16_t)(width - SHIFT_X), (uint16_t)(height - SHIFT_Y));
	fill(paint, 0, rand() % height, SHIFT_X, 40, (uint32_t)rand() & 0xffffff);
	fill(paint, rand() % width, 0, 60, SHIFT_Y, (uint32_t)rand() & 0xffffff);
}

int main(int argc, char **argv)
{
	struct paint paint;
	if (argc != 6 || !paint_open(&paint, (xcb_rectangle_t){0})) {
		fprintf(stderr, "usage: 13_paint KIND WIDTH HEIGHT FPS SECONDS, on a display\n");
		return 1;
	}
	const char *kind = argv[1];
	int width = atoi(argv[2]), height = atoi(argv[3]);
	double rate = strcmp(kind, "still") == 0    ? 1
		      : strcmp(kind, "editor") == 0 ? 10
						    : atof(argv[4]);
	unsigned steps = (unsigned)(rate * atof(argv[5]));
	struct timespec moment;
	clock_gettime(CLOCK_MONOTONIC, &moment);
	for (unsigned step = 0; step < steps; step++) {
		if (strcmp(kind, "still") == 0) {
			fill(&paint, 400, 400, 10, 20, step % 2 ? 0x333333 : 0xfdf6e3);
		} else if (strcmp(kind, "editor") == 0) {
			write_line(&paint, step);
		} else {
			move(&paint, width, height);
		}
		xcb_flush(paint.connection);
		pause_until(&moment, 1 / rate);
	}
	paint.rect = (xcb_rectangle_t){0};
	paint_change(&paint); /* waits for the server */
	xcb_disconnect(paint.connection);
	return 0;
}
