#include "image/bands.h"

#include <string.h>

#include "image/convert.h"
#include "image/image.h"

#define BYTES ((size_t)256 << 10) /* of a band: a fraction of any second cache */

/* Rows of a band, an even number: two rows share their color in a planar format. */
static int32_t rows_of(size_t row)
{
	return row < BYTES / 2 ? (int32_t)(BYTES / row) & ~1 : 2;
}

void shot_bands_start(
	struct shot_bands *bands, const struct shot_view *view, enum shot_format format)
{
	size_t row = (size_t)view->width * shot_format_bytes(format);
	*bands = (struct shot_bands){.rows = rows_of(row), .format = format};
	bands->room = row * (size_t)bands->rows;
}

void shot_bands_start_planar(
	struct shot_bands *bands, const struct shot_view *view, enum shot_planar format)
{
	struct shot_view band = *view;
	*bands = (struct shot_bands){
		.rows = band.height = rows_of((size_t)view->width),
		.is_planar = true,
		.planar = format,
		.color = shot_planar_size(view) - (size_t)view->width * (size_t)view->height,
	};
	bands->room = bands->color + shot_planar_size(&band);
}

/* Its luma is the next piece; its color waits at the beginning of the room for that of the others.
 */
static bool convert_planar(struct shot_bands *bands, const struct shot_view *band, uint8_t *room,
	struct shot_error *err)
{
	struct shot_view bgrx;
	if (!shot_image_bgrx(band, &bgrx, err)) {
		return false;
	}
	uint8_t *luma = room + bands->color;
	shot_planar_convert(&bgrx, bands->planar, luma);
	shot_view_unref(&bgrx);
	size_t planes = bands->planar == SHOT_PLANAR_I420 ? 2 : 1;
	size_t pixels = (size_t)band->width * (size_t)band->height;
	size_t part = (shot_planar_size(band) - pixels) / planes;
	for (size_t i = 0; i < planes; i++) {
		memcpy(room + i * bands->color / planes + bands->done, luma + pixels + i * part,
			part);
	}
	bands->done += part;
	return true;
}

const uint8_t *shot_bands_next(struct shot_bands *bands, const struct shot_view *view,
	uint8_t *room, size_t *size, struct shot_error *err)
{
	struct shot_view band = *view;
	band.data = shot_view_row(view, bands->next);
	band.height = view->height - bands->next;
	if (band.height == 0) {
		*size = bands->color;
		return room;
	}
	band.height = band.height < bands->rows ? band.height : bands->rows;
	bands->next += band.height;
	if (!bands->is_planar) {
		*size = shot_view_packed_size(&band, bands->format);
		shot_view_convert(&band, bands->format, room, *size / (size_t)band.height);
		return room;
	}
	*size = (size_t)band.width * (size_t)band.height;
	return convert_planar(bands, &band, room, err) ? room + bands->color : NULL;
}
