/* Knows that its stack is too small, and gives up. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

static char line[100002], stack[1000];

int main(void)
{
	static const char open[] = "([{", close[] = ")]}";
	int depth = 0, n;

	if (scanf("%100001s", line) != 1)
		return 1;
	n = (int)strlen(line);
	for (int i = 0; i < n; i++) {
		const char *p = strchr(open, line[i]);

		if (p != NULL) {
			assert(depth < 1000);
			stack[depth++] = close[p - open];
		} else if (depth == 0 || stack[--depth] != line[i]) {
			printf("%d\n", i + 1);
			return 0;
		}
	}
	if (depth > 0)
		printf("%d\n", n + 1);
	else
		puts("ok");
	return 0;
}
