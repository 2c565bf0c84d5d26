#include "capture/fetch.h"

#include <errno.h>
#include <stdlib.h>

#define ALIGNMENT 64 /* of each part: a cache line, and the widest vector */

/* Side by side, each at an aligned place; returns the bytes they take. */
static size_t lay_out(struct shot_reading *reading)
{
	size_t end = 0;
	for (unsigned i = 0; i < reading->count; i++) {
		reading->parts[i].offset = (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
		end = reading->parts[i].offset + shot_part_bytes(reading->parts[i].rect);
	}
	return end;
}

static bool begin_patch(struct shot_fetch *fetch, struct shot_error *err)
{
	struct shot_grabber *grabber = fetch->grabber;
	fetch->patch = calloc(1, sizeof *fetch->patch);
	if (!fetch->patch) {
		return shot_fail_errno(err, ENOMEM, "cannot make a request");
	}
	fetch->patch->display = grabber->display;
	fetch->patch->damage = grabber->damage;
	fetch->patch->pool = &grabber->pool;
	fetch->patch->rect = fetch->reading.parts[0].rect;
	fetch->patch->refresh_ns = grabber->refresh_ns;
	return shot_patch_begin(fetch->patch, err);
}

bool shot_fetch_begin(struct shot_fetch *fetch, struct shot_error *err)
{
	struct shot_grabber *grabber = fetch->grabber;
	if (grabber->damage && fetch->reading.count == 1 && !fetch->is_whole &&
		fetch->supply == &grabber->pool.supply) {
		return begin_patch(fetch, err);
	}
	size_t bytes = lay_out(&fetch->reading);
	if (bytes > UINT32_MAX) { /* MIT-SHM has 32 bits for an offset */
		return shot_fail(
			err, "ENOMEM", "regions of %zu bytes in one request: 4 GiB at most", bytes);
	}
	grabber->is_starved = !fetch->supply->take(fetch->supply, bytes, &fetch->buffer, err);
	if (grabber->is_starved) {
		return false;
	}
	for (unsigned i = 0; i < fetch->reading.count; i++) {
		fetch->reading.parts[i].offset += fetch->buffer.offset;
	}
	shot_reading_send(&fetch->reading, grabber->display, grabber->display->root,
		fetch->buffer.attachment);
	return true;
}

static void finish_patch(struct shot_fetch *fetch)
{
	if (fetch->patch) {
		shot_patch_finish(fetch->patch);
		free(fetch->patch);
		fetch->patch = NULL;
	}
}

static enum shot_part_state poll_patch(struct shot_fetch *fetch, struct shot_error *err)
{
	struct shot_patch *patch = fetch->patch;
	enum shot_part_state state = shot_patch_poll(patch, &fetch->grabber->is_starved, err);
	if (state == SHOT_PART_IN) {
		fetch->buffer = (struct shot_buffer){.owner = &patch->slot->owner,
			.supply = &fetch->grabber->pool.supply,
			.attachment = &patch->slot->attachment};
		fetch->reading.parts[0].offset = 0;
		fetch->ticket = patch->ticket;
		patch->slot = NULL; /* its reference is the buffer's now */
	}
	if (state != SHOT_PART_WAITING) {
		finish_patch(fetch);
	}
	return state;
}

static bool confirm(struct shot_fetch *fetch, struct shot_error *err)
{
	if (shot_attachment_confirm(fetch->buffer.attachment, fetch->grabber->display->xcb, err)) {
		return true;
	}
	fetch->buffer.supply->refuse(fetch->buffer.supply, &fetch->buffer);
	fetch->grabber->is_starved = true;
	return false;
}

enum shot_part_state shot_fetch_poll(struct shot_fetch *fetch, struct shot_error *err)
{
	if (fetch->patch) {
		return poll_patch(fetch, err);
	}
	enum shot_part_state state = shot_reading_poll(
		&fetch->reading, fetch->grabber->display, fetch->buffer.attachment);
	if (state == SHOT_PART_WAITING) {
		return state;
	}
	if (!confirm(fetch, err)) {
		state = SHOT_PART_FAILED;
	} else if (state != SHOT_PART_IN) {
		*err = fetch->reading.err;
	}
	if (state != SHOT_PART_IN) {
		shot_fetch_drop(fetch);
	}
	return state;
}

bool shot_fetch_is_awaited(const struct shot_fetch *fetch)
{
	return fetch->patch ? shot_patch_is_awaited(fetch->patch)
			    : shot_reading_is_awaited(&fetch->reading);
}

bool shot_fetch_settle(struct shot_fetch *fetch)
{
	struct shot_error ignored;
	if (fetch->patch) {
		return shot_patch_settle(fetch->patch);
	}
	return !fetch->buffer.owner || shot_fetch_poll(fetch, &ignored) != SHOT_PART_WAITING;
}

void shot_fetch_drop(struct shot_fetch *fetch)
{
	finish_patch(fetch);
	shot_owner_unref(fetch->buffer.owner);
	fetch->buffer.owner = NULL;
}
