/* Every codec, at each allocation that can fail: the reason is memory, and nothing is kept. */
/* link: --wrap=malloc --wrap=calloc --wrap=realloc --wrap=aligned_alloc --wrap=free */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "codec/decode.h"
#include "support/picture.h"

enum { WIDTH = 60, HEIGHT = 40, NEVER = -1 };

static atomic_int left = NEVER; /* allocations until one fails */
static atomic_int live;		/* blocks */

static bool fails(void)
{
	if (left == NEVER || atomic_fetch_sub(&left, 1) != 0) {
		return false;
	}
	errno = ENOMEM;
	return true;
}

static void *noted(void *block)
{
	live += block != NULL;
	return block;
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : noted(__real_malloc(size));
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : noted(__real_calloc(count, size));
}

void *__real_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size)
{
	if (fails()) {
		return NULL;
	}
	return block ? __real_realloc(block, size) : noted(__real_realloc(NULL, size));
}

void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
	return fails() ? NULL : noted(__real_aligned_alloc(alignment, size));
}

void __real_free(void *block);
void __wrap_free(void *block);
void __wrap_free(void *block)
{
	live -= block != NULL;
	__real_free(block);
}

static bool encode(const struct shot_codec *codec, const struct shot_view *view,
	enum shot_level level, struct shot_blob *out, struct shot_error *err)
{
	const struct shot_encode_options options = {.level = level,
		.quality = 80,
		.is_lossless = level == SHOT_LEVEL_SMALL,
		.origin = {.wall_ns = 1000000000,
			.rect = {10, 20, WIDTH, HEIGHT},
			.source = "HDMI-1",
			.dots_per_mm_x = 4,
			.dots_per_mm_y = 4}};
	return codec->encode(view, &options, out, err);
}

/* Fails allocation after allocation, until there is none to fail; a success before is allowed: it
 * has found another way. */
static void try_encoding(const struct shot_codec *codec, const struct shot_view *view,
	enum shot_level level, struct shot_blob *whole)
{
	int before = live;
	for (int i = 0;; i++) {
		struct shot_blob blob = {0};
		struct shot_error err;
		left = i;
		bool ok = encode(codec, view, level, &blob, &err);
		bool is_over = left >= 0;
		left = NEVER;
		if (!ok && strcmp(err.code, "ENOMEM") != 0) {
			fail_msg("%s, allocation %d: %s", codec->name, i, err.message);
		}
		if (is_over) {
			assert_true(ok);
			*whole = blob;
			return;
		}
		shot_blob_finish(&blob);
		if (live != before) {
			fail_msg("%s, allocation %d: %d blocks", codec->name, i, live - before);
		}
	}
}

static void try_decoding(const struct shot_codec *codec, const struct shot_blob *blob)
{
	int before = live;
	bool is_over = false;
	for (int i = 0; !is_over; i++) {
		struct shot_picture picture;
		struct shot_error err;
		left = i;
		bool ok = shot_picture_decode(
			blob->data, blob->size, SHOT_MAX_PIXELS, &picture, &err);
		is_over = left >= 0;
		left = NEVER;
		if (ok) {
			assert_int_equal(picture.view.width, WIDTH);
			shot_view_unref(&picture.view);
		} else if (strcmp(err.code, "ENOMEM") != 0) {
			fail_msg("reading %s, allocation %d: %s", codec->name, i, err.message);
		}
		assert_true(ok || !is_over);
		if (live != before) {
			fail_msg("reading %s, allocation %d: %d blocks", codec->name, i,
				live - before);
		}
	}
}

static void memory_is_the_reason(void **state)
{
	(void)state;
	uint32_t seed = 7;
	for (const struct shot_codec *const *at = shot_codecs(); *at; at++) {
		for (int level = SHOT_LEVEL_FAST; level <= SHOT_LEVEL_SMALL; level++) {
			struct shot_view view =
				make_view(WIDTH, HEIGHT, SHOT_FORMAT_BGRX, 0, 0, &seed);
			struct shot_blob blob;
			try_encoding(*at, &view, (enum shot_level)level, &blob);
			if ((*at)->decode) {
				try_decoding(*at, &blob);
			}
			shot_blob_finish(&blob);
			shot_view_unref(&view);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_the_reason),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
