/* The metadata block of a ring: written once, read any time. */
#ifndef ZB_METADATA_H
#define ZB_METADATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "zerobuffer/object.h"

/* Write the metadata. EMETADATA when it is empty, does not fit, or is already written. */
bool zb_metadata_write(
	struct zb_object *object, const void *data, uint64_t size, struct shot_error *err);

/* The metadata in shared memory; `*data` is NULL and `*size` 0 while there is none. ECORRUPT. */
bool zb_metadata_read(
	const struct zb_object *object, const uint8_t **data, size_t *size, struct shot_error *err);

#endif
