#include "codec/webp_origin.h"
#include "base/library.h"
#include "codec/exif.h"

#include <string.h>
#include <webp/mux.h>

struct mux {
	__typeof__(WebPNewInternal) *create;
	__typeof__(WebPMuxCreateInternal) *read;
	__typeof__(WebPMuxSetImage) *set_image;
	__typeof__(WebPMuxSetChunk) *set_chunk;
	__typeof__(WebPMuxGetChunk) *get_chunk;
	__typeof__(WebPMuxAssemble) *assemble;
	__typeof__(WebPMuxDelete) *destroy;
	__typeof__(WebPFree) *free;
};

static bool load(struct mux *mux)
{
	static const char *const names[] = {"WebPNewInternal", "WebPMuxCreateInternal",
		"WebPMuxSetImage", "WebPMuxSetChunk", "WebPMuxGetChunk", "WebPMuxAssemble",
		"WebPMuxDelete", "WebPFree", NULL};
	_Static_assert(sizeof *mux == sizeof names - sizeof *names, "a name for each pointer");
	struct shot_error err;
	return shot_library_load(SHOT_LIBRARY_WEBPMUX, names, mux, &err);
}

static bool append(struct shot_blob *out, const uint8_t *data, size_t size, struct shot_error *err)
{
	if (!shot_blob_reserve(out, size, err)) {
		return false;
	}
	memcpy(out->data + out->size, data, size);
	out->size += size;
	return true;
}

/* The file with Exif in it, the caller's; false when it cannot be made. */
static bool add_exif(
	const struct mux *mux, const WebPData *image, const struct shot_exif *exif, WebPData *whole)
{
	const WebPData chunk = {exif->data, exif->size};
	WebPMux *made = mux->create(WEBP_MUX_ABI_VERSION);
	bool ok = made && mux->set_image(made, image, 0) == WEBP_MUX_OK &&
		  mux->set_chunk(made, "EXIF", &chunk, 0) == WEBP_MUX_OK &&
		  mux->assemble(made, whole) == WEBP_MUX_OK;
	mux->destroy(made);
	return ok;
}

bool shot_webp_write(struct shot_blob *out, const uint8_t *data, size_t size,
	const struct shot_origin *origin, struct shot_error *err)
{
	struct mux mux;
	if (!load(&mux)) {
		return append(out, data, size, err);
	}
	const WebPData image = {data, size};
	WebPData whole = {0};
	struct shot_exif exif;
	shot_exif_make(origin, &exif);
	bool ok = add_exif(&mux, &image, &exif, &whole)
			  ? append(out, whole.bytes, whole.size, err)
			  : shot_fail(err, "ENOMEM", "cannot make a webp of %zu bytes", size);
	mux.free((void *)(uintptr_t)whole.bytes);
	return ok;
}

void shot_webp_read_origin(const uint8_t *data, size_t size, struct shot_kept_origin *kept)
{
	struct mux mux;
	if (!load(&mux)) {
		return;
	}
	const WebPData file = {data, size};
	WebPData chunk;
	WebPMux *parsed = mux.read(&file, 0, WEBP_MUX_ABI_VERSION);
	if (parsed && mux.get_chunk(parsed, "EXIF", &chunk) == WEBP_MUX_OK) {
		shot_exif_read(chunk.bytes, chunk.size, kept);
	}
	mux.destroy(parsed);
}
