#include "x11/fail.h"

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
