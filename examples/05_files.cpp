// SPDX-License-Identifier: MIT

// Tensors in files that Python reads and writes: .npy (NumPy) and safetensors.

#include <filesystem>
#include <iostream>
#include <random>
#include <string>

#include <tutti/tutti.hpp>

using tutti::tensor;

int main() {
  const auto name = "tutti_files_" + std::to_string(std::random_device{}());
  const auto folder = std::filesystem::temp_directory_path() / name;
  std::filesystem::create_directories(folder);

  // An expression is evaluated on its way into the file. A reader never sees half a file.
  save_npy(folder / "squares.npy", square(tutti::arange<float>(6)));
  const auto squares = tutti::load_npy<float, 1>(folder / "squares.npy");
  std::cout << squares << "\n";

  // A file that holds another type says which.
  try {
    tutti::load_npy<double>(folder / "squares.npy");
  } catch (const tutti::type_error& error) {
    std::cout << error.what() << "\n";
  }

#if __has_include(<nlohmann/json.hpp>)
  // Many tensors by their names. A view of one looks at the file's own memory.
  const tensor w = tutti::eye<float>(3);
  tutti::save_safetensors(folder / "model.safetensors", {{"weights", w}, {"bias", tutti::zeros({3})}});
  const auto model = tutti::load_safetensors(folder / "model.safetensors");
  for (const auto& key : model.names())
    std::cout << key << ": " << model.dtype(key) << " " << to_string(model.shape(key)) << "\n";
  if (!array_equal(model.view<float, 2>("weights"), w)) return 1;
#endif

  std::filesystem::remove_all(folder);
  return array_equal(squares, tutti::array({0.f, 1.f, 4.f, 9.f, 16.f, 25.f})) ? 0 : 1;
}
