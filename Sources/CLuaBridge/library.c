#include <string.h>

#include "bridge.h"

char bridge_null;

// Primitives

/// What a primitive does once the host has answered, in the script's own coroutine.
static int answered(lua_State *L, int status, lua_KContext context) {
  (void)status, (void)context;
  bridge *b = bridge_of(L);
  switch (b->answer) {
    case BRIDGE_RETURN: bridge_unpack(L, b->answer_bytes, b->answer_length); return 1;
    case BRIDGE_RETURN_LOADED: bridge_push_loaded(L); return 1;
    case BRIDGE_RAISE: return bridge_raise_bytes(L, (const char *)b->answer_bytes, b->answer_length);
    case BRIDGE_RAISE_BARE: break;
  }
  lua_pushlstring(L, (const char *)b->answer_bytes, b->answer_length);
  return lua_error(L);
}

/// Every primitive. Upvalues: the name that the host sees, the name in error texts, what error texts call the arguments.
static int primitive(lua_State *L) {
  bridge *b = bridge_of(L);
  const char *display = lua_tostring(L, lua_upvalueindex(2));
  if (!lua_isyieldable(L))
    return bridge_raise(L,
                        "%s cannot be called inside a function that a library function calls, such as the comparison of "
                        "table.sort or the replacement of string.gsub; call it before or after",
                        display);
  bridge_packer packer;
  const int count = lua_gettop(L);
  bridge_pack_begin(&packer, L, display, lua_tostring(L, lua_upvalueindex(3)));
  bridge_pack_arguments(&packer, count);
  bridge_pack_end(&packer);
  b->call = lua_tostring(L, lua_upvalueindex(1));
  return lua_yieldk(L, 1, 0, answered);
}

static int make_primitive(lua_State *L) {
  luaL_checkstring(L, 1);
  luaL_checkstring(L, 2);
  luaL_checkstring(L, 3);
  lua_settop(L, 3);
  lua_pushcclosure(L, primitive, 3);
  return 1;
}

static int raise_message(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  return bridge_raise_bytes(L, text, length);
}

static int word_done(lua_State *L, int status, lua_KContext context) {
  (void)status, (void)context;
  return lua_gettop(L);
}

/// A word of the language: calls the prelude's function, the upvalue. A tail call (`return step(…)`) of a Lua function
/// would take the script's frame from the stack, and with it the line that errors and calls name; one of a C function
/// does not.
static int word(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_callk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, word_done);
  return lua_gettop(L);
}

static int make_word(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 1);
  lua_pushcclosure(L, word, 1);
  return 1;
}

// Functions of Lua's own library, without what a sandbox must not have. They are C functions, and not Lua functions
// around the originals, so that an error that the original raises carries the caller's line.

/// Pushes the text of a value; objects that do not say otherwise are their type, since an address differs in each run.
static void push_text(lua_State *L, int index) {
  switch (lua_type(L, index)) {
    case LUA_TTABLE:
    case LUA_TFUNCTION:
    case LUA_TUSERDATA:
    case LUA_TLIGHTUSERDATA:
    case LUA_TTHREAD:
      if (luaL_getmetafield(L, index, "__tostring") == LUA_TNIL) {
        lua_pushstring(L, lua_touserdata(L, index) == &bridge_null ? "null" : luaL_typename(L, index));
        return;
      }
      lua_pop(L, 1);
      break;
    default: break;
  }
  luaL_tolstring(L, index, NULL);
}

static int to_string(lua_State *L) {
  luaL_checkany(L, 1);
  push_text(L, 1);
  return 1;
}

/// Calls the original, the first upvalue, in the place of this function.
static int original(lua_State *L) { return lua_tocfunction(L, lua_upvalueindex(1))(L); }

static int format(lua_State *L) {
  const char *directive = luaL_checkstring(L, 1);
  while ((directive = strchr(directive, '%')) != NULL) {
    directive++;
    directive += strspn(directive, "-+ #0123456789.");
    if (*directive == 'p') return luaL_error(L, "string.format: %%p is not available: addresses differ in each run");
    if (*directive != '\0') directive++;
  }
  const int top = lua_gettop(L);
  luaL_checkstack(L, 4, NULL);
  for (int index = 2; index <= top; index++) {
    switch (lua_type(L, index)) {
      case LUA_TTABLE:
      case LUA_TFUNCTION:
      case LUA_TUSERDATA:
      case LUA_TLIGHTUSERDATA:
        push_text(L, index);
        lua_replace(L, index);
        break;
      default: break;
    }
  }
  return original(L);
}

static int set_metatable(lua_State *L) {
  // A finalizer runs where no hook runs, and weak tables show when the collector ran.
  static const char *const refused[] = {"__gc", "__mode"};
  for (size_t index = 0; lua_istable(L, 2) && index < sizeof refused / sizeof *refused; index++) {
    lua_pushstring(L, refused[index]);
    if (lua_rawget(L, 2) != LUA_TNIL) return luaL_error(L, "setmetatable: %s is not available", refused[index]);
    lua_pop(L, 1);
  }
  return original(L);
}

/// A field of a value's metatable, whether it is locked or not.
static int metafield(lua_State *L) {
  luaL_checkany(L, 1);
  if (luaL_getmetafield(L, 1, luaL_checkstring(L, 2)) == LUA_TNIL) lua_pushnil(L);
  return 1;
}

/// Sets `field` of the table at the top of the stack to `wrapper` around a function of a library.
static void wrap(lua_State *L, const char *library, const char *name, lua_CFunction wrapper, const char *field) {
  lua_getglobal(L, library);
  lua_getfield(L, -1, name);
  lua_pushcclosure(L, wrapper, 1);
  lua_setfield(L, -3, field);
  lua_pop(L, 1);
}

void bridge_push_library(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"primitive", make_primitive}, {"word", make_word},      {"raise", raise_message},
      {"tostring", to_string},       {"metafield", metafield}, {NULL, NULL},
  };
  luaL_newlib(L, functions);
  wrap(L, "string", "format", format, "format");
  wrap(L, "_G", "setmetatable", set_metatable, "setmetatable");
  lua_pushlightuserdata(L, &bridge_null);
  lua_setfield(L, -2, "null");
}
