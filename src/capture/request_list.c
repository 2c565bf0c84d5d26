#include "capture/request_list.h"

#include <assert.h>
#include <stdlib.h>

#include "base/wait.h"
#include "capture/request_state.h"

/* Removes the request from the grabber's list. */
static void unlink_request(struct shot_request *request)
{
	if (!request->grabber) {
		return;
	}
	struct shot_request **at = &request->grabber->requests;
	while (*at != request) {
		assert(*at); /* the request is in its grabber's list */
		at = &(*at)->next;
	}
	*at = request->next;
}

void shot_request_forget(struct shot_request *request)
{
	struct shot_source *source = request->grabber ? request->grabber->source : NULL;
	if (source && request->pointer) {
		source->kind->forget(source, request->pointer);
		request->pointer = 0;
	}
	shot_cursor_forget(&request->cursor, source);
	if (request->search) { /* the source still exists: see shot_request_orphan */
		source->kind->destroy_search(request->search);
		request->search = NULL;
	}
}

void shot_request_destroy(struct shot_request *request)
{
	unlink_request(request);
	shot_request_forget(request);
	shot_pixels_drop(&request->pixels);
	free(request);
}

void shot_request_reap(struct shot_grabber *grabber)
{
	struct shot_request *next;
	for (struct shot_request *request = grabber->requests; request; request = next) {
		next = request->next;
		if (request->is_abandoned && shot_pixels_settle(&request->pixels)) {
			shot_request_destroy(request);
		}
	}
}

static bool is_foreign(const struct shot_request *request)
{
	const struct shot_buffer *buffer = &request->pixels.buffer;
	return buffer->owner && buffer->buffers != &request->grabber->pool.buffers &&
	       shot_pixels_is_awaited(&request->pixels);
}

/* Keeps a buffer for the life of the process: its server may write into it at any time. */
static void retire(struct shot_buffer *buffer)
{
	struct retired {
		struct shot_owner *owner;
		struct retired *next;
	};
	static _Atomic(struct retired *) all; /* global, because no display is left to hold it */
	struct retired *retired = malloc(sizeof *retired);
	if (retired) {
		*retired = (struct retired){buffer->owner, atomic_load(&all)};
		while (!atomic_compare_exchange_weak(&all, &retired->next, retired)) {
		}
	}
	buffer->owner = NULL;
}

void shot_request_drain(struct shot_grabber *grabber, int64_t deadline)
{
	struct shot_source *source = grabber->source;
	bool in_time = true;
	for (struct shot_request *request = grabber->requests; request; request = request->next) {
		if (is_foreign(request)) {
			shot_pixels_cancel(&request->pixels);
		}
		while (is_foreign(request) && !shot_pixels_settle(&request->pixels) && in_time) {
			in_time = shot_wait_readable(source->kind->fd(source), -1, deadline) !=
				  SHOT_WAIT_TIMEOUT;
		}
		if (is_foreign(request)) {
			retire(&request->pixels.buffer);
		}
	}
}

void shot_request_orphan(struct shot_grabber *grabber)
{
	while (grabber->requests) {
		struct shot_request *request = grabber->requests;
		grabber->requests = request->next;
		shot_request_forget(request);
		request->grabber = NULL;
		shot_pixels_drop(&request->pixels);
		if (request->is_abandoned) {
			free(request);
		}
	}
}

unsigned shot_request_unanswered(const struct shot_grabber *grabber)
{
	unsigned count = 0;
	for (const struct shot_request *it = grabber->requests; it; it = it->next) {
		count += it->is_abandoned && shot_pixels_is_awaited(&it->pixels);
	}
	return count;
}

unsigned shot_request_count(const struct shot_grabber *grabber)
{
	unsigned count = 0;
	for (const struct shot_request *it = grabber->requests; it; it = it->next) {
		count += (it->pointer || shot_pixels_is_awaited(&it->pixels));
	}
	return count;
}
