// SPDX-License-Identifier: MIT

// Reductions: of everything, along an axis, along several; to numbers, to positions, to truths.

#include <iostream>

#include <tutti/tutti.hpp>

using tutti::all, tutti::axes, tutti::keepdims, tutti::tensor;

int main() {
  // Rainfall in mm: two years, three places, four seasons.
  const tensor<float, 3> rain({2, 3, 4}, {210, 180, 150, 220, 90,  60, 30, 110, 300, 280, 260, 310, //
                                          190, 200, 140, 230, 100, 50, 20, 120, 310, 270, 250, 330});

  const float total = sum(rain); // a rank-0 expression converts to its value
  std::cout << "altogether " << total << " mm\n";
  std::cout << "by year " << sum(rain, axes(1, 2)) << ", by place " << sum(rain, axes(0, 2)) << "\n";
  std::cout << "wettest season of each place " << argmax(mean(rain, 0), -1) << "\n";
  std::cout << "seasons above 250 mm: " << count_nonzero(rain > 250) << ", ever dry: " << any(rain == 0) << "\n";
  std::cout << "within a year so far:\n" << cumsum(rain(0, all), -1) << "\n";

  // With keepdims the result still fits what it was made of: each season's share of its year.
  const tensor share = rain / sum(rain, -1, keepdims);
  std::cout << array_str(share(1, all), {.precision = 2}) << "\n";

  return total == 4410 && allclose(sum(share, -1), 1.f) ? 0 : 1;
}
