// SPDX-License-Identifier: MIT
#pragma once

// A fuzz target as an ordinary test, for compilers without libFuzzer: always the same mutations of the target's seeds.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <sstream>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

/// What mutation starts from: good inputs of the target.
std::vector<std::string> seeds();

/// Makes what mutation would nearly always break agree with the rest again: a length, say.
void repair(std::string& input);

/// Ends the program where a property does not hold.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "a property does not hold: %s\n", what);
  std::abort();
}

inline void mutate(std::string& input, std::mt19937& random) {
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random()) % (n > 0 ? n : 1); };
  static const std::vector<std::string> words = [] {
    std::istringstream text(R"(-1 0 4294967296 9223372036854775807 18446744073709551616 ( ) [ ] { } , : ' " \ True False
                               'shape' 'descr' "shape" "dtype" "data_offsets" F32 BOOL <c16 >i2 |O 1e9 null)");
    return std::vector<std::string>(std::istream_iterator<std::string>(text), {});
  }();
  const std::size_t at = below(input.size() + 1);
  const std::size_t length = std::min(below(8) == 0 ? below(64) : below(4), input.size() - at);
  switch (below(8)) {
  case 0: input.insert(at, 1, static_cast<char>(random())); break;
  case 1: input.erase(at, length); break;
  case 2: input.insert(at, input.substr(below(input.size()), below(16))); break;
  case 3: input.insert(at, words[below(words.size())]); break;
  case 4: input.replace(at, length, words[below(words.size())]); break;
  case 5: input.resize(below(4) == 0 ? at : input.size() - std::min<std::size_t>(input.size(), below(5))); break;
  case 6:
    if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << below(8)));
    break;
  default:
    if (at < input.size()) input[at] = "0123456789<>|bfiuc"[below(18)];
  }
}

inline int run_all(int count) {
  const auto run = [](const std::string& input) {
    // A copy of just this size, so that a sanitizer sees a read beyond it.
    const std::vector<std::uint8_t> exact(input.begin(), input.end());
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
  };
  const auto all = seeds();
  for (const auto& seed : all)
    for (std::size_t length = 0; length <= seed.size(); ++length) run(seed.substr(0, length));
  std::mt19937 random(20240229);
  for (int i = 0; i < count; ++i) {
    std::string input = all[random() % all.size()];
    for (auto rounds = 1 + random() % 3; rounds > 0; --rounds) mutate(input, random);
    if (random() % 4 != 0) repair(input);
    run(input);
  }
  std::printf("%d inputs\n", count);
  return 0;
}

} // namespace fuzz

#if !defined(TUTTI_LIBFUZZER)
// With the name of a folder, writes the seeds there, for libFuzzer to start from.
int main(int count, char** arguments) {
  if (count < 2) return fuzz::run_all(20'000);
  int number = 0;
  for (const auto& seed : fuzz::seeds())
    std::ofstream(std::string(arguments[1]) + "/seed" + std::to_string(number++), std::ios::binary) << seed;
}
#endif
