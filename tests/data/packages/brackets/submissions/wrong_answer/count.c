/* Counts depth only: right as long as all brackets are of one kind. */
#include <stdio.h>
#include <string.h>

static char line[100002];

int main(void)
{
	int depth = 0, n;

	if (scanf("%100001s", line) != 1)
		return 1;
	n = (int)strlen(line);
	for (int i = 0; i < n; i++) {
		depth += strchr("([{", line[i]) != NULL ? 1 : -1;
		if (depth < 0) {
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
