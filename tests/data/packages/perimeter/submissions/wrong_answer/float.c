/* float has seven digits; a thousand times rounded, fewer are right. */
#include <math.h>
#include <stdio.h>

int main(void)
{
	float x0, y0, x, y, px, py, length = 0;
	int n;

	if (scanf("%d %f %f", &n, &x0, &y0) != 3)
		return 1;
	px = x0;
	py = y0;
	for (int i = 1; i < n; i++) {
		if (scanf("%f %f", &x, &y) != 2)
			return 1;
		length += sqrtf((x - px) * (x - px) + (y - py) * (y - py));
		px = x;
		py = y;
	}
	length += sqrtf((x0 - px) * (x0 - px) + (y0 - py) * (y0 - py));
	printf("%f\n", length);
	return 0;
}
