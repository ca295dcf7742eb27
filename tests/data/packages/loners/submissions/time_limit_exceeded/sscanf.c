/*
 * Reads all at once, but then lets sscanf look for the end of the whole text
 * at every number.
 */
#include <stdio.h>

static char text[3000000];
static int seen[1000000];

int main(void)
{
	int n, x, used, alone = 0;
	const char *p = text;
	size_t size = fread(text, 1, sizeof(text) - 1, stdin);

	text[size] = '\0';
	if (sscanf(p, "%d%n", &n, &used) != 1)
		return 1;
	p += used;
	for (int i = 0; i < n; i++) {
		if (sscanf(p, "%d%n", &x, &used) != 1)
			return 1;
		p += used;
		seen[x]++;
	}
	for (int i = 0; i < 1000000; i++)
		alone += seen[i] == 1;
	printf("%d\n", alone);
	return 0;
}
