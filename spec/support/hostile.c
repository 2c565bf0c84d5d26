#include "support/hostile.h"

#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <wayland-server-core.h>
#include <wayland-server-protocol.h>
#include <ext-foreign-toplevel-list-v1-server-protocol.h>
#include <ext-image-capture-source-v1-server-protocol.h>
#include <ext-image-copy-capture-v1-server-protocol.h>
#include <virtual-keyboard-unstable-v1-server-protocol.h>
#include <wlr-screencopy-unstable-v1-server-protocol.h>
#include <wlr-virtual-pointer-unstable-v1-server-protocol.h>
#include <xdg-output-unstable-v1-server-protocol.h>

#define OUTPUTS 80	/* more than luashot lists */
#define HEARD (1 << 18) /* bytes of requests; later ones are not written down */

/* What the test's thread may ask of the compositor's. */
enum order { STOP = 1, SETTLE, TICK };

struct hostile {
	pthread_t thread;
	pthread_mutex_t lock; /* of the plan */
	struct hostile_plan plan;
	int wake; /* an eventfd: an order */
	sem_t obeyed;
	unsigned shown; /* the occasions that the last tick ended */
	uint32_t ticks;
	struct wl_protocol_logger *logger;
	char *heard; /* HEARD bytes */
	size_t heard_size;
	struct held *held; /* a list, the latest first */
	struct wl_display *display;
	struct wl_client *client;
	struct wl_listener gone;
	struct wl_global *outputs[OUTPUTS];
	unsigned count;
	unsigned bound; /* outputs, so far */
	struct wl_list toplevels;
	bool is_over;
};

/* What a capture is of. */
struct part {
	unsigned output;	     /* the nth */
	int32_t x, y, width, height; /* 0 wide: all of it */
};

/* What an occasion is about. */
struct scene {
	struct hostile *hostile;
	struct wl_resource *output, *frame, *session, *copying, *list, *xdg;
	struct wl_resource *buffer;
	struct part part;
};

/* What is to be said of it with the next tick. */
struct held {
	struct wl_listener gone; /* first: of its object */
	struct held *next;
	struct scene scene;
	struct hostile_list rest;
};

static const char *const names[] = {"HEADLESS-1", "", "a\nb\x1b[31mc", "\xff\xfe not UTF-8",
	"a name that is longer than any that a monitor has on any compositor that anybody knows of",
	"Größe"};

static const char *name_of(int32_t which)
{
	return names[(uint32_t)which % (sizeof names / sizeof *names)];
}

static void act(struct scene scene, enum hostile_when when);

/* --- objects
 * ------------------------------------------------------------------------------------*/

static void destroy(struct wl_client *client, struct wl_resource *resource)
{
	(void)client;
	wl_resource_destroy(resource);
}

static struct hostile *hostile_of(struct wl_resource *resource)
{
	return wl_resource_get_user_data(resource);
}

static void release(struct wl_client *client, struct wl_resource *resource)
{
	destroy(client, resource);
}

static const struct wl_output_interface output_functions = {.release = release};

static void bind_output(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	struct wl_resource *output =
		wl_resource_create(client, &wl_output_interface, (int)version, id);
	struct hostile *hostile = data;
	struct part part = {.output = hostile->bound++};
	wl_resource_set_implementation(
		output, &output_functions, (void *)(uintptr_t)part.output, NULL);
	act((struct scene){.hostile = data, .output = output, .part = part}, HOSTILE_OUTPUT);
}

static void add_output(struct hostile *hostile)
{
	if (hostile->count < OUTPUTS) {
		hostile->outputs[hostile->count++] = wl_global_create(
			hostile->display, &wl_output_interface, 4, hostile, bind_output);
	}
}

static unsigned number_of(struct wl_resource *output)
{
	return (unsigned)(uintptr_t)wl_resource_get_user_data(output);
}

/* A frame by screencopy. */
struct shot {
	struct hostile *hostile;
	struct part part;
};

static void free_data(struct wl_resource *resource)
{
	free(wl_resource_get_user_data(resource));
}

static void copy(struct wl_client *client, struct wl_resource *frame, struct wl_resource *buffer)
{
	const struct shot *shot = wl_resource_get_user_data(frame);
	(void)client;
	act((struct scene){.hostile = shot->hostile,
		    .frame = frame,
		    .buffer = buffer,
		    .part = shot->part},
		HOSTILE_COPY);
}

static const struct zwlr_screencopy_frame_v1_interface frame_functions = {
	.copy = copy, .copy_with_damage = copy, .destroy = destroy};

static void capture_region(struct wl_client *client, struct wl_resource *manager, uint32_t id,
	int32_t cursor, struct wl_resource *output, int32_t x, int32_t y, int32_t width,
	int32_t height)
{
	struct wl_resource *frame = wl_resource_create(
		client, &zwlr_screencopy_frame_v1_interface, wl_resource_get_version(manager), id);
	struct shot *shot = calloc(1, sizeof *shot);
	(void)cursor;
	*shot = (struct shot){hostile_of(manager), {number_of(output), x, y, width, height}};
	wl_resource_set_implementation(frame, &frame_functions, shot, free_data);
	act((struct scene){.hostile = shot->hostile, .frame = frame, .part = shot->part},
		HOSTILE_CAPTURE);
}

static void capture_output(struct wl_client *client, struct wl_resource *manager, uint32_t id,
	int32_t cursor, struct wl_resource *output)
{
	capture_region(client, manager, id, cursor, output, 0, 0, 0, 0);
}

static const struct zwlr_screencopy_manager_v1_interface screencopy_functions = {
	.capture_output = capture_output,
	.capture_output_region = capture_region,
	.destroy = destroy,
};

/* A source, a session of it, or a frame of that; and its buffer. */
struct copying {
	struct hostile *hostile;
	struct wl_resource *buffer;
	struct part part;
};

static void attach_buffer(
	struct wl_client *client, struct wl_resource *resource, struct wl_resource *buffer)
{
	struct copying *copying = wl_resource_get_user_data(resource);
	(void)client;
	copying->buffer = buffer;
}

static void damage_buffer(struct wl_client *client, struct wl_resource *resource, int32_t x,
	int32_t y, int32_t width, int32_t height)
{
	(void)client, (void)resource, (void)x, (void)y, (void)width, (void)height;
}

static void capture(struct wl_client *client, struct wl_resource *resource)
{
	const struct copying *copying = wl_resource_get_user_data(resource);
	(void)client;
	act((struct scene){.hostile = copying->hostile,
		    .copying = resource,
		    .buffer = copying->buffer,
		    .part = copying->part},
		HOSTILE_FRAME);
}

static const struct ext_image_copy_capture_frame_v1_interface copying_functions = {
	.destroy = destroy,
	.attach_buffer = attach_buffer,
	.damage_buffer = damage_buffer,
	.capture = capture,
};

static struct copying *copy_of(struct wl_resource *resource)
{
	struct copying *copying = calloc(1, sizeof *copying);
	*copying = *(struct copying *)wl_resource_get_user_data(resource);
	return copying;
}

static void create_frame(struct wl_client *client, struct wl_resource *session, uint32_t id)
{
	struct wl_resource *resource =
		wl_resource_create(client, &ext_image_copy_capture_frame_v1_interface, 1, id);
	wl_resource_set_implementation(resource, &copying_functions, copy_of(session), free_data);
}

static const struct ext_image_copy_capture_session_v1_interface session_functions = {
	.create_frame = create_frame, .destroy = destroy};

static void create_session(struct wl_client *client, struct wl_resource *manager, uint32_t id,
	struct wl_resource *source, uint32_t options)
{
	struct wl_resource *session =
		wl_resource_create(client, &ext_image_copy_capture_session_v1_interface, 1, id);
	(void)options;
	wl_resource_set_implementation(session, &session_functions, copy_of(source), free_data);
	act((struct scene){.hostile = hostile_of(manager), .session = session}, HOSTILE_SESSION);
}

static void create_pointer_session(struct wl_client *client, struct wl_resource *manager,
	uint32_t id, struct wl_resource *source, struct wl_resource *pointer)
{
	(void)source, (void)pointer;
	(void)wl_resource_create(
		client, &ext_image_copy_capture_cursor_session_v1_interface, 1, id);
	(void)manager;
}

static const struct ext_image_copy_capture_manager_v1_interface copying_manager = {
	.create_session = create_session,
	.create_pointer_cursor_session = create_pointer_session,
	.destroy = destroy,
};

static const struct ext_image_capture_source_v1_interface source_functions = {.destroy = destroy};

static void add_source(
	struct wl_client *client, struct wl_resource *manager, uint32_t id, unsigned output)
{
	struct wl_resource *source =
		wl_resource_create(client, &ext_image_capture_source_v1_interface, 1, id);
	struct copying *copying = calloc(1, sizeof *copying);
	copying->hostile = hostile_of(manager);
	copying->part.output = output;
	wl_resource_set_implementation(source, &source_functions, copying, free_data);
}

static void create_source(
	struct wl_client *client, struct wl_resource *manager, uint32_t id, struct wl_resource *of)
{
	add_source(client, manager, id, number_of(of));
}

static void create_window_source(
	struct wl_client *client, struct wl_resource *manager, uint32_t id, struct wl_resource *of)
{
	(void)of;
	add_source(client, manager, id, 0);
}

static const struct ext_output_image_capture_source_manager_v1_interface output_sources = {
	.create_source = create_source, .destroy = destroy};
static const struct ext_foreign_toplevel_image_capture_source_manager_v1_interface window_sources =
	{.create_source = create_window_source, .destroy = destroy};

static const struct ext_foreign_toplevel_handle_v1_interface toplevel_functions = {
	.destroy = destroy};

static void stop_list(struct wl_client *client, struct wl_resource *list)
{
	(void)client;
	ext_foreign_toplevel_list_v1_send_finished(list);
}

static const struct ext_foreign_toplevel_list_v1_interface list_functions = {
	.stop = stop_list, .destroy = destroy};

static const struct zxdg_output_v1_interface xdg_functions = {.destroy = destroy};

static void get_xdg_output(
	struct wl_client *client, struct wl_resource *manager, uint32_t id, struct wl_resource *of)
{
	struct wl_resource *xdg = wl_resource_create(
		client, &zxdg_output_v1_interface, wl_resource_get_version(manager), id);
	(void)of;
	wl_resource_set_implementation(xdg, &xdg_functions, hostile_of(manager), NULL);
	act((struct scene){.hostile = hostile_of(manager), .xdg = xdg}, HOSTILE_XDG);
}

static const struct zxdg_output_manager_v1_interface xdg_manager = {
	.get_xdg_output = get_xdg_output, .destroy = destroy};

/* Devices are only heard: hostile_heard has their requests. */
static int listen_only(const void *ignored, void *target, uint32_t opcode,
	const struct wl_message *message, union wl_argument *args)
{
	(void)ignored, (void)opcode, (void)args;
	if (strcmp(message->name, "destroy") == 0) {
		wl_resource_destroy(target);
	}
	return 0;
}

static void add_device(struct wl_client *client, const struct wl_interface *interface, uint32_t id)
{
	struct wl_resource *device = wl_resource_create(client, interface, 1, id);
	wl_resource_set_dispatcher(device, listen_only, NULL, NULL, NULL);
}

static void create_pointer(struct wl_client *client, struct wl_resource *manager,
	struct wl_resource *seat, uint32_t id)
{
	(void)manager, (void)seat;
	add_device(client, &zwlr_virtual_pointer_v1_interface, id);
}

static void create_keyboard(struct wl_client *client, struct wl_resource *manager,
	struct wl_resource *seat, uint32_t id)
{
	(void)manager, (void)seat;
	add_device(client, &zwp_virtual_keyboard_v1_interface, id);
}

static const struct zwlr_virtual_pointer_manager_v1_interface pointers = {
	.create_virtual_pointer = create_pointer, .destroy = destroy};
static const struct zwp_virtual_keyboard_manager_v1_interface keyboards = {
	.create_virtual_keyboard = create_keyboard};

/* --- globals
 * ------------------------------------------------------------------------------------*/

#define BIND(name, interface, functions) \
	static void name(struct wl_client *client, void *data, uint32_t version, uint32_t id) \
	{ \
		struct wl_resource *resource = \
			wl_resource_create(client, &interface, (int)version, id); \
		wl_resource_set_implementation(resource, &functions, data, NULL); \
	}

BIND(bind_screencopy, zwlr_screencopy_manager_v1_interface, screencopy_functions)
BIND(bind_copying, ext_image_copy_capture_manager_v1_interface, copying_manager)
BIND(bind_output_sources, ext_output_image_capture_source_manager_v1_interface, output_sources)
BIND(bind_window_sources, ext_foreign_toplevel_image_capture_source_manager_v1_interface,
	window_sources)

static void bind_list(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	struct wl_resource *list = wl_resource_create(
		client, &ext_foreign_toplevel_list_v1_interface, (int)version, id);
	wl_resource_set_implementation(list, &list_functions, data, NULL);
	act((struct scene){.hostile = data, .list = list}, HOSTILE_LIST);
}

BIND(bind_xdg, zxdg_output_manager_v1_interface, xdg_manager)
BIND(bind_pointers, zwlr_virtual_pointer_manager_v1_interface, pointers)
BIND(bind_keyboards, zwp_virtual_keyboard_manager_v1_interface, keyboards)

static void bind_seat(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	const struct hostile *hostile = data;
	struct wl_resource *seat = wl_resource_create(client, &wl_seat_interface, (int)version, id);
	wl_resource_set_dispatcher(seat, listen_only, NULL, data, NULL);
	wl_seat_send_capabilities(seat, hostile->plan.seat);
}

static void announce_input(struct hostile *hostile)
{
	wl_global_create(hostile->display, &wl_seat_interface, 1, hostile, bind_seat);
	wl_global_create(hostile->display, &zwlr_virtual_pointer_manager_v1_interface, 1, hostile,
		bind_pointers);
	wl_global_create(hostile->display, &zwp_virtual_keyboard_manager_v1_interface, 1, hostile,
		bind_keyboards);
}

static void announce_ext(struct hostile *hostile)
{
	struct wl_display *display = hostile->display;
	wl_global_create(
		display, &ext_image_copy_capture_manager_v1_interface, 1, hostile, bind_copying);
	if (!hostile->plan.lacks_sources) {
		wl_global_create(display, &ext_output_image_capture_source_manager_v1_interface, 1,
			hostile, bind_output_sources);
	}
	wl_global_create(display, &ext_foreign_toplevel_image_capture_source_manager_v1_interface,
		1, hostile, bind_window_sources);
	wl_global_create(display, &ext_foreign_toplevel_list_v1_interface, 1, hostile, bind_list);
}

static void announce(struct hostile *hostile)
{
	struct wl_display *display = hostile->display;
	wl_display_init_shm(display);
	wl_display_add_shm_format(display, WL_SHM_FORMAT_XBGR8888);
	wl_display_add_shm_format(display, WL_SHM_FORMAT_RGB565);
	wl_display_add_shm_format(display, WL_SHM_FORMAT_YUYV);
	for (int i = 0; i <= hostile->plan.is_double; i++) {
		if (hostile->plan.has_screencopy) {
			wl_global_create(display, &zwlr_screencopy_manager_v1_interface,
				(int)hostile->plan.version, hostile, bind_screencopy);
		}
		if (hostile->plan.has_ext) {
			announce_ext(hostile);
		}
	}
	if (hostile->plan.has_input) {
		announce_input(hostile);
	}
	for (unsigned i = 0; i < hostile->plan.outputs; i++) {
		add_output(hostile);
	}
	if (hostile->plan.has_xdg) {
		wl_global_create(display, &zxdg_output_manager_v1_interface, 2, hostile, bind_xdg);
	}
}

/* --- what is said
 * -------------------------------------------------------------------------------*/

static void fill(struct wl_resource *buffer, uint32_t color)
{
	struct wl_shm_buffer *memory = buffer ? wl_shm_buffer_get(buffer) : NULL;
	if (!memory) {
		return;
	}
	wl_shm_buffer_begin_access(memory);
	uint32_t *pixels = wl_shm_buffer_get_data(memory);
	size_t count = (size_t)wl_shm_buffer_get_stride(memory) / 4 *
		       (size_t)wl_shm_buffer_get_height(memory);
	for (size_t i = 0; i < count; i++) {
		pixels[i] = color;
	}
	wl_shm_buffer_end_access(memory);
}

static void draw_pattern(struct wl_resource *buffer, struct part part)
{
	struct wl_shm_buffer *memory = wl_shm_buffer_get(buffer);
	wl_shm_buffer_begin_access(memory);
	uint8_t *row = wl_shm_buffer_get_data(memory);
	for (int32_t y = 0; y < wl_shm_buffer_get_height(memory); y++) {
		for (int32_t x = 0; x < wl_shm_buffer_get_width(memory); x++) {
			uint32_t pixel = hostile_pixel(part.output, part.x + x, part.y + y);
			if (4 * x + 4 <= wl_shm_buffer_get_stride(memory)) {
				memcpy(row + 4 * x, &pixel, 4);
			}
		}
		row += wl_shm_buffer_get_stride(memory);
	}
	wl_shm_buffer_end_access(memory);
}

static void say_of_output(const struct scene *scene, const struct hostile_event *it)
{
	struct wl_resource *output = scene->output;
	int32_t number = (int32_t)scene->part.output;
	switch (it->what) {
	case HOSTILE_ROW:
		wl_output_send_geometry(output, number * it->args[0], number * it->args[1], 0, 0, 0,
			"", "", it->args[2]);
		break;
	case HOSTILE_GEOMETRY:
		wl_output_send_geometry(output, it->args[1], it->args[2], 0, 0, 0,
			name_of(it->args[3]), "model", it->args[0]);
		break;
	case HOSTILE_MODE:
		wl_output_send_mode(
			output, WL_OUTPUT_MODE_CURRENT, it->args[0], it->args[1], it->args[2]);
		break;
	case HOSTILE_SCALE:
		wl_output_send_scale(output, it->args[0]);
		break;
	case HOSTILE_NAME:
		wl_output_send_name(output, name_of(it->args[0]));
		break;
	case HOSTILE_DONE:
		wl_output_send_done(output);
		break;
	default:
		break;
	}
}

static void say_of_frame(const struct scene *scene, const struct hostile_event *it)
{
	struct wl_resource *frame = scene->frame;
	bool is_part = scene->part.width > 0;
	uint32_t width = (uint32_t)(is_part ? scene->part.width : it->args[1]);
	uint32_t height = (uint32_t)(is_part ? scene->part.height : it->args[2]);
	uint32_t a = (uint32_t)it->args[0], b = (uint32_t)it->args[1], c = (uint32_t)it->args[2],
		 d = (uint32_t)it->args[3];
	int version = wl_resource_get_version(frame);
	switch (it->what) {
	case HOSTILE_BUFFER:
		zwlr_screencopy_frame_v1_send_buffer(frame, a, b, c, d);
		break;
	case HOSTILE_FIT:
		zwlr_screencopy_frame_v1_send_buffer(frame, a, width, height, width * 4 + d);
		break;
	case HOSTILE_BUFFER_DONE:
		if (version >= 3) {
			zwlr_screencopy_frame_v1_send_buffer_done(frame);
		}
		break;
	case HOSTILE_DMABUF:
		if (version >= 3) {
			zwlr_screencopy_frame_v1_send_linux_dmabuf(frame, a, b, c);
		}
		break;
	case HOSTILE_FLAGS:
		zwlr_screencopy_frame_v1_send_flags(frame, a);
		break;
	case HOSTILE_DAMAGE:
		if (version >= 2) {
			zwlr_screencopy_frame_v1_send_damage(frame, a, b, c, d);
		}
		break;
	case HOSTILE_READY:
		zwlr_screencopy_frame_v1_send_ready(frame, 0, 0, 0);
		break;
	case HOSTILE_FAILED:
		zwlr_screencopy_frame_v1_send_failed(frame);
		break;
	default:
		break;
	}
}

static void say_of_session(struct wl_resource *session, const struct hostile_event *it)
{
	switch (it->what) {
	case HOSTILE_SIZE:
		ext_image_copy_capture_session_v1_send_buffer_size(
			session, (uint32_t)it->args[0], (uint32_t)it->args[1]);
		break;
	case HOSTILE_FORMAT:
		ext_image_copy_capture_session_v1_send_shm_format(session, (uint32_t)it->args[0]);
		break;
	case HOSTILE_KNOWN:
		ext_image_copy_capture_session_v1_send_done(session);
		break;
	case HOSTILE_STOPPED:
		ext_image_copy_capture_session_v1_send_stopped(session);
		break;
	default:
		break;
	}
}

static void say_of_copying(struct wl_resource *copying, const struct hostile_event *it)
{
	switch (it->what) {
	case HOSTILE_TRANSFORM:
		ext_image_copy_capture_frame_v1_send_transform(copying, (uint32_t)it->args[0]);
		break;
	case HOSTILE_DAMAGE:
		ext_image_copy_capture_frame_v1_send_damage(
			copying, it->args[0], it->args[1], it->args[2], it->args[3]);
		break;
	case HOSTILE_READY:
		ext_image_copy_capture_frame_v1_send_ready(copying);
		break;
	case HOSTILE_FAILED:
		ext_image_copy_capture_frame_v1_send_failed(copying, (uint32_t)it->args[0]);
		break;
	default:
		break;
	}
}

static void on_toplevel_gone(struct wl_resource *toplevel)
{
	wl_list_remove(wl_resource_get_link(toplevel));
}

static void add_toplevel(struct hostile *hostile, struct wl_resource *toplevel)
{
	wl_resource_set_implementation(toplevel, &toplevel_functions, hostile, on_toplevel_gone);
	wl_list_insert(&hostile->toplevels, wl_resource_get_link(toplevel));
}

static void say_of_list(struct scene *scene, const struct hostile_event *it)
{
	struct wl_client *client = wl_resource_get_client(scene->list);
	for (int32_t i = 0; it->what == HOSTILE_TOPLEVEL && i < it->args[1] && i < 1000; i++) {
		struct wl_resource *toplevel =
			wl_resource_create(client, &ext_foreign_toplevel_handle_v1_interface, 1, 0);
		add_toplevel(scene->hostile, toplevel);
		ext_foreign_toplevel_list_v1_send_toplevel(scene->list, toplevel);
		ext_foreign_toplevel_handle_v1_send_title(toplevel, name_of(it->args[0]));
		ext_foreign_toplevel_handle_v1_send_app_id(toplevel, name_of(it->args[0]));
		ext_foreign_toplevel_handle_v1_send_identifier(toplevel, "x");
		ext_foreign_toplevel_handle_v1_send_done(toplevel);
		if (it->args[2]) {
			ext_foreign_toplevel_handle_v1_send_closed(toplevel);
		}
	}
}

/* What is about the connection: false when that is the end of the scene. */
static bool act_at_large(struct scene *scene, const struct hostile_event *it)
{
	struct hostile *hostile = scene->hostile;
	struct wl_resource *toplevel;
	switch (it->what) {
	case HOSTILE_FILL:
		fill(scene->buffer, (uint32_t)it->args[0]);
		return true;
	case HOSTILE_CLOSE:
		wl_resource_for_each(toplevel, &hostile->toplevels)
		{
			ext_foreign_toplevel_handle_v1_send_closed(toplevel);
		}
		return true;
	case HOSTILE_PATTERN:
		if (scene->buffer) {
			draw_pattern(scene->buffer, scene->part);
		}
		return true;
	case HOSTILE_COUNT:
		fill(scene->buffer, hostile->ticks);
		return true;
	case HOSTILE_REMOVE:
		while (hostile->count > (unsigned)it->args[0]) {
			wl_global_destroy(hostile->outputs[--hostile->count]);
		}
		return true;
	case HOSTILE_ADD:
		add_output(hostile);
		return true;
	case HOSTILE_REFUSE:
		wl_client_post_no_memory(hostile->client);
		return false;
	case HOSTILE_CUT:
		wl_client_flush(hostile->client);
		send(wl_client_get_fd(hostile->client), "\1\0\0\0\0\0", 6, MSG_NOSIGNAL);
		hostile->is_over = true;
		return false;
	case HOSTILE_DIE:
		hostile->is_over = true; /* destroyed by the loop, not in a request of its own */
		return false;
	default:
		return true;
	}
}

static struct wl_resource *object_of(const struct scene *scene)
{
	return scene->output	? scene->output
	       : scene->frame	? scene->frame
	       : scene->session ? scene->session
	       : scene->copying ? scene->copying
	       : scene->list	? scene->list
				: scene->xdg;
}

static void let_go(struct held *held)
{
	struct held **at = &held->scene.hostile->held;
	while (*at != held) {
		at = &(*at)->next;
	}
	*at = held->next;
	wl_list_remove(&held->gone.link);
	free(held);
}

static void on_object_gone(struct wl_listener *listener, void *data)
{
	(void)data;
	let_go((struct held *)listener);
}

static void hold(struct scene scene, const struct hostile_event *events, unsigned count)
{
	struct held *held = calloc(1, sizeof *held);
	held->scene = scene;
	held->rest.count = count;
	memcpy(held->rest.events, events, count * sizeof *events);
	held->next = scene.hostile->held;
	scene.hostile->held = held;
	held->gone.notify = on_object_gone;
	wl_resource_add_destroy_listener(object_of(&scene), &held->gone);
}

static void play(struct scene scene, const struct hostile_event *events, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		const struct hostile_event *it = &events[i];
		if (it->what == HOSTILE_HOLD && scene.part.output >= (unsigned)it->args[0]) {
			hold(scene, it + 1, count - i - 1);
			return;
		}
		if (!act_at_large(&scene, it)) {
			return;
		}
		if (scene.output) {
			say_of_output(&scene, it);
		} else if (scene.frame) {
			say_of_frame(&scene, it);
		} else if (scene.session) {
			say_of_session(scene.session, it);
		} else if (scene.copying) {
			say_of_copying(scene.copying, it);
		} else if (scene.list) {
			say_of_list(&scene, it);
		} else if (scene.xdg && it->what == HOSTILE_PLACE) {
			zxdg_output_v1_send_logical_position(scene.xdg, it->args[0], it->args[1]);
			zxdg_output_v1_send_logical_size(scene.xdg, it->args[2], it->args[3]);
		}
	}
}

static void act(struct scene scene, enum hostile_when when)
{
	struct hostile *hostile = scene.hostile;
	pthread_mutex_lock(&hostile->lock);
	struct hostile_list list = hostile->plan.on[when];
	pthread_mutex_unlock(&hostile->lock);
	play(scene, list.events, list.count);
}

/* --- what is heard
 * -------------------------------------------------------------------------------*/

static void write_argument(FILE *to, char type, union wl_argument argument)
{
	switch (type) {
	case 'i':
		fprintf(to, "%d", argument.i);
		break;
	case 'u':
		fprintf(to, "%u", argument.u);
		break;
	case 'f':
		fprintf(to, "%g", wl_fixed_to_double(argument.f));
		break;
	case 's':
		fputs(argument.s ? argument.s : "", to);
		break;
	default:
		fputc(type, to);
	}
}

static void on_message(void *data, enum wl_protocol_logger_type direction,
	const struct wl_protocol_logger_message *message)
{
	struct hostile *hostile = data;
	if (direction != WL_PROTOCOL_LOGGER_REQUEST || hostile->heard_size >= HEARD - 1) {
		return;
	}
	FILE *to = fmemopen(hostile->heard + hostile->heard_size, HEARD - hostile->heard_size, "w");
	const char *type = message->message->signature;
	fprintf(to, "%s.%s(", wl_resource_get_class(message->resource), message->message->name);
	for (int i = 0; i < message->arguments_count; i++, type++) {
		type += strspn(type, "?0123456789"); /* versions */
		fputs(i > 0 ? ", " : "", to);
		write_argument(to, *type, message->arguments[i]);
	}
	fputs(")\n", to);
	hostile->heard_size += (size_t)ftell(to);
	fclose(to);
	hostile->heard_size = hostile->heard_size < HEARD ? hostile->heard_size : HEARD - 1;
	hostile->heard[hostile->heard_size] = '\0';
}

const char *hostile_heard(struct hostile *hostile)
{
	hostile_settle(hostile);
	return hostile->heard;
}

void hostile_forget(struct hostile *hostile)
{
	hostile_settle(hostile);
	hostile->heard_size = 0;
	hostile->heard[0] = '\0';
}

unsigned hostile_count(struct hostile *hostile, const char *words)
{
	unsigned count = 0;
	const char *at = hostile_heard(hostile);
	while ((at = strstr(at, words))) {
		count++;
		at += strlen(words);
	}
	return count;
}

/* --- the thread
 * ---------------------------------------------------------------------------------*/

static void on_gone(struct wl_listener *listener, void *data)
{
	struct hostile *hostile = wl_container_of(listener, hostile, gone);
	(void)data;
	hostile->client = NULL;
}

static int on_wake(int fd, uint32_t mask, void *data)
{
	(void)fd, (void)mask;
	wl_display_terminate(data);
	return 0;
}

/* Reads all that the client has sent. */
static void hear_all(struct hostile *hostile, struct wl_event_loop *loop)
{
	while (hostile->client && !hostile->is_over) {
		struct pollfd ready = {.fd = wl_client_get_fd(hostile->client), .events = POLLIN};
		if (poll(&ready, 1, 0) <= 0) {
			return;
		}
		wl_event_loop_dispatch(loop, 0);
	}
}

static void tick(struct hostile *hostile)
{
	hostile->ticks++;
	hostile->shown = 0;
	for (const struct held *it = hostile->held; it; it = it->next) {
		hostile->shown++;
	}
	for (unsigned i = 0; i < hostile->shown && hostile->held; i++) {
		struct held *oldest = hostile->held;
		while (oldest->next) {
			oldest = oldest->next;
		}
		struct held copy = *oldest;
		let_go(oldest);
		play(copy.scene, copy.rest.events, copy.rest.count);
	}
}

static void *run(void *data)
{
	struct hostile *hostile = data;
	struct wl_event_loop *loop = wl_display_get_event_loop(hostile->display);
	struct wl_event_source *wake = wl_event_loop_add_fd(
		loop, hostile->wake, WL_EVENT_READABLE, on_wake, hostile->display);
	for (uint64_t order = 0; order != STOP;) {
		wl_display_flush_clients(hostile->display);
		if (hostile->is_over && hostile->client) {
			wl_client_destroy(hostile->client);
		}
		wl_event_loop_dispatch(loop, -1);
		if (read(hostile->wake, &order, sizeof order) < 0) {
			continue;
		}
		if (order != STOP) {
			hear_all(hostile, loop);
		}
		if (order == TICK) {
			tick(hostile);
		}
		wl_display_flush_clients(hostile->display);
		sem_post(&hostile->obeyed);
	}
	wl_event_source_remove(wake);
	return NULL;
}

static void command(struct hostile *hostile, enum order order)
{
	uint64_t number = order;
	while (write(hostile->wake, &number, sizeof number) < 0) {
	}
	while (sem_wait(&hostile->obeyed) < 0) {
	}
}

struct hostile *hostile_start(const struct hostile_plan *plan)
{
	struct hostile *hostile = calloc(1, sizeof *hostile);
	int ends[2];
	char number[16];
	socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
	hostile->plan = *plan;
	hostile->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	hostile->heard = calloc(1, HEARD);
	wl_list_init(&hostile->toplevels);
	hostile->display = wl_display_create();
	hostile->logger = wl_display_add_protocol_logger(hostile->display, on_message, hostile);
	pthread_mutex_init(&hostile->lock, NULL);
	sem_init(&hostile->obeyed, 0, 0);
	announce(hostile);
	hostile->client = wl_client_create(hostile->display, ends[0]);
	hostile->gone.notify = on_gone;
	wl_client_add_destroy_listener(hostile->client, &hostile->gone);
	snprintf(number, sizeof number, "%d", ends[1]);
	setenv("WAYLAND_SOCKET", number, 1);
	pthread_create(&hostile->thread, NULL, run, hostile);
	return hostile;
}

void hostile_change(struct hostile *hostile, const struct hostile_plan *plan)
{
	pthread_mutex_lock(&hostile->lock);
	hostile->plan = *plan;
	pthread_mutex_unlock(&hostile->lock);
}

void hostile_settle(struct hostile *hostile)
{
	command(hostile, SETTLE);
}

unsigned hostile_tick(struct hostile *hostile)
{
	command(hostile, TICK);
	return hostile->shown;
}

void hostile_stop(struct hostile *hostile)
{
	const char *unused = getenv("WAYLAND_SOCKET");
	if (unused) {
		close(atoi(unused));
		unsetenv("WAYLAND_SOCKET");
	}
	command(hostile, STOP);
	pthread_join(hostile->thread, NULL);
	wl_display_destroy_clients(hostile->display);
	wl_protocol_logger_destroy(hostile->logger);
	wl_display_destroy(hostile->display);
	pthread_mutex_destroy(&hostile->lock);
	sem_destroy(&hostile->obeyed);
	close(hostile->wake);
	free(hostile->heard);
	free(hostile);
}

/* --- plans
 * --------------------------------------------------------------------------------------*/

void hostile_say(struct hostile_plan *plan, enum hostile_when when,
	const struct hostile_event *events, unsigned count)
{
	plan->on[when].count = count;
	memcpy(plan->on[when].events, events, count * sizeof *events);
}

struct hostile_plan hostile_honest(void)
{
	return (struct hostile_plan){.has_screencopy = true,
		.has_ext = true,
		.version = 3,
		.outputs = 1,
		.on = {
			[HOSTILE_OUTPUT] = {{EVENT(GEOMETRY, 0, 0, 0, 0), EVENT(MODE, 64, 48),
						    EVENT(NAME, 0), EVENT(DONE)},
				4},
			[HOSTILE_CAPTURE] = {{EVENT(BUFFER, WL_SHM_FORMAT_XRGB8888, 64, 48, 256),
						     EVENT(BUFFER_DONE)},
				2},
			[HOSTILE_COPY] = {{EVENT(FILL, 0x204060), EVENT(FLAGS, 0),
						  EVENT(DAMAGE, 0, 0, 64, 48), EVENT(READY)},
				4},
			[HOSTILE_SESSION] = {{EVENT(SIZE, 64, 48),
						     EVENT(FORMAT, WL_SHM_FORMAT_XRGB8888),
						     EVENT(KNOWN)},
				3},
			[HOSTILE_FRAME] = {{EVENT(FILL, 0x204060), EVENT(TRANSFORM, 0),
						   EVENT(DAMAGE, 0, 0, 64, 48), EVENT(READY)},
				4},
			[HOSTILE_LIST] = {{EVENT(TOPLEVEL, 0, 1)}, 1},
		}};
}
