/* Where words are by the ink of their letters; the engine's own boxes are rough. */
#ifndef SHOT_WORDS_PLACE_H
#define SHOT_WORDS_PLACE_H

#include "words/part.h"
#include "words/word.h"

/* Make the boxes of the words of one line, left to right and near already, those around their
 * letters, of which the line has `count`: `letters` are indices in `parts`, and get sorted. */
void shot_words_place(
	struct shot_words *words, const struct shot_part *parts, size_t *letters, size_t count);

#endif
