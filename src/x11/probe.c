#include "x11/probe.h"

#include <stdlib.h>
#include <string.h>
#include <xcb/shm.h>

#include "capture/slot.h"
#include "x11/attachment.h"
#include "x11/display.h"
#include "x11/fail.h"
#include "x11/pending_paint.h"
#include "x11/reply.h"

#define TRIES 3 /* because the screen may change between the two requests */
#define POISONS 2

static const int poisons[POISONS] = {0xa5, 0x5a}; /* two, because the screen may show one of them */

/* Reads one pixel by both paths in one flush, so that only another client's turn can come between
 * them. The pixel is the root's, or that of a pixmap if the root cannot be read. */
static bool compare(struct shot_display *display, struct shot_slot *slot, int poison, bool *same,
	struct shot_error *err)
{
	xcb_connection_t *xcb = display->xcb;
	size_t size = display->visual.wire == SHOT_WIRE_RGB565 ? 2 : 4;
	uint32_t mask = display->visual.depth < 32 ? (1u << display->visual.depth) - 1 : 0xffffff;
	uint32_t shared = 0, sent = 0;
	memset(slot->attachment.data, poison, 8);
	xcb_drawable_t pixel = display->source.lacks[SHOT_ABILITY_SCREEN]
				       ? shot_pending_paint_pixel(display)
				       : display->root;
	xcb_shm_get_image_cookie_t by_slot = xcb_shm_get_image(xcb, pixel, 0, 0, 1, 1, ~0u,
		XCB_IMAGE_FORMAT_Z_PIXMAP, (xcb_shm_seg_t)slot->attachment.id, 0);
	xcb_get_image_cookie_t by_socket =
		xcb_get_image(xcb, XCB_IMAGE_FORMAT_Z_PIXMAP, pixel, 0, 0, 1, 1, ~0u);
	xcb_generic_error_t *refused = NULL;
	xcb_shm_get_image_reply_t *shm = xcb_shm_get_image_reply(xcb, by_slot, &refused);
	xcb_get_image_reply_t *image = xcb_get_image_reply(xcb, by_socket, NULL);
	bool ok = shot_attachment_confirm(&display->source, &slot->attachment, err);
	if (ok && refused) {
		ok = shot_fail_x(err, refused, "cannot capture into a slot");
	} else if (ok && (!shm || shot_reply_image(image).size < size)) {
		ok = shot_fail(err, "EXERROR", "the server does not answer a capture of one pixel");
	}
	if (ok) {
		memcpy(&shared, slot->attachment.data, size);
		memcpy(&sent, shot_reply_image(image).data, size);
		*same = ((shared ^ sent) & mask) == 0;
	}
	free(refused);
	free(shm);
	free(image);
	return ok;
}

static bool is_offered(
	const struct shot_display *display, enum shot_memory memory, struct shot_error *err)
{
	if (memory == SHOT_MEMORY_OWN) {
		return true;
	}
	if (!display->has_shm) {
		return shot_fail(err, "ENOTSUP", "the server has no MIT-SHM");
	}
	if (memory == SHOT_MEMORY_FD && !display->is_local) {
		return shot_fail(
			err, "ENOTSUP", "descriptors cannot be passed over a network connection");
	}
	if (memory == SHOT_MEMORY_FD && !display->has_shm_fd) {
		return shot_fail(err, "ENOTSUP",
			"the server's MIT-SHM is older than 1.2, without descriptors");
	}
	return true;
}

bool shot_path_probe(
	struct shot_source *source, const struct shot_path *path, struct shot_error *err)
{
	struct shot_display *display = shot_display_of(source);
	if (!is_offered(display, path->memory, err)) {
		return false;
	}
	if (path->memory == SHOT_MEMORY_OWN) {
		return true;
	}
	struct shot_slot *slot = shot_slot_create(source, path->memory, 4096, err);
	if (!slot) {
		return false;
	}
	bool same = true, ok = true;
	for (size_t p = 0; p < POISONS && ok && same; p++) {
		same = false;
		for (int i = 0; i < TRIES && ok && !same; i++) {
			ok = compare(display, slot, poisons[p], &same, err);
		}
	}
	shot_attachment_detach(source, &slot->attachment);
	shot_owner_unref(&slot->owner);
	if (ok && !same) {
		return shot_fail(err, "ENOTSUP",
			"the server's pixels do not arrive in shared memory (another namespace?)");
	}
	return ok;
}
