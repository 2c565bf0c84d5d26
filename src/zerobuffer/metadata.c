#include "zerobuffer/metadata.h"

#include <inttypes.h>

bool zb_metadata_write(
	struct zb_object *object, const void *data, uint64_t size, struct shot_error *err)
{
	struct zb_oieb *oieb = object->oieb;
	uint64_t block = object->geometry.metadata_size;
	const char *name = object->name.text;
	if (size == 0) {
		return shot_fail(err, "EMETADATA", "metadata has 1 byte or more");
	}
	if (block < sizeof size || size > block - sizeof size) {
		return shot_fail(err, "EMETADATA",
			"metadata of %" PRIu64 " bytes and its length of 8 do not fit the %" PRIu64
			" bytes that the ring %s has for it",
			size, block, name);
	}
	if (zb_load(&oieb->metadata_written_bytes) > 0) {
		return shot_fail(err, "EMETADATA", "the ring %s already has metadata", name);
	}
	memcpy(oieb + 1, &size, sizeof size);
	memcpy((uint8_t *)(oieb + 1) + sizeof size, data, size);
	zb_store(&oieb->metadata_free_bytes, block - sizeof size - size);
	zb_store(&oieb->metadata_written_bytes, sizeof size + size);
	return true;
}

bool zb_metadata_read(
	const struct zb_object *object, const uint8_t **data, size_t *size, struct shot_error *err)
{
	uint64_t length = 0, written = zb_load(&object->oieb->metadata_written_bytes);
	*data = NULL;
	*size = 0;
	if (written == 0 || object->geometry.metadata_size < sizeof length) {
		return true;
	}
	memcpy(&length, object->oieb + 1, sizeof length);
	uint64_t most =
		object->geometry.metadata_size < written ? object->geometry.metadata_size : written;
	if (most < sizeof length || length > most - sizeof length) {
		return shot_fail(err, "ECORRUPT",
			"the ring %s is corrupt: it claims metadata of %" PRIu64 " bytes",
			object->name.text, length);
	}
	if (length > 0) {
		*data = (const uint8_t *)(object->oieb + 1) + sizeof length;
		*size = length;
	}
	return true;
}
