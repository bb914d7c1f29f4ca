#include <string.h>

#include "bridge.h"

typedef struct {
  lua_State *state;
  const uint8_t *next;
  const uint8_t *end;
} reader;

/// Whoever packs is on the same side as this code; the bounds are checked all the same, since nothing is cheaper.
static const uint8_t *take(reader *r, size_t length) {
  if (length > (size_t)(r->end - r->next)) luaL_error(r->state, "the packed value is cut short");
  const uint8_t *bytes = r->next;
  r->next += length;
  return bytes;
}

static uint32_t take_count(reader *r) {
  uint32_t count;
  memcpy(&count, take(r, sizeof count), sizeof count);
  return count;
}

static int64_t take_integer(reader *r) {
  int64_t value;
  memcpy(&value, take(r, sizeof value), sizeof value);
  return value;
}

/// How many entries to reserve a table for: not more than the bytes at hand can hold.
static int capacity(const reader *r, uint32_t count) {
  const size_t left = (size_t)(r->end - r->next);
  return (int)(count < left ? count : left);
}

static void push(reader *r, int depth) {
  lua_State *L = r->state;
  if (depth > BRIDGE_DEPTH_MAX) luaL_error(L, "the value is nested too deeply for Lua");
  luaL_checkstack(L, 4, "the value is nested too deeply for Lua");
  const uint8_t tag = *take(r, 1);
  switch (tag) {
    case BRIDGE_NIL:
      if (depth == 0)
        lua_pushnil(L);
      else
        lua_pushlightuserdata(L, &bridge_null);  // nil would be a hole in an array and no entry in a map
      break;
    case BRIDGE_FALSE:
    case BRIDGE_TRUE: lua_pushboolean(L, tag == BRIDGE_TRUE); break;
    case BRIDGE_INTEGER: lua_pushinteger(L, take_integer(r)); break;
    case BRIDGE_FLOAT: {
      double number;
      memcpy(&number, take(r, sizeof number), sizeof number);
      lua_pushnumber(L, number);
      break;
    }
    case BRIDGE_STRING: {
      const uint32_t length = take_count(r);
      lua_pushlstring(L, (const char *)take(r, length), length);
      break;
    }
    case BRIDGE_ARRAY: {
      const uint32_t count = take_count(r);
      lua_createtable(L, capacity(r, count), 0);
      for (uint32_t index = 1; index <= count; index++) {
        push(r, depth + 1);
        lua_rawseti(L, -2, index);
      }
      break;
    }
    case BRIDGE_MAP: {
      const uint32_t count = take_count(r);
      lua_createtable(L, 0, capacity(r, count));
      for (uint32_t index = 0; index < count; index++) {
        const uint32_t length = take_count(r);
        lua_pushlstring(L, (const char *)take(r, length), length);
        push(r, depth + 1);
        lua_rawset(L, -3);
      }
      break;
    }
    case BRIDGE_HANDLE: {
      const int64_t id = take_integer(r);
      const uint32_t length = take_count(r);
      bridge_push_handle(L, id, (const char *)take(r, length), length);
      break;
    }
    default: luaL_error(L, "the packed value has an unknown tag");
  }
}

void bridge_unpack(lua_State *L, const uint8_t *bytes, size_t length) {
  reader r = {.state = L, .next = bytes, .end = bytes + length};
  push(&r, 0);
}

int bridge_unpack_elements(lua_State *L, const uint8_t *bytes, size_t length) {
  reader r = {.state = L, .next = bytes, .end = bytes + length};
  if (*take(&r, 1) != BRIDGE_ARRAY) luaL_error(L, "the packed value is no array");
  const uint32_t count = take_count(&r);
  for (uint32_t index = 0; index < count; index++) push(&r, 0);
  return (int)count;
}
