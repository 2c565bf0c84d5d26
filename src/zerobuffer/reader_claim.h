/* The right to be a ring's reader: luashot's lock, and that of another implementation. */
#ifndef ZB_READER_CLAIM_H
#define ZB_READER_CLAIM_H

#include <stdbool.h>

#include "base/error.h"
#include "zerobuffer/lock.h"
#include "zerobuffer/name.h"

struct zb_reader_claim {
	struct zb_lock own, other;
};

/* Take both locks. The published implementations keep theirs in the folder for temporary files;
 * that lock is left out where this folder cannot be used. EEXIST when the ring has a reader; else
 * the errors of zb_lock_take. */
bool zb_reader_claim_take(
	struct zb_reader_claim *claim, const struct zb_name *name, struct shot_error *err);

/* Remove both locks; allowed for a claim that could not be taken. */
void zb_reader_claim_drop(struct zb_reader_claim *claim);

/* Close both locks in a child of the process that took them. The parent keeps them. */
void zb_reader_claim_leave(struct zb_reader_claim *claim);

#endif
