#include "x11/settle.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/wait.h"

enum { MOST_PROTOCOLS = 64, DEEPEST = 16, LOOKS = 10, STATUS = 4096 };

static const double patience = 10; /* seconds, with a program that should answer or sleep */
static const double nap = 0.004;   /* seconds between two checks whether it sleeps */

static xcb_atom_t intern(xcb_connection_t *xcb, const char *name)
{
	xcb_intern_atom_reply_t *reply = xcb_intern_atom_reply(
		xcb, xcb_intern_atom(xcb, false, (uint16_t)strlen(name), name), NULL);
	xcb_atom_t atom = reply ? reply->atom : XCB_ATOM_NONE;
	free(reply);
	return atom;
}

void shot_settler_begin(struct shot_settler *settler, const struct shot_input_library *library,
	xcb_connection_t *xcb, xcb_window_t root, bool is_local)
{
	*settler = (struct shot_settler){.xcb = xcb,
		.root = root,
		.protocols = intern(xcb, "WM_PROTOCOLS"),
		.ping = intern(xcb, "_NET_WM_PING"),
		.library = library,
		.is_local = is_local};
	uint32_t mask = XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY; /* where answers are sent to */
	xcb_change_window_attributes(xcb, root, XCB_CW_EVENT_MASK, &mask);
}

static bool does_answer(const struct shot_settler *settler, xcb_window_t window)
{
	xcb_get_property_reply_t *reply = xcb_get_property_reply(settler->xcb,
		xcb_get_property(settler->xcb, false, window, settler->protocols, XCB_ATOM_ATOM, 0,
			MOST_PROTOCOLS),
		NULL);
	bool does = false;
	if (reply && reply->format == 32) {
		const xcb_atom_t *atoms = xcb_get_property_value(reply);
		int count = xcb_get_property_value_length(reply) / (int)sizeof *atoms;
		for (int i = 0; i < count; i++) {
			does = does || atoms[i] == settler->ping;
		}
	}
	free(reply);
	return does;
}

/* The process of a window, as the server knows it; 0 when it does not. */
static uint32_t ask_process(const struct shot_settler *settler, xcb_window_t window)
{
	const struct shot_input_library *library = settler->library;
	const xcb_res_client_id_spec_t spec = {window, XCB_RES_CLIENT_ID_MASK_LOCAL_CLIENT_PID};
	xcb_res_query_client_ids_reply_t *reply = library->query_client_ids_reply(
		settler->xcb, library->query_client_ids(settler->xcb, 1, &spec), NULL);
	uint32_t process = 0;
	/* One answer: the client, which of its identities it is, how many bytes that has, and it.
	 */
	if (reply && reply->num_ids == 1 && reply->length >= 4) {
		memcpy(&process, (const uint8_t *)reply + sizeof *reply + 12, sizeof process);
	}
	free(reply);
	return process;
}

/* The window that receives keys: the one with the focus, or the one below the pointer. */
static xcb_window_t find_target(const struct shot_settler *settler)
{
	xcb_connection_t *xcb = settler->xcb;
	xcb_get_input_focus_cookie_t ask_focus = xcb_get_input_focus(xcb);
	xcb_query_pointer_cookie_t ask_pointer = xcb_query_pointer(xcb, settler->root);
	xcb_get_input_focus_reply_t *focus = xcb_get_input_focus_reply(xcb, ask_focus, NULL);
	xcb_query_pointer_reply_t *pointer = xcb_query_pointer_reply(xcb, ask_pointer, NULL);
	xcb_window_t window = focus ? focus->focus : 0;
	if (window == XCB_INPUT_FOCUS_POINTER_ROOT || window == settler->root) {
		window = pointer ? pointer->child : 0;
	}
	free(focus);
	free(pointer);
	return window;
}

/* The program that gets the keys: its window that answers, else its process; 0 for neither. */
static void find_program(
	const struct shot_settler *settler, xcb_window_t *answering, uint32_t *process)
{
	xcb_connection_t *xcb = settler->xcb;
	xcb_window_t window = find_target(settler);
	*answering = *process = 0;
	for (int depth = 0; window && window != settler->root && depth < DEEPEST; depth++) {
		if (does_answer(settler, window)) {
			*answering = window;
			return;
		}
		if (*process == 0 && settler->is_local) {
			*process = ask_process(settler, window);
		}
		xcb_query_tree_reply_t *tree =
			xcb_query_tree_reply(xcb, xcb_query_tree(xcb, window), NULL);
		window = tree ? tree->parent : 0;
		free(tree);
	}
}

static void ask(struct shot_settler *settler, xcb_window_t window)
{
	xcb_client_message_event_t question = {.response_type = XCB_CLIENT_MESSAGE,
		.format = 32,
		.window = window,
		.type = settler->protocols,
		.data.data32 = {settler->ping, ++settler->stamp, window}};
	xcb_send_event(settler->xcb, false, window, XCB_EVENT_MASK_NO_EVENT, (void *)&question);
	xcb_flush(settler->xcb);
}

static bool is_answer(const struct shot_settler *settler, const xcb_generic_event_t *event)
{
	const xcb_client_message_event_t *message = (const void *)event;
	return (event->response_type & 0x7f) == XCB_CLIENT_MESSAGE &&
	       message->type == settler->protocols && message->data.data32[0] == settler->ping &&
	       message->data.data32[1] == settler->stamp;
}

/* Processes events; returns whether the answer was among them. */
static bool has_answer(const struct shot_settler *settler)
{
	bool has = false;
	xcb_generic_event_t *event;
	while ((event = xcb_poll_for_event(settler->xcb))) {
		has = has || is_answer(settler, event);
		free(event);
	}
	return has;
}

static void wait_for_answer(struct shot_settler *settler, xcb_window_t window)
{
	int64_t deadline = shot_deadline_in(patience);
	ask(settler, window);
	while (!has_answer(settler) && !xcb_connection_has_error(settler->xcb)) {
		int fd = xcb_get_file_descriptor(settler->xcb);
		if (shot_wait_readable(fd, -1, deadline) == SHOT_WAIT_TIMEOUT) {
			return;
		}
	}
}

/* A number that follows a name in the text of /proc; -1 when it is not there. */
static long number_after(const char *text, const char *name)
{
	const char *at = strstr(text, name);
	return at ? strtol(at + strlen(name), NULL, 10) : -1;
}

/* Reads what /proc says about a thread. */
static bool read_status(uint32_t process, const char *thread, char text[STATUS])
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%u/task/%.20s/status", (unsigned)process, thread);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, text, STATUS - 1);
	if (fd >= 0) {
		close(fd);
	}
	text[got > 0 ? got : 0] = '\0';
	return got > 0;
}

/* Whether a thread can run, or waits for a disk. */
static bool is_running(uint32_t process, const char *thread)
{
	char text[STATUS];
	return read_status(process, thread, text) &&
	       (strstr(text, "\nState:\tR") || strstr(text, "\nState:\tD"));
}

/* The number of times that the first thread of a process has gone to sleep; -1 while it or another
 * one runs: Tk's events are read by one and awaited by another. -2 when there is no such process.
 */
static long count_sleeps(uint32_t process)
{
	char path[32], text[STATUS];
	snprintf(path, sizeof path, "%u", (unsigned)process);
	if (!read_status(process, path, text)) {
		return -2;
	}
	long sleeps = strstr(text, "\nState:\tS")
			      ? number_after(text, "\nvoluntary_ctxt_switches:\t")
			      : -1;
	snprintf(path, sizeof path, "/proc/%u/task", (unsigned)process);
	DIR *threads = opendir(path);
	for (const struct dirent *it; sleeps >= 0 && threads && (it = readdir(threads));) {
		sleeps = it->d_name[0] != '.' && is_running(process, it->d_name) ? -1 : sleeps;
	}
	if (threads) {
		closedir(threads);
	}
	return sleeps;
}

/* Lets the server serve its waiting clients: a round trip. */
static void let_server_work(const struct shot_settler *settler)
{
	free(xcb_get_input_focus_reply(settler->xcb, xcb_get_input_focus(settler->xcb), NULL));
}

/* A program that has not read its events, or works on them, can run, whether or not it gets the
 * processor, or waits for the server's answer. One that sleeps at several looks in a row and has
 * not woken between them, though the server has worked, has done with them. */
static bool wait_for_sleep(const struct shot_settler *settler, uint32_t process)
{
	int64_t deadline = shot_deadline_in(patience);
	long before = -1;
	for (int asleep = 0; asleep < LOOKS && shot_clock_ns() < deadline;) {
		let_server_work(settler);
		shot_wait_readable(-1, -1, shot_deadline_in(nap));
		long sleeps = count_sleeps(process);
		if (sleeps == -2) {
			return false;
		}
		asleep = sleeps >= 0 && sleeps == before ? asleep + 1 : 0;
		before = sleeps;
	}
	return true;
}

void shot_settle(struct shot_settler *settler, double blind)
{
	xcb_window_t answering;
	uint32_t process;
	find_program(settler, &answering, &process);
	if (answering) {
		wait_for_answer(settler, answering);
	} else if (process == 0 || !wait_for_sleep(settler, process)) {
		shot_wait_readable(-1, -1, shot_deadline_in(blind));
	}
}
