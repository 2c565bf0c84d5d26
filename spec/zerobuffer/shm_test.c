/* Other people's files under a ring's names, and things there that are no files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "zerobuffer/lock.h"
#include "zerobuffer/reader.h"
#include "zerobuffer/shm.h"
#include "zerobuffer/stat.h"
#include "zerobuffer/writer.h"

#define STRANGER 65534
#define WATCHDOG 20 /* seconds, after which a test that hangs is ended by SIGALRM */

struct scene {
	struct zb_name names;
	struct zb_reader *reader;
	char lock[512];
};

static int open_scene(void **state)
{
	static struct scene scene;
	static int count;
	struct shot_error err;
	char name[64];
	alarm(WATCHDOG);
	snprintf(name, sizeof name, "luashot-shm-%d-%d", getpid(), ++count);
	zb_name_init(&scene.names, name, &err);
	snprintf(scene.lock, sizeof scene.lock, ZB_LOCK_BASE "/" ZB_LOCK_FOLDER "/%s",
		scene.names.lock);
	scene.reader = zb_reader_create(name, &(struct zb_config){64, 1024}, &err);
	*state = &scene;
	return scene.reader ? 0 : -1;
}

static int close_scene(void **state)
{
	struct scene *scene = *state;
	zb_reader_destroy(scene->reader);
	unlink(scene->names.object);
	unlink(scene->names.data);
	unlink(scene->names.space);
	unlink(scene->lock);
	alarm(0);
	return 0;
}

static void expect(bool made, const struct shot_error *err, const char *code)
{
	assert_false(made);
	if (strcmp(err->code, code) != 0) {
		fail_msg("expected %s, got %s: %s", code, err->code, err->message);
	}
}

static bool attach(struct scene *scene, struct shot_error *err)
{
	struct zb_writer *writer = zb_writer_create(scene->names.text, err);
	zb_writer_destroy(writer);
	return writer;
}

static bool make(struct scene *scene, struct shot_error *err)
{
	struct zb_reader *reader =
		zb_reader_create(scene->names.text, &(struct zb_config){64, 1024}, err);
	zb_reader_destroy(reader);
	return reader;
}

static uint64_t writer_pid(const char *path)
{
	uint64_t pid = 77;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(
		pread(fd, &pid, sizeof pid, offsetof(struct zb_oieb, writer_pid)), sizeof pid);
	close(fd);
	return pid;
}

/* The screen is for nobody else to read, whatever the umask. */
static void test_a_ring_is_its_users_alone(void **state)
{
	struct scene *scene = *state;
	struct shot_error err;
	struct stat status;
	zb_reader_close(scene->reader);
	mode_t before = umask(0);
	struct zb_reader *reader =
		zb_reader_create(scene->names.text, &(struct zb_config){64, 1024}, &err);
	umask(before);
	assert_non_null(reader);
	const char *const files[] = {
		scene->names.object, scene->names.data, scene->names.space, scene->lock};
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		assert_int_equal(stat(files[i], &status), 0);
		assert_int_equal(status.st_mode & 07777, 0600);
	}
	zb_reader_destroy(reader);
}

/* The screen must never reach memory that another user made and can read. */
static void test_a_ring_of_another_user(void **state)
{
	struct scene *scene = *state;
	struct shot_error err;
	struct zb_stat stat;
	if (geteuid() != 0) {
		print_message("only root can give files to another user\n");
		skip();
	}
	const char *const files[] = {scene->names.object, scene->names.data, scene->names.space};
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		assert_int_equal(chmod(files[i], 0666), 0);
		assert_int_equal(chown(files[i], STRANGER, STRANGER), 0);
		expect(attach(scene, &err), &err, "EACCES");
		assert_non_null(strstr(err.message, "another user"));
		assert_int_equal(writer_pid(scene->names.object), 0);
		if (i == 0) {
			expect(zb_stat(scene->names.text, &stat, &err), &err, "EACCES");
		}
		assert_int_equal(chown(files[i], 0, 0), 0);
	}
	assert_true(attach(scene, &err));
}

/* Neither is what is left of another's taken over, nor a lock of theirs believed. */
static void test_leftovers_of_another_user(void **state)
{
	struct scene *scene = *state;
	struct shot_error err;
	if (geteuid() != 0) {
		print_message("only root can give files to another user\n");
		skip();
	}
	zb_reader_close(scene->reader);
	int fd = open(scene->names.object, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	struct zb_oieb oieb = {
		.oieb_size = sizeof oieb, .version = {1}, .payload_size = 64, .reader_pid = 0};
	assert_int_equal(ftruncate(fd, 192), 0);
	assert_int_equal(pwrite(fd, &oieb, sizeof oieb, 0), sizeof oieb);
	assert_int_equal(fchown(fd, STRANGER, STRANGER), 0);
	close(fd);
	expect(make(scene, &err), &err, "EACCES");
	assert_int_equal(access(scene->names.object, F_OK), 0);
	unlink(scene->names.object);
	close(open(scene->lock, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
	assert_int_equal(chown(scene->lock, STRANGER, STRANGER), 0);
	expect(make(scene, &err), &err, "EACCES");
	assert_int_equal(access(scene->lock, F_OK), 0);
	unlink(scene->lock);
	assert_true(make(scene, &err));
}

static void plant(const char *path, int kind)
{
	unlink(path);
	if (kind == 0) {
		assert_int_equal(mkfifo(path, 0666), 0);
	} else if (kind == 1) {
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		struct sockaddr_un address = {.sun_family = AF_UNIX};
		snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
		assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
		close(fd);
	} else if (kind == 2) {
		assert_int_equal(mkdir(path, 0700), 0);
	} else { /* to a file that is right */
		char kept[300];
		snprintf(kept, sizeof kept, "%s.kept", path);
		assert_int_equal(symlink(kept, path), 0);
	}
}

/* Opening none of these waits for anybody. */
static void test_what_is_no_file(void **state)
{
	struct scene *scene = *state;
	struct shot_error err;
	struct zb_stat stat;
	const char *const files[] = {scene->names.space, scene->names.data, scene->names.object};
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		for (int kind = 0; kind < 4; kind++) {
			char kept[300];
			snprintf(kept, sizeof kept, "%s.kept", files[i]);
			assert_int_equal(rename(files[i], kept), 0);
			plant(files[i], kind);
			assert_false(attach(scene, &err));
			assert_false(files[i] == scene->names.object &&
				     zb_stat(scene->names.text, &stat, &err));
			assert_int_equal(remove(files[i]), 0);
			assert_int_equal(rename(kept, files[i]), 0);
		}
	}
	assert_true(attach(scene, &err));
	zb_reader_close(scene->reader);
	plant(scene->names.object, 0);
	expect(make(scene, &err), &err, "EEXIST");
	assert_int_equal(access(scene->names.object, F_OK), 0);
	unlink(scene->names.object);
	plant(scene->lock, 0);
	assert_false(make(scene, &err));
	unlink(scene->lock);
	assert_true(make(scene, &err));
}

static void test_a_short_semaphore(void **state)
{
	struct scene *scene = *state;
	struct shot_error err;
	assert_int_equal(truncate(scene->names.data, 31), 0);
	expect(attach(scene, &err), &err, "ECORRUPT");
	assert_int_equal(writer_pid(scene->names.object), 0);
}

/* A limit of files' sizes is an error, not the end of the process. */
static void test_a_limit_of_the_size(void **state)
{
	struct scene *scene = *state;
	struct shot_error err;
	struct rlimit before, limit;
	zb_reader_close(scene->reader);
	getrlimit(RLIMIT_FSIZE, &before);
	limit = (struct rlimit){4096, before.rlim_max};
	setrlimit(RLIMIT_FSIZE, &limit);
	struct zb_reader *reader =
		zb_reader_create(scene->names.text, &(struct zb_config){64, 8192}, &err);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_null(reader);
	assert_string_equal(err.code, "EFBIG");
	assert_true(make(scene, &err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_a_ring_is_its_users_alone, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(
			test_a_ring_of_another_user, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(
			test_leftovers_of_another_user, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(test_what_is_no_file, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(test_a_short_semaphore, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(test_a_limit_of_the_size, open_scene, close_scene),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
