/* The words of a picture, in reading order. */
#ifndef SHOT_WORDS_WORD_H
#define SHOT_WORDS_WORD_H

#include <stddef.h>

#include "base/error.h"
#include "base/rect.h"

struct shot_word {
	char *text;	      /* UTF-8; the list owns it */
	struct shot_rect box; /* around its ink, in pixels of the picture */
	float confidence;     /* 0 to 100 */
	int line, block;      /* from 1 */
};

struct shot_words {
	struct shot_word *list;
	size_t count, capacity;
};

/* Add a word with a copy of its text. ENOMEM. */
bool shot_words_add(struct shot_words *words, const struct shot_word *word, struct shot_error *err);

/* Move the words of `more` to the end of `words`; `more` is empty then. ENOMEM: nothing moves. */
bool shot_words_append(struct shot_words *words, struct shot_words *more, struct shot_error *err);

/* Free the words; the list is empty then. */
void shot_words_free(struct shot_words *words);

#endif
