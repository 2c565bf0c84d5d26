#include "words/word.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(struct shot_words *words, size_t count, struct shot_error *err)
{
	size_t capacity = words->capacity ? words->capacity : 16;
	while (capacity < words->count + count) {
		capacity *= 2;
	}
	if (capacity == words->capacity) {
		return true;
	}
	struct shot_word *list = realloc(words->list, capacity * sizeof *list);
	if (!list) {
		return shot_fail_errno(err, ENOMEM, "cannot list %zu words", capacity);
	}
	words->list = list;
	words->capacity = capacity;
	return true;
}

bool shot_words_add(struct shot_words *words, const struct shot_word *word, struct shot_error *err)
{
	if (!reserve(words, 1, err)) {
		return false;
	}
	char *text = strdup(word->text);
	if (!text) {
		return shot_fail_errno(err, ENOMEM, "cannot list %zu words", words->count + 1);
	}
	struct shot_word *added = &words->list[words->count++];
	*added = *word;
	added->text = text;
	return true;
}

bool shot_words_append(struct shot_words *words, struct shot_words *more, struct shot_error *err)
{
	if (!reserve(words, more->count, err)) {
		return false;
	}
	if (more->count > 0) {
		memcpy(words->list + words->count, more->list, more->count * sizeof *more->list);
	}
	words->count += more->count;
	more->count = 0;
	return true;
}

void shot_words_free(struct shot_words *words)
{
	while (words->count > 0) {
		free(words->list[--words->count].text);
	}
	free(words->list);
	*words = (struct shot_words){0};
}
