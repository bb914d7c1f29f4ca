#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bridge.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

// Memory

/// What error texts may use beyond the limit.
static const size_t reserve = 256 * 1024;

void *bridge_allocate(void *userdata, void *block, size_t old_size, size_t new_size) {
  bridge *b = userdata;
  if (block == NULL) old_size = 0;  // Lua passes the kind of object there
  if (new_size == 0) {
    free(block);
    b->used -= old_size;
    return NULL;
  }
  if (new_size > old_size) {
    b->allocations++;
    const uint64_t first = b->limits.failing_allocation;
    if (first != 0 && b->allocations >= first && b->allocations - first < b->limits.failing_count) return NULL;
    const size_t limit = b->limits.memory + (b->reporting ? reserve : 0);
    const size_t growth = new_size - old_size;
    if (b->used > limit || growth > limit - b->used) return NULL;
  }
  void *moved = realloc(block, new_size);
  if (moved == NULL) return new_size <= old_size ? block : NULL;  // Lua relies on shrinking
  b->used = b->used - old_size + new_size;
  return moved;
}

// Instructions

static void hook(lua_State *L, lua_Debug *frame) {
  (void)frame;
  bridge *b = bridge_of(L);
  if (b->ended != 0)
    bridge_end(L, b->ended, "%s", b->reason);
  else if (b->overdue)
    bridge_end(L, BRIDGE_TIME, "ran for %.3g seconds of processor time without a call to the host; is a loop endless?",
               (double)b->limits.time / 1e9);
  else
    bridge_end(L, BRIDGE_BUDGET, "ran %d instructions without a call to the host; is a loop endless?",
               b->limits.instructions);
}

int bridge_end(lua_State *L, bridge_failure failure, const char *format, ...) {
  bridge *b = bridge_of(L);
  if (b->ended == 0) {
    b->ended = failure;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(b->reason, sizeof b->reason, format, arguments);
    va_end(arguments);
    bridge_note_place(b, L);
  }
  // A yield passes every pcall; the slice then drops the coroutine. Inside a callback of a C function there is no yielding:
  // there an error leads out, and if a pcall stops it, the next instruction comes here again.
  if (lua_isyieldable(L)) return lua_yield(L, 0);
  if (lua_gethookcount(L) != 1) lua_sethook(L, hook, LUA_MASKCOUNT, 1);
  return bridge_raise(L, "%s", b->reason);
}

// Time
//
// The clock counts the thread's processor time: a slice only computes, and a stopped or crowded machine is no fault of the
// script. At the limit the signal handler sets the hook, as lua_sethook's manual page allows, and the script ends with an
// error. A C function that runs no instruction of Lua (a pattern that matches for centuries) never meets the hook; when
// the clock strikes again, the process ends. Dying is safe at that point: nothing is under way but the script.

/// From the error to the death, in seconds: callbacks inside callbacks, each with a pcall, need some time to end.
enum { GRACE = 1 };

/// The bridge whose slice runs on this thread.
static _Thread_local bridge *volatile watched;

static void append(char *line, size_t size, size_t *length, const char *text) {
  while (*text != '\0' && *length < size) line[(*length)++] = *text++;
}

static void append_number(char *line, size_t size, size_t *length, int64_t number) {
  char digits[21];
  char *digit = digits + sizeof digits - 1;
  *digit = '\0';
  do {
    *--digit = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  append(line, size, length, digit);
}

/// Says where the script is and ends the process. Uses only what a signal handler may use.
static _Noreturn void die(const bridge *b, const lua_Debug *frame) {
  char line[256];
  size_t length = 0;
  if (frame != NULL) {
    append(line, sizeof line, &length, frame->short_src);
    append(line, sizeof line, &length, ":");
    append_number(line, sizeof line, &length, frame->currentline);
    append(line, sizeof line, &length, ": ");
  }
  append(line, sizeof line, &length, "a library function did not return within ");
  append_number(line, sizeof line, &length, b->limits.time / 1000000);
  append(line, sizeof line, &length, " ms of processor time; the program ends here, no effect was under way\n");
  ssize_t written = write(STDERR_FILENO, line, length);
  (void)written;
  _exit(65);
}

static void on_fault(int signal) {
  (void)signal;
  die(watched, NULL);
}

static void on_time(int signal) {
  (void)signal;
  bridge *b = watched;
  if (b == NULL) return;  // the slice ended while the signal was on its way
  if (!b->overdue) {
    b->overdue = 1;
    lua_sethook(b->running, hook, LUA_MASKCOUNT, 1);
    return;
  }
  // A script that has not reached a single instruction since then stands still in a C function, and its frames can be
  // read. Should they be in motion after all, the fault ends the process just as well, only without the line.
  struct sigaction action = {.sa_handler = on_fault};
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
  lua_Debug frame;
  die(b, bridge_script_frame(b->running, &frame) ? &frame : NULL);
}

void bridge_arm(bridge *b, lua_State *coroutine) {
  b->running = coroutine;
  b->overdue = 0;
  lua_sethook(coroutine, hook, LUA_MASKCOUNT, b->limits.instructions);

  struct sigaction action = {.sa_handler = on_time, .sa_flags = SA_RESTART};
  sigaction(SIGVTALRM, &action, NULL);
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGVTALRM};
  event.sigev_notify_thread_id = gettid();
  if (timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &b->timer) != 0)
    luaL_error(b->main, "no timer for the script's time limit: %s", strerror(errno));
  watched = b;
  sigset_t ours;
  sigemptyset(&ours);
  sigaddset(&ours, SIGVTALRM);
  pthread_sigmask(SIG_UNBLOCK, &ours, &b->signals);

  const int64_t second = 1000000000;
  const struct itimerspec clock = {
      .it_value = {.tv_sec = b->limits.time / second, .tv_nsec = b->limits.time % second},
      .it_interval = {.tv_sec = GRACE},
  };
  timer_settime(b->timer, 0, &clock, NULL);
}

void bridge_disarm(bridge *b) {
  timer_delete(b->timer);
  watched = NULL;
  pthread_sigmask(SIG_SETMASK, &b->signals, NULL);
}
