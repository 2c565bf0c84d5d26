/* The program that reads, libtesseract, which is loaded when it is first needed. */
#ifndef SHOT_WORDS_ENGINE_H
#define SHOT_WORDS_ENGINE_H

#include "image/view.h"
#include "words/word.h"

enum { SHOT_LANGUAGE = 64 }; /* bytes of a language's name, with its end */

struct shot_engine;

/* Whether a name can be a language's, or several with '+' between: "eng", "deu+eng". */
bool shot_language_is_name(const char *text);

/* Load the library, so that it never starts threads of its own: with two, which wait for each other
 * most of the time, the same picture costs several times as much. It takes that from the
 * environment, which is as it was afterwards: on the main thread alone. ENOTSUP, with the package
 * to install. */
bool shot_engine_load(struct shot_error *err);

/* An engine that has read the data of `language`. It is for one thread at a time. ENOTSUP when the
 * data is not installed, with the package. */
struct shot_engine *shot_engine_create(const char *language, struct shot_error *err);

/* NULL is allowed. */
void shot_engine_destroy(struct shot_engine *engine);

/* Add the words of a gray picture of one line, dark on light, to `words`; their boxes are in its
 * pixels, and near. ENOMEM. */
bool shot_engine_read(struct shot_engine *engine, const struct shot_view *gray,
	struct shot_words *words, struct shot_error *err);

#endif
