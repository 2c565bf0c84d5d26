/* One connection to an X server: the server's features, its screen, and the events about changes.
 * Not thread-safe: one thread owns it. */
#ifndef SHOT_X11_DISPLAY_H
#define SHOT_X11_DISPLAY_H

#include <stdbool.h>

#include <xcb/xcb.h>

#include "base/breaker.h"
#include "base/error.h"
#include "base/fork.h"
#include "base/poll.h"
#include "capture/source.h"
#include "x11/atoms.h"
#include "x11/layout.h"
#include "x11/redirect.h"
#include "x11/visual.h"

/* An object that receives the events that are not about the layout. */
struct shot_listener {
	void (*hear)(struct shot_listener *listener, uint8_t damage_event,
		const xcb_generic_event_t *event);
	struct shot_listener *next; /* the display's */
};

struct shot_display {
	struct shot_source source; /* first, so that it can be cast back to the display */
	xcb_connection_t *xcb;
	xcb_window_t root;
	const xcb_screen_t *screen; /* the connection's */
	struct shot_visual visual;
	bool is_local;		 /* a Unix socket, over which descriptors can be passed */
	bool has_shm;		 /* MIT-SHM */
	bool has_shm_fd;	 /* MIT-SHM 1.2 or newer */
	bool has_xfixes;	 /* XFIXES 2 or newer: cursor images and regions */
	bool has_xwayland;	 /* XWAYLAND: it shows its windows by a Wayland server */
	bool has_shape;		 /* SHAPE: windows that are not rectangles */
	bool has_composite;	 /* Composite 0.2 or newer: the pixmaps of hidden windows */
	uint8_t damage_event;	 /* DamageNotify; 0 without DAMAGE 1.1 and XFIXES 2 */
	struct shot_atoms atoms; /* requested on first use */
	unsigned accounts;	 /* of damage, whose events may come */

	uint8_t randr_event; /* the rest is display.c's own */
	struct shot_fork_guard guard;
	struct shot_layout_server server;
	struct shot_layout_query query;
	struct shot_listener *listeners;
	unsigned holds;
	struct shot_redirects redirects; /* for x11/window_search.c and x11/tile.c */
	xcb_pixmap_t pixel;		 /* x11/pending_paint.c's own; 0 until first use */
	xcb_gcontext_t pixel_gc;
	unsigned tiles;		   /* x11/tile.c's own: those sent */
	uint32_t account, changed; /* x11/changes.c's own: a damage, and the region it goes to */
};

/* The display of a source of this kind. */
static inline struct shot_display *shot_display_of(struct shot_source *source)
{
	return (struct shot_display *)source;
}

/* Connect to `name` (NULL for $DISPLAY), negotiate and read the layout. Blocks until the server
 * answers or the breaker (may be NULL) is broken, which guards the connection from then on. Errors
 * of shot_x11_connect, EVISUAL, and ELOST. */
struct shot_source *shot_display_open(
	const char *name, struct shot_breaker *breaker, struct shot_error *err);

/* Disconnect and free; sends nothing. Use shot_source_close. */
void shot_display_close(struct shot_source *source);

/* A descriptor that is readable when the server has sent data. Data may also wait inside xcb, so
 * poll before sleeping on it. */
int shot_display_fd(const struct shot_source *source);

/* The number of bytes that any call has read from the connection. */
uint64_t shot_display_received(const struct shot_source *source);

/* Process the events that xcb has already read (`shot_display_note`), or also those that wait on
 * the socket (`shot_display_take_events`); neither blocks. */
void shot_display_note(struct shot_source *source);
bool shot_display_take_events(struct shot_source *source, struct shot_error *err);

/* Begin and end a server grab: the server serves no other client between them. The caller flushes.
 * They nest: the outermost pair counts. */
void shot_display_hold(struct shot_source *source);
void shot_display_release(struct shot_source *source);

/* Register a listener, which stays the caller's, for all further events; and unregister it. */
void shot_display_listen(struct shot_display *display, struct shot_listener *listener);
void shot_display_ignore(struct shot_display *display, struct shot_listener *listener);

/* Whether the layout is current: not stale, and no query in progress. */
bool shot_display_is_current(const struct shot_source *source);

/* Request the layout if it is stale and no query is in progress. */
void shot_display_ask(struct shot_source *source);

/* Bring the layout up to date, without blocking. Failed: ELOST. */
enum shot_poll shot_display_refresh(struct shot_source *source, struct shot_error *err);

#endif
