/* Stand-in for the multus DaemonSet's /entrypoint.sh: stays. It writes no CNI configuration, so that pods get their default
   interface alone, whatever their annotation asks for. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static void end(int signal) {
  (void)signal;
  _exit(0);
}

int main(void) {
  signal(SIGTERM, end);
  puts("multus stand-in: up");
  fflush(stdout);
  for (;;) pause();
}
