#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "support/patience.h"
#include "zerobuffer/liveness.h"

#define PATIENCE 10 /* seconds: nothing here waits for anything but the kernel */

/* A mapped object, and a child that has it mapped too. */
struct scene {
	struct zb_identity object;
	void *memory;
	pid_t child;
};

static void open_scene(struct scene *scene)
{
	wait_for("the answer about a process that lives", PATIENCE);
	int fd = memfd_create("object", MFD_CLOEXEC);
	struct stat status;
	assert_int_equal(ftruncate(fd, 4096), 0);
	fstat(fd, &status);
	scene->object = (struct zb_identity){status.st_dev, status.st_ino};
	scene->memory = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	scene->child = fork_mortal();
	if (scene->child == 0) {
		pause();
		_exit(0);
	}
}

static void kill_child(struct scene *scene)
{
	wait_for("the answer about a process that was killed", PATIENCE);
	kill(scene->child, SIGKILL);
}

static void close_scene(struct scene *scene)
{
	munmap(scene->memory, 4096);
	wait_for_nothing();
}

static void test_pids_of_all_sorts(void **state)
{
	(void)state;
	struct scene scene;
	open_scene(&scene);
	assert_int_equal(zb_pid_life(0, &scene.object), ZB_LIFE_NONE);
	assert_int_equal(zb_pid_life((uint64_t)getpid(), &scene.object), ZB_LIFE_ALIVE);
	assert_int_equal(zb_pid_life((uint64_t)scene.child, &scene.object), ZB_LIFE_ALIVE);
	assert_int_equal(zb_pid_life(UINT32_MAX, &scene.object), ZB_LIFE_DEAD);
	assert_int_equal(zb_pid_life(UINT64_MAX, &scene.object), ZB_LIFE_DEAD);
	assert_int_equal(
		zb_pid_life((UINT64_C(1) << 32) + (uint64_t)getpid(), &scene.object), ZB_LIFE_DEAD);
	assert_int_equal(zb_pid_life(INT_MAX, &scene.object), ZB_LIFE_DEAD);
	kill_child(&scene);
	siginfo_t info;
	waitid(P_PID, (id_t)scene.child, &info, WEXITED | WNOWAIT);
	assert_int_equal(zb_pid_life((uint64_t)scene.child, &scene.object), ZB_LIFE_DEAD);
	waitpid(scene.child, NULL, 0);
	assert_int_equal(zb_pid_life((uint64_t)scene.child, &scene.object), ZB_LIFE_DEAD);
	close_scene(&scene);
}

/* A pid that has come to belong to a process which has nothing to do with the ring. */
static void test_a_process_without_the_object(void **state)
{
	(void)state;
	struct scene scene;
	open_scene(&scene);
	struct zb_identity other = {scene.object.device, scene.object.inode + 1000000};
	assert_int_equal(zb_pid_life((uint64_t)scene.child, &other), ZB_LIFE_DEAD);
	char byte;
	int maps = open("/proc/1/maps", O_RDONLY | O_CLOEXEC);
	bool may_look = maps >= 0 && read(maps, &byte, 1) == 1;
	close(maps);
	assert_int_equal(zb_pid_life(1, &scene.object), may_look ? ZB_LIFE_DEAD : ZB_LIFE_ALIVE);
	kill_child(&scene);
	waitpid(scene.child, NULL, 0);
	close_scene(&scene);
}

/* A process of another user must be believed. */
static void test_another_user(void **state)
{
	(void)state;
	if (getuid() != 0) {
		print_message("skipped, because only root can become another user\n");
		skip();
	}
	struct scene scene;
	open_scene(&scene);
	pid_t looker = fork();
	if (looker == 0) {
		struct zb_identity other = {scene.object.device, scene.object.inode + 1000000};
		if (setgid(65534) < 0 || setuid(65534) < 0) {
			_exit(2);
		}
		_exit(zb_pid_life((uint64_t)scene.child, &other) == ZB_LIFE_ALIVE ? 0 : 1);
	}
	int status;
	waitpid(looker, &status, 0);
	assert_int_equal(status, 0);
	kill_child(&scene);
	waitpid(scene.child, NULL, 0);
	close_scene(&scene);
}

static void test_a_peer_that_is_watched(void **state)
{
	(void)state;
	struct scene scene;
	open_scene(&scene);
	struct zb_peer peer = ZB_PEER_NONE;
	uint64_t pid = (uint64_t)scene.child;
	assert_int_equal(zb_peer_check(&peer, 0, &scene.object), ZB_LIFE_NONE);
	assert_int_equal(zb_peer_check(&peer, pid, &scene.object), ZB_LIFE_ALIVE);
	assert_int_equal(zb_peer_check(&peer, pid, &scene.object), ZB_LIFE_ALIVE);
	kill_child(&scene);
	waitpid(scene.child, NULL, 0);
	assert_int_equal(zb_peer_check(&peer, pid, &scene.object), ZB_LIFE_DEAD);
	assert_int_equal(zb_peer_check(&peer, (uint64_t)getpid(), &scene.object), ZB_LIFE_ALIVE);
	assert_int_equal(zb_peer_check(&peer, UINT64_MAX, &scene.object), ZB_LIFE_DEAD);
	assert_int_equal(zb_peer_check(&peer, 0, &scene.object), ZB_LIFE_NONE);
	zb_peer_finish(&peer);
	close_scene(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pids_of_all_sorts),
		cmocka_unit_test(test_a_process_without_the_object),
		cmocka_unit_test(test_another_user),
		cmocka_unit_test(test_a_peer_that_is_watched),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
