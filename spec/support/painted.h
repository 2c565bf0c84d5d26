/* A source without a server: a picture in memory, whose owner is the test. Nothing is answered
 * until the test has it answered, or at each flush (`is_automatic`), or by a thread; what is drawn,
 * resized, lost or refused in between is the test's to say. So every race can be made on demand. */
#ifndef SPEC_PAINTED_H
#define SPEC_PAINTED_H

#include <pthread.h>
#include <stdatomic.h>

#include "capture/source.h"

#define PAINTED_QUEUE 1024 /* questions at a time */
#define PAINTED_RECTS 64   /* of one account; more become the whole screen */
#define PAINTED_WATCHES 8
#define PAINTED_WINDOWS 4
#define PAINTED_SEGMENTS 64

/* What can be refused, once: each is counted down when it happens, and happens at 1. */
enum painted_fault {
	PAINTED_REFUSE_TILE,	/* EXERROR */
	PAINTED_REFUSE_ATTACH,	/* confirm fails with EACCES */
	PAINTED_REFUSE_CHANGES, /* EXERROR */
	PAINTED_REFUSE_CURSOR,	/* EACCES */
	PAINTED_REFUSE_POINTER, /* EXERROR */
	PAINTED_REFUSE_FOLLOW,	/* follow_changes fails with ENOMEM */
	PAINTED_REFUSE_SEARCH,	/* create_search fails with ENOMEM */
	PAINTED_FAULTS,
};

struct painted_window {
	uint32_t id; /* 0: none */
	struct shot_rect rect;
	uint32_t color; /* of its own picture */
};

struct painted_account {
	struct shot_rect rects[PAINTED_RECTS];
	unsigned count;
};

struct painted {
	struct shot_source source; /* first */

	bool is_automatic; /* answer everything at each flush */
	bool sleeps; /* no tile is answered but one that is canceled, as where no frame is due */
	int32_t pointer_x, pointer_y;
	struct painted_window windows[PAINTED_WINDOWS];
	unsigned faults[PAINTED_FAULTS];

	unsigned sender; /* who sends now, for the test to know it by */
	void (*on_send)(struct painted *painted, const struct shot_tile *tile,
		const struct shot_attachment *into); /* before a tile is sent; NULL for nobody */

	unsigned tiles_sent, tiles_written, tiles_canceled; /* counted for the test */
	uint64_t bytes_written;
	unsigned drawn; /* how often the screen has changed */

	pthread_mutex_t lock; /* of all below */
	pthread_cond_t more;
	pthread_t thread;
	bool has_thread, is_over;
	bool is_lost;
	int fd; /* an eventfd */
	_Atomic uint64_t received;
	uint32_t *pixels; /* width * height of bgrx */
	int32_t width, height;
	bool has_resized; /* an event that waits */
	bool is_following;
	uintptr_t layout_question; /* 0: none under way */
	struct painted_account root;
	struct painted_watch *watches[PAINTED_WATCHES];
	struct painted_segment {
		uint8_t *data; /* a mapping of its own; NULL: the slot's is used */
		size_t size;   /* 0: free */
		bool is_refused, is_detached;
	} segments[PAINTED_SEGMENTS];
	struct painted_question {
		uintptr_t id; /* 0: free */
		enum {
			PAINTED_TILE,
			PAINTED_CHANGES,
			PAINTED_POINTER,
			PAINTED_CURSOR,
			PAINTED_LAYOUT,
			PAINTED_WINDOWS_LIST,
			PAINTED_PLACES,
		} what;
		bool is_served, is_canceled;
		const char *code; /* why it failed; NULL: it did not */
		struct shot_tile tile;
		uintptr_t segment;
		uint8_t *base;	 /* of the memory that it goes to, as we have it */
		unsigned sender; /* `sender` when it was sent */
		uint8_t *copy;	 /* of pixels that no segment takes */
		struct painted_account *account;
		struct painted_account answer;
		int32_t x, y;
		struct painted_window windows[PAINTED_WINDOWS];
	} questions[PAINTED_QUEUE];
	uintptr_t asked; /* the last id */
};

/* Its displays are called "painted:WIDTHxHEIGHT". Paths: "attached" and "copied". */
extern const struct shot_source_kind painted_source;

/* The source of a grabber, as what it is. */
struct painted *painted_of(struct shot_source *source);

/* Draw: fill a rectangle of the screen with a color (0xrrggbb). */
void painted_draw(struct painted *painted, struct shot_rect rect, uint32_t color);

/* The color at a point of the screen, as it is now. */
uint32_t painted_color(struct painted *painted, int32_t x, int32_t y);

/* Give the screen another size; all of it is black. The event comes with what is read next. */
void painted_resize(struct painted *painted, int32_t width, int32_t height);

/* Answer the next `count` questions that can be; how many there were. */
unsigned painted_serve(struct painted *painted, unsigned count);

/* How many questions are not answered. */
unsigned painted_unanswered(struct painted *painted);

/* Whether tiles wait, but for those that are canceled. */
void painted_sleep(struct painted *painted, bool sleeps);

/* Break the connection. */
void painted_lose(struct painted *painted);

/* Answer on a thread from now on, one question after the other, until the source is closed. */
void painted_start(struct painted *painted);

/* The color of the pointer's picture, 8x8 pixels around where it is. */
#define PAINTED_POINTER_COLOR 0xff00ff

#endif
