#include "lua/ring_stat.h"

#include "lua/args.h"
#include "lua/ring.h"
#include "lua/type.h"
#include "zerobuffer/stat.h"

/* Sets a process's pid and whether it lives; no pid when no process is attached. */
static void set_process(
	lua_State *L, const char *pid_name, const char *alive_name, uint64_t pid, enum zb_life life)
{
	if (life != ZB_LIFE_NONE) {
		shotL_set_integer(L, pid_name, pid);
	}
	shotL_set_boolean(L, alive_name, life == ZB_LIFE_ALIVE);
}

/* zb.stat(name) */
static int ring_stat(lua_State *L)
{
	const char *name = shotL_check_ring_name(L, 1);
	struct shot_error err;
	struct zb_stat stat;
	if (!zb_stat(name, &stat, &err)) {
		return shotL_fail(L, &err);
	}
	const struct zb_oieb *oieb = &stat.oieb;
	lua_createtable(L, 0, 20);
	lua_pushvalue(L, 1);
	lua_setfield(L, -2, "name");
	lua_pushfstring(L, "%d.%d.%d", oieb->version[0], oieb->version[1], oieb->version[2]);
	lua_setfield(L, -2, "version");
	shotL_set_integer(L, "metadata_size", stat.geometry.metadata_size);
	shotL_set_integer(L, "metadata_free", oieb->metadata_free_bytes);
	shotL_set_integer(L, "metadata_written", oieb->metadata_written_bytes);
	shotL_set_integer(L, "payload_size", stat.geometry.payload_size);
	shotL_set_integer(L, "payload_free", oieb->payload_free_bytes);
	shotL_set_integer(L, "write_position", oieb->payload_write_pos);
	shotL_set_integer(L, "read_position", oieb->payload_read_pos);
	shotL_set_integer(L, "written", oieb->payload_written_count);
	shotL_set_integer(L, "read", oieb->payload_read_count);
	set_process(L, "writer_pid", "writer_alive", oieb->writer_pid, stat.writer);
	set_process(L, "reader_pid", "reader_alive", oieb->reader_pid, stat.reader);
	lua_pushnumber(L, stat.utilization);
	lua_setfield(L, -2, "utilization");
	shotL_set_string(L, "health", zb_health_name(stat.health));
	return 1;
}

void shotL_open_ring_stat(lua_State *L)
{
	lua_pushcfunction(L, ring_stat);
	lua_setfield(L, -2, "stat");
}
