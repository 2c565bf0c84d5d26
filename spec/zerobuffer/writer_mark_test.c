/* Where a writer goes on after one that was killed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "zerobuffer/name.h"
#include "zerobuffer/reader.h"
#include "zerobuffer/shm.h"
#include "zerobuffer/writer.h"

#define RING 1024

struct scene {
	struct zb_name names;
	struct zb_reader *reader;
	struct zb_oieb *oieb;
};

static int open_scene(void **state)
{
	static struct scene scene;
	static int count;
	struct shot_error err;
	struct stat status;
	char name[64];
	snprintf(name, sizeof name, "luashot-writer-mark-%d-%d", getpid(), ++count);
	zb_name_init(&scene.names, name, &err);
	scene.reader = zb_reader_create(name, &(struct zb_config){64, RING}, &err);
	int fd = zb_shm_open(scene.names.object, O_RDWR, &status, "the ring", name, &err);
	scene.oieb = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	*state = &scene;
	return scene.reader && scene.oieb != MAP_FAILED ? 0 : -1;
}

static int close_scene(void **state)
{
	struct scene *scene = *state;
	munmap(scene->oieb, sizeof *scene->oieb + 64 + RING);
	zb_reader_destroy(scene->reader);
	return 0;
}

static struct zb_writer *attach(struct scene *scene)
{
	struct shot_error err;
	struct zb_writer *writer = zb_writer_create(scene->names.text, &err);
	if (!writer) {
		fail_msg("%s", err.message);
	}
	return writer;
}

static bool put(struct zb_writer *writer, size_t size)
{
	static const uint8_t data[RING];
	struct shot_error err;
	bool ok = zb_writer_write(writer, data, size, 0, NULL, &err);
	assert_true(ok || strcmp(err.code, "EBUFFERFULL") == 0);
	return ok;
}

static struct zb_item *take(struct scene *scene)
{
	struct shot_error err;
	struct zb_item *item = zb_reader_read(scene->reader, 0, &err);
	assert_non_null(item);
	return item;
}

/* The last writer was killed when it had moved the reader to 0, behind an empty header, and not
 * itself. */
static void test_a_rewind_in_vain_is_undone(void **state)
{
	struct scene *scene = *state;
	struct zb_writer *writer = attach(scene);
	assert_true(put(writer, 100));
	shot_owner_unref(&take(scene)->owner);
	zb_writer_destroy(writer);
	zb_header_write((uint8_t *)(scene->oieb + 1) + 64, 0, 0);
	zb_store(&scene->oieb->payload_read_pos, 0);
	writer = attach(scene);
	assert_int_equal(scene->oieb->payload_read_pos, 100 + sizeof(struct zb_header));
	assert_true(put(writer, RING - sizeof(struct zb_header))); /* all room is there at once */
	struct zb_item *item = take(scene);
	assert_int_equal(item->size, RING - sizeof(struct zb_header));
	shot_owner_unref(&item->owner);
	zb_writer_destroy(writer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_a_rewind_in_vain_is_undone, open_scene, close_scene),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
