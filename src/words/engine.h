/* The library that recognizes letters, libtesseract; luashot loads it at the first use. */
#ifndef SHOT_WORDS_ENGINE_H
#define SHOT_WORDS_ENGINE_H

#include "image/view.h"
#include "words/word.h"

enum { SHOT_LANGUAGE = 64 }; /* bytes of a language's name, with its end */

struct shot_engine;

/* Tells whether a text can name a language, or several with '+' between: "eng", "deu+eng". */
bool shot_language_is_name(const char *text);

/* Load the library, so that it starts no threads: with two, which mostly wait for each other, the
 * same picture costs several times as much. The library reads that limit from the environment; this
 * function sets and restores it, so call it on the main thread only. ENOTSUP, with the package to
 * install. */
bool shot_engine_load(struct shot_error *err);

/* Make an engine and load the data of `language`. One thread at a time may use it. ENOTSUP when the
 * data is not installed, with the package. */
struct shot_engine *shot_engine_create(const char *language, struct shot_error *err);

/* NULL is allowed. */
void shot_engine_destroy(struct shot_engine *engine);

/* Add the words of a gray picture of one line, dark on light, to `words`; their boxes are in its
 * pixels, and near. ENOMEM. */
bool shot_engine_read(struct shot_engine *engine, const struct shot_view *gray,
	struct shot_words *words, struct shot_error *err);

#endif
