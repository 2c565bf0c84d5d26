/* A display for capture: a connection, the path of its pixels, the pool of slots, and the requests
 * in flight. One thread owns it; its frames may be used by any thread. */
#ifndef SHOT_CAPTURE_GRABBER_H
#define SHOT_CAPTURE_GRABBER_H

#include "capture/mask.h"
#include "capture/pace.h"
#include "capture/pool.h"
#include "capture/source.h"

struct shot_request;

struct shot_grabber_options {
	const struct shot_source_kind *kind;
	const char *display;	      /* NULL: the environment's */
	struct shot_breaker *breaker; /* can end the opening; may be NULL */
	struct shot_source *ready;    /* a connection to use instead; taken over in any case */
	unsigned slots;		      /* 1 to SHOT_POOL_SLOTS_MAX */
	size_t bytes;
	bool cursor;	  /* draw the pointer, unless a capture says otherwise */
	bool damage;	  /* read only changed regions; ENOTSUP if the server cannot report them */
	double refresh_s; /* with damage: read everything when the last full read is older; 0: never
			   */
	const char *path; /* the name of the path to insist on; NULL for the fastest that works */
	struct shot_mask mask;
};

struct shot_grabber {
	struct shot_source *source;
	const struct shot_path *path;
	struct shot_pool pool;
	bool cursor;
	struct shot_mask mask;
	struct shot_damage *damage; /* NULL: every capture reads everything */
	int64_t refresh_ns;
	struct shot_pace pace;	     /* of the latest series */
	char reason[256];	     /* why the path is not the fastest; empty when it is */
	uint64_t sequence;	     /* of the last capture */
	uint64_t published, dropped; /* frames to rings; those that found no room */
	uint64_t copied;	     /* the published frames that luashot copied */
	const char *copy_reason; /* the reason for the last copy; static; NULL: the last frame was
				    not copied */
	uint64_t collections;	 /* full collections made because no slot was free */
	struct shot_request *requests; /* in flight, abandoned ones included */
	struct shot_rect root;	       /* the root that the pool was last fitted to */
};

struct shot_stats {
	unsigned slots, held, idle, peak, in_flight;
	size_t bytes;
	uint64_t growths, collections, published, dropped;
	const char *path;   /* static */
	const char *reason; /* as long as the grabber */
};

/* Open a display and choose its path by trying each. The errors of the source's open; ENOTSUP when
 * the path insisted on does not work. */
struct shot_grabber *shot_grabber_open(
	const struct shot_grabber_options *options, struct shot_error *err);

/* Continue the work of another grabber: its numbers, counts and pace.
 */
void shot_grabber_succeed(struct shot_grabber *grabber, const struct shot_grabber *before);

/* Give up the requests in flight, drop the pool's references and disconnect. Frames stay readable.
 * NULL is allowed. */
void shot_grabber_close(struct shot_grabber *grabber);

/* Read the data that the server has sent: events, and replies to abandoned requests. ELOST. */
bool shot_grabber_take_events(struct shot_grabber *grabber, struct shot_error *err);

/* Drop idle slots and other resources that are kept for later captures. Returns the slots' bytes.
 * */
size_t shot_grabber_trim(struct shot_grabber *grabber);

/* Bring the layout up to date, without blocking. Failed: ELOST. Slots that are too large for a
 * root that shrank are retired. */
enum shot_poll shot_grabber_refresh(struct shot_grabber *grabber, struct shot_error *err);

/* The figures of now, without a question to the server. */
struct shot_stats shot_grabber_stats(const struct shot_grabber *grabber);

#endif
