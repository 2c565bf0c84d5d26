#include "wayland/tile.h"

#include <stdlib.h>
#include <string.h>

#include "image/unpack.h"
#include "wayland/frame.h"
#include "wayland/image_copy.h"
#include "wayland/library.h"
#include "wayland/mirror.h"
#include "wayland/screencopy.h"
#include "wayland/toplevel.h"
#include "wayland/upright.h"

#include <wayland-client-protocol.h>

/* The part of a tile on one output, or a part of a window. */
struct piece {
	struct shot_wayland_frame frame; /* not begun if the pixels are there at once */
	struct shot_rect rect;		 /* on the root, or in the window */
	struct shot_rect inside;	 /* in the upright picture that the frame is of */
	bool is_delivered;
};

struct shot_wayland_capture {
	struct shot_wayland_capture *next;
	struct shot_rect rect; /* the tile's */
	uint8_t *pixels;       /* the tile's place in the memory */
	bool is_window;
	bool is_mirrored; /* the mirrors' pictures are new enough */
	unsigned count;
	struct piece pieces[];
};

static uint8_t *place_of(const struct shot_wayland_capture *capture, struct shot_rect rect)
{
	size_t x = (size_t)(rect.x - capture->rect.x), y = (size_t)(rect.y - capture->rect.y);
	return capture->pixels + (y * (size_t)capture->rect.width + x) * 4;
}

/* Writes the part `piece` of a picture to its place. */
static bool write_piece(const struct shot_wayland_capture *capture, const struct piece *piece,
	const struct shot_wayland_pixels *pixels, struct shot_error *err)
{
	bool turned = pixels->transform & 1;
	int32_t width = turned ? pixels->height : pixels->width;
	int32_t height = turned ? pixels->width : pixels->height;
	if (piece->inside.x + piece->inside.width > width ||
		piece->inside.y + piece->inside.height > height) {
		return shot_fail(err, "EGEOMETRY", "the captured surface has %dx%d pixels now",
			width, height);
	}
	shot_wayland_make_upright(pixels, piece->inside, place_of(capture, piece->rect),
		(size_t)capture->rect.width * 4);
	return true;
}

/* Takes the pixels from the output's mirror, if there is one. */
static bool read_mirror(const struct shot_wayland_capture *capture, struct piece *piece)
{
	struct shot_wayland_pixels pixels;
	struct shot_error is_captured_then;
	if (!capture->is_mirrored || !shot_wayland_mirror_read(piece->frame.output, &pixels) ||
		!write_piece(capture, piece, &pixels, &is_captured_then)) {
		return false;
	}
	piece->frame.protocol = NULL;
	piece->frame.state = SHOT_POLL_DONE;
	return true;
}

/* Begins the capture of a piece of one output. screencopy can capture a part of an output if its
 * pixels are its logical units; otherwise the whole output is captured, and the part copied. */
static void begin_piece(struct shot_wayland *wayland, struct shot_wayland_output *output,
	struct shot_wayland_capture *capture, const struct shot_tile *tile,
	const struct shot_attachment *into)
{
	struct piece *piece = &capture->pieces[capture->count];
	struct shot_rect rect = shot_rect_intersect(tile->rect, output->rect);
	if (shot_rect_is_empty(rect)) {
		return;
	}
	capture->count++;
	piece->rect = rect;
	struct shot_rect local = {
		rect.x - output->rect.x, rect.y - output->rect.y, rect.width, rect.height};
	bool is_plain = wayland->protocol == &shot_wayland_screencopy &&
			output->transform == WL_OUTPUT_TRANSFORM_NORMAL && output->scale == 1 &&
			(!output->has_logical || output->logical.width == output->rect.width);
	bool is_whole = rect.width == output->rect.width && rect.height == output->rect.height;
	bool is_part = is_plain && !is_whole;
	bool is_packed = rect.width == tile->rect.width; /* its rows are the tile's */
	piece->inside = local;
	piece->frame = (struct shot_wayland_frame){
		.wayland = wayland,
		.protocol = wayland->protocol,
		.output = output,
		.region = is_part ? local : (struct shot_rect){0},
		.with_cursor = tile->with_cursor,
		.is_tile = true,
		.into = is_packed && (is_part || is_whole) ? into : NULL,
		.offset = (size_t)(place_of(capture, rect) - into->data),
		.wanted_width = rect.width,
		.wanted_height = rect.height,
	};
	if (read_mirror(capture, piece)) {
		return;
	}
	if (is_part) {
		piece->inside = (struct shot_rect){0, 0, rect.width, rect.height};
	}
	shot_wayland_frame_begin(&piece->frame);
}

/* Begin the capture of a window. */
static void begin_window(struct shot_wayland *wayland, struct shot_wayland_capture *capture,
	const struct shot_tile *tile, const struct shot_attachment *into)
{
	struct piece *piece = &capture->pieces[capture->count++];
	const struct shot_wayland_toplevel *window =
		shot_wayland_toplevel_find(wayland, tile->surface.window);
	piece->rect = piece->inside = tile->rect;
	piece->frame = (struct shot_wayland_frame){
		.wayland = wayland,
		.protocol = &shot_wayland_image_copy,
		.window = window ? window->handle : NULL,
		.with_cursor = tile->with_cursor,
		.is_tile = true,
		.into = tile->rect.x == 0 && tile->rect.y == 0 ? into : NULL,
		.offset = tile->offset,
		.wanted_width = tile->rect.width,
		.wanted_height = tile->rect.height,
	};
	if (window) {
		shot_wayland_frame_begin(&piece->frame);
	} else {
		piece->frame.state = SHOT_POLL_FAILED;
		shot_fail(&piece->frame.err, "EGONE", "the window was closed");
	}
}

static int64_t area(struct shot_rect rect)
{
	return (int64_t)rect.width * rect.height;
}

void shot_wayland_tile_send(
	struct shot_source *source, struct shot_tile *tile, const struct shot_attachment *into)
{
	struct shot_wayland *wayland = shot_wayland_of(source);
	unsigned outputs = 1;
	for (struct shot_wayland_output *it = wayland->outputs; it; it = it->next) {
		outputs++;
	}
	struct shot_wayland_capture *capture =
		calloc(1, sizeof *capture + outputs * sizeof *capture->pieces);
	tile->question = (uintptr_t)capture;
	if (!capture) {
		return; /* the next poll returns the failure */
	}
	capture->rect = tile->rect;
	capture->pixels = into->data + tile->offset;
	capture->is_window = tile->surface.window;
	capture->is_mirrored = wayland->root && !tile->with_cursor;
	capture->next = wayland->captures;
	wayland->captures = capture;
	if (capture->is_window) {
		begin_window(wayland, capture, tile, into);
		return;
	}
	int64_t covered = 0;
	for (struct shot_wayland_output *it = wayland->outputs; it; it = it->next) {
		covered += area(shot_rect_intersect(tile->rect, it->rect));
	}
	if (covered < area(tile->rect)) { /* gaps between outputs are black */
		memset(capture->pixels, 0, (size_t)area(tile->rect) * 4);
	}
	for (struct shot_wayland_output *it = wayland->outputs; it; it = it->next) {
		begin_piece(wayland, it, capture, tile, into);
	}
}

/* Frames that wait for a scratch take those that are free now. */
static void serve_waiting(struct shot_wayland *wayland)
{
	for (struct shot_wayland_capture *it = wayland->captures; it; it = it->next) {
		for (unsigned i = 0; i < it->count; i++) {
			struct shot_wayland_frame *frame = &it->pieces[i].frame;
			if (frame->lacks_scratch) {
				shot_wayland_frame_accept(frame);
				if (frame->lacks_scratch) {
					return; /* nor will any other */
				}
				shot_wayland_flush(&wayland->source);
			}
		}
	}
}

static void destroy(struct shot_wayland *wayland, struct shot_wayland_capture *capture)
{
	struct shot_wayland_capture **at = &wayland->captures;
	while (*at != capture) {
		at = &(*at)->next;
	}
	*at = capture->next;
	for (unsigned i = 0; i < capture->count; i++) {
		shot_wayland_frame_finish(&capture->pieces[i].frame);
	}
	free(capture);
}

/* Reverses rows that arrived from the bottom up. */
static void turn_over(uint8_t *pixels, size_t stride, int32_t height)
{
	for (int32_t y = 0; y < height / 2; y++) {
		uint8_t *a = pixels + (size_t)y * stride;
		uint8_t *b = pixels + (size_t)(height - 1 - y) * stride;
		for (size_t i = 0; i < stride; i++) {
			uint8_t byte = a[i];
			a[i] = b[i];
			b[i] = byte;
		}
	}
}

/* Copies the pixels of a piece to their place, unless they are there already. */
static bool deliver(const struct shot_wayland_capture *capture, const struct piece *piece,
	struct shot_error *err)
{
	const struct shot_wayland_frame *frame = &piece->frame;
	uint8_t *to = place_of(capture, piece->rect);
	struct shot_wayland_pixels pixels =
		shot_wayland_frame_pixels(frame, frame->scratch ? frame->scratch->data : to);
	if (!frame->protocol) {
		return true; /* the mirror had them */
	}
	if (!frame->scratch && frame->is_inverted) {
		turn_over(to, frame->stride, frame->height);
		pixels.is_inverted = false;
	}
	bool is_there =
		!frame->scratch && !shot_wayland_is_cheaper(WL_SHM_FORMAT_ARGB8888, frame->format);
	if (!is_there && !write_piece(capture, piece, &pixels, err)) {
		return false;
	}
	if (capture->is_window && shot_wayland_has_alpha(frame->format)) {
		shot_unpack_opaque(to, (size_t)area(piece->rect));
	}
	return true;
}

/* Delivers the pieces that are done, and gives their scratches to those that wait. */
static enum shot_poll collect(struct shot_wayland_capture *capture, struct shot_error *err)
{
	enum shot_poll outcome = SHOT_POLL_DONE;
	bool is_waiting = false;
	for (unsigned i = 0; i < capture->count; i++) {
		struct piece *piece = &capture->pieces[i];
		struct shot_wayland_frame *frame = &piece->frame;
		if (frame->state == SHOT_POLL_DONE && !piece->is_delivered) {
			piece->is_delivered = true;
			if (!deliver(capture, piece, &frame->err)) {
				frame->state = SHOT_POLL_FAILED;
			}
			shot_wayland_frame_finish(frame);
		}
		is_waiting |= frame->state == SHOT_POLL_WAITING;
		if (frame->state == SHOT_POLL_FAILED && outcome == SHOT_POLL_DONE) {
			*err = frame->err;
			outcome = SHOT_POLL_FAILED;
		}
	}
	return is_waiting ? SHOT_POLL_WAITING : outcome;
}

enum shot_poll shot_wayland_tile_poll(struct shot_source *source, struct shot_tile *tile,
	const struct shot_attachment *into, struct shot_error *err)
{
	struct shot_wayland *wayland = shot_wayland_of(source);
	struct shot_wayland_capture *capture = (struct shot_wayland_capture *)tile->question;
	(void)into;
	if (!capture) {
		shot_fail(err, "ENOMEM", "no memory is left for a capture");
		return SHOT_POLL_FAILED;
	}
	enum shot_poll outcome = SHOT_POLL_FAILED;
	if (shot_wayland_take_events(source, err)) {
		outcome = collect(capture, err);
	}
	if (outcome == SHOT_POLL_WAITING) {
		serve_waiting(wayland);
		return outcome;
	}
	destroy(wayland, capture);
	serve_waiting(wayland);
	tile->question = 0;
	return outcome;
}

/* The copy is requested when the compositor has said what it can copy. A frame that waits for a
 * scratch waits for another frame. */
bool shot_wayland_tiles_have_unsent(const struct shot_source *source)
{
	const struct shot_wayland *wayland = shot_wayland_of(source);
	for (const struct shot_wayland_capture *it = wayland->captures; it; it = it->next) {
		for (unsigned i = 0; i < it->count; i++) {
			const struct shot_wayland_frame *frame = &it->pieces[i].frame;
			if (frame->state == SHOT_POLL_WAITING && !frame->buffer &&
				!frame->lacks_scratch) {
				return true;
			}
		}
	}
	return false;
}

void shot_wayland_tile_cancel(struct shot_source *source, struct shot_tile *tile)
{
	struct shot_wayland_capture *capture = (struct shot_wayland_capture *)tile->question;
	for (unsigned i = 0; capture && i < capture->count; i++) {
		shot_wayland_frame_abandon(&capture->pieces[i].frame);
	}
	shot_wayland_flush(source);
}

void shot_wayland_captures_leave(
	struct shot_wayland *wayland, const struct shot_wayland_output *output)
{
	for (struct shot_wayland_capture *it = wayland->captures; it; it = it->next) {
		for (unsigned i = 0; i < it->count; i++) {
			struct shot_wayland_frame *frame = &it->pieces[i].frame;
			if (frame->output == output) {
				shot_wayland_frame_leave(frame);
			}
		}
	}
}

void shot_wayland_captures_free(struct shot_wayland *wayland)
{
	while (wayland->captures) {
		destroy(wayland, wayland->captures);
	}
}
