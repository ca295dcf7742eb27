// The same number in another dress.
#include <cmath>
#include <complex>
#include <iomanip>
#include <iostream>
#include <vector>

int main()
{
	int n;
	std::cin >> n;
	std::vector<std::complex<double>> p;
	for (int i = 0; i < n; i++) {
		double x, y;
		std::cin >> x >> y;
		p.emplace_back(x, y);
	}
	double length = 0;
	for (int i = 0; i < n; i++)
		length += std::abs(p[i] - p[(i + 1) % n]);
	std::cout << std::scientific << std::uppercase
		  << std::setprecision(12) << "+" << length << "\n";
}
