/* Row 2, the other floor: a round trip that does nothing at all. */
#include "xgrab.h"

static int64_t work(void *context, long count)
{
	xcb_connection_t *connection = context;
	for (long i = 0; i < count; i++) {
		free(xcb_get_input_focus_reply(connection, xcb_get_input_focus(connection), NULL));
	}
	return -1;
}

int main(void)
{
	xcb_connection_t *connection = xcb_connect(NULL, NULL);
	if (xcb_connection_has_error(connection)) {
		bench_die("cannot open the display");
	}
	return bench_serve("GetInputFocus round trip", work, connection);
}
