#include "zerobuffer/name.h"

#include <stdio.h>
#include <string.h>

#ifndef ZB_IS_LITTLE_ENDIAN
#define ZB_IS_LITTLE_ENDIAN (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
#endif

static const char *fault(const char *text)
{
	size_t length = strlen(text);
	if (length == 0) {
		return "is empty";
	}
	if (length > ZB_NAME_MAX) {
		return "is longer than 245 bytes";
	}
	if (strcmp(text, ".") == 0 || strcmp(text, "..") == 0) {
		return "names a folder";
	}
	if (strncmp(text, "sem.", 4) == 0) {
		return "begins like the name of a semaphore";
	}
	for (const char *at = text; *at; at++) {
		if (*at == '/') {
			return "contains a slash";
		}
		if ((unsigned char)*at < ' ' || *at == 0x7f) {
			return "contains a control character";
		}
	}
	return NULL;
}

bool zb_name_init(struct zb_name *name, const char *text, struct shot_error *err)
{
	if (!ZB_IS_LITTLE_ENDIAN) {
		return shot_fail(
			err, "ENOTSUP", "rings are little-endian, and this machine is not");
	}
	const char *why = fault(text);
	if (why) {
		return shot_fail(err, "EINVAL", "the ring name \"%.60s\" %s", text, why);
	}
	snprintf(name->text, sizeof name->text, "%s", text);
	snprintf(name->object, sizeof name->object, ZB_SHM_FOLDER "/%s", text);
	snprintf(name->data, sizeof name->data, ZB_SHM_FOLDER "/sem.sem-w-%s", text);
	snprintf(name->space, sizeof name->space, ZB_SHM_FOLDER "/sem.sem-r-%s", text);
	snprintf(name->lock, sizeof name->lock, "%s.lock", text);
	return true;
}
