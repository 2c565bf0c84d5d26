/* A compositor without a screen that says what a test wants, true or not: on a thread of its own,
 * over a socket pair that the next connection of this process takes. */
#ifndef SPEC_HOSTILE_H
#define SPEC_HOSTILE_H

#include <stdbool.h>
#include <stdint.h>

#define HOSTILE_EVENTS 10 /* on one occasion */

/* When the client does something. */
enum hostile_when {
	HOSTILE_OUTPUT,	 /* binds an output */
	HOSTILE_CAPTURE, /* asks for a capture, by screencopy */
	HOSTILE_COPY,	 /* asks for its copy */
	HOSTILE_SESSION, /* begins a session */
	HOSTILE_FRAME,	 /* asks for a frame of it */
	HOSTILE_LIST,	 /* asks for windows */
	HOSTILE_XDG,	 /* asks for an output's logical place */
	HOSTILE_WHENS,
};

/* What the compositor does then. Those of another object than the occasion is about do nothing. */
enum hostile_what {
	HOSTILE_GEOMETRY, /* transform */
	HOSTILE_MODE,	  /* width, height, refresh in mHz */
	HOSTILE_SCALE,	  /* factor */
	HOSTILE_NAME,	  /* which one of a few */
	HOSTILE_DONE,
	HOSTILE_BUFFER, /* format, width, height, stride */
	HOSTILE_BUFFER_DONE,
	HOSTILE_DMABUF,
	HOSTILE_FLAGS,	/* flags */
	HOSTILE_DAMAGE, /* x, y, width, height; of either protocol */
	HOSTILE_READY,	/* likewise */
	HOSTILE_FAILED, /* likewise: reason */
	HOSTILE_SIZE,	/* width, height */
	HOSTILE_FORMAT, /* format */
	HOSTILE_KNOWN,
	HOSTILE_STOPPED,
	HOSTILE_TRANSFORM, /* transform */
	HOSTILE_TOPLEVEL,  /* which one of a few names its title is; how many */
	HOSTILE_CLOSE,	   /* all toplevels, whatever it is about */
	HOSTILE_FILL,	   /* write this color into the buffer, as far as it goes */
	HOSTILE_REMOVE,	   /* how many outputs stay: the globals of the others go */
	HOSTILE_ADD,	   /* another output comes */
	HOSTILE_REFUSE,	   /* a protocol error */
	HOSTILE_DIE,	   /* close the connection */
	HOSTILE_ROW,	   /* the geometry of the nth output: at n times x, y; its transform */
	HOSTILE_FIT,	   /* format, width, height of the output, bytes between rows: of the part
			      that is asked for */
	HOSTILE_PATTERN,   /* write each pixel's place into it: hostile_pixel */
	HOSTILE_PLACE,	   /* x, y, width, height in logical units */
	HOSTILE_CUT,	   /* close it after a part of an event */
	HOSTILE_COUNT,	   /* write the number of ticks as the color */
	HOSTILE_HOLD, /* what follows comes with the next tick, if its object is still there; of
			 the nth output and later ones */
	HOSTILE_WHATS,
};

struct hostile_event {
	enum hostile_what what;
	int32_t args[4];
};

/* EVENT(BUFFER, format, width, height, stride) */
#define EVENT(name, ...) \
	{ \
		.what = HOSTILE_##name, .args = { __VA_ARGS__ } \
	}

struct hostile_plan {
	bool has_screencopy, has_ext;
	bool lacks_sources; /* ext's, of outputs */
	bool has_xdg;	    /* zxdg_output_manager_v1 */
	bool is_double;	    /* each global of a protocol is there twice */
	bool has_input;	    /* virtual pointers and keyboards */
	uint32_t seat;	    /* its capabilities */
	uint32_t version;   /* of screencopy: 1 to 3 */
	unsigned outputs;   /* at the beginning */
	struct hostile_list {
		struct hostile_event events[HOSTILE_EVENTS];
		unsigned count;
	} on[HOSTILE_WHENS];
};

struct hostile;

/* One output of 64x48 pixels, and both protocols; captures are all 0x204060. */
struct hostile_plan hostile_honest(void);

/* Say something else on an occasion: `count` events. */
void hostile_say(struct hostile_plan *plan, enum hostile_when when,
	const struct hostile_event *events, unsigned count);

/* Start it: WAYLAND_SOCKET names its socket until the next connection is opened. */
struct hostile *hostile_start(const struct hostile_plan *plan);

/* Go on by another plan. */
void hostile_change(struct hostile *hostile, const struct hostile_plan *plan);

/* The pixel of a place of the nth output, before it is turned. */
static inline uint32_t hostile_pixel(unsigned output, int32_t x, int32_t y)
{
	return (output + 1) << 20 | (uint32_t)y << 10 | (uint32_t)x;
}

/* All requests since the start, or since hostile_forget: "interface.request(1, 2)" each on a line,
 * with o for an object, n for a new one, h for a descriptor. Valid until the next call. */
const char *hostile_heard(struct hostile *hostile);
void hostile_forget(struct hostile *hostile);

/* How often these words are in it. */
unsigned hostile_count(struct hostile *hostile, const char *words);

/* Wait until it has heard all that the client has sent. */
void hostile_settle(struct hostile *hostile);

/* Have it show a frame, after it has heard all: what was held is said. Returns how many occasions
 * were held. */
unsigned hostile_tick(struct hostile *hostile);

/* End it, whether anybody has connected or not. */
void hostile_stop(struct hostile *hostile);

#endif
