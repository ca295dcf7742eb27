#include <stdio.h>

int main(void)
{
	struct number n;

	scanf("%d", &n);
	return 0;
}
