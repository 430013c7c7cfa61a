// SPDX-License-Identifier: MIT
#pragma once

// What the tests of io share: a folder that goes away, and files written and read as strings.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <span>
#include <string>
#include <string_view>

#include <support/errors.hpp>

/// A folder of its own for each test.
class temporary_folder {
public:
  temporary_folder() {
    std::random_device random;
    do path_ = std::filesystem::temp_directory_path() / ("tutti_test_" + std::to_string(random()));
    while (!std::filesystem::create_directory(path_));
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  ~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  std::size_t count() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_), {}));
  }

private:
  std::filesystem::path path_;
};

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_text(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
}

inline std::span<const std::byte> bytes(std::string_view text) { return std::as_bytes(std::span(text)); }
