/* luashot: the capture host. Reads the command line, starts the private server if requested, makes
 * the Lua state, and lets luashot.host (in Lua) do the rest. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lauxlib.h>
#include <lua.h>

#include "codec/preload.h"
#include "base/fork.h"
#include "host/arguments.h"
#include "host/interrupt.h"
#include "host/loop.h"
#include "host/state.h"
#include "output/mode.h"
#include "output/place.h"
#include "process/descriptors.h"
#include "process/headless.h"
#include "process/landlock.h"
#include "process/program.h"
#include "process/sandbox.h"
#include "process/sigpipe.h"
#include "process/supervisor.h"

enum { EXIT_USAGE = 2, EXIT_SIGNAL = 128, PATIENCE_MS = 1000 };

static int complain(const struct shot_error *err, int status)
{
	fprintf(stderr, "luashot: %s\n", err->message);
	return status;
}

/* The parameters of a run. */
struct job {
	struct shot_arguments *arguments;
	struct shot_sandbox *sandbox; /* NULL without */
};

static int protected_main(lua_State *L)
{
	const struct job *job = lua_touserdata(L, 1);
	shot_state_open(L, job->arguments);
	shot_state_push_main(L, job->arguments, job->sandbox);
	lua_call(L, 1, 1);
	return 1;
}

static int protected_finish(lua_State *L)
{
	if (shot_state_push_finish(L)) {
		lua_call(L, 0, 1);
	} else {
		lua_pushboolean(L, 1); /* quiet: nothing has run */
	}
	return 1;
}

static void report(lua_State *L)
{
	fprintf(stderr, "luashot: %s\n", luaL_tolstring(L, -1, NULL));
	lua_pop(L, 2);
}

/* Runs everything that needs Lua. Returns the exit status. */
static int run(struct job job)
{
	struct shot_error err;
	lua_State *L = luaL_newstate();
	if (!L) {
		shot_fail(&err, "ENOMEM", "cannot create a Lua state: not enough memory");
		return complain(&err, EXIT_FAILURE);
	}
	if (!shot_interrupt_start(L, &err)) {
		lua_close(L);
		return complain(&err, EXIT_FAILURE);
	}
	unsigned generation = shot_fork_generation();
	lua_pushcfunction(L, protected_main);
	lua_pushlightuserdata(L, &job);
	int status = EXIT_FAILURE;
	if (lua_pcall(L, 1, 1, 0) == LUA_OK) {
		status = (int)lua_tointeger(L, -1);
	} else if (shot_interrupt_signal() == 0) {
		report(L);
	}
	if (generation != shot_fork_generation()) {
		return status; /* a forked child of the script: open descriptors belong to the
				  parent */
	}
	shot_interrupt_settle(L);
	lua_pushcfunction(L, protected_finish);
	if (lua_pcall(L, 0, 1, 0) != LUA_OK) {
		report(L);
		status = EXIT_FAILURE;
	}
	bool quiet = lua_toboolean(L, -1);
	int signal = shot_interrupt_signal() ? shot_interrupt_signal() : shot_interrupt_asked();
	if (signal != 0) {
		status = EXIT_SIGNAL + signal;
	}
	shot_interrupt_finish();
	if (quiet) { /* otherwise a thread still uses the state's memory: the system frees it */
		lua_close(L);
		shot_loop_finish();
	}
	return status;
}

/* Loads everything that cannot be loaded inside the sandbox. */
static void preload(void)
{
	shot_image_preload();
	shot_mode_forbid();
}

/* The child's side. */
static int run_locked(void *argument, int channel)
{
	struct job *job = argument;
	job->sandbox->channel = channel;
	shot_sigpipe_start();
	return run(*job);
}

/* Standard error may be a full pipe that nobody reads, which is no reason to stay. */
static bool has_reader(void)
{
	return poll(&(struct pollfd){.fd = STDERR_FILENO, .events = POLLOUT}, 1, PATIENCE_MS) != 0;
}

/* Runs in a separate process; this one reports how it ended. */
static int run_sandboxed(struct shot_arguments *arguments)
{
	struct shot_sandbox sandbox = {.folder = arguments->sandbox,
		.open_folder = shot_place_open_folder,
		.preload = preload,
		.limits = arguments->limits,
		.without_landlock = arguments->without_landlock,
		.channel = -1};
	struct job job = {arguments, &sandbox};
	struct shot_outcome outcome;
	struct shot_error err;
	char text[200];
	if (!shot_sandbox_check(&sandbox, &err)) {
		return complain(&err, EXIT_FAILURE);
	}
	if (arguments->verbose) {
		int version = sandbox.without_landlock ? 0 : shot_landlock_version(&err);
		fprintf(stderr,
			version ? "luashot: sandbox: files of %s by landlock %d, calls by seccomp\n"
				: "luashot: sandbox: no files, calls by seccomp\n",
			sandbox.folder, version);
	}
	const struct shot_charge charge = {.run = run_locked,
		.argument = &job,
		.limits = sandbox.limits,
		.reads_input = shot_arguments_read_input(arguments),
		.is_prompt = shot_arguments_prompt(arguments),
		.grace = shot_limits_read_grace(arguments->grace)};
	bool ok = shot_supervisor_run(&charge, &outcome, &err);
	int status = shot_outcome_status(&outcome);
	if (!ok) {
		if (has_reader()) {
			complain(&err, EXIT_FAILURE);
		}
		status = status ? status : EXIT_FAILURE;
	}
	if (shot_outcome_explain(&outcome, &sandbox.limits, text, sizeof text) && has_reader()) {
		fprintf(stderr, "luashot: %s\n", text);
	}
	return status;
}

/* Makes the requested display the only one, also for programs that the script starts. */
static void name_display(const char *display)
{
	static const char prefix[] = "wayland:";
	if (strncmp(display, "wayland", strlen("wayland")) != 0) {
		setenv("DISPLAY", display, 1);
		unsetenv("WAYLAND_DISPLAY");
		return;
	}
	unsetenv("DISPLAY");
	if (strcmp(display, prefix) != 0) {
		bool has_prefix = strncmp(display, prefix, strlen(prefix)) == 0;
		setenv("WAYLAND_DISPLAY", display + (has_prefix ? strlen(prefix) : 0), 1);
	}
}

/* A program that runs whatever its caller says gives away all rights that it has and the caller has
 * not. */
static bool has_rights_of_others(struct shot_error *err)
{
	if (getuid() == geteuid() && getgid() == getegid()) {
		return false;
	}
	shot_fail(err, "EPERM",
		"luashot is not for a set-user-ID or set-group-ID program, whose "
		"caller could run any code with its rights (sudo can allow one script)");
	return true;
}

int main(int argc, char **argv)
{
	struct shot_arguments arguments;
	struct shot_error err;
	shot_descriptors_fill();
	if (has_rights_of_others(&err)) {
		return complain(&err, EXIT_FAILURE);
	}
	if (!shot_arguments_read(&arguments, argc, argv, &err)) {
		complain(&err, EXIT_USAGE);
		fputs("luashot --help lists the options\n", stderr);
		return EXIT_USAGE;
	}
	if (arguments.help) {
		fputs(shot_arguments_help, stdout);
		return EXIT_SUCCESS;
	}
	if (arguments.only_version) {
		puts("luashot " LUASHOT_VERSION " (" LUA_RELEASE ")");
		return EXIT_SUCCESS;
	}
	if (arguments.display) {
		name_display(arguments.display);
	}
	if (arguments.headless &&
		!shot_headless_start(arguments.headless, arguments.width, arguments.height, &err)) {
		return complain(&err, EXIT_FAILURE);
	}
	if (arguments.has_program) {
		int status;
		return shot_program_run(argv + arguments.script, &status, &err)
			       ? status
			       : complain(&err, status);
	}
	if (arguments.sandbox) {
		return run_sandboxed(&arguments);
	}
	shot_sigpipe_start();
	return run((struct job){&arguments, NULL});
}
