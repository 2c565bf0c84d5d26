#include "host/edit.h"

#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "base/library.h"
#include "host/fibre.h"

enum { REMEMBERED = 1000, COLUMNS = 80, TAB = 8 };

/* libedit's functions, filled with the first editor and constant from then on; in the order of
 * `names` in load(). libedit's callbacks get at their editor by one of them. */
static struct {
	__typeof__(el_init) *init;
	__typeof__(el_end) *end;
	__typeof__(el_set) *set;
	__typeof__(el_wset) *wset;
	__typeof__(el_get) *get;
	__typeof__(el_gets) *gets;
	__typeof__(el_line) *line;
	__typeof__(el_wline) *wline;
	__typeof__(el_insertstr) *insert;
	__typeof__(el_resize) *resize;
	__typeof__(el_source) *source;
	__typeof__(history_init) *history_init;
	__typeof__(history_end) *history_end;
	__typeof__(history) *history;
} lib;

struct shot_edit {
	EditLine *el;
	History *history;
	FILE *out; /* the editor's own, so that no other buffer mixes with it */
	struct shot_fibre *fibre;
	char *prompt;
	const char *line; /* the result of el_gets */
	int length;
	enum shot_edit_step step;
	bool is_canceled;
	bool is_hidden;
};

static bool load(struct shot_error *err)
{
	static const char *const names[] = {"el_init", "el_end", "el_set", "el_wset", "el_get",
		"el_gets", "el_line", "el_wline", "el_insertstr", "el_resize", "el_source",
		"history_init", "history_end", "history", NULL};
	_Static_assert(sizeof lib == sizeof names - sizeof *names, "a name for each pointer");
	return shot_library_load(SHOT_LIBRARY_EDIT, names, &lib, err);
}

static struct shot_edit *self_of(EditLine *el)
{
	void *self = NULL;
	lib.get(el, EL_CLIENTDATA, &self);
	return self;
}

static bool is_editing(const struct shot_edit *edit)
{
	return shot_fibre_is_left(edit->fibre);
}

static char *show_prompt(EditLine *el)
{
	return self_of(el)->prompt;
}

static bool has_input(void)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	return poll(&input, 1, 0) == 1;
}

/* libedit's read function, in the fibre: 1 with a character, 0 at the end, -1 to give the line up.
 * */
static int read_character(EditLine *el, wchar_t *out)
{
	struct shot_edit *edit = self_of(el);
	mbstate_t state = {0};
	for (;;) {
		while (!edit->is_canceled && !has_input()) {
			edit->step = SHOT_EDIT_WAITS;
			shot_fibre_leave(edit->fibre);
		}
		if (edit->is_canceled) {
			return -1;
		}
		char byte;
		ssize_t count = read(STDIN_FILENO, &byte, 1);
		if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN)) {
			return 0;
		}
		size_t used = count < 0 ? (size_t)-2 : mbrtowc(out, &byte, 1, &state);
		if (used == (size_t)-1) {
			memset(&state, 0,
				sizeof state); /* not a character in this locale: drop it */
		} else if (used != (size_t)-2) {
			return 1;
		}
	}
}

/* Handles Tab, in the fibre; the caller of the editor knows the names. A Tab with more input right
 * behind it was pasted, and is part of the text. */
static unsigned char complete(EditLine *el, int key)
{
	(void)key;
	struct shot_edit *edit = self_of(el);
	if (has_input()) {
		lib.insert(el, "\t");
		return CC_REFRESH;
	}
	edit->step = SHOT_EDIT_COMPLETES;
	shot_fibre_leave(edit->fibre);
	return CC_REFRESH;
}

static void set_keys(EditLine *el)
{
	static const char *const keys[][2] = {
		{"^I", "luashot-complete"},
		{"^R", "em-inc-search-prev"},
		{"^W", "ed-delete-prev-word"},
		{"\\e[3~", "ed-delete-next-char"},
		{"\\e[1~", "ed-move-to-beg"},
		{"\\e[4~", "ed-move-to-end"},
		{"\\e[H", "ed-move-to-beg"},
		{"\\e[F", "ed-move-to-end"},
		{"\\e[1;5C", "em-next-word"},
		{"\\e[1;5D", "ed-prev-word"},
	};
	lib.set(el, EL_EDITOR, "emacs");
	lib.wset(el, EL_ADDFN, L"luashot-complete", L"complete a name", complete);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		lib.set(el, EL_BIND, keys[i][0], keys[i][1], NULL);
	}
}

static bool start_history(struct shot_edit *edit)
{
	HistEvent event;
	edit->history = lib.history_init();
	if (!edit->history) {
		return false;
	}
	lib.history(edit->history, &event, H_SETSIZE, REMEMBERED);
	lib.history(edit->history, &event, H_SETUNIQUE, 1);
	lib.set(edit->el, EL_HIST, lib.history, edit->history);
	return true;
}

/* Without a language in the environment, only ASCII letters would be usable. */
static void set_locale(void)
{
	setlocale(LC_CTYPE, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) {
		setlocale(LC_CTYPE, "C.UTF-8");
	}
}

struct shot_edit *shot_edit_create(struct shot_error *err)
{
	if (!load(err)) {
		return NULL;
	}
	set_locale();
	struct shot_edit *edit = calloc(1, sizeof *edit);
	if (!edit) {
		shot_fail(err, "ENOMEM", "no memory for a line editor");
		return NULL;
	}
	int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	edit->out = fd < 0 ? NULL : fdopen(fd, "w");
	edit->fibre = edit->out ? shot_fibre_create(err) : NULL;
	edit->el = edit->fibre ? lib.init("luashot", stdin, edit->out, stderr) : NULL;
	if (!edit->el || !start_history(edit)) {
		shot_fail(err, "ENOTSUP", "libedit does not work on this terminal");
		shot_edit_destroy(edit);
		return NULL;
	}
	lib.set(edit->el, EL_CLIENTDATA, edit);
	lib.set(edit->el, EL_PROMPT_ESC, show_prompt, '\1');
	lib.wset(edit->el, EL_GETCFN, read_character);
	set_keys(edit->el);
	lib.source(edit->el, NULL);
	return edit;
}

static void read_line(void *self)
{
	struct shot_edit *edit = self;
	edit->line = lib.gets(edit->el, &edit->length);
	edit->step = edit->line && !edit->is_canceled ? SHOT_EDIT_LINE : SHOT_EDIT_END;
}

enum shot_edit_step shot_edit_begin(struct shot_edit *edit, const char *prompt)
{
	free(edit->prompt);
	edit->prompt = strdup(prompt);
	edit->is_canceled = edit->is_hidden = false;
	lib.set(edit->el, EL_PREP_TERM, 1); /* before the prompt appears */
	shot_fibre_start(edit->fibre, read_line, edit);
	return edit->step;
}

enum shot_edit_step shot_edit_feed(struct shot_edit *edit)
{
	if (is_editing(edit)) {
		shot_fibre_continue(edit->fibre);
	}
	return edit->step;
}

const char *shot_edit_text(struct shot_edit *edit, size_t *length)
{
	*length = (size_t)edit->length;
	while (*length > 0 &&
		(edit->line[*length - 1] == '\n' || edit->line[*length - 1] == '\r')) {
		--*length;
	}
	return edit->line;
}

const char *shot_edit_now(struct shot_edit *edit, size_t *length, size_t *before)
{
	const LineInfo *line = lib.line(edit->el);
	*length = (size_t)(line->lastchar - line->buffer);
	*before = (size_t)(line->cursor - line->buffer);
	return line->buffer;
}

void shot_edit_insert(struct shot_edit *edit, const char *text)
{
	lib.insert(edit->el, text);
}

static int screen_width(void)
{
	struct winsize size;
	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : COLUMNS;
}

/* The position of a terminal's cursor, counted in columns that continue past the end of a row: row
 * and column are its quotient and remainder by the screen's `width`. */

/* The position after libedit has shown `c` at `column`. */
static int column_after(int column, wchar_t c, int width)
{
	if (c == L'\t') {
		return column + TAB - column % TAB;
	}
	if (c == L'\n') { /* the text of a Ctrl-R search is on a separate row */
		return (column / width + 1) * width;
	}
	int own = wcwidth(c);
	return column + (own >= 0 ? own : 2); /* ^A */
}

/* The position after a prompt; text between two \1 takes no columns. */
static int column_of_prompt(const char *prompt, int width)
{
	mbstate_t state = {0};
	int column = 0;
	bool is_literal = false;
	for (size_t left = strlen(prompt); left > 0;) {
		wchar_t c;
		size_t used = mbrtowc(&c, prompt, left, &state);
		if (used == 0 || used > left) {
			break;
		}
		if (c == L'\1') {
			is_literal = !is_literal;
		} else if (!is_literal) {
			column = column_after(column, c, width);
		}
		prompt += used;
		left -= used;
	}
	return column;
}

void shot_edit_hide(struct shot_edit *edit)
{
	if (edit->is_hidden || !is_editing(edit)) {
		return;
	}
	edit->is_hidden = true;
	const LineInfoW *line = lib.wline(edit->el);
	int width = screen_width();
	int column = column_of_prompt(edit->prompt, width);
	for (const wchar_t *at = line->buffer; at < line->cursor; at++) {
		column = column_after(column, *at, width);
	}
	int row = column / width;
	if (row > 0) {
		fprintf(edit->out, "\033[%dA", row);
	}
	fputs("\r\033[J", edit->out);
	fflush(edit->out);
}

void shot_edit_show(struct shot_edit *edit)
{
	if (edit->is_hidden && is_editing(edit)) {
		edit->is_hidden = false;
		lib.set(edit->el, EL_REFRESH);
	}
}

void shot_edit_renew(struct shot_edit *edit)
{
	if (!is_editing(edit)) {
		lib.resize(edit->el);
		return;
	}
	shot_edit_hide(edit);
	lib.set(edit->el, EL_PREP_TERM, 0);
	lib.set(edit->el, EL_PREP_TERM, 1);
	lib.resize(edit->el);
	shot_edit_show(edit);
}

void shot_edit_cancel(struct shot_edit *edit)
{
	if (is_editing(edit)) {
		edit->is_canceled = true;
		shot_fibre_continue(edit->fibre);
	}
}

void shot_edit_remember(struct shot_edit *edit, const char *line)
{
	HistEvent event;
	lib.history(edit->history, &event, H_ENTER, line);
}

void shot_edit_destroy(struct shot_edit *edit)
{
	if (!edit) {
		return;
	}
	if (edit->fibre) {
		shot_edit_cancel(edit);
	}
	if (edit->el) {
		lib.end(edit->el);
	}
	if (edit->history) {
		lib.history_end(edit->history);
	}
	shot_fibre_destroy(edit->fibre);
	if (edit->out) {
		fclose(edit->out);
	}
	free(edit->prompt);
	free(edit);
}
