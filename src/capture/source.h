/* A source: the interface of a display server, as a table of functions. Capture, output and the
 * binding use a server only through this table. There is one file `<source>/source.c` for each,
 * whose table lua/sources.c lists. docs/dev/source.md describes how to write a new one.
 *
 * The rules for every source:
 *
 * Threads. One thread owns a source and calls its functions. Only `open` may run on another thread,
 * before the source is shared. Only `open` and `probe` block.
 *
 * Questions. A function that begins an operation ("send", "ask") writes to the connection's buffer,
 * and the caller flushes. It returns a number that is not 0 (`tile->question`), by which the
 * operation is polled or forgotten. Only a lost connection may return 0. Each question ends in one
 * of two ways: its poll returns Done or Failed, or it is forgotten. A tile is never forgotten, but
 * polled to its end.
 *
 * Order. Tiles and questions for changes (ask_changes, ask_watch) take effect in the order in which
 * they were begun: the answer lists all drawing since the previous question took effect,
 * which includes everything that may be torn in tiles between the two. If a server does not
 * guarantee this order, its source holds the answer back until the earlier tiles have arrived.
 *
 * Memory. Between send_tile and the end of the tile's poll the server may write into its place, and
 * no other code uses it. Done and Failed both promise that the server writes no more. The slot's
 * memory is capture's: mapped before attach, and it may stay mapped after close. The source frees
 * its own resources of an attachment (a segment's id, a wl_shm_pool) in detach, or in close for all
 * that are still attached.
 *
 * Pixels. A tile becomes width * 4 * height bytes of bgrx at its offset, the top left pixel first,
 * in pixels of the screen (never in scaled units). tile.h has functions that unpack other formats.
 *
 * Errors. Codes steer capture: EGEOMETRY of a tile: the rectangle leaves its surface (the layout is
 * read again, and the capture repeated); EGONE of a tile: its window is gone (it is searched
 * again); ELOST: the connection is lost, and every function fails with ELOST from then on.
 *
 * Words. Messages name the server as `kind->server` does. */
#ifndef SHOT_CAPTURE_SOURCE_H
#define SHOT_CAPTURE_SOURCE_H

#include "base/breaker.h"
#include "base/error.h"
#include "base/poll.h"
#include "capture/attachment.h"
#include "capture/cursor.h"
#include "capture/layout.h"
#include "capture/path.h"
#include "capture/region.h"
#include "capture/target.h"
#include "capture/tile.h"
#include "capture/window.h"

struct shot_actor_kind;
struct shot_watch;
struct shot_window_search;

/* Abilities that a source may lack. A kind that never has an ability may set its functions to NULL.
 * */
enum shot_ability {
	SHOT_ABILITY_SCREEN,  /* capture the root: tiles of it, not only of windows */
	SHOT_ABILITY_POINTER, /* report the pointer's place: ask_pointer, poll_pointer */
	SHOT_ABILITY_CURSOR,  /* return the pointer's picture: ask_cursor, poll_cursor */
	SHOT_ABILITY_OVERLAY, /* draw the pointer into a tile itself: tile.with_cursor */
	SHOT_ABILITY_CHANGES, /* report drawing: follow_changes … destroy_watch */
	SHOT_ABILITY_WINDOWS, /* list windows and find them: begin_windows … destroy_search */
	SHOT_ABILITY_COUNT,
};

/* An object that must know when a source is closed. */
struct shot_parting {
	void (*part)(struct shot_parting *parting); /* called just before the source is closed */
	struct shot_parting *next;		    /* the source's */
};

/* A connection; the first member of the source's own struct, which `open` fills. */
struct shot_source {
	const struct shot_source_kind *kind;   /* shot_source_open sets it */
	const char *lacks[SHOT_ABILITY_COUNT]; /* static reasons ("the X server lacks XFIXES"); NULL
						  for an ability that it has */
	enum shot_wire wire;		       /* of the screen */
	struct shot_layout layout;	       /* as last reported; never empty */
	bool is_stale;	  /* it has changed since; capture also sets this to have it read again */
	unsigned changes; /* the number of changes that the server has reported */
	int64_t frame_ns; /* how long a tile of the screen may wait for its next frame; 0: tiles do
			     not wait */

	struct shot_parting *partings; /* source.c's own */
};

struct shot_source_kind {
	const char *name;	       /* "x11" */
	const char *server;	       /* "the X server" */
	const char *variable;	       /* the environment variable that names one: "DISPLAY" */
	const struct shot_path *paths; /* fastest first */
	unsigned path_count;
	const struct shot_actor_kind *actor; /* input/actor.h */
	uint64_t reach; /* the number of bytes from the start of attached memory in which a tile can
			 lie */

	/* --- the connection --- */

	/* Whether a server `name` (NULL: the environment's) accepts connections; does not block.
	 * NULL: only open can tell. */
	bool (*is_there)(const char *name);

	/* Runs on the calling thread before `open` runs on a separate one. May be NULL. */
	void (*prepare)(void);

	/* Connect to `name` (NULL for the environment's), negotiate and read the layout. Blocks
	 * until the server answers, or until another thread breaks the breaker (may be NULL), which
	 * guards the connection's descriptor. ENODISPLAY (no such server, none named, or a name
	 * that is not one), EACCES (the server refuses luashot), EBUSY (it has no room), EVISUAL
	 * (its pixels have no known format), ECANCELED (the breaker was broken). */
	struct shot_source *(*open)(
		const char *name, struct shot_breaker *breaker, struct shot_error *err);

	/* Disconnect and free the source; sends nothing. Use shot_source_close. */
	void (*close)(struct shot_source *source);

	/* A descriptor that is readable when the server has sent data. Data may also wait inside
	 * the source, so poll before sleeping on it. */
	int (*fd)(const struct shot_source *source);

	/* A number that changes whenever any call has read from the connection, so that a waiter
	 * for the descriptor knows to poll again. */
	uint64_t (*received)(const struct shot_source *source);

	/* Send the buffered requests, without blocking for longer than that takes. */
	void (*flush)(struct shot_source *source);

	/* Process the events that are already read (note), or also those that wait on the
	 * descriptor (take_events: ELOST). They set is_stale, changes and watch->is_due. */
	void (*note)(struct shot_source *source);
	bool (*take_events)(struct shot_source *source, struct shot_error *err);

	/* False, with ELOST, when the connection is lost. Reads nothing. */
	bool (*check)(struct shot_source *source, struct shot_error *err);

	/* Free resources that are kept for later captures, and flush. May be NULL. */
	void (*trim)(struct shot_source *source);

	/* --- the layout --- */

	/* Whether it is current: not stale, and not being read. */
	bool (*is_layout_current)(const struct shot_source *source);

	/* Request it, if it is stale and not being read. */
	void (*ask_layout)(struct shot_source *source);

	/* Bring it up to date: ask, flush and read answers, until it is current. ELOST. */
	enum shot_poll (*poll_layout)(struct shot_source *source, struct shot_error *err);

	/* --- pixels --- */

	/* Try whether `path` works. ENOTSUP, or the server's refusal; the connection stays usable.
	 * Blocks. */
	bool (*probe)(
		struct shot_source *source, const struct shot_path *path, struct shot_error *err);

	/* Let the server attach memory of attachment->size bytes by `handle`: a descriptor, which
	 * the source closes, or a System V id. The memory is mapped at attachment->data at the
	 * latest when a tile is sent into it. Not called for SHOT_MEMORY_OWN. The outcome may be
	 * known only when a tile into it has been polled to its end. Then confirm returns it once;
	 * false (with the server's reason) means that the memory is not attached. */
	void (*attach)(struct shot_source *source, struct shot_attachment *attachment,
		enum shot_memory memory, int handle);
	bool (*confirm)(struct shot_source *source, struct shot_attachment *attachment,
		struct shot_error *err);

	/* Let the server detach the memory. Tiles that were sent into it before still land. Memory
	 * that is not attached is allowed. */
	void (*detach)(struct shot_source *source, struct shot_attachment *attachment);

	/* Request the pixels of a tile, whose rectangle is not empty, and read the answer. */
	void (*send_tile)(struct shot_source *source, struct shot_tile *tile,
		const struct shot_attachment *into);
	enum shot_poll (*poll_tile)(struct shot_source *source, struct shot_tile *tile,
		const struct shot_attachment *into, struct shot_error *err);

	/* Whether a tile in progress takes a further request, which take_events sends once the
	 * server has answered the first. Until then the server does not write. NULL: send_tile
	 * sends all. */
	bool (*has_unsent)(const struct shot_source *source);

	/* Cancel a tile: make its poll end soon. A source whose tiles can be delayed for long (by a
	 * screen that does not draw its next frame) must have this. Sends and flushes if necessary.
	 * NULL: tiles end soon in any case. */
	void (*cancel_tile)(struct shot_source *source, struct shot_tile *tile);

	/* Begin and end a server grab: the server serves no other client between them. They nest:
	 * the outermost pair counts. NULL: not supported. */
	void (*hold)(struct shot_source *source);
	void (*let_go)(struct shot_source *source);

	/* --- the pointer --- */

	/* Its place on the root; the middle of the primary monitor when it is on another X screen.
	 * */
	uintptr_t (*ask_pointer)(struct shot_source *source);
	enum shot_poll (*poll_pointer)(struct shot_source *source, uintptr_t question, int32_t *x,
		int32_t *y, struct shot_error *err);

	/* Its picture; an empty one when it is not on the root's screen. */
	uintptr_t (*ask_cursor)(struct shot_source *source);
	enum shot_poll (*poll_cursor)(struct shot_source *source, uintptr_t question,
		struct shot_cursor_image *image, struct shot_error *err);

	/* Drop an unanswered question about pointer, cursor or changes. */
	void (*forget)(struct shot_source *source, uintptr_t question);

	/* --- what is drawn --- */

	/* Begin to follow all drawing on the root, once for a source, until its end. The contents
	 * of the first answer are arbitrary. */
	bool (*follow_changes)(struct shot_source *source, struct shot_error *err);

	/* Ask for the drawing since the last question. `is_check`: the question is in the same
	 * flush as the tiles that it checks. Answers come in the order of the questions; this and
	 * watches are polled by the same function. Done: `region` lists them. ELOST. */
	uintptr_t (*ask_changes)(struct shot_source *source, bool is_check);
	enum shot_poll (*poll_changes)(struct shot_source *source, uintptr_t question,
		struct shot_region *region, struct shot_error *err);

	/* Whether questions and tiles take effect in the order in which they are sent: then an
	 * answer covers no drawing that tiles after the question lack. */
	bool is_ordered;

	/* Watch a rectangle of the root: the struct is zeroed except for the source's own fields.
	 * `is_due` is set when something is drawn inside it after ask_watch, which asks for the
	 * drawing inside since the last question. When the source is closed first, destroy_watch is
	 * called with watch->source NULL, and only frees. */
	struct shot_watch *(*create_watch)(
		struct shot_source *source, struct shot_rect rect, struct shot_error *err);
	uintptr_t (*ask_watch)(struct shot_watch *watch);
	void (*destroy_watch)(struct shot_watch *watch);

	/* --- windows --- */

	/* Whether the place of windows on the root is unknown: each is captured as its own picture,
	 * like an obscured one. */
	bool are_windows_apart;

	/* Begin a query for all windows; or, without `wants_list`, for the active one. It flushes.
	 * NULL with ELOST or ENOMEM. Failed: the same. */
	struct shot_windows *(*begin_windows)(
		struct shot_source *source, bool wants_list, struct shot_error *err);
	enum shot_poll (*poll_windows)(struct shot_windows *windows, struct shot_error *err);

	/* Free it with its list, in any state, even after the source is closed. */
	void (*destroy_windows)(struct shot_windows *windows);

	/* Create a search for those of `count` targets that are windows, for one request, which may
	 * repeat it. It starts idle. ENOMEM. */
	struct shot_window_search *(*create_search)(struct shot_source *source,
		const struct shot_target *targets, unsigned count, struct shot_error *err);

	/* Stop and free, while the source exists. */
	void (*destroy_search)(struct shot_window_search *search);

	/* Search: ask, read answers, and ask and flush further. Done: all are found. Failed:
	 * ENOWINDOW, EHIDDEN, EAGAIN, EVISUAL, ENOTSUP, ENOMEM or ELOST. Afterwards it is idle. */
	void (*begin_search)(struct shot_window_search *search);
	enum shot_poll (*poll_search)(struct shot_window_search *search, struct shot_error *err);

	/* The time of the next poll without data from the server; SHOT_FOREVER when none is needed.
	 * */
	int64_t (*wake_search)(const struct shot_window_search *search);

	/* The place of target `i`'s window; NULL when the target is not a window. */
	const struct shot_window_place *(*search_place)(
		const struct shot_window_search *search, unsigned i);

	/* After the tiles are sent: ask whether all windows stayed in place. Done: `*same` tells
	 * whether the pixels belong to these windows. Failed: ELOST. */
	void (*ask_search_again)(struct shot_window_search *search);
	enum shot_poll (*poll_search_again)(
		struct shot_window_search *search, bool *same, struct shot_error *err);
};

/* Open a source of that kind; fails as its open does. */
struct shot_source *shot_source_open(const struct shot_source_kind *kind, const char *name,
	struct shot_breaker *breaker, struct shot_error *err);

/* Whether it has an ability; else ENOTSUP with its reason, after `what` (NULL: the reason alone):
 * "cannot draw the cursor: the X server lacks XFIXES". */
bool shot_source_can(const struct shot_source *source, enum shot_ability ability, const char *what,
	struct shot_error *err);

/* Begin a query for windows; ENOTSUP if the source cannot list them. */
struct shot_windows *shot_windows_query(
	struct shot_source *source, bool wants_list, struct shot_error *err);

/* Enclose requests for pixels and changes of the windows that `search` has found (NULL: none).
 * Meanwhile the server serves no other client. let_go also asks whether the windows stayed in
 * place; the last answer is about the moment of the last such requests. */
void shot_source_hold(struct shot_source *source, struct shot_window_search *search);
void shot_source_let_go(struct shot_source *source, struct shot_window_search *search);

/* Register an object for the close, and unregister it. The struct stays the caller's. */
void shot_source_join(struct shot_source *source, struct shot_parting *parting);
void shot_source_leave(struct shot_source *source, struct shot_parting *parting);

/* Notify all registered objects, and close. NULL is allowed. */
void shot_source_close(struct shot_source *source);

/* The path of that name; NULL when there is none. */
const struct shot_path *shot_source_path(const struct shot_source_kind *kind, const char *name);

#endif
