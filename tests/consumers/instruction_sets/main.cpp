// SPDX-License-Identifier: MIT
// Each function is the same formula compiled with its own -march. If the linker mixed their instructions, the
// baseline one would carry those of a newer processor; calling all of them checks that each has its own code.
#include <iostream>

float formula_v2(int);
float formula_v3(int);
#if defined(HAS_V4)
float formula_v4(int);
#endif

int main() {
  float total = formula_v2(2) + formula_v3(2);
  float expected = 12;
#if defined(HAS_V4)
  total += formula_v4(2);
  expected += 6;
#endif
  std::cout << total << '\n';
  return total == expected ? 0 : 1;
}
