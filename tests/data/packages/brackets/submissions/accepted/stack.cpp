#include <iostream>
#include <stack>
#include <string>

int main()
{
	const std::string open = "([{", close = ")]}";
	std::string line;
	std::stack<char> expected;

	std::cin >> line;
	for (std::size_t i = 0; i < line.size(); i++) {
		auto kind = open.find(line[i]);
		if (kind != std::string::npos) {
			expected.push(close[kind]);
			continue;
		}
		if (expected.empty() || expected.top() != line[i]) {
			std::cout << i + 1 << std::endl;
			return 0;
		}
		expected.pop();
	}
	if (expected.empty())
		std::cout << "ok" << std::endl;
	else
		std::cout << line.size() + 1 << std::endl;
}
