// Compares every number with every other one.
#include <iostream>
#include <list>

int main()
{
	std::ios::sync_with_stdio(false);
	std::size_t n, alone = 0;
	std::list<int> a;
	std::cin >> n;
	for (std::size_t i = 0; i < n; i++) {
		int x;
		std::cin >> x;
		a.push_back(x);
	}
	for (auto i = a.begin(); i != a.end(); ++i) {
		std::size_t same = 0;
		for (auto j = a.begin(); j != a.end(); ++j)
			same += *i == *j;
		alone += same == 1;
	}
	std::cout << alone << "\n";
}
