#include "host/arguments.h"

#include <stdio.h>
#include <string.h>

const char shot_arguments_help[] =
	"usage: luashot [options] [script [arguments]]\n"
	"\n"
	"  -e STAT          run the string STAT\n"
	"  -l MOD           require the library MOD into the global MOD\n"
	"  -l G=MOD         require the library MOD into the global G\n"
	"  -i               read Lua from a prompt after the script\n"
	"  -v               print the version and go on; --version prints it and ends\n"
	"  -E               ignore the environment variables LUA_INIT, LUA_PATH, LUA_CPATH\n"
	"  -W               accepted for lua's sake: warnings are always on\n"
	"  -d, --display D  the X display to capture, instead of $DISPLAY\n"
	"  --headless[=WxH] run against a private Xvfb (1920x1080)\n"
	"  --wait-display   start before the X server does: opening a display waits for it\n"
	"  --strict         end with the first error of a job or callback\n"
	"  --grace TIME     on SIGTERM or Ctrl-C let running jobs finish for so long: 5s, 1m\n"
	"  --listen SOCKET  let others look into this host, by a Unix socket of this user's\n"
	"  --attach SOCKET  do so: -e, standard input or a prompt, run in the host that listens\n"
	"  --verbose        say on standard error which capture path is used, and why\n"
	"  --help           print this\n"
	"  --               end of the options\n"
	"  -                the script is on standard input\n"
	"\n"
	"A script whose name has no slash and is not a file is looked up among the installed "
	"ones:\n"
	"luashot shot out.png. Without a script there is a prompt on a terminal, else standard "
	"input\n"
	"is run.\n"
	"\n"
	"Exit status: 0 all went well; 1 the script, a job or a callback failed, or the host "
	"could\n"
	"not start; 2 wrong usage; 3 there is no host to attach to, or it hung up; 128 + N ended "
	"by\n"
	"signal N (130 after Ctrl-C, 143 after SIGTERM); or what the script gave to os.exit.\n";

enum option_kind { OTHER, EXECUTE, LIBRARY };

/* The value of the option argv[*i], in the same word after `used` characters or in the next word;
 * which, as for lua, must not look like an option; NULL when there is none. */
static const char *value(const struct shot_arguments *arguments, int *i, size_t used)
{
	const char *word = arguments->argv[*i];
	if (word[used]) {
		return word + used;
	}
	bool more = *i + 1 < arguments->argc && arguments->argv[*i + 1][0] != '-';
	return more ? arguments->argv[++*i] : NULL;
}

/* Whether argv[i] is -e or -l, and its value; *i moves past the value. */
static enum option_kind step(const struct shot_arguments *arguments, int *i, const char **text)
{
	const char *word = arguments->argv[*i];
	if (word[0] != '-' || (word[1] != 'e' && word[1] != 'l')) {
		return OTHER;
	}
	enum option_kind kind = word[1] == 'e' ? EXECUTE : LIBRARY;
	*text = value(arguments, i, 2);
	return kind;
}

/* Whether `word` is the long option `name`, and where its =VALUE begins (NULL without). */
static bool is_long(const char *word, const char *name, const char **text)
{
	size_t length = strlen(name);
	if (strncmp(word + 2, name, length) != 0) {
		return false;
	}
	const char *end = word + 2 + length;
	*text = *end == '=' ? end + 1 : NULL;
	return *end == '\0' || *end == '=';
}

static bool read_size(struct shot_arguments *arguments, const char *text, struct shot_error *err)
{
	int end = -1;
	if (sscanf(text, "%5dx%5d%n", &arguments->width, &arguments->height, &end) == 2 &&
		end == (int)strlen(text) && arguments->width > 0 && arguments->width <= 32767 &&
		arguments->height > 0 && arguments->height <= 32767) {
		return true;
	}
	return shot_fail(err, "EUSAGE", "--headless=%s: a size such as 1920x1080 is needed", text);
}

static bool read_long(struct shot_arguments *arguments, int *i, struct shot_error *err)
{
	static const char *const bare[] = {"verbose", "help", "version", "wait-display", "strict"};
	const char *word = arguments->argv[*i];
	const char *text;
	bool *const flag[] = {&arguments->verbose, &arguments->help, &arguments->only_version,
		&arguments->wait_display, &arguments->strict};
	for (size_t n = 0; n < sizeof bare / sizeof *bare; n++) {
		if (is_long(word, bare[n], &text) && !text) {
			*flag[n] = true;
			return true;
		}
	}
	if (is_long(word, "headless", &text)) {
		arguments->headless = true;
		return !text || read_size(arguments, text, err);
	}
	if (is_long(word, "display", &text)) {
		arguments->display = text ? text : value(arguments, i, strlen(word));
		return arguments->display || shot_fail(err, "EUSAGE", "'%s' needs a display", word);
	}
	if (is_long(word, "grace", &text)) {
		arguments->grace = text ? text : value(arguments, i, strlen(word));
		return arguments->grace || shot_fail(err, "EUSAGE", "'%s' needs a time", word);
	}
	bool attach = is_long(word, "attach", &text);
	if (attach || is_long(word, "listen", &text)) {
		const char **path = attach ? &arguments->attach : &arguments->listen;
		*path = text ? text : value(arguments, i, strlen(word));
		return *path || shot_fail(err, "EUSAGE", "'%s' needs a socket's path", word);
	}
	return shot_fail(err, "EUSAGE", "unrecognized option '%s'", word);
}

static bool read_short(struct shot_arguments *arguments, int *i, struct shot_error *err)
{
	const char *word = arguments->argv[*i];
	const char *text;
	switch (step(arguments, i, &text)) {
	case EXECUTE:
	case LIBRARY:
		arguments->execute |= word[1] == 'e';
		return text || shot_fail(err, "EUSAGE", "'%s' needs an argument", word);
	case OTHER:
		break;
	}
	if (word[1] == 'd') {
		arguments->display = value(arguments, i, 2);
		return arguments->display || shot_fail(err, "EUSAGE", "'-d' needs a display");
	}
	if (word[2] != '\0') {
		return shot_fail(err, "EUSAGE", "unrecognized option '%s'", word);
	}
	switch (word[1]) {
	case 'i':
		arguments->interactive = arguments->show_version = true;
		return true;
	case 'v':
		arguments->show_version = true;
		return true;
	case 'E':
		arguments->no_environment = true;
		return true;
	case 'W':
		return true;
	case 'h':
		arguments->help = true;
		return true;
	default:
		return shot_fail(err, "EUSAGE", "unrecognized option '%s'", word);
	}
}

/* With --attach this process is no host: what is for one would be ignored. */
static bool check_attach(const struct shot_arguments *arguments, struct shot_error *err)
{
	bool has_script = arguments->script < arguments->argc &&
			  (strcmp(arguments->argv[arguments->script], "-") != 0 ||
				  arguments->script + 1 < arguments->argc);
	const char *wrong = arguments->listen	  ? "--listen"
			    : arguments->headless ? "--headless"
			    : arguments->display  ? "a display"
			    : arguments->grace	  ? "--grace"
			    : has_script	  ? "a script (it can be given on standard input)"
						  : NULL;
	return !wrong || shot_fail(err, "EUSAGE", "--attach does not go with %s", wrong);
}

bool shot_arguments_read(
	struct shot_arguments *arguments, int argc, char **argv, struct shot_error *err)
{
	*arguments =
		(struct shot_arguments){.argc = argc, .argv = argv, .width = 1920, .height = 1080};
	int i = 1;
	for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
		if (strcmp(argv[i], "--") == 0) {
			arguments->options = i++;
			break;
		}
		bool ok = argv[i][1] == '-' ? read_long(arguments, &i, err)
					    : read_short(arguments, &i, err);
		if (!ok) {
			return false;
		}
	}
	arguments->script = i;
	if (!arguments->options) {
		arguments->options = i;
	}
	if (arguments->headless && arguments->display) {
		return shot_fail(err, "EUSAGE",
			"--headless brings its own display: leave out -d %s", arguments->display);
	}
	return !arguments->attach || check_attach(arguments, err);
}

static void set_boolean(lua_State *L, const char *name, bool is_true)
{
	lua_pushboolean(L, is_true);
	lua_setfield(L, -2, name);
}

static void set_string(lua_State *L, const char *name, const char *text)
{
	lua_pushstring(L, text);
	lua_setfield(L, -2, name);
}

void shot_arguments_push(lua_State *L, const struct shot_arguments *arguments)
{
	lua_newtable(L);
	lua_newtable(L);
	int count = 0;
	for (int i = 1; i < arguments->options; i++) {
		const char *text;
		enum option_kind kind = step(arguments, &i, &text);
		if (kind != OTHER) {
			lua_createtable(L, 2, 0);
			lua_pushstring(L, kind == EXECUTE ? "-e" : "-l");
			lua_rawseti(L, -2, 1);
			lua_pushstring(L, text);
			lua_rawseti(L, -2, 2);
			lua_rawseti(L, -2, ++count);
		} else if (strcmp(arguments->argv[i], "-d") == 0 ||
			   strcmp(arguments->argv[i], "--display") == 0 ||
			   strcmp(arguments->argv[i], "--grace") == 0 ||
			   strcmp(arguments->argv[i], "--listen") == 0 ||
			   strcmp(arguments->argv[i], "--attach") == 0) {
			i++;
		}
	}
	lua_setfield(L, -2, "steps");
	if (arguments->script < arguments->argc) {
		set_string(L, "script", arguments->argv[arguments->script]);
	}
	set_string(L, "display", arguments->display);
	set_string(L, "grace", arguments->grace);
	set_string(L, "listen", arguments->listen);
	set_string(L, "attach", arguments->attach);
	set_boolean(L, "strict", arguments->strict);
	set_boolean(L, "interactive", arguments->interactive);
	set_boolean(L, "execute", arguments->execute);
	set_boolean(L, "show_version", arguments->show_version);
	set_boolean(L, "verbose", arguments->verbose);
	set_boolean(L, "wait_display", arguments->wait_display);
	set_boolean(L, "environment", !arguments->no_environment);
}

void shot_arguments_push_arg(lua_State *L, const struct shot_arguments *arguments)
{
	bool none = arguments->script == arguments->argc;
	int script = none ? 0 : arguments->script;
	lua_createtable(L, arguments->argc - script - 1, script + 1);
	for (int i = 0; i < arguments->argc; i++) {
		lua_pushstring(L, arguments->argv[i]);
		lua_rawseti(L, -2, i - script);
	}
}
