#include "capture/tile.h"

#include "capture/source.h"
#include "image/unpack.h"

size_t shot_tile_bytes(struct shot_rect rect)
{
	return (size_t)rect.width * 4 * (size_t)rect.height;
}

size_t shot_tile_wire_bytes(const struct shot_tile *tile)
{
	return shot_wire_stride(tile->surface.wire, tile->rect.width) * (size_t)tile->rect.height;
}

size_t shot_tile_wire_offset(const struct shot_tile *tile)
{
	return tile->offset + shot_tile_bytes(tile->rect) - shot_tile_wire_bytes(tile);
}

void shot_tile_unpack(const struct shot_tile *tile, uint8_t *memory)
{
	const uint8_t *wire = memory + shot_tile_wire_offset(tile);
	size_t wire_stride = shot_wire_stride(tile->surface.wire, tile->rect.width);
	size_t stride = (size_t)tile->rect.width * 4;
	switch (tile->surface.wire) {
	case SHOT_WIRE_BGRX:
		break;
	case SHOT_WIRE_BGRA:
		shot_unpack_opaque(memory + tile->offset, shot_tile_bytes(tile->rect) / 4);
		break;
	case SHOT_WIRE_RGB565:
		shot_unpack_565(wire, wire_stride, memory + tile->offset, stride, tile->rect.width,
			tile->rect.height);
		break;
	case SHOT_WIRE_X2RGB10:
		shot_unpack_x2rgb10(wire, wire_stride, memory + tile->offset, stride,
			tile->rect.width, tile->rect.height);
		break;
	}
}

void shot_tiles_send(
	struct shot_tiles *tiles, struct shot_source *source, const struct shot_attachment *into)
{
	for (unsigned i = 0; i < tiles->count; i++) {
		struct shot_tile *tile = &tiles->list[i];
		if (!tile->surface.window) {
			tile->surface.wire = source->wire;
		}
		source->kind->send_tile(source, tile, into);
	}
	tiles->sent = tiles->count;
	tiles->answered = 0;
	tiles->outcome = SHOT_POLL_DONE;
}

enum shot_poll shot_tiles_poll(struct shot_tiles *tiles, struct shot_source *source,
	const struct shot_attachment *into, struct shot_error *err)
{
	while (shot_tiles_are_awaited(tiles)) {
		struct shot_error why;
		struct shot_tile *tile = &tiles->list[tiles->answered];
		enum shot_poll outcome = source->kind->poll_tile(source, tile, into, &why);
		if (outcome == SHOT_POLL_WAITING) {
			return outcome;
		}
		if (outcome == SHOT_POLL_FAILED && tiles->outcome == SHOT_POLL_DONE) {
			tiles->outcome = outcome;
			tiles->err = why;
		}
		tiles->answered++;
	}
	if (tiles->outcome == SHOT_POLL_FAILED) {
		*err = tiles->err;
	}
	return tiles->outcome;
}

void shot_tiles_cancel(struct shot_tiles *tiles, struct shot_source *source)
{
	for (unsigned i = tiles->answered; source->kind->cancel_tile && i < tiles->sent; i++) {
		source->kind->cancel_tile(source, &tiles->list[i]);
	}
}

bool shot_tiles_are_awaited(const struct shot_tiles *tiles)
{
	return tiles->answered < tiles->sent;
}
