#include <algorithm>
#include <iostream>
#include <vector>

int main()
{
	std::ios::sync_with_stdio(false);
	std::cin.tie(nullptr);
	std::size_t n, alone = 0;
	std::cin >> n;
	std::vector<int> a(n);
	for (auto &x : a)
		std::cin >> x;
	std::sort(a.begin(), a.end());
	for (std::size_t i = 0; i < n; i++)
		if ((i == 0 || a[i - 1] != a[i]) &&
		    (i + 1 == n || a[i + 1] != a[i]))
			alone++;
	std::cout << alone << "\n";
}
