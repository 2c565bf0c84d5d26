#include "wayland/damage.h"

#include <errno.h>
#include <stdlib.h>

#include "wayland/eye.h"
#include "wayland/library.h"
#include "wayland/mirror.h"

#include <wayland-client-protocol.h>

struct shot_wayland_question {
	struct shot_wayland_question *next;
	struct shot_wayland_eye *eye;
	bool is_check;
	uint64_t armed;		  /* of the connection at the time of the question */
	struct wl_callback *sync; /* done when all pictures from before the question have arrived */
};

struct watch {
	struct shot_watch watch; /* first */
	struct shot_wayland_eye eye;
	struct shot_wayland_question question; /* the only one, again and again */
};

static void open_eye(struct shot_wayland *wayland, struct shot_wayland_eye *eye)
{
	shot_wayland_eye_open(wayland, eye);
	shot_wayland_mirrors_start(wayland);
	eye->is_settled = !shot_wayland_mirrors_are_awaited(wayland);
}

bool shot_wayland_damage_follow(struct shot_source *source, struct shot_error *err)
{
	struct shot_wayland *wayland = shot_wayland_of(source);
	struct shot_wayland_eye *eye = calloc(1, sizeof *eye);
	if (!eye) {
		return shot_fail_errno(err, ENOMEM, "cannot follow damage");
	}
	eye->rect = (struct shot_rect){0, 0, INT16_MAX, INT16_MAX};
	eye->wants_first = true;
	wayland->root = eye;
	open_eye(wayland, eye);
	return true;
}

static void on_sync(void *data, struct wl_callback *callback, uint32_t serial)
{
	struct shot_wayland_question *question = data;
	(void)serial;
	wl_callback_destroy(callback);
	question->sync = NULL;
}

static const struct wl_callback_listener sync_listener = {.done = on_sync};

uintptr_t shot_wayland_damage_ask(struct shot_source *source, bool is_check)
{
	struct shot_wayland *wayland = shot_wayland_of(source);
	struct shot_wayland_question *question = calloc(1, sizeof *question);
	if (!question) {
		return 0;
	}
	question->eye = wayland->root;
	question->next = wayland->questions;
	wayland->questions = question;
	question->is_check = is_check;
	question->armed = wayland->armed;
	if (!is_check) {
		question->sync = wl_display_sync(wayland->display);
		wl_callback_add_listener(question->sync, &sync_listener, question);
	}
	return (uintptr_t)question;
}

void shot_wayland_damage_forget(struct shot_source *source, uintptr_t asked)
{
	struct shot_wayland *wayland = shot_wayland_of(source);
	struct shot_wayland_question *question = (struct shot_wayland_question *)asked;
	struct shot_wayland_question **at = &wayland->questions;
	while (*at && *at != question) {
		at = &(*at)->next;
	}
	if (!*at) {
		return; /* a watch's question is freed with the watch */
	}
	*at = question->next;
	if (question->sync) {
		wl_callback_destroy(question->sync);
	}
	free(question);
}

/* Watches are notified of drawing; a capture needs everything that was drawn before it began. */
static bool is_current(struct shot_source *source, const struct shot_wayland_question *question)
{
	struct shot_wayland *wayland = shot_wayland_of(source);
	return question->eye != wayland->root ||
	       shot_wayland_mirrors_catch_up(wayland, question->armed);
}

enum shot_poll shot_wayland_damage_poll(struct shot_source *source, uintptr_t asked,
	struct shot_region *region, struct shot_error *err)
{
	struct shot_wayland_question *question = (struct shot_wayland_question *)asked;
	enum shot_poll outcome = SHOT_POLL_DONE;
	if (!question) {
		shot_fail_errno(err, ENOMEM, "cannot ask what was drawn");
		return SHOT_POLL_FAILED;
	}
	if (!shot_wayland_take_events(source, err)) {
		outcome = SHOT_POLL_FAILED;
	} else if (question->sync || !question->eye->is_settled ||
		   !(question->is_check || is_current(source, question))) {
		return SHOT_POLL_WAITING;
	} else if (!shot_wayland_eye_take(question->eye, region, err)) {
		outcome = SHOT_POLL_FAILED;
	}
	shot_wayland_damage_forget(source, asked);
	return outcome;
}

void shot_wayland_damage_free(struct shot_wayland *wayland)
{
	while (wayland->questions) {
		shot_wayland_damage_forget(&wayland->source, (uintptr_t)wayland->questions);
	}
	free(wayland->root);
}

struct shot_watch *shot_wayland_watch_create(
	struct shot_source *source, struct shot_rect rect, struct shot_error *err)
{
	struct watch *own = calloc(1, sizeof *own);
	if (!own) {
		shot_fail_errno(err, ENOMEM, "cannot watch the screen");
		return NULL;
	}
	own->eye.rect = rect;
	own->eye.is_due = &own->watch.is_due;
	own->question.eye = &own->eye;
	open_eye(shot_wayland_of(source), &own->eye);
	return &own->watch;
}

uintptr_t shot_wayland_watch_ask(struct shot_watch *watch)
{
	return (uintptr_t) & ((struct watch *)watch)->question;
}

void shot_wayland_watch_destroy(struct shot_watch *watch)
{
	struct watch *own = (struct watch *)watch;
	if (watch->source) {
		struct shot_wayland *wayland = shot_wayland_of(watch->source);
		shot_wayland_eye_close(wayland, &own->eye);
		if (!wayland->eyes) {
			shot_wayland_mirrors_stop(wayland);
		}
	}
	free(own);
}
