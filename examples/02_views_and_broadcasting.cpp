// SPDX-License-Identifier: MIT

// Views look at a tensor's memory, and writes go through them. Shapes that differ stretch to each other as NumPy's do.

#include <iostream>

#include <tutti/tutti.hpp>

using tutti::all, tutti::newaxis, tutti::none, tutti::range, tutti::tensor;

int main() {
  tensor x = tutti::iota<int>({3, 4});
  x(1, all) = -1;                     // a row:                     x[1] = -1
  x(all, range(none, none, 2)) *= 10; // every other column:        x[:, ::2] *= 10
  x(-1, -1) = 99;                     // the last element:          x[-1, -1] = 99
  std::cout << x << "\n\n";

  // A view is a value that can be kept, passed on and sliced again; nothing is copied.
  auto corner = x(range(2), range(2));
  corner = transpose(corner); // safe, though it reads what it writes
  std::cout << corner << "\n\n";

  // A column beside a row gives a table.
  const tensor n = tutti::arange(1, 6);
  std::cout << n(all, newaxis) * n << "\n\n";

  // The distances between all pairs of points. The three-dimensional array of differences is never made.
  const tensor points = tutti::array({{0., 0.}, {3., 4.}, {6., 8.}});
  const tensor distances = sqrt(sum(square(points(all, newaxis) - points(newaxis, all)), -1));
  std::cout << distances << "\n";

  // Shapes that do not fit are an error that says so; nothing has been written.
  try {
    x = x + n;
  } catch (const tutti::shape_error& error) {
    std::cout << error.what() << "\n"; // cannot add shapes (3, 4) and (5,): axis 1 is 4 and 5
  }
  return distances(0, 2) == 10 ? 0 : 1;
}
