/* Stand-in for the router's command line, as in `kubectl exec -it POD -- login`: asks for a name and greets it. */
#include <stdio.h>
#include <string.h>

int main(void) {
  char name[64];
  printf("vsr login: ");
  fflush(stdout);
  if (!fgets(name, sizeof name, stdin)) return 1;
  name[strcspn(name, "\r\n")] = 0;
  printf("\nWelcome %s to the vsr stand-in\n", name);
  return 0;
}
