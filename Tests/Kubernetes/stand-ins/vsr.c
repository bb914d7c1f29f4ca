/* Stand-in for the Virtual Service Router: says that it is up, ends when told to, and does nothing between. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static void end(int signal) {
  (void)signal;
  _exit(0);
}

int main(void) {
  signal(SIGTERM, end); /* process 1 of a container ignores what it does not handle */
  puts("vsr stand-in: up");
  fflush(stdout);
  for (;;) pause();
}
