// SPDX-License-Identifier: MIT

// The first steps: a function of a number, the same function of a whole tensor.

#include <iomanip>
#include <iostream>

#include <tutti/tutti.hpp>

int main() {
  // The angle whose cosine is 0.6, in degrees: 53.13.
  std::cout << std::setprecision(4) << tutti::rad2deg(tutti::acos(0.6)) << "\n";

  // The angles of many cosines. The line is a description; declaring a tensor evaluates it.
  const tutti::tensor cosines = tutti::array({1.0, 0.8, 0.6, 0.5, 0.0, -1.0});
  const tutti::tensor angles = rad2deg(acos(cosines));
  std::cout << array_str(angles, {.precision = 2}) << "\n"; // [  0.    36.87  53.13  60.    90.   180.  ]

  return allclose(cos(deg2rad(angles)), cosines) ? 0 : 1;
}
