/* An act of a script with pointer and keyboard, as one message of fixed size. */
#ifndef SHOT_INPUT_ACT_H
#define SHOT_INPUT_ACT_H

#include <stdbool.h>
#include <stdint.h>

enum {
	SHOT_ACT_UNITS = 256, /* characters of one act */
	SHOT_ACT_KEYS = 8,    /* keys that are down together */
	SHOT_ACT_BUTTONS = 9,
	SHOT_ACT_SCROLL = 1000, /* steps of the wheel, at most, in one act */
	SHOT_ACT_CLICKS = 10,	/* in one act */
	SHOT_ACT_DRAG_STEPS = 16,
};

enum shot_verb {
	SHOT_VERB_MOVE,	 /* the pointer, to `to` */
	SHOT_VERB_CLICK, /* a button, `count` times, at `to` if has_to, else where the pointer is */
	SHOT_VERB_DRAG,	 /* from `from` to `to` with a button down */
	SHOT_VERB_SCROLL, /* by `to` steps, right and down, at `from` if has_from */
	SHOT_VERB_KEY,	  /* press `keys` one after the other, and release them in reverse */
	SHOT_VERB_TYPE,	  /* `count` characters of `units`; each of `pause_us` longer */
};

struct shot_point {
	int32_t x, y;
};

struct shot_act {
	enum shot_verb verb;
	uint32_t only; /* a window that alone may get it; 0: any may */
	bool has_from, has_to;
	struct shot_point from, to;
	unsigned button; /* 1 left, 2 middle, 3 right, 8 back, 9 forward */
	unsigned count;
	unsigned key_count;		/* for the pointer's verbs: held during the act */
	uint32_t keys[SHOT_ACT_KEYS];	/* keysyms */
	uint32_t pause_us;		/* microseconds */
	uint32_t units[SHOT_ACT_UNITS]; /* code points, none of them 0 */
};

/* The point of a drag after `step` of its SHOT_ACT_DRAG_STEPS, which lie on a straight line. */
static inline struct shot_point shot_act_drag_point(const struct shot_act *act, int step)
{
	struct shot_point from = act->from, to = act->to;
	return (struct shot_point){from.x + (to.x - from.x) * step / SHOT_ACT_DRAG_STEPS,
		from.y + (to.y - from.y) * step / SHOT_ACT_DRAG_STEPS};
}

/* Whether the typing of a text pauses after character `i`: for the text's own pause, or to check
 * whether the text is still wanted. */
static inline bool shot_act_pauses_after(unsigned i, uint32_t pause_us)
{
	enum { AT_ONCE = 32 };
	return pause_us > 0 || i % AT_ONCE == AT_ONCE - 1;
}

#endif
