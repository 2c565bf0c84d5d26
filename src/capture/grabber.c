#include "capture/grabber.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "capture/request_list.h"

#define LAST_WAIT 1.0 /* seconds for replies that memory not ours waits for */

/* Find the path and, where it is not the fastest, why: the reasons of each step down in one line.
 */
static bool choose_path(
	struct shot_grabber *grabber, int wanted, enum shot_path *path, struct shot_error *err)
{
	if (wanted >= 0) {
		*path = (enum shot_path)wanted;
		if (!shot_path_probe(grabber->display, *path, err)) {
			return false;
		}
		if (wanted > 0) {
			snprintf(grabber->reason, sizeof grabber->reason, "asked for");
		}
		return true;
	}
	size_t used = 0;
	for (int i = 0; i < SHOT_PATH_COUNT; i++) {
		*path = (enum shot_path)i;
		if (shot_path_probe(grabber->display, *path, err)) {
			return true;
		}
		if (used < sizeof grabber->reason) {
			used += (size_t)snprintf(grabber->reason + used,
				sizeof grabber->reason - used, "%s%s: %s", used ? "; " : "",
				shot_path_name(*path), err->message);
		}
	}
	return false;
}

struct shot_grabber *shot_grabber_open(
	const struct shot_grabber_options *options, struct shot_error *err)
{
	struct shot_grabber *grabber = calloc(1, sizeof *grabber);
	if (!grabber) {
		shot_fail_errno(err, ENOMEM, "cannot open a display");
		shot_display_close(options->ready);
		return NULL;
	}
	enum shot_path path;
	if (options->ready) {
		shot_breaker_guard(options->breaker, shot_display_fd(options->ready));
	}
	grabber->display = options->ready
				   ? options->ready
				   : shot_display_open(options->display, options->breaker, err);
	if (!grabber->display || !choose_path(grabber, options->path, &path, err) ||
		!shot_pool_init(&grabber->pool, grabber->display->xcb, path, options->slots,
			options->bytes, err)) {
		shot_grabber_close(grabber);
		return NULL;
	}
	grabber->root = grabber->display->layout.root;
	grabber->cursor = options->cursor;
	grabber->mask = options->mask;
	grabber->refresh_ns = shot_duration_ns(options->refresh_s);
	if (options->damage) {
		grabber->damage = shot_damage_create(grabber->display, err);
		if (!grabber->damage) {
			shot_grabber_close(grabber);
			return NULL;
		}
	}
	return grabber;
}

void shot_grabber_succeed(struct shot_grabber *grabber, const struct shot_grabber *before)
{
	grabber->sequence = before->sequence;
	grabber->pace = before->pace;
	grabber->published = before->published;
	grabber->copied = before->copied;
	grabber->copy_reason = before->copy_reason;
	grabber->dropped = before->dropped;
	grabber->collections = before->collections;
}

void shot_grabber_close(struct shot_grabber *grabber)
{
	if (grabber) {
		shot_request_drain(grabber, shot_deadline_in(LAST_WAIT));
		shot_request_orphan(grabber);
		shot_pool_finish(&grabber->pool);
		shot_damage_destroy(grabber->damage);
		shot_redirects_finish(&grabber->redirects);
		shot_display_close(grabber->display);
		free(grabber);
	}
}

bool shot_grabber_poll(struct shot_grabber *grabber, struct shot_error *err)
{
	shot_request_reap(grabber);
	return shot_display_poll(grabber->display, err);
}

enum shot_poll shot_grabber_refresh(struct shot_grabber *grabber, struct shot_error *err)
{
	enum shot_poll outcome = shot_display_refresh(grabber->display, err);
	struct shot_rect root = grabber->display->layout.root;
	if (outcome == SHOT_POLL_DONE && !shot_rect_equal(root, grabber->root)) {
		grabber->root = root;
		if (grabber->damage) {
			shot_damage_forget(grabber->damage);
		}
		shot_pool_retire_larger(
			&grabber->pool, (size_t)root.width * (size_t)root.height * 4);
	}
	return outcome;
}

struct shot_stats shot_grabber_stats(const struct shot_grabber *grabber)
{
	const struct shot_pool *pool = &grabber->pool;
	unsigned held = shot_pool_held(pool);
	return (struct shot_stats){
		.slots = pool->count,
		.held = held,
		.idle = pool->count - held,
		.peak = pool->peak,
		.in_flight = shot_request_count(grabber),
		.bytes = pool->bytes,
		.growths = pool->growths,
		.collections = grabber->collections,
		.published = grabber->published,
		.dropped = grabber->dropped,
		.path = pool->path,
		.reason = grabber->reason,
	};
}
