/* The least that a capture can be: one connection, one memfd that the server has attached, one
 * request, one reply. What the rows take for their floor. */
#ifndef BENCH_XGRAB_H
#define BENCH_XGRAB_H

#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xcb/xcb.h>
#include <xcb/shm.h>

#include "serve.h"

struct xgrab {
	xcb_connection_t *connection;
	xcb_window_t root;
	xcb_shm_seg_t segment;
	uint16_t width, height;
	size_t size;
	uint8_t *data;
};

static inline void xgrab_open(struct xgrab *grab, int width, int height)
{
	grab->connection = xcb_connect(NULL, NULL);
	if (xcb_connection_has_error(grab->connection)) {
		bench_die("cannot open the display");
	}
	grab->root = xcb_setup_roots_iterator(xcb_get_setup(grab->connection)).data->root;
	grab->width = (uint16_t)width;
	grab->height = (uint16_t)height;
	grab->size = (size_t)width * (size_t)height * 4;
	int fd = memfd_create("bench", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, (off_t)grab->size) < 0) {
		bench_die("cannot make %zu bytes of shared memory", grab->size);
	}
	grab->data = mmap(NULL, grab->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	grab->segment = xcb_generate_id(grab->connection);
	xcb_generic_error_t *error = xcb_request_check(grab->connection,
		xcb_shm_attach_fd_checked(grab->connection, grab->segment, fd, false));
	if (grab->data == MAP_FAILED || error) {
		bench_die("the X server cannot attach shared memory");
	}
}

static inline void xgrab_take(struct xgrab *grab)
{
	xcb_shm_get_image_reply_t *reply = xcb_shm_get_image_reply(grab->connection,
		xcb_shm_get_image(grab->connection, grab->root, 0, 0, grab->width, grab->height,
			~0U, XCB_IMAGE_FORMAT_Z_PIXMAP, grab->segment, 0),
		NULL);
	if (!reply) {
		bench_die("the X server refused %dx%d", grab->width, grab->height);
	}
	free(reply);
}

#endif
