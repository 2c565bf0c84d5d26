#include "capture/grabber.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "capture/damage.h"
#include "capture/request_list.h"

#define LAST_WAIT 1.0 /* seconds to wait for replies that still write into a ring */

static bool insist(struct shot_grabber *grabber, const char *wanted, struct shot_error *err)
{
	const struct shot_source_kind *kind = grabber->source->kind;
	grabber->path = shot_source_path(kind, wanted);
	if (!grabber->path) {
		return shot_fail(err, "ENOTSUP", "%s has no path '%s'", kind->server, wanted);
	}
	if (grabber->path != kind->paths) {
		snprintf(grabber->reason, sizeof grabber->reason, "asked for");
	}
	return kind->probe(grabber->source, grabber->path, err);
}

/* Chooses the path. If it is not the fastest, joins the reasons for each step down in one line.
 */
static bool choose_path(struct shot_grabber *grabber, const char *wanted, struct shot_error *err)
{
	const struct shot_source_kind *kind = grabber->source->kind;
	if (wanted) {
		return insist(grabber, wanted, err);
	}
	size_t used = 0;
	for (unsigned i = 0; i < kind->path_count; i++) {
		grabber->path = &kind->paths[i];
		if (kind->probe(grabber->source, grabber->path, err)) {
			return true;
		}
		if (used < sizeof grabber->reason) {
			used += (size_t)snprintf(grabber->reason + used,
				sizeof grabber->reason - used, "%s%s: %s", used ? "; " : "",
				grabber->path->name, err->message);
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
		shot_source_close(options->ready);
		return NULL;
	}
	if (options->ready) {
		shot_breaker_guard(options->breaker, options->ready->kind->fd(options->ready));
	}
	grabber->source = options->ready ? options->ready
					 : shot_source_open(options->kind, options->display,
						   options->breaker, err);
	if (!grabber->source || !choose_path(grabber, options->path, err) ||
		!shot_pool_init(&grabber->pool, grabber->source, grabber->path->memory,
			options->slots, options->bytes, err)) {
		shot_grabber_close(grabber);
		return NULL;
	}
	grabber->root = grabber->source->layout.root;
	grabber->cursor = options->cursor;
	grabber->mask = options->mask;
	grabber->refresh_ns = shot_duration_ns(options->refresh_s);
	if (options->damage) {
		grabber->damage = shot_damage_create(grabber->source, err);
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
		shot_source_close(grabber->source);
		free(grabber);
	}
}

bool shot_grabber_take_events(struct shot_grabber *grabber, struct shot_error *err)
{
	shot_request_reap(grabber);
	return grabber->source->kind->take_events(grabber->source, err);
}

size_t shot_grabber_trim(struct shot_grabber *grabber)
{
	if (grabber->source->kind->trim) {
		grabber->source->kind->trim(grabber->source);
	}
	return shot_pool_trim(&grabber->pool);
}

enum shot_poll shot_grabber_refresh(struct shot_grabber *grabber, struct shot_error *err)
{
	enum shot_poll outcome = grabber->source->kind->poll_layout(grabber->source, err);
	struct shot_rect root = grabber->source->layout.root;
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
		.path = grabber->path->name,
		.reason = grabber->reason,
	};
}
