#include "x11/extensions.h"

#include <stdlib.h>
#include <xcb/composite.h>
#include <xcb/damage.h>
#include <xcb/randr.h>
#include <xcb/shape.h>
#include <xcb/shm.h>
#include <xcb/xfixes.h>
#include <xcb/xinerama.h>

static const xcb_query_extension_reply_t *find_extension(
	xcb_connection_t *xcb, xcb_extension_t *extension)
{
	const xcb_query_extension_reply_t *found = xcb_get_extension_data(xcb, extension);
	return found && found->present ? found : NULL;
}

void shot_extensions_negotiate(struct shot_display *display)
{
	xcb_connection_t *xcb = display->xcb;
	xcb_extension_t *const extensions[] = {&xcb_shm_id, &xcb_randr_id, &xcb_damage_id,
		&xcb_xfixes_id, &xcb_composite_id, &xcb_xinerama_id, &xcb_shape_id};
	for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++) {
		xcb_prefetch_extension_data(xcb, extensions[i]);
	}
	const xcb_query_extension_reply_t *has_shm = find_extension(xcb, &xcb_shm_id);
	const xcb_query_extension_reply_t *has_randr = find_extension(xcb, &xcb_randr_id);
	const xcb_query_extension_reply_t *has_damage = find_extension(xcb, &xcb_damage_id);
	const xcb_query_extension_reply_t *has_xfixes = find_extension(xcb, &xcb_xfixes_id);
	const xcb_query_extension_reply_t *has_composite = find_extension(xcb, &xcb_composite_id);
	const char xwayland[] = "XWAYLAND";
	xcb_query_extension_cookie_t ask_xwayland =
		xcb_query_extension(xcb, sizeof xwayland - 1, xwayland);
	display->has_shape = find_extension(xcb, &xcb_shape_id);
	display->server.has_xinerama = find_extension(xcb, &xcb_xinerama_id);
	xcb_shm_query_version_cookie_t ask_shm = {0};
	xcb_randr_query_version_cookie_t ask_randr = {0};
	xcb_damage_query_version_cookie_t ask_damage = {0};
	xcb_xfixes_query_version_cookie_t ask_xfixes = {0};
	xcb_composite_query_version_cookie_t ask_composite = {0};
	if (has_shm) {
		ask_shm = xcb_shm_query_version(xcb);
	}
	if (has_randr) {
		ask_randr = xcb_randr_query_version(xcb, 1, 5);
	}
	if (has_damage) {
		ask_damage = xcb_damage_query_version(xcb, 1, 1);
	}
	if (has_xfixes) {
		ask_xfixes = xcb_xfixes_query_version(xcb, 5, 0);
	}
	if (has_composite) {
		ask_composite = xcb_composite_query_version(xcb, 0, 4);
	}
	if (has_shm) {
		xcb_shm_query_version_reply_t *shm =
			xcb_shm_query_version_reply(xcb, ask_shm, NULL);
		display->has_shm = shm != NULL;
		display->has_shm_fd = shm && (shm->major_version > 1 || shm->minor_version >= 2);
		free(shm);
	}
	if (has_randr) {
		xcb_randr_query_version_reply_t *randr =
			xcb_randr_query_version_reply(xcb, ask_randr, NULL);
		if (randr && randr->major_version == 1) {
			display->server.randr_minor = randr->minor_version;
			display->randr_event = has_randr->first_event;
		}
		free(randr);
	}
	xcb_query_extension_reply_t *is_xwayland =
		xcb_query_extension_reply(xcb, ask_xwayland, NULL);
	display->has_xwayland = is_xwayland && is_xwayland->present;
	free(is_xwayland);
	if (has_xfixes) {
		xcb_xfixes_query_version_reply_t *xfixes =
			xcb_xfixes_query_version_reply(xcb, ask_xfixes, NULL);
		display->has_xfixes = xfixes && xfixes->major_version >= 2;
		free(xfixes);
	}
	if (has_composite) {
		xcb_composite_query_version_reply_t *composite =
			xcb_composite_query_version_reply(xcb, ask_composite, NULL);
		display->has_composite = composite && (composite->major_version > 0 ||
							      composite->minor_version >= 2);
		free(composite);
	}
	if (has_damage) {
		xcb_damage_query_version_reply_t *damage =
			xcb_damage_query_version_reply(xcb, ask_damage, NULL);
		if (damage && damage->major_version == 1 && damage->minor_version >= 1 &&
			display->has_xfixes) {
			display->damage_event = has_damage->first_event + XCB_DAMAGE_NOTIFY;
		}
		free(damage);
	}
}
