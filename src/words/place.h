/* Places words by the ink of their letters, because the engine's boxes are rough. */
#ifndef SHOT_WORDS_PLACE_H
#define SHOT_WORDS_PLACE_H

#include "words/part.h"
#include "words/word.h"

/* Fit the boxes of the words of one line around their letters. The words are sorted from left to
 * right, and their boxes near the letters. `letters` are `count` indices in `parts`; the function
 * sorts them. */
void shot_words_place(
	struct shot_words *words, const struct shot_part *parts, size_t *letters, size_t count);

#endif
