/* Captures on their way to an encoder on another thread: as many as may wait, and what does not fit
 * is counted. A capture is a reference to its pixels; nothing is copied. */
#ifndef SHOT_VIDEO_QUEUE_H
#define SHOT_VIDEO_QUEUE_H

#include "image/view.h"

enum { SHOT_UPDATE_RECTS = 16 };

struct shot_update {
	struct shot_view view; /* the taker's reference; without an owner where nothing changed */
	int64_t time_ns, wall_ns; /* of the capture: monotonic, and since the epoch */
	int count; /* of the rectangles where it differs from the one before; -1: anywhere */
	struct shot_rect rects[SHOT_UPDATE_RECTS];
};

struct shot_queue;

/* For at most `limit` captures (1 or more) that wait. */
struct shot_queue *shot_queue_create(unsigned limit, struct shot_error *err);

/* Put a capture; its view is referred to, never copied. `update->count` of 0 says that nothing has
 * changed: then it need not be kept, and only once a second the taker hears of it. Returns false
 * where there is no room, so that it was dropped; what it showed is told by the next one. */
bool shot_queue_put(struct shot_queue *queue, const struct shot_update *update);

/* Take the next one, and wait for it. Returns false at the end, with the moment of the end in
 * `update`. After shot_queue_wake one comes in which nothing changed, of the latest moment. */
bool shot_queue_take(struct shot_queue *queue, struct shot_update *update);

void shot_queue_wake(struct shot_queue *queue);

/* Nothing is put any more. What waits is taken yet. */
void shot_queue_end(struct shot_queue *queue, int64_t time_ns);

/* What waits is dropped, and whatever comes: the taker has failed. */
void shot_queue_abandon(struct shot_queue *queue);

/* Captures that found no room. */
uint64_t shot_queue_dropped(struct shot_queue *queue);

/* No thread may use it any more. NULL is allowed. */
void shot_queue_destroy(struct shot_queue *queue);

#endif
