// Keeps every point of the fence that it walks along, a metre apart.
#include <cmath>
#include <iomanip>
#include <iostream>
#include <vector>

int main()
{
	int n;
	std::cin >> n;
	std::vector<double> xs(n), ys(n);
	for (int i = 0; i < n; i++)
		std::cin >> xs[i] >> ys[i];
	std::vector<double> steps;
	double length = 0;
	for (int i = 0; i < n; i++) {
		int j = (i + 1) % n;
		double left = std::hypot(xs[i] - xs[j], ys[i] - ys[j]);
		for (; left > 1; left -= 0.1)
			steps.push_back(0.1);
		steps.push_back(left);
	}
	for (double s : steps)
		length += s;
	std::cout << std::setprecision(15) << length << "\n";
}
