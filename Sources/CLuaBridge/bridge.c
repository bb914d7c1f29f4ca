#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"

/// The main thread's stack: what crossed last, then the coroutines, innermost last; and how many may wait at once.
enum { CROSSING = 1, COROUTINES_MAX = 16 };

/// The registry's keys for the functions of steps, and for the loaded function.
static char step_functions, loaded_function;

static int on_panic(lua_State *L) {
  // Reached only by a mistake in this target: some call outside a protected one raised.
  const char *message = lua_tostring(L, -1);
  fprintf(stderr, "Lua raised an error outside a protected call: %s\n", message != NULL ? message : "(no text)");
  abort();
}

// State

bridge *bridge_open(const bridge_limits *limits) {
  bridge *b = calloc(1, sizeof *b);
  if (b == NULL) return NULL;
  b->limits = *limits;
  if (b->limits.value_depth > BRIDGE_DEPTH_MAX) b->limits.value_depth = BRIDGE_DEPTH_MAX;
  if (b->limits.instructions < 1) b->limits.instructions = 1;
  if (b->limits.time < 1) b->limits.time = 1;
  b->main = lua_newstate(bridge_allocate, b);
  if (b->main != NULL) {
    *(bridge **)lua_getextraspace(b->main) = b;
    lua_atpanic(b->main, on_panic);
    lua_settop(b->main, CROSSING);
  }
  return b;
}

size_t bridge_close(bridge *b) {
  if (b->main != NULL) lua_close(b->main);
  const size_t left = b->used;
  free(b);
  return left;
}

int bridge_depth(const bridge *b) { return b->main == NULL ? 0 : lua_gettop(b->main) - CROSSING; }

// Protected calls

/// Packs the error text at index 1 as a failure without frames.
static int pack_message(lua_State *L) {
  bridge_packer packer;
  size_t length = 0;
  const char *text = lua_tolstring(L, 1, &length);
  bridge_pack_begin(&packer, L, "error", "message");
  bridge_pack_array(&packer, 1);
  bridge_pack_string(&packer, text != NULL ? text : "", length);
  bridge_pack_end(&packer);
  return 1;
}

/// Puts what is at the top of the main stack into the crossing slot, and shows its bytes.
static void show(bridge *b, bridge_outcome *outcome) {
  lua_replace(b->main, CROSSING);
  outcome->bytes = lua_touserdata(b->main, CROSSING);
  outcome->length = outcome->bytes != NULL ? lua_rawlen(b->main, CROSSING) : 0;
  outcome->file = b->file;
  outcome->line = b->line;
}

static void prepare_outcome(bridge *b, bridge_outcome *outcome) {
  *outcome = (bridge_outcome){.event = BRIDGE_FAILED, .failure = BRIDGE_RUNTIME, .file = b->file};
  b->ended = 0;
  b->file[0] = '\0';
  b->line = 0;
}

/// Calls `function` with `argument` as light userdata and leaves its one result on the main stack. If it raises, the outcome
/// is the failure, of the kind that the function left there, and nothing is left on the stack.
static bool protected(bridge *b, lua_CFunction function, void *argument, bridge_outcome *outcome) {
  lua_State *L = b->main;
  prepare_outcome(b, outcome);
  if (L == NULL) {
    outcome->failure = BRIDGE_MEMORY;
    return false;
  }
  lua_pushcfunction(L, function);
  lua_pushlightuserdata(L, argument);
  int status = lua_pcall(L, 1, 1, 0);
  b->reporting = false;
  if (status == LUA_OK) return true;
  outcome->event = BRIDGE_FAILED;
  if (status == LUA_ERRMEM || outcome->failure == BRIDGE_MEMORY) {
    outcome->failure = b->ended != 0 ? b->ended : BRIDGE_MEMORY;
    lua_pop(L, 1);
    lua_pushnil(L);
  } else {
    lua_pushcfunction(L, pack_message);
    lua_insert(L, -2);
    b->reporting = true;
    if (lua_pcall(L, 1, 1, 0) != LUA_OK) {
      lua_pop(L, 1);
      lua_pushnil(L);
    }
    b->reporting = false;
  }
  show(b, outcome);
  return false;
}

// Opening the sandbox

typedef struct {
  const char *prelude;
  size_t prelude_length;
  const uint8_t *names;
  size_t names_length;
} preparation;

static int prepare(lua_State *L) {
  static const luaL_Reg libraries[] = {
      {LUA_GNAME, luaopen_base},         {LUA_TABLIBNAME, luaopen_table}, {LUA_STRLIBNAME, luaopen_string},
      {LUA_MATHLIBNAME, luaopen_math},   {LUA_UTF8LIBNAME, luaopen_utf8}, {LUA_COLIBNAME, luaopen_coroutine},
  };
  const preparation *p = lua_touserdata(L, 1);
  luaL_checkversion(L);
  for (size_t index = 0; index < sizeof libraries / sizeof *libraries; index++) {
    luaL_requiref(L, libraries[index].name, libraries[index].func, 1);
    lua_pop(L, 1);
  }
  bridge_open_handles(L);

  // The prelude makes, out of these libraries, the globals of scripts and the table of the steps' functions.
  if (luaL_loadbufferx(L, p->prelude, p->prelude_length, "=vsrrun", "t") != LUA_OK) return lua_error(L);
  bridge_push_library(L);
  bridge_unpack(L, p->names, p->names_length);
  lua_call(L, 2, 2);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &step_functions);
  lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  return 0;
}

bool bridge_prepare(bridge *b, const char *prelude, size_t prelude_length, const uint8_t *names, size_t names_length,
                    bridge_outcome *outcome) {
  preparation p = {prelude, prelude_length, names, names_length};
  if (b->main != NULL && !lua_checkstack(b->main, COROUTINES_MAX + LUA_MINSTACK)) {
    prepare_outcome(b, outcome);
    outcome->failure = BRIDGE_MEMORY;
    return false;
  }
  if (!protected(b, prepare, &p, outcome)) return false;
  lua_pop(b->main, 1);
  return true;
}

// Loading

typedef struct {
  const char *source;
  size_t length;
  const char *name;
  bridge_outcome *outcome;
  bool found;
} loading;

static int load(lua_State *L) {
  const loading *l = lua_touserdata(L, 1);
  const int status = luaL_loadbufferx(L, l->source, l->length, l->name, "t");
  if (status != LUA_OK) {
    l->outcome->failure = status == LUA_ERRMEM ? BRIDGE_MEMORY : BRIDGE_SYNTAX;
    return lua_error(L);
  }
  lua_rawsetp(L, LUA_REGISTRYINDEX, &loaded_function);
  return 0;
}

static int load_function(lua_State *L) {
  loading *l = lua_touserdata(L, 1);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &step_functions);
  lua_pushlstring(L, l->source, l->length);
  if (lua_rawget(L, -2) != LUA_TTABLE) return 0;
  lua_pushstring(L, l->name);
  if (lua_rawget(L, -2) != LUA_TFUNCTION) return 0;
  lua_rawsetp(L, LUA_REGISTRYINDEX, &loaded_function);
  l->found = true;
  return 0;
}

void bridge_push_loaded(lua_State *L) { lua_rawgetp(L, LUA_REGISTRYINDEX, &loaded_function); }

bool bridge_load(bridge *b, const char *source, size_t length, const char *name, bridge_outcome *outcome) {
  loading l = {.source = source, .length = length, .name = name, .outcome = outcome};
  if (!protected(b, load, &l, outcome)) return false;
  lua_pop(b->main, 1);
  return true;
}

bool bridge_load_function(bridge *b, const char *step, size_t length, const char *which, bridge_outcome *outcome) {
  loading l = {.source = step, .length = length, .name = which, .outcome = outcome};
  if (!protected(b, load_function, &l, outcome)) return false;
  lua_pop(b->main, 1);
  if (!l.found) outcome->failure = 0;
  return l.found;
}

// Slices

typedef struct {
  bridge *bridge;
  /// The coroutine to run, or whose failure to tell.
  lua_State *coroutine;
  const uint8_t *arguments;
  size_t length;
  bridge_outcome *outcome;
} slice;

/// Pushes the packed failure of a coroutine: what is at its top is the error, unless the script was ended for a reason.
static int fail(lua_State *L, const slice *s, int status) {
  bridge *b = s->bridge;
  bridge_packer packer;
  b->reporting = true;
  s->outcome->event = BRIDGE_FAILED;
  s->outcome->failure = b->ended != 0 ? b->ended : status == LUA_ERRMEM ? BRIDGE_MEMORY : BRIDGE_RUNTIME;
  if (b->ended == 0) bridge_note_place(b, s->coroutine);

  bridge_pack_begin(&packer, L, "error", "message");
  const size_t count = bridge_pack_array(&packer, 0);
  if (b->ended != 0) {
    bridge_pack_string(&packer, b->reason, strlen(b->reason));
  } else if (lua_type(s->coroutine, -1) == LUA_TSTRING) {
    size_t length;
    const char *text = lua_tolstring(s->coroutine, -1, &length);
    bridge_pack_string(&packer, text, length);
  } else {
    char text[64];
    snprintf(text, sizeof text, "the error is a %s, not a text", luaL_typename(s->coroutine, -1));
    bridge_pack_string(&packer, text, strlen(text));
  }
  const uint32_t frames = bridge_pack_frames(&packer, s->coroutine);
  bridge_pack_set_count(&packer, count, 1 + frames);
  bridge_pack_end(&packer);
  return 1;
}

static int run(lua_State *L) {
  const slice *s = lua_touserdata(L, 1);
  bridge *b = s->bridge;
  int arguments = 0, results = 0;
  if (s->arguments != NULL) {
    arguments = bridge_unpack_elements(L, s->arguments, s->length);
    luaL_checkstack(s->coroutine, arguments, NULL);
    lua_xmove(L, s->coroutine, arguments);
  }
  bridge_arm(b, s->coroutine);
  const int status = lua_resume(s->coroutine, L, arguments, &results);
  bridge_disarm(b);

  if (b->ended != 0 || (status != LUA_OK && status != LUA_YIELD)) return fail(L, s, status);
  if (status == LUA_YIELD) {
    bridge_note_place(b, s->coroutine);
    lua_xmove(s->coroutine, L, 1);
    s->outcome->event = BRIDGE_CALL;
    s->outcome->name = b->call;
    return 1;
  }
  if (results == 0) {
    lua_pushnil(L);
  } else {
    lua_pop(s->coroutine, results - 1);
    lua_xmove(s->coroutine, L, 1);
  }
  bridge_packer packer;
  const int result = lua_gettop(L);
  bridge_pack_begin(&packer, L, "return", "result");
  bridge_pack_value(&packer, result);
  bridge_pack_end(&packer);
  s->outcome->event = BRIDGE_FINISHED;
  return 1;
}

/// Runs a slice of the innermost coroutine, which goes if it ends.
static void step(bridge *b, slice *s) {
  s->coroutine = lua_tothread(b->main, -1);
  if (protected(b, run, s, s->outcome)) show(b, s->outcome);
  if (s->outcome->event != BRIDGE_CALL) lua_pop(b->main, 1);
}

static int new_coroutine(lua_State *L) {
  lua_State *coroutine = lua_newthread(L);
  bridge_push_loaded(L);
  lua_xmove(L, coroutine, 1);
  return 1;
}

void bridge_start(bridge *b, const uint8_t *arguments, size_t length, bridge_outcome *outcome) {
  slice s = {.bridge = b, .arguments = arguments, .length = length, .outcome = outcome};
  if (bridge_depth(b) >= COROUTINES_MAX) {
    prepare_outcome(b, outcome);
    return;
  }
  if (protected(b, new_coroutine, NULL, outcome)) step(b, &s);
}

void bridge_resume(bridge *b, bridge_answer answer, const uint8_t *bytes, size_t length, bridge_outcome *outcome) {
  slice s = {.bridge = b, .outcome = outcome};
  if (bridge_depth(b) == 0) {
    prepare_outcome(b, outcome);
    return;
  }
  b->answer = answer;
  b->answer_bytes = bytes;
  b->answer_length = length;
  step(b, &s);
  b->answer_bytes = NULL;
}

static int tell(lua_State *L) {
  const slice *s = lua_touserdata(L, 1);
  s->bridge->ended = BRIDGE_ABORTED;
  s->bridge->reason[0] = '\0';
  bridge_note_place(s->bridge, s->coroutine);
  return fail(L, s, LUA_OK);
}

void bridge_abort(bridge *b, bridge_outcome *outcome) {
  slice s = {.bridge = b, .outcome = outcome};
  if (bridge_depth(b) == 0) {
    prepare_outcome(b, outcome);
    return;
  }
  s.coroutine = lua_tothread(b->main, -1);
  if (protected(b, tell, &s, outcome)) show(b, outcome);
  outcome->failure = BRIDGE_ABORTED;
  lua_pop(b->main, 1);
}
