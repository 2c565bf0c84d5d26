/* Reads the words in a picture of a screen: it finds the lines, and reads them one by one. */
#ifndef SHOT_WORDS_PAGE_H
#define SHOT_WORDS_PAGE_H

#include <stdatomic.h>

#include "words/engine.h"

/* The most pixels of a picture: a screen of 8K. */
#define SHOT_PAGE_PIXELS (INT64_C(7680) * 4320)

struct shot_page_stop {
	const atomic_bool *one,
		*all; /* once either is set, the function stops before the next line */
};

/* Fill `out` with the words of `view`, in reading order; boxes are in its pixels. EFBIG for a
 * larger picture, EINTR when stopped, ENOMEM. */
bool shot_page_read(struct shot_engine *engine, const struct shot_view *view,
	struct shot_page_stop stop, struct shot_words *out, struct shot_error *err);

#endif
