#include <math.h>
#include <stdio.h>

int main(void)
{
	double x0, y0, x, y, px, py, length = 0;
	int n;

	if (scanf("%d %lf %lf", &n, &x0, &y0) != 3)
		return 1;
	px = x0;
	py = y0;
	for (int i = 1; i < n; i++) {
		if (scanf("%lf %lf", &x, &y) != 2)
			return 1;
		length += hypot(x - px, y - py);
		px = x;
		py = y;
	}
	printf("%.7f\n", length + hypot(x0 - px, y0 - py));
	return 0;
}
