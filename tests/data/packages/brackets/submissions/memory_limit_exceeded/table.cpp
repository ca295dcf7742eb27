// A table of all pairs of positions, filled before it is needed.
#include <iostream>
#include <string>
#include <vector>

int main()
{
	const std::string open = "([{", close = ")]}";
	std::string line;
	std::vector<std::vector<char>> matches;
	std::vector<std::size_t> stack;

	std::cin >> line;
	for (std::size_t i = 0; i < line.size(); i++)
		matches.emplace_back(line.size(), char(1 + i % 7));
	for (std::size_t i = 0; i < line.size(); i++) {
		auto kind = open.find(line[i]);
		if (kind != std::string::npos) {
			stack.push_back(i);
			continue;
		}
		if (stack.empty() || matches[stack.back()][i] == 0 ||
		    close[open.find(line[stack.back()])] != line[i]) {
			std::cout << i + 1 << std::endl;
			return 0;
		}
		stack.pop_back();
	}
	if (stack.empty())
		std::cout << "ok" << std::endl;
	else
		std::cout << line.size() + 1 << std::endl;
}
