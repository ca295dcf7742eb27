// Believes that no number is above 9999; at() does not.
#include <iostream>
#include <vector>

int main()
{
	std::size_t n, alone = 0;
	std::vector<int> seen(10000);
	std::cin >> n;
	for (std::size_t i = 0; i < n; i++) {
		std::size_t x;
		std::cin >> x;
		seen.at(x)++;
	}
	for (int s : seen)
		alone += s == 1;
	std::cout << alone << "\n";
}
