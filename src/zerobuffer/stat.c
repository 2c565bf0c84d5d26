#include "zerobuffer/stat.h"

#include <sys/stat.h>

#include "zerobuffer/object.h"

/* From 80 % and from 95 % on; a quotient of doubles is not the same on each processor. */
static enum zb_health judge(uint64_t size, uint64_t vacant)
{
	if (vacant <= size / 20) {
		return ZB_HEALTH_CRITICAL;
	}
	return vacant <= size / 5 ? ZB_HEALTH_DEGRADED : ZB_HEALTH_GOOD;
}

bool zb_stat(const char *name, struct zb_stat *out, struct shot_error *err)
{
	struct zb_name checked;
	struct stat status;
	struct shot_error why;
	if (!zb_name_init(&checked, name, err) ||
		!zb_object_peek(&checked, &out->oieb, &status, err)) {
		return false;
	}
	if (!zb_geometry_check(&out->geometry, &out->oieb, (uint64_t)status.st_size, &why)) {
		return shot_fail(
			err, why.code, "cannot look at %s: %.180s", checked.object, why.message);
	}
	uint64_t size = out->geometry.payload_size;
	uint64_t vacant = out->oieb.payload_free_bytes;
	vacant = vacant < size
			 ? vacant
			 : size; /* the value can exceed the size while a writer writes a frame */
	struct zb_identity identity = {status.st_dev, status.st_ino};
	out->utilization = (double)(size - vacant) / (double)size;
	out->health = judge(size, vacant);
	out->writer = zb_pid_life(out->oieb.writer_pid, &identity);
	out->reader = zb_pid_life(out->oieb.reader_pid, &identity);
	return true;
}

const char *zb_health_name(enum zb_health health)
{
	static const char *const names[] = {"good", "degraded", "critical"};
	return names[health];
}
