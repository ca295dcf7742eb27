/* Numbers that differ by 65536 are the same to it. */
#include <stdio.h>

static int seen[65536];

int main(void)
{
	int n, x, alone = 0;

	if (scanf("%d", &n) != 1)
		return 1;
	for (int i = 0; i < n; i++) {
		if (scanf("%d", &x) != 1)
			return 1;
		seen[x % 65536]++;
	}
	for (int i = 0; i < 65536; i++)
		alone += seen[i] == 1;
	printf("%d\n", alone);
	return 0;
}
