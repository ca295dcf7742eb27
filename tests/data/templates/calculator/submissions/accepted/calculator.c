#include <stdio.h>
#include <string.h>

int
main(int argc, char **argv)
{
	char op[20];
	int a, b, result;
	FILE *f;

	if (argc > 1) {
		f = fopen(argv[1], "r");
		if (f == NULL || fscanf(f, "%d %d", &a, &b) != 2)
			return 1;
		printf("%d\n", a + b);
		return 0;
	}
	if (scanf("%19s %d %d", op, &a, &b) != 3) {
		puts("bad input");
		return 0;
	}
	result = strcmp(op, "add") == 0 ? a + b : a - b;
	f = fopen("calculator.log", "w");
	if (f == NULL)
		return 1;
	fprintf(f, "%d %s %d = %d\n", a, op, b, result);
	fclose(f);
	printf("%d\n", result);
	return 0;
}
