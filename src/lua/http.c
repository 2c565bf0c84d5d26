#include "lua/http.h"

#include <lauxlib.h>
#include <string.h>
#include <sys/stat.h>

#include "http/listen.h"
#include "http/server.h"
#include "http/stream.h"
#include "lua/album.h"
#include "lua/args.h"
#include "lua/file.h"
#include "lua/type.h"
#include "output/album.h"
#include "process/socket.h"

#define SERVER "luashot.http.server"
#define REQUEST "luashot.http.request"
#define STREAM "luashot.http.stream"
#define PIECE "luashot.http.piece"
#define HEADERS 16 /* of one answer */

enum { CONNECTIONS = 256, OF_PEER = 64, TIMEOUT = 30, BODY = 65536, LARGEST_BODY = 1 << 24 };

/* Each userdata is a pointer, NULL once it is released. */
static void **new_handle(lua_State *L, const char *type)
{
	void **handle = lua_newuserdatauv(L, sizeof *handle, 0);
	*handle = NULL;
	luaL_setmetatable(L, type);
	return handle;
}

static void *check_handle(lua_State *L, const char *type)
{
	void *object = *(void **)luaL_checkudata(L, 1, type);
	if (!object) {
		luaL_error(L, "%s is closed", type);
	}
	return object;
}

/* Takes the pointer out of the handle. */
static void *take_handle(lua_State *L, const char *type)
{
	void **handle = luaL_checkudata(L, 1, type);
	void *object = *handle;
	*handle = NULL;
	return object;
}

/* --- pieces ----------------------------------------------------------------------------------- */

static int new_piece(lua_State *L)
{
	int count = lua_gettop(L);
	size_t size = 0;
	for (int i = 1; i <= count; i++) {
		size_t more;
		luaL_checklstring(L, i, &more);
		size += more;
	}
	void **handle = new_handle(L, PIECE);
	*handle = shot_http_piece_create(size);
	if (!*handle) {
		return luaL_error(L, "not enough memory");
	}
	char *end = shot_http_piece_data(*handle);
	for (int i = 1; i <= count; i++) {
		size_t more;
		const char *data = lua_tolstring(L, i, &more);
		memcpy(end, data, more);
		end += more;
	}
	return 1;
}

static int piece_finish(lua_State *L)
{
	shot_http_piece_unref(take_handle(L, PIECE));
	return 0;
}

/* --- streams ---------------------------------------------------------------------------------- */

static int stream_write(lua_State *L)
{
	struct shot_http_stream *stream = check_handle(L, STREAM);
	struct shot_http_piece *piece = *(void **)luaL_checkudata(L, 2, PIECE);
	lua_pushboolean(L, piece && shot_http_stream_write(stream, piece));
	return 1;
}

static int stream_is_open(lua_State *L)
{
	lua_pushboolean(L, shot_http_stream_is_open(check_handle(L, STREAM)));
	return 1;
}

static int stream_waiting(lua_State *L)
{
	lua_pushinteger(L, (lua_Integer)shot_http_stream_waiting(check_handle(L, STREAM)));
	return 1;
}

static int stream_end(lua_State *L)
{
	shot_http_stream_end(check_handle(L, STREAM));
	return 0;
}

static int stream_finish(lua_State *L)
{
	struct shot_http_stream *stream = take_handle(L, STREAM);
	if (stream) {
		shot_http_stream_end(stream);
		shot_http_stream_unref(stream);
	}
	return 0;
}

/* --- requests --------------------------------------------------------------------------------- */

static int request_method(lua_State *L)
{
	struct shot_http_request *request = check_handle(L, REQUEST);
	lua_pushstring(L, request->method);
	return 1;
}

static int request_path(lua_State *L)
{
	struct shot_http_request *request = check_handle(L, REQUEST);
	lua_pushstring(L, request->path);
	return 1;
}

static int request_body(lua_State *L)
{
	struct shot_http_request *request = check_handle(L, REQUEST);
	lua_pushlstring(L, request->body ? request->body : "", request->body_size);
	return 1;
}

static int request_header(lua_State *L)
{
	struct shot_http_request *request = check_handle(L, REQUEST);
	lua_pushstring(L, shot_http_request_header(request, luaL_checkstring(L, 2)));
	return 1;
}

static int request_query(lua_State *L)
{
	struct shot_http_request *request = check_handle(L, REQUEST);
	lua_pushstring(L, shot_http_request_query(request, luaL_checkstring(L, 2)));
	return 1;
}

/* Reads the headers of the table at 3: strings, which stay on the stack. */
static size_t check_headers(lua_State *L, struct shot_http_header headers[HEADERS])
{
	size_t count = 0;
	luaL_checktype(L, 3, LUA_TTABLE);
	luaL_checkstack(L, 2 * HEADERS + 2, "headers");
	lua_pushnil(L);
	while (lua_next(L, 3)) {
		if (count == HEADERS || lua_type(L, -2) != LUA_TSTRING ||
			lua_type(L, -1) != LUA_TSTRING) {
			luaL_argerror(L, 3, "at most 16 names of headers with strings expected");
		}
		headers[count++] =
			(struct shot_http_header){lua_tostring(L, -2), lua_tostring(L, -1)};
		lua_pushvalue(L, -2);
	}
	return count;
}

static int request_answer(lua_State *L)
{
	struct shot_http_header headers[HEADERS];
	struct shot_http_request *request = check_handle(L, REQUEST);
	unsigned status = (unsigned)luaL_checkinteger(L, 2);
	size_t size;
	const char *data = luaL_checklstring(L, 4, &size);
	size_t count = check_headers(L, headers);
	lua_pushboolean(L, shot_http_answer(request, status, headers, count, data, size));
	return 1;
}

static int request_answer_file(lua_State *L)
{
	struct shot_http_header headers[HEADERS];
	struct shot_http_request *request = check_handle(L, REQUEST);
	unsigned status = (unsigned)luaL_checkinteger(L, 2);
	int folder = shotL_check_album(L, 4);
	const char *name = shotL_check_path(L, 5);
	size_t count = check_headers(L, headers);
	struct shot_error err;
	struct stat about;
	int fd = shot_album_open_picture(folder, name, &err);
	if (fd < 0) {
		return shotL_fail(L, &err);
	}
	uint64_t size = fstat(fd, &about) == 0 ? (uint64_t)about.st_size : 0;
	lua_pushboolean(L, shot_http_answer_file(request, status, headers, count, fd, size));
	return 1;
}

static int request_stream(lua_State *L)
{
	struct shot_http_header headers[HEADERS];
	struct shot_http_request *request = check_handle(L, REQUEST);
	unsigned status = (unsigned)luaL_checkinteger(L, 2);
	lua_Integer limit = luaL_checkinteger(L, 4);
	luaL_argcheck(L, limit >= 1 && limit <= 1024, 4, "1 to 1024 expected");
	size_t count = check_headers(L, headers);
	void **handle = new_handle(L, STREAM);
	*handle = shot_http_answer_stream(request, status, headers, count, (unsigned)limit);
	if (!*handle) {
		lua_pushnil(L);
	}
	return 1;
}

static int request_finish(lua_State *L)
{
	struct shot_http_request *request = take_handle(L, REQUEST);
	if (request) {
		shot_http_request_release(request);
	}
	return 0;
}

/* --- the server ------------------------------------------------------------------------------- */

static const char unix_prefix[] = "unix:";

struct server {
	struct shot_http_server *server; /* first, as in each handle */
	struct shot_socket socket;
};

static struct server *new_server(lua_State *L)
{
	struct server *handle = lua_newuserdatauv(L, sizeof *handle, 0);
	*handle = (struct server){.socket = {.folder = -1}};
	luaL_setmetatable(L, SERVER);
	return handle;
}

static int http_listen(lua_State *L)
{
	static const char *const names[] = {
		"connections", "connections_of_peer", "timeout", "body", NULL};
	const char *address = luaL_checkstring(L, 1);
	shotL_check_options(L, 2, names);
	struct shot_http_options options = {.connections = (unsigned)shotL_field_integer(
						    L, 2, "connections", CONNECTIONS, 1, 4096),
		.connections_of_peer = (unsigned)shotL_field_integer(
			L, 2, "connections_of_peer", OF_PEER, 1, 4096),
		.timeout = (unsigned)shotL_field_integer(L, 2, "timeout", TIMEOUT, 1, 3600),
		.body = (size_t)shotL_field_integer(L, 2, "body", BODY, 0, LARGEST_BODY)};
	struct server *handle = new_server(L);
	struct shot_http_place place = {.is_loopback = true};
	struct shot_error err;
	const size_t prefix = strlen(unix_prefix);
	const bool is_unix = strncmp(address, unix_prefix, prefix) == 0;
	int fd = is_unix ? shot_socket_listen(&handle->socket, address + prefix, &err)
			 : shot_http_listen(address, &place, &err);
	if (fd < 0) {
		return shotL_fail(L, &err);
	}
	handle->server = shot_http_open(fd, &options, &err);
	if (!handle->server) {
		return shotL_fail(L, &err);
	}
	lua_pushstring(L, is_unix ? address : place.text);
	lua_pushboolean(L, place.is_loopback);
	return 3;
}

static int server_fd(lua_State *L)
{
	lua_pushinteger(L, shot_http_fd(check_handle(L, SERVER)));
	return 1;
}

static int server_run(lua_State *L)
{
	int64_t milliseconds = shot_http_run(check_handle(L, SERVER));
	if (milliseconds < 0) {
		lua_pushnil(L);
	} else {
		lua_pushnumber(L, (lua_Number)milliseconds / 1000);
	}
	return 1;
}

static int server_take(lua_State *L)
{
	struct shot_http_server *server = check_handle(L, SERVER);
	void **handle = new_handle(L, REQUEST);
	*handle = shot_http_take(server);
	if (!*handle) {
		lua_pushnil(L);
	}
	return 1;
}

static int server_finish(lua_State *L)
{
	struct server *handle = luaL_checkudata(L, 1, SERVER);
	shot_socket_remove(&handle->socket);
	shot_http_close(take_handle(L, SERVER));
	return 0;
}

void shotL_open_http(lua_State *L)
{
	static const luaL_Reg server[] = {{"close", server_finish}, {"fd", server_fd},
		{"run", server_run}, {"take", server_take}, {NULL, NULL}};
	static const luaL_Reg request[] = {{"answer", request_answer},
		{"answer_file", request_answer_file}, {"body", request_body},
		{"header", request_header}, {"method", request_method}, {"path", request_path},
		{"query", request_query}, {"stream", request_stream}, {NULL, NULL}};
	static const luaL_Reg stream[] = {{"finish", stream_end}, {"is_open", stream_is_open},
		{"waiting", stream_waiting}, {"write", stream_write}, {NULL, NULL}};
	static const luaL_Reg end_server[] = {
		{"__gc", server_finish}, {"__close", server_finish}, {NULL, NULL}};
	static const luaL_Reg end_request[] = {
		{"__gc", request_finish}, {"__close", request_finish}, {NULL, NULL}};
	static const luaL_Reg end_stream[] = {{"__gc", stream_finish}, {NULL, NULL}};
	shotL_new_type(L, SERVER, end_server, "a server", server);
	shotL_new_type(L, REQUEST, end_request, "a request", request);
	shotL_new_type(L, STREAM, end_stream, "a stream", stream);
	shotL_new_owner_type(L, PIECE, piece_finish);
	lua_pushcfunction(L, http_listen);
	lua_setfield(L, -2, "http_listen");
	lua_pushcfunction(L, new_piece);
	lua_setfield(L, -2, "http_piece");
}
