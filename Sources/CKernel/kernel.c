#define _GNU_SOURCE
#include "CKernel.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <unistd.h>

// Linux 5.9, glibc 2.34; the documented system has glibc 2.31 and may have Linux 5.4.
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

// Only async-signal-safe calls from here to _exit: other threads may have held any lock at the fork.
static void close_from(unsigned int first) {
  if (syscall(SYS_close_range, first, ~0U, 0) == 0) return;
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = 1024;
  for (rlim_t descriptor = first; descriptor < limit.rlim_cur; descriptor++) close((int)descriptor);
}

static _Noreturn void write_and_report(int report, const char *path, const void *content, size_t count) {
  prctl(PR_SET_NAME, "vsrrun-write");
  setsid();
  if (dup2(report, STDIN_FILENO) < 0 || chdir("/") != 0) _exit(1);
  close_from(STDIN_FILENO + 1);

  int64_t result = -1;
  int file = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (file >= 0) result = write(file, content, count);
  if (result < 0) result = -errno;
  ssize_t reported = write(STDIN_FILENO, &result, sizeof result);
  _exit(reported == sizeof result ? 0 : 1);
}

pid_t kernel_write_start(const char *path, const void *content, size_t count, int *report) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  pid_t child = fork();
  if (child == 0) write_and_report(ends[1], path, content, count);
  int error = errno;
  close(ends[1]);
  if (child < 0) close(ends[0]);
  else *report = ends[0];
  errno = error;
  return child;
}

int kernel_sync_file_system(int descriptor) { return syncfs(descriptor); }

int kernel_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int kernel_forget(int descriptor, off_t length) {
  return fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, length);
}

int kernel_swap_on(const char *path, int priority) {
  int flags = priority < 0 ? 0 : SWAP_FLAG_PREFER | (priority & SWAP_FLAG_PRIO_MASK);
  return swapon(path, flags);
}

int kernel_swap_off(const char *path) { return swapoff(path); }
