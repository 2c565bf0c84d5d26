#include "capture/source.h"

#include <string.h>

struct shot_source *shot_source_open(const struct shot_source_kind *kind, const char *name,
	struct shot_breaker *breaker, struct shot_error *err)
{
	struct shot_source *source = kind->open(name, breaker, err);
	if (source) {
		source->kind = kind;
	}
	return source;
}

bool shot_source_can(const struct shot_source *source, enum shot_ability ability, const char *what,
	struct shot_error *err)
{
	const char *why = source->lacks[ability];
	return !why || shot_fail(err, "ENOTSUP", "%s%s%s", what ? what : "", what ? ": " : "", why);
}

struct shot_windows *shot_windows_query(
	struct shot_source *source, bool wants_list, struct shot_error *err)
{
	return shot_source_can(source, SHOT_ABILITY_WINDOWS, "cannot list windows", err)
		       ? source->kind->begin_windows(source, wants_list, err)
		       : NULL;
}

void shot_source_hold(struct shot_source *source, struct shot_window_search *search)
{
	if (search && source->kind->hold) {
		source->kind->hold(source);
	}
}

void shot_source_let_go(struct shot_source *source, struct shot_window_search *search)
{
	if (search) {
		source->kind->ask_search_again(search);
	}
	if (search && source->kind->hold) {
		source->kind->let_go(source);
	}
}

void shot_source_join(struct shot_source *source, struct shot_parting *parting)
{
	parting->next = source->partings;
	source->partings = parting;
}

void shot_source_leave(struct shot_source *source, struct shot_parting *parting)
{
	struct shot_parting **at = &source->partings;
	while (*at != parting) {
		at = &(*at)->next;
	}
	*at = parting->next;
}

void shot_source_close(struct shot_source *source)
{
	if (source) {
		for (struct shot_parting *it = source->partings; it; it = it->next) {
			it->part(it);
		}
		source->kind->close(source);
	}
}

const struct shot_path *shot_source_path(const struct shot_source_kind *kind, const char *name)
{
	for (unsigned i = 0; i < kind->path_count; i++) {
		if (strcmp(kind->paths[i].name, name) == 0) {
			return &kind->paths[i];
		}
	}
	return NULL;
}
