/* A source: a display server that pixels come from, seen through a table of functions. All that is
 * asked of a server goes through here; capture, output and the binding know nothing else of it.
 * There is one file `<source>/source.c` for each, whose table lua/sources.c lists.
 * docs/dev/source.md tells what else a new one takes.
 *
 * What every source keeps to:
 *
 *   Threads.  One thread owns a source and calls its functions. `open` alone may run on another
 *   thread, before anybody else has it. Nothing but `open` and `probe` blocks.
 *
 *   Questions.  What begins something ("send", "ask") writes to the connection's buffer, and the
 *   caller flushes; it returns a number that is not 0 (`tile->question`), by which it is polled or
 *   forgotten. Only a lost connection may give 0. Each question ends in exactly one of: its poll
 *   returns Done or Failed, or it is forgotten. A tile is never forgotten, but polled to its end.
 *
 *   Order.  Tiles and questions for changes (ask_changes, ask_watch) take effect in the order in
 * which they were begun: the answer lists all that was drawn since the question before took effect,
 * and so whatever may be torn in tiles between the two. A server that does not promise that by
 * itself has a source that holds the answer back until the tiles begun before it are in.
 *
 *   Memory.  Between send_tile and the end of the tile's poll the server may write into its place,
 *   and nobody else has it. Done and Failed both promise that the server writes no more. The slot's
 *   memory is capture's: mapped before attach, and it may stay mapped after close. What the source
 *   itself has made for an attachment (a segment's id, a wl_shm_pool) it frees in detach, or in
 * close for all that is attached still.
 *
 *   Pixels.  A tile becomes width * 4 * height bytes of bgrx at its offset, the top left pixel
 * first, in pixels of the screen (never in units that are scaled). tile.h has what unpacks other
 * formats.
 *
 *   Errors.  Codes steer capture: EGEOMETRY of a tile: the rectangle leaves its surface (the layout
 * is asked for anew, and the capture repeated); EGONE of a tile: its window is gone (it is looked
 * for again); ELOST: the connection is of no use any more, and every function fails so from then
 * on.
 *
 *   Words.  Messages name the server as `kind->server` does.
 */
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

struct shot_watch;
struct shot_window_search;

/* What not every source can do. The functions of what one of a kind can never do may be NULL. */
enum shot_ability {
	SHOT_ABILITY_SCREEN,  /* hand out what is on the root: tiles of it, not of windows alone */
	SHOT_ABILITY_POINTER, /* tell where the pointer is: ask_pointer, poll_pointer */
	SHOT_ABILITY_CURSOR,  /* hand out the pointer's picture: ask_cursor, poll_cursor */
	SHOT_ABILITY_OVERLAY, /* draw the pointer into a tile by itself: tile.with_cursor */
	SHOT_ABILITY_CHANGES, /* tell what is drawn: follow_changes … destroy_watch */
	SHOT_ABILITY_WINDOWS, /* list windows and find them: begin_windows … destroy_search */
	SHOT_ABILITY_COUNT,
};

/* Somebody who must know when a source is closed. */
struct shot_parting {
	void (*part)(struct shot_parting *parting); /* the source is there for the last time */
	struct shot_parting *next;		    /* the source's */
};

/* A connection; the first member of the source's own struct, which `open` fills. */
struct shot_source {
	const struct shot_source_kind *kind;   /* shot_source_open sets it */
	const char *lacks[SHOT_ABILITY_COUNT]; /* static: why it cannot ("the X server lacks
						  XFIXES"); NULL where it can */
	enum shot_wire wire;		       /* of the screen */
	struct shot_layout layout;	       /* as last heard; never empty */
	bool is_stale;	  /* it has changed since; capture sets this, too, to have it read anew */
	unsigned changes; /* how often the server has said that it changed */

	struct shot_parting *partings; /* source.c's own */
};

struct shot_source_kind {
	const char *name;	       /* "x11" */
	const char *server;	       /* "the X server" */
	const char *variable;	       /* of the environment, which names one: "DISPLAY" */
	const struct shot_path *paths; /* fastest first */
	unsigned path_count;
	size_t reach; /* how many bytes of attached memory, from its start, a tile can be in */

	/* --- the connection --- */

	/* Whether a server called `name` (NULL: the environment's) takes connections; does not
	 * block. NULL: open tells. */
	bool (*is_there)(const char *name);

	/* Run on the thread that goes on, before `open` runs on one of its own. NULL: nothing. */
	void (*prepare)(void);

	/* Connect to `name` (NULL for the environment's), negotiate and read the layout. Blocks for
	 * as long as the server does not answer, or until the breaker (NULL: there is none) is
	 * broken by another thread: the source gives it the connection's descriptor to guard.
	 * ENODISPLAY (no such server, none named, or a name that is not one), EACCES (the server
	 * refuses us), EBUSY (it has no room), EVISUAL (its pixels are of no known format),
	 * ECANCELED (broken). */
	struct shot_source *(*open)(
		const char *name, struct shot_breaker *breaker, struct shot_error *err);

	/* Disconnect and free all that is the source's; sends nothing. Use shot_source_close. */
	void (*close)(struct shot_source *source);

	/* Readable when the server has sent something. Data may also wait inside the source
	 * already, so poll before sleeping on it. */
	int (*fd)(const struct shot_source *source);

	/* A number that is another one once anything has been read from the connection, by whatever
	 * call: somebody who waits for the descriptor looks again then. */
	uint64_t (*received)(const struct shot_source *source);

	/* Send what is buffered, without blocking for longer than that takes. */
	void (*flush)(struct shot_source *source);

	/* Take in the events that have been read already (note), or also those that wait on the
	 * descriptor (take_events: ELOST). They set is_stale, changes and watch->is_due. */
	void (*note)(struct shot_source *source);
	bool (*take_events)(struct shot_source *source, struct shot_error *err);

	/* False, with ELOST, when the connection is lost. Reads nothing. */
	bool (*check)(struct shot_source *source, struct shot_error *err);

	/* Let go of what is kept for captures to come, and flush. NULL: nothing is. */
	void (*trim)(struct shot_source *source);

	/* --- the layout --- */

	/* Whether it is as last heard: not stale, and not being read. */
	bool (*is_layout_current)(const struct shot_source *source);

	/* Send for it, if it is stale and not being read. */
	void (*ask_layout)(struct shot_source *source);

	/* Bring it up to date: ask, flush and take in answers, until it is current. ELOST. */
	enum shot_poll (*poll_layout)(struct shot_source *source, struct shot_error *err);

	/* --- pixels --- */

	/* Whether `path` works, by trying. ENOTSUP, or the server's refusal; the connection stays
	 * usable. Blocks. */
	bool (*probe)(
		struct shot_source *source, const struct shot_path *path, struct shot_error *err);

	/* Have the server attach memory of attachment->size bytes, which lies at attachment->data
	 * at the latest when a tile is sent into it, by `handle`: a descriptor, which is the
	 * source's to close, or a System V id. Not called for SHOT_MEMORY_OWN. The outcome may be
	 * known only when a tile into it has been polled to its end: confirm then tells it once,
	 * and false (the server's reason) makes it unattached. */
	void (*attach)(struct shot_source *source, struct shot_attachment *attachment,
		enum shot_memory memory, int handle);
	bool (*confirm)(struct shot_source *source, struct shot_attachment *attachment,
		struct shot_error *err);

	/* Have the server let go; tiles that were sent into it before still land. One that is not
	 * attached is allowed. */
	void (*detach)(struct shot_source *source, struct shot_attachment *attachment);

	/* Send for the pixels of a tile, whose rectangle is not empty, and take in the answer. */
	void (*send_tile)(struct shot_source *source, struct shot_tile *tile,
		const struct shot_attachment *into);
	enum shot_poll (*poll_tile)(struct shot_source *source, struct shot_tile *tile,
		const struct shot_attachment *into, struct shot_error *err);

	/* Nobody wants the tile any more: have its poll end soon. A source whose tiles may not come
	 * for long (the screen's next frame is due, and it sleeps) must have this. Sends and
	 * flushes if need be. NULL: they come by themselves. */
	void (*cancel_tile)(struct shot_source *source, struct shot_tile *tile);

	/* Have the server serve nobody else between what is sent after the one and before the
	 * other. They nest: the outermost count. NULL: it cannot. */
	void (*hold)(struct shot_source *source);
	void (*let_go)(struct shot_source *source);

	/* --- the pointer --- */

	/* Where it is on the root; when it is on none of the root's screen (another X screen): in
	 * the middle of the primary monitor. */
	uintptr_t (*ask_pointer)(struct shot_source *source);
	enum shot_poll (*poll_pointer)(struct shot_source *source, uintptr_t question, int32_t *x,
		int32_t *y, struct shot_error *err);

	/* Its picture; an empty one when it is not on the root's screen. */
	uintptr_t (*ask_cursor)(struct shot_source *source);
	enum shot_poll (*poll_cursor)(struct shot_source *source, uintptr_t question,
		struct shot_cursor_image *image, struct shot_error *err);

	/* Drop a question about pointer, cursor or changes that is not answered. */
	void (*forget)(struct shot_source *source, uintptr_t question);

	/* --- what is drawn --- */

	/* Begin to account for all that is drawn on the root, once for a source; it ends with it.
	 * The first answer lists anything. */
	bool (*follow_changes)(struct shot_source *source, struct shot_error *err);

	/* Ask what was drawn since this was last asked. `is_check`: the question comes in the same
	 * flush as tiles whose pixels it checks. Answers come in the order of asking; this and
	 * watches are polled by the same function. Done: `region` lists them. ELOST. */
	uintptr_t (*ask_changes)(struct shot_source *source, bool is_check);
	enum shot_poll (*poll_changes)(struct shot_source *source, uintptr_t question,
		struct shot_region *region, struct shot_error *err);

	/* Watch a rectangle of the root: the struct is zeroed but for what is the source's own.
	 * `is_due` is set when something is drawn inside it after ask_watch, which asks what was
	 * drawn inside since it was last asked. When the source is closed first, destroy_watch is
	 * called with watch->source NULL, and only frees. */
	struct shot_watch *(*create_watch)(
		struct shot_source *source, struct shot_rect rect, struct shot_error *err);
	uintptr_t (*ask_watch)(struct shot_watch *watch);
	void (*destroy_watch)(struct shot_watch *watch);

	/* --- windows --- */

	/* Begin a query for all windows; or, without `wants_list`, for which one is active. It
	 * flushes. NULL with ELOST or ENOMEM. Failed: the same. */
	struct shot_windows *(*begin_windows)(
		struct shot_source *source, bool wants_list, struct shot_error *err);
	enum shot_poll (*poll_windows)(struct shot_windows *windows, struct shot_error *err);

	/* Free it with its list, done or not, source closed or not. */
	void (*destroy_windows)(struct shot_windows *windows);

	/* Look for those of `count` targets that are windows, for one request, which may look
	 * several times. It starts idle. ENOMEM. */
	struct shot_window_search *(*create_search)(struct shot_source *source,
		const struct shot_target *targets, unsigned count, struct shot_error *err);

	/* Stop and free, while the source is there. */
	void (*destroy_search)(struct shot_window_search *search);

	/* Look: ask, and take in answers, asking and flushing on. Done: all are found. Failed:
	 * ENOWINDOW, EHIDDEN, EAGAIN, EVISUAL, ENOTSUP, ENOMEM or ELOST. Afterwards it is idle. */
	void (*begin_search)(struct shot_window_search *search);
	enum shot_poll (*poll_search)(struct shot_window_search *search, struct shot_error *err);

	/* When to poll without having heard from the server; SHOT_FOREVER when that need not be. */
	int64_t (*wake_search)(const struct shot_window_search *search);

	/* Where the window of target `i` is; NULL when it is none. */
	const struct shot_window_place *(*search_place)(
		const struct shot_window_search *search, unsigned i);

	/* After the tiles are sent: ask whether all are where they were. Done: `*same` tells
	 * whether the pixels were these windows'. Failed: ELOST. */
	void (*ask_search_again)(struct shot_window_search *search);
	enum shot_poll (*poll_search_again)(
		struct shot_window_search *search, bool *same, struct shot_error *err);
};

/* Open a source of that kind: as its open says. */
struct shot_source *shot_source_open(const struct shot_source_kind *kind, const char *name,
	struct shot_breaker *breaker, struct shot_error *err);

/* Whether it has an ability; else ENOTSUP with its reason, after `what` (NULL: the reason alone):
 * "cannot draw the cursor: the X server lacks XFIXES". */
bool shot_source_can(const struct shot_source *source, enum shot_ability ability, const char *what,
	struct shot_error *err);

/* Begin a query for windows: ENOTSUP where there is none. */
struct shot_windows *shot_windows_query(
	struct shot_source *source, bool wants_list, struct shot_error *err);

/* Let somebody, whose struct stays theirs, know when it is closed; and no longer. */
void shot_source_join(struct shot_source *source, struct shot_parting *parting);
void shot_source_leave(struct shot_source *source, struct shot_parting *parting);

/* Part with all who have joined, and close. NULL is allowed. */
void shot_source_close(struct shot_source *source);

/* Its path of that name; NULL when there is none. */
const struct shot_path *shot_source_path(const struct shot_source_kind *kind, const char *name);

#endif
