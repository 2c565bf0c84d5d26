#include "x11/fail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const struct {
	const char *name, *code;
} core_errors[] = {
	[XCB_REQUEST] = {"BadRequest", "EXERROR"},
	[XCB_VALUE] = {"BadValue", "EXERROR"},
	[XCB_WINDOW] = {"BadWindow", "EGONE"},
	[XCB_PIXMAP] = {"BadPixmap", "EGONE"},
	[XCB_ATOM] = {"BadAtom", "EXERROR"},
	[XCB_CURSOR] = {"BadCursor", "EXERROR"},
	[XCB_FONT] = {"BadFont", "EXERROR"},
	[XCB_MATCH] = {"BadMatch", "EGEOMETRY"},
	[XCB_DRAWABLE] = {"BadDrawable", "EGONE"},
	[XCB_ACCESS] = {"BadAccess", "EACCES"},
	[XCB_ALLOC] = {"BadAlloc", "ENOMEM"},
	[XCB_COLORMAP] = {"BadColor", "EXERROR"},
	[XCB_G_CONTEXT] = {"BadGC", "EXERROR"},
	[XCB_ID_CHOICE] = {"BadIDChoice", "EXERROR"},
	[XCB_NAME] = {"BadName", "EXERROR"},
	[XCB_LENGTH] = {"BadLength", "EXERROR"},
	[XCB_IMPLEMENTATION] = {"BadImplementation", "EXERROR"},
};

bool shot_fail_x(struct shot_error *err, const xcb_generic_error_t *error, const char *what)
{
	const char *name = "an extension's error", *code = "EXERROR";
	if (error->error_code < sizeof core_errors / sizeof *core_errors &&
		core_errors[error->error_code].name) {
		name = core_errors[error->error_code].name;
		code = core_errors[error->error_code].code;
	}
	return shot_fail(err, code,
		"%s: the X server answers %s (error %u, request %u.%u, resource 0x%x)", what, name,
		error->error_code, error->major_code, error->minor_code, error->resource_id);
}

bool shot_fail_lost(struct shot_error *err, xcb_connection_t *xcb)
{
	switch (xcb_connection_has_error(xcb)) {
	case XCB_CONN_CLOSED_MEM_INSUFFICIENT:
		return shot_fail(
			err, "ELOST", "the connection to the X server broke: out of memory");
	case XCB_CONN_CLOSED_FDPASSING_FAILED:
		return shot_fail(err, "ELOST",
			"the connection to the X server broke: passing a descriptor failed");
	default:
		return shot_fail(err, "ELOST", "the connection to the X server is lost");
	}
}

/* Whether somebody listens on the display's Unix socket: tells a refusal from an absence. */
static bool is_listening(const char *host, int number)
{
	if (host[0] && strcmp(host, "unix") != 0) {
		return false;
	}
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof address.sun_path, "/tmp/.X11-unix/X%d", number);
	bool listening = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
	if (fd >= 0) {
		close(fd);
	}
	return listening;
}

bool shot_fail_connect(struct shot_error *err, const char *name, int reason)
{
	const char *shown = name ? name : getenv("DISPLAY");
	char *host = NULL;
	int number = 0;
	if (!shown || !shown[0]) {
		return shot_fail(err, "ENODISPLAY",
			"no display is named: DISPLAY is not set (try ':0', or a private server "
			"with --headless)");
	}
	if (reason == XCB_CONN_CLOSED_PARSE_ERR ||
		!xcb_parse_display(shown, &host, &number, NULL)) {
		return shot_fail(err, "ENODISPLAY",
			"'%s' is not a display name (one looks like ':0' or 'host:10.0')", shown);
	}
	if (reason == XCB_CONN_CLOSED_INVALID_SCREEN) {
		shot_fail(err, "ENODISPLAY", "display '%s' has no such screen", shown);
	} else if (is_listening(host, number)) {
		const char *authority = getenv("XAUTHORITY");
		shot_fail(err, "EACCES",
			"the X server '%s' refuses the connection: wrong or missing cookie "
			"(XAUTHORITY is %s)",
			shown, authority ? authority : "not set: ~/.Xauthority");
	} else {
		shot_fail(err, "ENODISPLAY", "no X server answers at '%s'", shown);
	}
	free(host);
	return false;
}
