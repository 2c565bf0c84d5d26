#include "capture/pixels.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#define ALIGNMENT 64 /* of each tile: a cache line, and the widest vector */

/* Places the tiles side by side, each aligned; returns their total bytes. */
static uint64_t lay_out(struct shot_tiles *tiles)
{
	uint64_t end = 0;
	for (unsigned i = 0; i < tiles->count; i++) {
		end = (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
		tiles->list[i].offset = (size_t)end;
		end += shot_tile_bytes(tiles->list[i].rect);
	}
	return end;
}

static bool begin_update(struct shot_pixels *pixels, struct shot_error *err)
{
	struct shot_grabber *grabber = pixels->grabber;
	pixels->update = calloc(1, sizeof *pixels->update);
	if (!pixels->update) {
		return shot_fail_errno(err, ENOMEM, "cannot make a request");
	}
	pixels->update->source = grabber->source;
	pixels->update->damage = grabber->damage;
	pixels->update->pool = &grabber->pool;
	pixels->update->rect = pixels->tiles.list[0].rect;
	pixels->update->refresh_ns = grabber->refresh_ns;
	pixels->update->search = pixels->search;
	return shot_update_begin(pixels->update, err);
}

static bool begin(struct shot_pixels *pixels, struct shot_error *err)
{
	struct shot_grabber *grabber = pixels->grabber;
	if (grabber->damage && pixels->tiles.count == 1 && !pixels->is_whole &&
		pixels->buffers == &grabber->pool.buffers) {
		return begin_update(pixels, err);
	}
	uint64_t bytes = lay_out(&pixels->tiles);
	if (bytes > grabber->source->kind->reach) {
		return shot_fail(err, "ENOMEM",
			"regions of %" PRIu64 " bytes in one request: %" PRIu64 " GiB at most",
			bytes, (grabber->source->kind->reach + 1) >> 30);
	}
	if (!pixels->buffers->take(pixels->buffers, (size_t)bytes, &pixels->buffer, err)) {
		return false;
	}
	for (unsigned i = 0; i < pixels->tiles.count; i++) {
		pixels->tiles.list[i].offset += pixels->buffer.offset;
	}
	shot_tiles_send(&pixels->tiles, grabber->source, pixels->buffer.attachment);
	return true;
}

bool shot_pixels_begin(struct shot_pixels *pixels, struct shot_error *err)
{
	struct shot_source *source = pixels->grabber->source;
	shot_source_hold(source, pixels->search);
	bool is_sent = begin(pixels, err);
	shot_source_let_go(source, pixels->search);
	return is_sent;
}

void shot_pixels_populate(const struct shot_pixels *pixels)
{
	const struct shot_update *update = pixels->update;
	const struct shot_tile *last = &pixels->tiles.list[pixels->tiles.count - 1];
	if (update && update->slot) {
		shot_attachment_populate(&update->slot->attachment, shot_tile_bytes(update->rect));
	} else if (pixels->buffer.owner) {
		shot_attachment_populate(
			pixels->buffer.attachment, last->offset + shot_tile_bytes(last->rect));
	}
}

static void finish_update(struct shot_pixels *pixels)
{
	if (pixels->update) {
		shot_update_finish(pixels->update);
		free(pixels->update);
		pixels->update = NULL;
	}
}

static enum shot_poll poll_update(struct shot_pixels *pixels, struct shot_error *err)
{
	struct shot_update *update = pixels->update;
	enum shot_poll outcome = shot_update_poll(update, err);
	if (outcome == SHOT_POLL_DONE) {
		pixels->buffer = (struct shot_buffer){.owner = &update->slot->owner,
			.buffers = &pixels->grabber->pool.buffers,
			.attachment = &update->slot->attachment};
		pixels->tiles.list[0].offset = 0;
		pixels->ticket = update->ticket;
		update->slot = NULL; /* the buffer now owns its reference */
	}
	if (outcome != SHOT_POLL_WAITING) {
		finish_update(pixels);
	}
	return outcome;
}

static bool confirm(struct shot_pixels *pixels, struct shot_error *err)
{
	struct shot_source *source = pixels->grabber->source;
	if (source->kind->confirm(source, pixels->buffer.attachment, err)) {
		return true;
	}
	pixels->buffer.buffers->refuse(pixels->buffer.buffers, &pixels->buffer);
	err->want = SHOT_WANT_SLOT; /* in other memory */
	return false;
}

enum shot_poll shot_pixels_poll(struct shot_pixels *pixels, struct shot_error *err)
{
	if (pixels->update) {
		return poll_update(pixels, err);
	}
	enum shot_poll outcome = shot_tiles_poll(
		&pixels->tiles, pixels->grabber->source, pixels->buffer.attachment, err);
	if (outcome == SHOT_POLL_WAITING) {
		return outcome;
	}
	if (!confirm(pixels, err)) {
		outcome = SHOT_POLL_FAILED;
	}
	if (outcome != SHOT_POLL_DONE) {
		shot_pixels_drop(pixels);
	}
	return outcome;
}

bool shot_pixels_is_awaited(const struct shot_pixels *pixels)
{
	return pixels->update ? shot_update_is_awaited(pixels->update)
			      : shot_tiles_are_awaited(&pixels->tiles);
}

void shot_pixels_cancel(struct shot_pixels *pixels)
{
	if (pixels->update) {
		shot_update_cancel(pixels->update);
	} else {
		shot_tiles_cancel(&pixels->tiles, pixels->grabber->source);
	}
}

bool shot_pixels_settle(struct shot_pixels *pixels)
{
	struct shot_error ignored;
	if (pixels->update) {
		return shot_update_settle(pixels->update);
	}
	return !pixels->buffer.owner || shot_pixels_poll(pixels, &ignored) != SHOT_POLL_WAITING;
}

void shot_pixels_drop(struct shot_pixels *pixels)
{
	finish_update(pixels);
	shot_owner_unref(pixels->buffer.owner);
	pixels->buffer.owner = NULL;
}
