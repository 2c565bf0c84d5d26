#include "words/engine.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <tesseract/capi.h>

#include "base/library.h"

#define LIMIT "OMP_THREAD_LIMIT"

enum {
	RESOLUTION = 70
}; /* dots per inch: the library wants one, and a line does not depend on it */

struct library {
	__typeof__(TessBaseAPICreate) *create;
	__typeof__(TessBaseAPIDelete) *delete;
	__typeof__(TessBaseAPIInit2) *init;
	__typeof__(TessBaseAPISetVariable) *set_variable;
	__typeof__(TessBaseAPIGetLoadedLanguagesAsVector) *languages;
	__typeof__(TessDeleteTextArray) *delete_texts;
	__typeof__(TessBaseAPISetPageSegMode) *set_mode;
	__typeof__(TessBaseAPISetImage) *set_image;
	__typeof__(TessBaseAPISetSourceResolution) *set_resolution;
	__typeof__(TessBaseAPIRecognize) *recognize;
	__typeof__(TessBaseAPIGetIterator) *iterate;
	__typeof__(TessBaseAPIClear) *clear;
	__typeof__(TessResultIteratorDelete) *delete_iterator;
	__typeof__(TessResultIteratorGetPageIteratorConst) *page_iterator;
	__typeof__(TessResultIteratorNext) *next;
	__typeof__(TessResultIteratorGetUTF8Text) *text;
	__typeof__(TessResultIteratorConfidence) *confidence;
	__typeof__(TessPageIteratorBoundingBox) *box;
	__typeof__(TessDeleteText) *delete_text;
};

struct shot_engine {
	struct library library;
	TessBaseAPI *api;
};

static bool load(struct library *library, struct shot_error *err)
{
	static const char *const names[] = {"TessBaseAPICreate", "TessBaseAPIDelete",
		"TessBaseAPIInit2", "TessBaseAPISetVariable",
		"TessBaseAPIGetLoadedLanguagesAsVector", "TessDeleteTextArray",
		"TessBaseAPISetPageSegMode", "TessBaseAPISetImage",
		"TessBaseAPISetSourceResolution", "TessBaseAPIRecognize", "TessBaseAPIGetIterator",
		"TessBaseAPIClear", "TessResultIteratorDelete",
		"TessResultIteratorGetPageIteratorConst", "TessResultIteratorNext",
		"TessResultIteratorGetUTF8Text", "TessResultIteratorConfidence",
		"TessPageIteratorBoundingBox", "TessDeleteText", NULL};
	_Static_assert(sizeof *library == sizeof names - sizeof *names, "a name for each pointer");
	struct shot_error why;
	if (!shot_library_load(SHOT_LIBRARY_TESSERACT, names, library, &why)) {
		return shot_fail(err, "ENOTSUP", "cannot read words: %s", why.message);
	}
	return true;
}

bool shot_engine_load(struct shot_error *err)
{
	struct library library;
	bool is_set = getenv(LIMIT);
	if (!is_set) {
		setenv(LIMIT, "1", 1);
	}
	bool ok = load(&library, err);
	if (!is_set) {
		unsetenv(LIMIT);
	}
	return ok;
}

bool shot_language_is_name(const char *text)
{
	size_t length = strlen(text), word = 0;
	for (size_t i = 0; i < length; i++) {
		bool is_end = text[i] == '+';
		if (is_end ? word == 0 : !isalnum((unsigned char)text[i]) && text[i] != '_') {
			return false;
		}
		word = is_end ? 0 : word + 1;
	}
	return word > 0 && length < SHOT_LANGUAGE;
}

static bool fail_language(const char *name, size_t length, struct shot_error *err)
{
	char package[SHOT_LANGUAGE] = "";
	for (size_t i = 0; i < length; i++) {
		package[i] = (char)(name[i] == '_' ? '-' : tolower((unsigned char)name[i]));
	}
	return shot_fail(err, "ENOTSUP",
		"reading the language '%.*s' needs its data (Debian's package tesseract-ocr-%s)",
		(int)length, name, package);
}

static bool is_loaded(char **loaded, const char *name, size_t length)
{
	for (; loaded && *loaded; loaded++) {
		if (strlen(*loaded) == length && memcmp(*loaded, name, length) == 0) {
			return true;
		}
	}
	return false;
}

/* Checks each language by itself, because the library silently leaves out those that it does not
 * find. */
static bool check_languages(
	struct shot_engine *engine, const char *language, struct shot_error *err)
{
	char **loaded = engine->library.languages(engine->api);
	bool ok = true;
	for (const char *name = language; ok && *name;) {
		size_t length = strcspn(name, "+");
		ok = is_loaded(loaded, name, length) || fail_language(name, length, err);
		name += length + (name[length] == '+');
	}
	if (loaded) {
		engine->library.delete_texts(loaded);
	}
	return ok;
}

struct shot_engine *shot_engine_create(const char *language, struct shot_error *err)
{
	struct shot_engine *engine = calloc(1, sizeof *engine);
	if (!engine) {
		shot_fail_errno(err, ENOMEM, "cannot read words");
		return NULL;
	}
	bool ok = load(&engine->library, err);
	engine->api = ok ? engine->library.create() : NULL;
	if (ok) {
		/* Otherwise the library prints its messages to stderr. */
		engine->library.set_variable(engine->api, "debug_file", "/dev/null");
		ok = engine->library.init(engine->api, NULL, language, OEM_LSTM_ONLY) == 0
			     ? check_languages(engine, language, err)
			     : fail_language(language, strcspn(language, "+"), err);
	}
	if (!ok) {
		shot_engine_destroy(engine);
		return NULL;
	}
	engine->library.set_mode(engine->api, PSM_SINGLE_LINE);
	/* Ink is dark on white; the library would read what it doubts once more, inverted. */
	engine->library.set_variable(engine->api, "tessedit_do_invert", "0");
	engine->library.set_variable(engine->api, "invert_threshold", "0.0");
	return engine;
}

void shot_engine_destroy(struct shot_engine *engine)
{
	if (engine && engine->api) {
		engine->library.delete(engine->api);
	}
	free(engine);
}

static bool has_letters(const char *text)
{
	return text && text[strspn(text, " \t\r\n")];
}

/* Adds the word at the iterator. */
static bool add_word(const struct library *library, const TessResultIterator *at,
	struct shot_words *words, struct shot_error *err)
{
	int left, top, right, bottom;
	char *text = library->text(at, RIL_WORD);
	bool ok = true;
	if (has_letters(text) &&
		library->box(library->page_iterator(at), RIL_WORD, &left, &top, &right, &bottom)) {
		struct shot_word word = {.text = text,
			.box = {left, top, right - left, bottom - top},
			.confidence = library->confidence(at, RIL_WORD)};
		ok = shot_words_add(words, &word, err);
	}
	if (text) {
		library->delete_text(text);
	}
	return ok;
}

bool shot_engine_read(struct shot_engine *engine, const struct shot_view *gray,
	struct shot_words *words, struct shot_error *err)
{
	const struct library *library = &engine->library;
	library->set_image(
		engine->api, gray->data, gray->width, gray->height, 1, (int)gray->stride);
	library->set_resolution(engine->api, RESOLUTION);
	bool ok = true;
	TessResultIterator *at =
		library->recognize(engine->api, NULL) == 0 ? library->iterate(engine->api) : NULL;
	if (at) {
		do {
			ok = add_word(library, at, words, err);
		} while (ok && library->next(at, RIL_WORD));
		library->delete_iterator(at);
	}
	library->clear(engine->api);
	return ok;
}
