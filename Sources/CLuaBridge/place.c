#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bridge.h"

bridge *bridge_of(lua_State *L) {
  // The extra space of a new thread is a copy of its parent's.
  return *(bridge **)lua_getextraspace(L);
}

/// Scripts have names with "@", the prelude and C functions with "=".
static bool is_script(const lua_Debug *frame) { return frame->source[0] == '@' && frame->currentline > 0; }

bool bridge_script_frame(lua_State *L, lua_Debug *frame) {
  for (int level = 0; lua_getstack(L, level, frame); level++) {
    if (lua_getinfo(L, "Sl", frame) && is_script(frame)) return true;
  }
  return false;
}

void bridge_note_place(bridge *b, lua_State *L) {
  lua_Debug frame;
  b->file[0] = '\0';
  b->line = 0;
  if (bridge_script_frame(L, &frame)) {
    memcpy(b->file, frame.short_src, sizeof b->file);
    b->line = frame.currentline;
  }
}

/// Pushes the `file:line: ` that error texts begin with, or nothing.
static void push_place(lua_State *L) {
  lua_Debug frame;
  luaL_checkstack(L, 4, NULL);
  if (bridge_script_frame(L, &frame))
    lua_pushfstring(L, "%s:%d: ", frame.short_src, frame.currentline);
  else
    lua_pushliteral(L, "");
}

int bridge_raise(lua_State *L, const char *format, ...) {
  push_place(L);
  va_list arguments;
  va_start(arguments, format);
  lua_pushvfstring(L, format, arguments);
  va_end(arguments);
  lua_concat(L, 2);
  return lua_error(L);
}

int bridge_raise_bytes(lua_State *L, const char *bytes, size_t length) {
  push_place(L);
  lua_pushlstring(L, bytes, length);
  lua_concat(L, 2);
  return lua_error(L);
}

/// What a traceback says of a frame: the name it was called by, if a script called it.
static void describe(lua_State *L, int level, const lua_Debug *frame, char *text, size_t size) {
  lua_Debug caller;
  const bool called_by_script =
      lua_getstack(L, level + 1, &caller) && lua_getinfo(L, "S", &caller) && caller.source[0] == '@';
  if (strcmp(frame->what, "main") == 0)
    snprintf(text, size, "main chunk");
  else if (called_by_script && frame->namewhat[0] != '\0')
    snprintf(text, size, "%s '%s'", frame->namewhat, frame->name);
  else
    snprintf(text, size, "function <%s:%d>", frame->short_src, frame->linedefined);
}

/// The innermost and the outermost frames that a traceback shows.
enum { INNERMOST = 20, OUTERMOST = 10 };

/// The number of levels, by doubling and halving, since each look at a level walks there.
static int level_count(lua_State *L) {
  lua_Debug frame;
  int low = 0, high = 1;
  while (lua_getstack(L, high, &frame)) {
    low = high;
    high *= 2;
  }
  while (low < high) {
    const int middle = low + (high - low) / 2;
    if (lua_getstack(L, middle, &frame))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

uint32_t bridge_pack_frames(bridge_packer *packer, lua_State *coroutine) {
  const int levels = level_count(coroutine);
  uint32_t values = 0;
  for (int level = 0; level < levels; level++) {
    if (level == INNERMOST && levels > INNERMOST + OUTERMOST) {
      char text[48];
      const int skipped = levels - INNERMOST - OUTERMOST;
      snprintf(text, sizeof text, "%d more calls", skipped);
      bridge_pack_string(packer, "", 0);
      bridge_pack_integer(packer, 0);
      bridge_pack_string(packer, text, strlen(text));
      values += 3;
      level += skipped;
    }
    lua_Debug frame;
    char text[160];
    if (!lua_getstack(coroutine, level, &frame) || !lua_getinfo(coroutine, "Sln", &frame)) break;
    if (!is_script(&frame)) continue;
    describe(coroutine, level, &frame, text, sizeof text);
    bridge_pack_string(packer, frame.short_src, strlen(frame.short_src));
    bridge_pack_integer(packer, frame.currentline);
    bridge_pack_string(packer, text, strlen(text));
    values += 3;
  }
  return values;
}
