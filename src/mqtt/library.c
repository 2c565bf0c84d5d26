#include "mqtt/library.h"

#include <pthread.h>
#include <string.h>

#include "base/library.h"

static struct shot_mosquitto mosquitto;
static struct shot_error failure;
static bool is_there;

#define NAME(name) "mosquitto_" #name,

static void load(void)
{
	static const char *const names[] = {SHOT_MOSQUITTO_FUNCTIONS(NAME) NULL};
	void *functions[sizeof names / sizeof *names - 1];
	_Static_assert(sizeof functions == sizeof mosquitto, "a name for each pointer");
	is_there = shot_library_load(SHOT_LIBRARY_MOSQUITTO, names, functions, &failure);
	if (is_there) {
		memcpy(&mosquitto, functions, sizeof mosquitto);
		mosquitto.lib_init();
	}
}

const struct shot_mosquitto *shot_mosquitto(struct shot_error *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, load);
	if (!is_there) {
		*err = failure;
		return NULL;
	}
	return &mosquitto;
}
