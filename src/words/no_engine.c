/* The engine of a build without libtesseract. */
#include "words/engine.h"

#include <stddef.h>

#include "base/library.h"

bool shot_language_is_name(const char *text)
{
	return *text;
}

bool shot_engine_load(struct shot_error *err)
{
	return shot_library_left_out("words", "LUASHOT_WORDS", err);
}

struct shot_engine *shot_engine_create(const char *language, struct shot_error *err)
{
	(void)language;
	shot_engine_load(err);
	return NULL;
}

void shot_engine_destroy(struct shot_engine *engine)
{
	(void)engine;
}

bool shot_engine_read(struct shot_engine *engine, const struct shot_view *gray,
	struct shot_words *words, struct shot_error *err)
{
	(void)engine;
	(void)gray;
	(void)words;
	return shot_engine_load(err);
}
