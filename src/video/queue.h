/* A queue of captures for an encoder on another thread. It has a limit, and counts the captures
 * that do not fit. A capture is a reference to its pixels; nothing is copied. */
#ifndef SHOT_VIDEO_QUEUE_H
#define SHOT_VIDEO_QUEUE_H

#include "base/clock.h"
#include "image/view.h"

enum { SHOT_UPDATE_RECTS = 16 };

/* On a still screen the taker gets one capture in this time, so that a video has a picture at least
 * every second. At two captures a second or fewer it gets every one. */
#define SHOT_QUEUE_STILL_NS (SHOT_NS_PER_S * 4 / 5)

struct shot_update {
	struct shot_view view;	  /* the taker's reference; without an owner when nothing changed */
	int64_t time_ns, wall_ns; /* of the capture: monotonic, and since the epoch */
	int count;		  /* of the changed rectangles; -1: anywhere */
	struct shot_rect rects[SHOT_UPDATE_RECTS];
};

struct shot_queue;

/* Make a queue that holds at most `limit` captures (1 or more): those that wait, and the taken one
 * until it is released. */
struct shot_queue *shot_queue_create(unsigned limit, struct shot_error *err);

/* Put a capture; the queue holds a reference to its view. An `update->count` of 0 means that
 * nothing has changed: then the taker gets only one such capture in SHOT_QUEUE_STILL_NS, and that
 * one makes room for the next capture. Returns false when the capture was dropped for lack of room;
 * the next one covers its changes. */
bool shot_queue_put(struct shot_queue *queue, const struct shot_update *update);

/* Whether a capture that is put now finds room. */
bool shot_queue_has_room(struct shot_queue *queue);

/* Wait for the next capture and take it; the one before is released. Returns false at the end, with
 * the time of the end in `update`. After shot_queue_wake, and at the deadline (base/clock.h), it
 * returns one without changes, of the latest time. */
bool shot_queue_take(struct shot_queue *queue, struct shot_update *update, int64_t deadline);

/* Drop the taker's reference to the pixels, which makes room for another capture. */
void shot_queue_release(struct shot_queue *queue, struct shot_update *update);

/* Let the taker return at once; any thread may call it. */
void shot_queue_wake(struct shot_queue *queue);

/* End the queue: no capture is put any more. Waiting ones can still be taken. */
void shot_queue_end(struct shot_queue *queue, int64_t time_ns);

/* Drop all waiting and later captures, because the taker has failed. */
void shot_queue_abandon(struct shot_queue *queue);

/* The number of captures dropped for lack of room. */
uint64_t shot_queue_dropped(struct shot_queue *queue);

/* Free it, when no thread uses it any more. NULL is allowed. */
void shot_queue_destroy(struct shot_queue *queue);

#endif
