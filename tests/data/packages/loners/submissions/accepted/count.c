#include <stdio.h>

static int seen[1000000];

int main(void)
{
	int n, x, alone = 0;

	if (scanf("%d", &n) != 1)
		return 1;
	for (int i = 0; i < n; i++) {
		if (scanf("%d", &x) != 1)
			return 1;
		seen[x]++;
	}
	for (int i = 0; i < 1000000; i++)
		alone += seen[i] == 1;
	printf("%d\n", alone);
	return 0;
}
