#include <stdio.h>
#include <string.h>

#include "bridge.h"

// Bytes

static void put(bridge_packer *p, const void *bytes, size_t length) {
  lua_State *L = p->state;
  const size_t limit = bridge_of(L)->limits.value_size;
  if (length > limit || p->length > limit - length)
    bridge_raise(L, "%s: %s: too large, at most %I bytes can cross", p->owner, p->root, (LUAI_UACINT)limit);
  if (length > p->capacity - p->length) {
    size_t capacity = p->capacity * 2;
    if (capacity < p->length + length) capacity = p->length + length;
    uint8_t *grown = lua_newuserdatauv(L, capacity, 0);
    memcpy(grown, p->bytes, p->length);
    lua_replace(L, p->box);
    p->bytes = grown;
    p->capacity = capacity;
  }
  memcpy(p->bytes + p->length, bytes, length);
  p->length += length;
}

static void put_tag(bridge_packer *p, uint8_t tag) { put(p, &tag, 1); }

static void put_text(bridge_packer *p, const char *text, size_t length) {
  if (length > UINT32_MAX) bridge_raise(p->state, "%s: %s: too large to cross", p->owner, p->root);
  const uint32_t size = (uint32_t)length;
  put(p, &size, sizeof size);
  put(p, text, length);
}

void bridge_pack_begin(bridge_packer *p, lua_State *L, const char *owner, const char *root) {
  enum { FIRST_CAPACITY = 256 };
  luaL_checkstack(L, 8, "too many values to cross");
  p->state = L;
  p->bytes = lua_newuserdatauv(L, FIRST_CAPACITY, 0);
  p->box = lua_gettop(L);
  p->length = 0;
  p->capacity = FIRST_CAPACITY;
  p->owner = owner;
  p->root = root;
  p->depth = 0;
}

void bridge_pack_end(bridge_packer *p) {
  // The userdata's size is the value's length: whoever reads it needs nothing else.
  uint8_t *exact = lua_newuserdatauv(p->state, p->length, 0);
  memcpy(exact, p->bytes, p->length);
  lua_replace(p->state, p->box);
  lua_settop(p->state, p->box);
}

void bridge_pack_string(bridge_packer *p, const char *text, size_t length) {
  put_tag(p, BRIDGE_STRING);
  put_text(p, text, length);
}

void bridge_pack_integer(bridge_packer *p, int64_t value) {
  put_tag(p, BRIDGE_INTEGER);
  put(p, &value, sizeof value);
}

size_t bridge_pack_array(bridge_packer *p, uint32_t count) {
  put_tag(p, BRIDGE_ARRAY);
  put(p, &count, sizeof count);
  return p->length - sizeof count;
}

void bridge_pack_set_count(bridge_packer *p, size_t position, uint32_t count) {
  memcpy(p->bytes + position, &count, sizeof count);
}

// Values

/// Raises with the path to the value at hand before the reason: "sysfs.write: arguments.spec[3] is a function".
static _Noreturn void refuse(bridge_packer *p, const char *reason) {
  lua_State *L = p->state;
  luaL_Buffer path;
  luaL_checkstack(L, LUA_MINSTACK, NULL);
  luaL_buffinit(L, &path);
  luaL_addstring(&path, p->root);
  for (int level = 0; level < p->depth; level++) {
    if (p->path[level].key != NULL) {
      luaL_addchar(&path, '.');
      luaL_addstring(&path, p->path[level].key);
    } else {
      char index[32];
      lua_Integer number = p->path[level].index;
      if (number == 0) continue;  // the table itself
      snprintf(index, sizeof index, "[" LUA_INTEGER_FMT "]", (LUAI_UACINT)number);
      luaL_addstring(&path, index);
    }
  }
  luaL_pushresult(&path);
  bridge_raise(L, "%s: %s %s", p->owner, lua_tostring(L, -1), reason);
  __builtin_unreachable();
}

static bool is_utf8(const char *text, size_t length) {
  const uint8_t *byte = (const uint8_t *)text, *end = byte + length;
  while (byte < end) {
    const uint8_t first = *byte++;
    if (first < 0x80) continue;
    const int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    if (first < 0xc2 || first > 0xf4 || end - byte < more) return false;
    // Overlong forms, surrogates and what lies beyond U+10FFFF show in the second byte.
    const uint8_t low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const uint8_t high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (byte[0] < low || byte[0] > high) return false;
    for (int index = 1; index < more; index++) {
      if ((byte[index] & 0xc0) != 0x80) return false;
    }
    byte += more;
  }
  return true;
}

/// What the keys of a table make it.
typedef struct {
  uint32_t count;
  bool is_map;
} table_shape;

static table_shape shape_of(bridge_packer *p, int index) {
  lua_State *L = p->state;
  int last = p->depth - 1;
  lua_Integer elements = 0, highest = 0, fields = 0;
  lua_pushnil(L);
  while (lua_next(L, index)) {
    lua_pop(L, 1);
    if (lua_type(L, -1) == LUA_TSTRING) {
      fields++;
    } else if (lua_isinteger(L, -1)) {
      const lua_Integer element = lua_tointeger(L, -1);
      if (element < 1) refuse(p, "has an index below 1; arrays begin at 1");
      if (element > highest) highest = element;
      elements++;
    } else {
      lua_pushfstring(L, "has a key that is a %s; keys are texts, or the indices of an array", luaL_typename(L, -1));
      refuse(p, lua_tostring(L, -1));
    }
  }
  if (fields > UINT32_MAX || elements > UINT32_MAX) refuse(p, "has too many entries to cross");
  if (fields > 0 && elements > 0) refuse(p, "is mixed: it has both named fields and array elements");
  if (highest > elements) {
    lua_Integer hole = 1;
    while (lua_rawgeti(L, index, hole) != LUA_TNIL) {
      lua_pop(L, 1);
      hole++;
    }
    p->path[last].index = hole;
    refuse(p, "is missing: the array has a hole there");
  }
  if (elements > 0) return (table_shape){.count = (uint32_t)elements, .is_map = false};
  return (table_shape){.count = (uint32_t)fields, .is_map = true};
}

static void put_table(bridge_packer *p, int index) {
  lua_State *L = p->state;
  const void *table = lua_topointer(L, index);
  for (int level = 0; level < p->depth; level++) {
    if (p->path[level].table == table) refuse(p, "is cyclic: it is one of the tables that contain it");
  }
  if (p->depth >= bridge_of(L)->limits.value_depth) refuse(p, "is nested too deeply");
  luaL_checkstack(L, 8, "nested too deeply");
  if (lua_getmetatable(L, index)) {
    lua_pushliteral(L, "__plain");
    if (lua_rawget(L, -2) == LUA_TNIL) refuse(p, "has a metatable; only plain tables can cross");
    lua_pop(L, 2);
  }

  const int last = p->depth++;
  p->path[last].table = table;
  p->path[last].key = NULL;
  p->path[last].index = 0;
  const table_shape shape = shape_of(p, index);
  put_tag(p, shape.is_map ? BRIDGE_MAP : BRIDGE_ARRAY);
  put(p, &shape.count, sizeof shape.count);
  if (shape.is_map) {
    lua_pushnil(L);
    while (lua_next(L, index)) {
      size_t length;
      p->path[last].key = lua_tolstring(L, -2, &length);  // a string already, so the key is not changed
      if (!is_utf8(p->path[last].key, length)) refuse(p, "has a name that is not UTF-8");
      put_text(p, p->path[last].key, length);
      bridge_pack_value(p, lua_gettop(L));
      lua_pop(L, 1);
    }
  } else {
    for (uint32_t element = 1; element <= shape.count; element++) {
      p->path[last].index = element;
      lua_rawgeti(L, index, element);
      bridge_pack_value(p, lua_gettop(L));
      lua_pop(L, 1);
    }
  }
  p->depth--;
}

void bridge_pack_value(bridge_packer *p, int index) {
  lua_State *L = p->state;
  switch (lua_type(L, index)) {
    case LUA_TNIL: put_tag(p, BRIDGE_NIL); break;
    case LUA_TBOOLEAN: put_tag(p, lua_toboolean(L, index) ? BRIDGE_TRUE : BRIDGE_FALSE); break;
    case LUA_TNUMBER:
      if (lua_isinteger(L, index)) {
        bridge_pack_integer(p, lua_tointeger(L, index));
      } else {
        const double number = lua_tonumber(L, index);
        put_tag(p, BRIDGE_FLOAT);
        put(p, &number, sizeof number);
      }
      break;
    case LUA_TSTRING: {
      size_t length;
      const char *text = lua_tolstring(L, index, &length);
      bridge_pack_string(p, text, length);
      break;
    }
    case LUA_TTABLE: put_table(p, index); break;
    case LUA_TLIGHTUSERDATA:
      if (lua_touserdata(L, index) != &bridge_null) refuse(p, "is no plain data");
      put_tag(p, BRIDGE_NIL);
      break;
    default: {
      const bridge_handle *handle = bridge_test_handle(L, index);
      if (handle == NULL) {
        lua_pushfstring(L, "is a %s; only plain data can cross", luaL_typename(L, index));
        refuse(p, lua_tostring(L, -1));
      }
      put_tag(p, BRIDGE_HANDLE);
      put(p, &handle->id, sizeof handle->id);
      put_text(p, handle->kind, strlen(handle->kind));
    }
  }
}

void bridge_pack_arguments(bridge_packer *p, int count) {
  bridge_pack_array(p, (uint32_t)count);
  // A lone argument is the arguments; of several, each has its number.
  char root[64];
  const char *name = p->root;
  for (int index = 1; index <= count; index++) {
    if (count > 1) {
      snprintf(root, sizeof root, "%s[%d]", name, index);
      p->root = root;
    }
    bridge_pack_value(p, index);
  }
  p->root = name;
}
