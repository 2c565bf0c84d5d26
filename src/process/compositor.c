#include "process/compositor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

/* sway is told the size, and a command that reports. Its own messages are not for the report. */
static void write_configuration(FILE *file, int width, int height)
{
	fprintf(file,
		"output * resolution %dx%d position 0 0\n"
		"default_border none\n"
		"exec echo \"W$WAYLAND_DISPLAY $DISPLAY\" >&%d\n",
		width, height, SHOT_COMPOSITOR_REPORT);
}

/* labwc and cage run a program, which reports. 1280x720 is the size of an output without a screen;
 * another one is asked for through the compositor's wlr-output-management. cage ends with its
 * program, and awaits that: the program ends with the run. */
static void write_session(FILE *file, int width, int height)
{
	fprintf(file,
		"[ %dx%d = 1280x720 ] || wlr-randr --output HEADLESS-1 --custom-mode %dx%d ||\n"
		"{ echo S >&%d; exit 1; }\n"
		"echo \"W$WAYLAND_DISPLAY $DISPLAY\" >&%d\n"
		"exec cat <&%d >/dev/null %d>&-\n",
		width, height, width, height, SHOT_COMPOSITOR_REPORT, SHOT_COMPOSITOR_REPORT,
		SHOT_COMPOSITOR_LIFELINE, SHOT_COMPOSITOR_REPORT);
}

static void run_sway(const char *folder, const char *file)
{
	(void)folder;
	execlp("sway", "sway", "-c", file, (char *)NULL);
}

static void run_labwc(const char *folder, const char *file)
{
	char command[PATH_SIZE + 8];
	snprintf(command, sizeof command, "sh '%s'", file);
	execlp("labwc", "labwc", "-C", folder, "-s", command, (char *)NULL);
}

static void run_cage(const char *folder, const char *file)
{
	(void)folder;
	execlp("cage", "cage", "--", "sh", file, (char *)NULL);
}

/* In the order of preference. */
static const struct compositor {
	const char *name;
	bool runs_as_root;
	void (*write)(FILE *file, int width, int height);
	void (*run)(const char *folder, const char *file);
} compositors[] = {
	{"sway", false, write_configuration, run_sway},
	{"labwc", true, write_session, run_labwc},
	{"cage", true, write_session, run_cage},
};

enum { COUNT = sizeof compositors / sizeof *compositors };

static bool is_installed(const char *program)
{
	const char *folder = getenv("PATH");
	while (folder && *folder) {
		char path[PATH_SIZE];
		int length = (int)strcspn(folder, ":");
		snprintf(path, sizeof path, "%.*s/%s", length, folder, program);
		if (access(path, X_OK) == 0) {
			return true;
		}
		folder += length + (folder[length] == ':');
	}
	return false;
}

const char *shot_compositor_find(struct shot_error *err)
{
	bool is_root = getuid() == 0;
	for (int i = 0; i < COUNT; i++) {
		bool may_run = !is_root || compositors[i].runs_as_root;
		if (may_run && is_installed(compositors[i].name)) {
			return compositors[i].name;
		}
	}
	shot_fail(err, "ENOSERVER",
		is_root ? "--headless=wayland needs labwc or cage 0.2, none of which is installed (on "
			  "Debian: apt install cage); sway does not run as root"
			: "--headless=wayland needs sway, labwc or cage, none of which is installed "
			  "(on Debian: apt install sway)");
	return NULL;
}

void shot_compositor_become(const char *name, const char *folder, int width, int height)
{
	char path[PATH_SIZE];
	const struct compositor *compositor = compositors;
	while (strcmp(compositor->name, name) != 0) {
		compositor++;
	}
	snprintf(path, sizeof path, "%s/session", folder);
	FILE *file = fopen(path, "we");
	if (!file) {
		return;
	}
	compositor->write(file, width, height);
	if (fclose(file) != 0) {
		return;
	}
	setenv("XDG_RUNTIME_DIR", folder, 1);
	setenv("WLR_BACKENDS", "headless", 1);
	setenv("WLR_LIBINPUT_NO_DEVICES", "1", 1);
	setenv("WLR_RENDERER", "pixman", 1);
	unsetenv("WAYLAND_DISPLAY");
	unsetenv("DISPLAY");
	unsetenv("SWAYSOCK");
	compositor->run(folder, path);
}
