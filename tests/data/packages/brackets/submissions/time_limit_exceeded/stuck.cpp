// Finds the place where it goes wrong, and never gets past it.
#include <iostream>
#include <string>

int main()
{
	const std::string open = "([{", close = ")]}";
	std::string line, expected;
	volatile std::size_t i = 0;

	std::cin >> line;
	while (i < line.size()) {
		auto kind = open.find(line[i]);
		if (kind != std::string::npos) {
			expected.push_back(close[kind]);
			i = i + 1;
		} else if (!expected.empty() && expected.back() == line[i]) {
			expected.pop_back();
			i = i + 1;
		}
	}
	if (expected.empty())
		std::cout << "ok" << std::endl;
	else
		std::cout << line.size() + 1 << std::endl;
}
