#include "mqtt/library.h"

#include <pthread.h>

#include "base/library.h"

static struct shot_mosquitto mosquitto;
static struct shot_error failure;
static bool is_there;

#define NAME(name) "mosquitto_" #name,

static void load(void)
{
	static const char *const names[] = {SHOT_MOSQUITTO_FUNCTIONS(NAME) NULL};
	_Static_assert(sizeof mosquitto == sizeof names - sizeof *names, "a name for each pointer");
	is_there = shot_library_load(SHOT_LIBRARY_MOSQUITTO, names, &mosquitto, &failure);
	if (is_there) {
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
