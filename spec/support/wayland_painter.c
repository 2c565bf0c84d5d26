/* A Wayland window that paints: luashot_wayland_painter numbers|parts
 *
 *   numbers   a number with each frame of the output, as the color of all its pixels: 1, 2, 3 …
 *   parts     one picture: a window of 0x204060 with a part (a subsurface) of 0xc08040, 100x50 at
 * 20,30
 *
 * It is as large as the compositor wants it, and ends when it is killed. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <wayland-client.h>
#include <xdg-shell-client-protocol.h>

enum { BUFFERS = 3, PART_WIDTH = 100, PART_HEIGHT = 50 };

struct buffer {
	struct wl_buffer *proxy;
	uint32_t *pixels;
	int width, height;
	int is_busy;
};

struct window {
	struct wl_display *display;
	struct wl_compositor *compositor;
	struct wl_subcompositor *subcompositor;
	struct wl_shm *shm;
	struct xdg_wm_base *shell;
	struct wl_surface *surface, *part;
	struct buffer buffers[BUFFERS], part_buffer;
	int width, height;
	int is_waiting; /* for the output's next frame */
	int has_parts;
	uint32_t number;
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "luashot_wayland_painter: %s\n", what);
	exit(EXIT_FAILURE);
}

static void on_release(void *data, struct wl_buffer *proxy)
{
	(void)proxy;
	((struct buffer *)data)->is_busy = 0;
}

static const struct wl_buffer_listener buffer_listener = {.release = on_release};

/* Gives a buffer that size. */
static void resize(struct window *window, struct buffer *buffer, int width, int height)
{
	size_t size = (size_t)width * (size_t)height * 4;
	if (buffer->proxy) {
		wl_buffer_destroy(buffer->proxy);
		munmap(buffer->pixels, (size_t)buffer->width * (size_t)buffer->height * 4);
	}
	int fd = memfd_create("painter", MFD_CLOEXEC);
	void *pixels = MAP_FAILED;
	if (fd >= 0 && ftruncate(fd, (off_t)size) == 0) {
		pixels = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	}
	if (pixels == MAP_FAILED) {
		die("no memory");
	}
	struct wl_shm_pool *pool = wl_shm_create_pool(window->shm, fd, (int32_t)size);
	*buffer = (struct buffer){.pixels = pixels, .width = width, .height = height};
	buffer->proxy = wl_shm_pool_create_buffer(
		pool, 0, width, height, width * 4, WL_SHM_FORMAT_XRGB8888);
	wl_buffer_add_listener(buffer->proxy, &buffer_listener, buffer);
	wl_shm_pool_destroy(pool);
	close(fd);
}

static void fill(struct wl_surface *surface, struct buffer *buffer, uint32_t color)
{
	for (int i = 0; i < buffer->width * buffer->height; i++) {
		buffer->pixels[i] = color;
	}
	buffer->is_busy = 1;
	wl_surface_attach(surface, buffer->proxy, 0, 0);
	wl_surface_damage(surface, 0, 0, buffer->width, buffer->height);
}

static void paint(struct window *window);

static void on_frame(void *data, struct wl_callback *callback, uint32_t time)
{
	struct window *window = data;
	(void)time;
	wl_callback_destroy(callback);
	window->is_waiting = 0;
	paint(window);
}

static const struct wl_callback_listener frame_listener = {.done = on_frame};

static void paint(struct window *window)
{
	struct buffer *buffer = window->buffers;
	while (buffer < window->buffers + BUFFERS && buffer->is_busy) {
		buffer++;
	}
	if (window->is_waiting || buffer == window->buffers + BUFFERS) {
		return;
	}
	if (buffer->width != window->width || buffer->height != window->height) {
		resize(window, buffer, window->width, window->height);
	}
	fill(window->surface, buffer, window->has_parts ? 0x204060 : ++window->number);
	if (!window->has_parts) {
		wl_callback_add_listener(
			wl_surface_frame(window->surface), &frame_listener, window);
		window->is_waiting = 1;
	}
	wl_surface_commit(window->surface);
}

static void on_ping(void *data, struct xdg_wm_base *shell, uint32_t serial)
{
	(void)data;
	xdg_wm_base_pong(shell, serial);
}

static const struct xdg_wm_base_listener shell_listener = {.ping = on_ping};

static void on_size(void *data, struct xdg_toplevel *toplevel, int32_t width, int32_t height,
	struct wl_array *states)
{
	struct window *window = data;
	(void)toplevel, (void)states;
	window->width = width > 0 ? width : 200;
	window->height = height > 0 ? height : 150;
}

static void on_close(void *data, struct xdg_toplevel *toplevel)
{
	(void)data, (void)toplevel;
	exit(EXIT_SUCCESS);
}

static const struct xdg_toplevel_listener toplevel_listener = {
	.configure = on_size, .close = on_close};

static void on_configure(void *data, struct xdg_surface *surface, uint32_t serial)
{
	struct window *window = data;
	xdg_surface_ack_configure(surface, serial);
	if (window->has_parts && !window->part) {
		window->part = wl_compositor_create_surface(window->compositor);
		struct wl_subsurface *place = wl_subcompositor_get_subsurface(
			window->subcompositor, window->part, window->surface);
		wl_subsurface_set_position(place, 20, 30);
		resize(window, &window->part_buffer, PART_WIDTH, PART_HEIGHT);
		fill(window->part, &window->part_buffer, 0xc08040);
		wl_surface_commit(window->part);
	}
	paint(window);
}

static const struct xdg_surface_listener surface_listener = {.configure = on_configure};

static void on_global(void *data, struct wl_registry *registry, uint32_t id, const char *interface,
	uint32_t version)
{
	struct window *window = data;
	struct {
		const struct wl_interface *interface;
		void *at;
	} wanted[] = {{&wl_compositor_interface, &window->compositor},
		{&wl_subcompositor_interface, &window->subcompositor},
		{&wl_shm_interface, &window->shm}, {&xdg_wm_base_interface, &window->shell}};
	(void)version;
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		if (strcmp(interface, wanted[i].interface->name) == 0) {
			void *proxy = wl_registry_bind(registry, id, wanted[i].interface, 1);
			memcpy(wanted[i].at, &proxy, sizeof proxy);
		}
	}
}

static void on_global_remove(void *data, struct wl_registry *registry, uint32_t id)
{
	(void)data, (void)registry, (void)id;
}

static const struct wl_registry_listener registry_listener = {
	.global = on_global, .global_remove = on_global_remove};

int main(int argc, char **argv)
{
	struct window window = {.display = wl_display_connect(NULL),
		.has_parts = argc == 2 && strcmp(argv[1], "parts") == 0};
	if (!window.display) {
		die("no compositor answers");
	}
	wl_registry_add_listener(
		wl_display_get_registry(window.display), &registry_listener, &window);
	wl_display_roundtrip(window.display);
	if (!window.compositor || !window.subcompositor || !window.shm || !window.shell) {
		die("the compositor has no windows");
	}
	xdg_wm_base_add_listener(window.shell, &shell_listener, NULL);
	window.surface = wl_compositor_create_surface(window.compositor);
	struct xdg_surface *surface = xdg_wm_base_get_xdg_surface(window.shell, window.surface);
	xdg_surface_add_listener(surface, &surface_listener, &window);
	struct xdg_toplevel *toplevel = xdg_surface_get_toplevel(surface);
	xdg_toplevel_add_listener(toplevel, &toplevel_listener, &window);
	xdg_toplevel_set_title(toplevel, "painter");
	wl_surface_commit(window.surface);
	while (wl_display_dispatch(window.display) >= 0) {
	}
	return EXIT_FAILURE;
}
