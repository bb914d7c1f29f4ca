/// Lua 5.4 behind functions that always return.
///
/// Lua reports errors by longjmp, and almost every function of its interface can raise one: whatever allocates, runs a
/// metamethod or runs a script. A longjmp over a Swift frame is undefined behaviour. So Swift sees only this header, and
/// memory safety rests on four rules, each kept in this target alone:
///
/// 1. Lua never calls Swift. A primitive is one C function, the same for all: it packs its arguments and yields. The
///    slice then returns to Swift with no Lua frame below it, and the next slice brings the answer to the C continuation.
/// 2. Each function here does its work inside `lua_pcall`, and uses outside it only interface functions that neither
///    allocate nor raise (`lua_gettop`, `lua_settop`, `lua_replace`, `lua_touserdata`, `lua_rawlen`, `lua_pushcfunction`,
///    `lua_pushlightuserdata`, `lua_pushvalue`, `lua_pushnil`) on stack space reserved when the state was opened.
/// 3. Values cross as bytes: packed in Lua's own memory, read by Swift before the next call, and the other way round.
///    Swift never holds a reference into the stack, and C keeps no pointer of Swift's after a function has returned.
/// 4. Nothing outside this target includes lua.h (Tests/Checks/only-the-bridge-sees-Lua.sh).
///
/// A bridge belongs to one thread at a time; a slice needs about 1 MiB of C stack in the worst case (200 nested C calls).
#ifndef CLUABRIDGE_H
#define CLUABRIDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A Lua state with its limits, its coroutines and what crosses at the moment.
typedef struct bridge bridge;

typedef struct {
  /// Bytes of the whole state.
  size_t memory;
  /// Instructions of one slice, that is from one answer to the next call.
  int instructions;
  /// Processor time of one slice, in nanoseconds.
  int64_t time;
  /// Bytes of one packed argument list or result.
  size_t value_size;
  /// Levels of nesting of one value, at most `BRIDGE_DEPTH_MAX`.
  int value_depth;
  /// For tests: the number of the first allocation that fails, counted from 1; 0 for none.
  uint64_t failing_allocation;
  /// For tests: how many allocations in a row fail. Lua tries each one twice, with a full collection between.
  uint64_t failing_count;
} bridge_limits;

#define BRIDGE_DEPTH_MAX 128

typedef enum { BRIDGE_CALL, BRIDGE_FINISHED, BRIDGE_FAILED } bridge_event;

typedef enum {
  BRIDGE_RUNTIME = 1,
  BRIDGE_SYNTAX,
  BRIDGE_MEMORY,
  BRIDGE_BUDGET,
  BRIDGE_TIME,
  BRIDGE_UNKNOWN_VALUE,
  BRIDGE_ABORTED,
} bridge_failure;

/// What a slice came to. The pointers hold until the next call of a function with the same bridge.
typedef struct {
  bridge_event event;
  bridge_failure failure;
  /// Of a call: the primitive's name.
  const char *name;
  /// Of a call or a failure: the nearest line of a script; an empty file if there is none.
  const char *file;
  int line;
  /// Packed: of a call the array of its arguments, of an end the result, of a failure the array of message, then file,
  /// line and function of each frame, innermost first. NULL if a failure left no memory for it.
  const uint8_t *bytes;
  size_t length;
} bridge_outcome;

/// How the call that waits is answered.
typedef enum {
  /// It returns the packed value.
  BRIDGE_RETURN,
  /// It raises the bytes as a message, with the caller's `file:line: ` before it.
  BRIDGE_RAISE,
  /// It raises the bytes as they are.
  BRIDGE_RAISE_BARE,
  /// It returns the function that `bridge_load` compiled.
  BRIDGE_RETURN_LOADED,
} bridge_answer;

/// The forms of packed values: a tag, then what is said here, numbers in the machine's own byte order.
enum {
  BRIDGE_NIL = 0,
  BRIDGE_FALSE = 1,
  BRIDGE_TRUE = 2,
  BRIDGE_INTEGER = 3,  // int64_t
  BRIDGE_FLOAT = 4,    // double
  BRIDGE_STRING = 5,   // uint32_t length, bytes
  BRIDGE_ARRAY = 6,    // uint32_t count, values
  BRIDGE_MAP = 7,      // uint32_t count, then for each entry: uint32_t length, bytes of the key (UTF-8), value
  BRIDGE_HANDLE = 8,   // int64_t id, uint32_t length, bytes of the kind
};

/// A new state, still empty; NULL if there is no memory for the bridge itself.
bridge *bridge_open(const bridge_limits *limits);

/// Frees everything. Returns the bytes that the state still held: not 0 is a leak.
size_t bridge_close(bridge *b);

/// Opens the libraries, runs the prelude and closes the sandbox. `names` is the packed array of the primitives' names.
bool bridge_prepare(bridge *b, const char *prelude, size_t prelude_length, const uint8_t *names, size_t names_length,
                    bridge_outcome *outcome);

/// Compiles source text (never bytecode) and keeps the function as the loaded one. `name` is "@" and the file's name.
bool bridge_load(bridge *b, const char *source, size_t length, const char *name, bridge_outcome *outcome);

/// Makes the function `which` of a step the loaded one. Returns false, with an outcome of no failure (0), if there is
/// none.
bool bridge_load_function(bridge *b, const char *step, size_t length, const char *which, bridge_outcome *outcome);

/// Runs the loaded function, with a packed array of arguments, as a new innermost coroutine until its first call or its
/// end.
void bridge_start(bridge *b, const uint8_t *arguments, size_t length, bridge_outcome *outcome);

/// Answers the call of the innermost coroutine and runs it until the next one or its end.
void bridge_resume(bridge *b, bridge_answer answer, const uint8_t *bytes, size_t length, bridge_outcome *outcome);

/// Drops the innermost coroutine where it waits; nothing of the script runs any more. The outcome is a failure without
/// a message.
void bridge_abort(bridge *b, bridge_outcome *outcome);

/// How many coroutines wait for an answer.
int bridge_depth(const bridge *b);

#endif
