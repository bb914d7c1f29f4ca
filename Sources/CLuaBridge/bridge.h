/// What the files of the bridge share. Functions that raise say so; those that say nothing never do.
#ifndef BRIDGE_H
#define BRIDGE_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <signal.h>
#include <time.h>

#include "CLuaBridge.h"

_Static_assert(LUA_VERSION_NUM == 504, "written for Lua 5.4");
_Static_assert(sizeof(lua_Integer) == 8 && sizeof(lua_Number) == 8, "numbers cross in eight bytes");

struct bridge {
  /// The main thread. Its stack: what crossed last, then the coroutines, innermost last.
  lua_State *main;
  bridge_limits limits;

  // The allocator's account.
  size_t used;
  uint64_t allocations;
  /// While an error is put into words, a reserve is added to the limit, so that a script without memory gets its text.
  bool reporting;

  // The slice at hand.
  lua_State *running;
  timer_t timer;
  sigset_t signals;
  volatile sig_atomic_t overdue;
  /// Why the script is being ended, 0 if it is not.
  bridge_failure ended;
  char reason[160];
  char file[LUA_IDSIZE];
  int line;

  /// The primitive whose call waits, and its answer.
  const char *call;
  bridge_answer answer;
  const uint8_t *answer_bytes;
  size_t answer_length;
};

/// A value being packed into a userdata, so that memory for it is Lua's own: counted, and freed whatever happens.
typedef struct {
  lua_State *state;
  /// The stack index of the userdata.
  int box;
  uint8_t *bytes;
  size_t length;
  size_t capacity;
  /// The words before a path in error texts: "sysfs.write: arguments".
  const char *owner;
  const char *root;
  /// The tables around the value at hand, and its place in each.
  int depth;
  struct {
    const void *table;
    const char *key;
    lua_Integer index;
  } path[BRIDGE_DEPTH_MAX];
} bridge_packer;

/// The bridge that a state belongs to.
bridge *bridge_of(lua_State *L);

// bridge.c

/// Pushes the function that was loaded last.
void bridge_push_loaded(lua_State *L);

// limits.c

void *bridge_allocate(void *userdata, void *block, size_t old_size, size_t new_size);

/// Starts the budget and the clock of a slice. Raises.
void bridge_arm(bridge *b, lua_State *coroutine);
void bridge_disarm(bridge *b);

/// Ends the script so that its own pcall cannot stop it. Raises or yields; what it returns, its caller returns at once.
__attribute__((format(printf, 3, 4)))
int bridge_end(lua_State *L, bridge_failure failure, const char *format, ...);

// place.c

/// The nearest frame of a script, with "S" and "l" filled in. Allocates nothing.
bool bridge_script_frame(lua_State *L, lua_Debug *frame);

/// Notes the nearest line of a script in the bridge. Allocates nothing.
void bridge_note_place(bridge *b, lua_State *L);

/// Raises a message with the nearest script's `file:line: ` before it.
int bridge_raise(lua_State *L, const char *format, ...);
int bridge_raise_bytes(lua_State *L, const char *bytes, size_t length);

/// Appends file, line and function of each script frame of `coroutine`; returns how many values that were. Raises.
uint32_t bridge_pack_frames(bridge_packer *packer, lua_State *coroutine);

// pack.c and unpack.c: all of these raise.

/// Pushes the userdata that the packer fills.
void bridge_pack_begin(bridge_packer *packer, lua_State *L, const char *owner, const char *root);
void bridge_pack_string(bridge_packer *packer, const char *text, size_t length);
void bridge_pack_integer(bridge_packer *packer, int64_t value);
/// Returns where the count stands, for `bridge_pack_set_count`.
size_t bridge_pack_array(bridge_packer *packer, uint32_t count);
void bridge_pack_set_count(bridge_packer *packer, size_t position, uint32_t count);
/// Appends the value at an absolute stack index.
void bridge_pack_value(bridge_packer *packer, int index);
/// Appends the array of the arguments 1 to `count` of a primitive.
void bridge_pack_arguments(bridge_packer *packer, int count);
/// Gives the userdata its final size. Nothing may be packed after it.
void bridge_pack_end(bridge_packer *packer);

/// Pushes a packed value.
void bridge_unpack(lua_State *L, const uint8_t *bytes, size_t length);
/// Pushes the elements of a packed array; returns how many there are.
int bridge_unpack_elements(lua_State *L, const uint8_t *bytes, size_t length);

// library.c

/// The address that stands for `null`, as light userdata.
extern char bridge_null;

/// Pushes the table of C functions that the prelude builds the scripts' world from. Raises.
void bridge_push_library(lua_State *L);

// handle.c

typedef struct {
  int64_t id;
  char kind[32];
} bridge_handle;

/// Creates the handles' metatable. Raises.
void bridge_open_handles(lua_State *L);
/// Raises.
void bridge_push_handle(lua_State *L, int64_t id, const char *kind, size_t length);
/// NULL if the value is no handle. Raises (it pushes).
const bridge_handle *bridge_test_handle(lua_State *L, int index);
/// Refuses the use of a handle as plain data: ends the script if it is an unknown value, raises otherwise.
int bridge_refuse_handle(lua_State *L, const bridge_handle *handle, const char *use);

#endif
