#include "zerobuffer/reader_claim.h"

#include <stdlib.h>

/* Returns false only when another process holds the lock. */
static bool take_other(struct zb_lock *lock, const struct zb_name *name, struct shot_error *err)
{
	const char *base = secure_getenv("TMPDIR");
	return zb_lock_take(lock, base && *base ? base : ZB_LOCK_BASE, ZB_LOCK_FOLDER "/locks",
		       name->lock, err) ||
	       !shot_error_is(err, SHOT_EEXIST);
}

bool zb_reader_claim_take(
	struct zb_reader_claim *claim, const struct zb_name *name, struct shot_error *err)
{
	*claim = (struct zb_reader_claim){ZB_LOCK_NONE, ZB_LOCK_NONE};
	if (zb_lock_take(&claim->own, ZB_LOCK_BASE, ZB_LOCK_FOLDER, name->lock, err) &&
		take_other(&claim->other, name, err)) {
		return true;
	}
	if (shot_error_is(err, SHOT_EEXIST)) {
		shot_fail(err, "EEXIST", "the ring %s already has a reader", name->text);
	}
	zb_reader_claim_drop(claim);
	return false;
}

void zb_reader_claim_drop(struct zb_reader_claim *claim)
{
	zb_lock_drop(&claim->other);
	zb_lock_drop(&claim->own);
}

void zb_reader_claim_leave(struct zb_reader_claim *claim)
{
	zb_lock_leave(&claim->other);
	zb_lock_leave(&claim->own);
}
