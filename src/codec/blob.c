#include "codec/encode.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

void shot_blob_finish(struct shot_blob *blob)
{
	free(blob->data);
	*blob = (struct shot_blob){0};
}

bool shot_blob_reserve(struct shot_blob *blob, size_t more, struct shot_error *err)
{
	if (more <= blob->capacity - blob->size) {
		return true;
	}
	size_t wanted = 0, doubled = blob->capacity * 2;
	uint8_t *data = NULL;
	if (!__builtin_add_overflow(blob->size, more, &wanted)) {
		wanted = doubled > wanted ? doubled : wanted;
		data = realloc(blob->data, wanted);
	}
	if (!data) {
		return shot_fail_errno(err, ENOMEM, "cannot hold %zu more encoded bytes", more);
	}
	blob->data = data;
	blob->capacity = wanted;
	return true;
}
