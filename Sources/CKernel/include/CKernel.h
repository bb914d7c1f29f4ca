/// The system calls that Swift cannot make itself: its Glibc module has no fork(2), no GNU extensions, and not the
/// header of swapon(2) and swapoff(2).
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Starts a process that opens `path` for writing, makes one write(2) with `count` bytes and ends.
///
/// The kernel may block in that write for as long as it likes, even where no signal reaches: only the child waits
/// then. The child has a session and the name "vsrrun-write" of its own, stands in `/`, and keeps no descriptor of this
/// program open.
///
/// Returns the child's process identifier, which the caller reaps, and stores in `report` a descriptor, which the
/// caller closes: an `int64_t` comes out of it when the write has returned, the number of bytes written or a negated
/// errno; the end of file comes without one if the child was killed. Returns -1 with errno if there is no child.
pid_t kernel_write_start(const char *path, const void *content, size_t count, int *report);

/// syncfs(2). Returns -1 with errno.
int kernel_sync_file_system(int descriptor);

/// A new file in memory, close-on-exec (memfd_create(2)). Returns -1 with errno.
int kernel_memory_file(const char *name);

/// Gives the memory back of the first `length` bytes of a file in memory, which read as zeros from then on
/// (FALLOC_FL_PUNCH_HOLE). Returns -1 with errno.
int kernel_forget(int descriptor, off_t length);

/// swapon(2) with this priority, or with one of the kernel's choice if it is negative. Returns -1 with errno.
int kernel_swap_on(const char *path, int priority);

/// swapoff(2). Returns -1 with errno.
int kernel_swap_off(const char *path);
