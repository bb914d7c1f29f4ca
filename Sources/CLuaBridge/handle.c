#include <string.h>

#include "bridge.h"

static const char metatable[] = "handle";

const bridge_handle *bridge_test_handle(lua_State *L, int index) { return luaL_testudata(L, index, metatable); }

void bridge_push_handle(lua_State *L, int64_t id, const char *kind, size_t length) {
  bridge_handle *handle = lua_newuserdatauv(L, sizeof *handle, 0);
  const size_t kept = length < sizeof handle->kind ? length : sizeof handle->kind - 1;
  handle->id = id;
  memset(handle->kind, 0, sizeof handle->kind);
  memcpy(handle->kind, kind, kept);
  luaL_setmetatable(L, metatable);
}

int bridge_refuse_handle(lua_State *L, const bridge_handle *handle, const char *use) {
  if (strcmp(handle->kind, "unknown") == 0)
    return bridge_end(L, BRIDGE_UNKNOWN_VALUE, "a value that only the run can know cannot be %s here", use);
  return bridge_raise(L, "a %s cannot be %s", handle->kind, use);
}

/// Every metamethod but one; the first upvalue says what is refused.
static int refuse(lua_State *L) {
  const bridge_handle *handle = bridge_test_handle(L, 1);
  if (handle == NULL) handle = bridge_test_handle(L, 2);
  if (handle == NULL) return luaL_error(L, "no handle");
  return bridge_refuse_handle(L, handle, lua_tostring(L, lua_upvalueindex(1)));
}

static int to_text(lua_State *L) {
  return bridge_refuse_handle(L, luaL_checkudata(L, 1, metatable), "used as text");
}

void bridge_open_handles(lua_State *L) {
  static const char *const refused[][2] = {
      {"__index", "indexed"},         {"__newindex", "changed"},      {"__call", "called"},
      {"__concat", "joined to text"}, {"__len", "measured"},          {"__lt", "compared"},
      {"__le", "compared"},           {"__eq", "compared"},           {"__unm", "calculated with"},
      {"__add", "calculated with"},   {"__sub", "calculated with"},   {"__mul", "calculated with"},
      {"__div", "calculated with"},   {"__idiv", "calculated with"},  {"__mod", "calculated with"},
      {"__pow", "calculated with"},   {"__band", "calculated with"},  {"__bor", "calculated with"},
      {"__bxor", "calculated with"},  {"__bnot", "calculated with"},  {"__shl", "calculated with"},
      {"__shr", "calculated with"},   {"__pairs", "gone through"},
  };
  luaL_newmetatable(L, metatable);
  for (size_t index = 0; index < sizeof refused / sizeof *refused; index++) {
    lua_pushstring(L, refused[index][1]);
    lua_pushcclosure(L, refuse, 1);
    lua_setfield(L, -2, refused[index][0]);
  }
  lua_pushcfunction(L, to_text);
  lua_setfield(L, -2, "__tostring");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 1);
}
