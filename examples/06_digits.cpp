// SPDX-License-Identifier: MIT

// Recognizes handwritten digits. A perceptron of two layers learns from 1,437 images of 8 x 8 pixels and is tested on
// 360 images of other writers. The mathematics stands here, as formulas; the command line and the drawing are in digits/.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include <tutti/tutti.hpp>

#include "digits/options.hpp"
#include "digits/terminal.hpp"

namespace digits {

using tutti::all, tutti::index, tutti::range, tutti::tensor;

constexpr index pixels = 64, hidden_units = 64, classes = 10, training_images = 1437, batch_size = 32;
constexpr float rate = 0.2f, momentum = 0.9f;

/// Numbers that depend on the seed, a stream and a position alone: no state, hence no order in which they must be drawn.
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014 (SplitMix64).
struct noise {
  std::uint64_t key;
  noise(std::uint64_t seed, std::uint64_t stream) : key(mix(mix(seed) + stream)) {}

  static std::uint64_t mix(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
  }
  std::uint64_t operator()(index i) const { return mix(key + static_cast<std::uint64_t>(i)); }
  /// Evenly from -1 to 1, in steps that a float holds exactly.
  float symmetric(index i) const { return static_cast<float>((*this)(i) >> 40) * 0x1p-23f - 1; }
};

/// He's weights for a layer that relu follows.
tensor<float, 2> initial_weights(index inputs, index outputs, const noise& random) {
  const float bound = std::sqrt(6.f / static_cast<float>(inputs));
  return bound *
         tutti::from_function({inputs, outputs}, [=](index i, index j) { return random.symmetric(i * outputs + j); });
}

/// A weight or a bias, and the speed at which it is changing.
template <index Rank>
struct parameter {
  tensor<float, Rank> value, velocity;

  explicit parameter(tensor<float, Rank> start) : value(std::move(start)), velocity(value.shape()) {}
  void descend(const auto& gradient) {
    velocity = momentum * velocity - rate * gradient;
    value += velocity;
  }
};

struct perceptron {
  parameter<2> w1, w2;
  parameter<1> b1, b2;

  explicit perceptron(std::uint64_t seed)
      : w1(initial_weights(pixels, hidden_units, {seed, 1})),
        w2(initial_weights(hidden_units, classes, {seed, 2})),
        b1(tutti::zeros({hidden_units})),
        b2(tutti::zeros({classes})) {}

  /// The score of each class for each image.
  auto operator()(const auto& images) const {
    return matmul(relu(matmul(images, w1.value) + b1.value), w2.value) + b2.value;
  }

  /// One step down the gradient of the cross-entropy, by the chain rule; gives the cross-entropy before it.
  float learn(const auto& images, const auto& labels) {
    const tensor hidden = relu(matmul(images, w1.value) + b1.value);
    const tensor probabilities = softmax(matmul(hidden, w2.value) + b2.value);
    const auto target = one_hot(labels, classes);

    const tensor d_scores = (probabilities - target) / images.shape(0);
    const tensor d_hidden = matmul(d_scores, transpose(w2.value)) * (hidden > 0);

    w2.descend(matmul(transpose(hidden), d_scores));
    b2.descend(sum(d_scores, 0));
    w1.descend(matmul(transpose(images), d_hidden));
    b1.descend(sum(d_hidden, 0));
    return -mean(log(sum(probabilities * target, 1)));
  }
};

struct data_set {
  tensor<float, 2> images; // a row for each image, the pixels from 0 to 1
  tensor<std::uint8_t, 1> labels;
};

data_set load_data(const std::filesystem::path& folder) {
  const auto images = tutti::load_npy<std::uint8_t, 3>(folder / "images.npy");
  return {reshape(images, -1, pixels) / 16.f, tutti::load_npy<std::uint8_t, 1>(folder / "labels.npy")};
}

double accuracy(const auto& scores, const auto& labels) { return mean(argmax(scores, 1) == labels); }

void train(perceptron& model, const data_set& data, const options& wanted) {
  const index count = data.labels.size();
  std::vector<index> order(static_cast<std::size_t>(count));
  for (int epoch = 1; epoch <= wanted.epochs; ++epoch) {
    std::iota(order.begin(), order.end(), 0);
    const noise random(wanted.seed, 100 + static_cast<std::uint64_t>(epoch));
    std::ranges::sort(order, {}, [&](index i) { return random(i); });
    data_set shuffled = data;
    for (index i = 0; i < count; ++i) {
      const index from = order[static_cast<std::size_t>(i)];
      shuffled.images(i, all) = data.images(from, all);
      shuffled.labels(i) = data.labels(from);
    }

    double loss = 0;
    for (index first = 0; first < count; first += batch_size) {
      const range batch(first, first + batch_size);
      const auto labels = shuffled.labels(batch);
      loss += model.learn(shuffled.images(batch, all), labels) * static_cast<double>(labels.size());
    }
    show_progress(epoch, wanted.epochs, loss / static_cast<double>(count), accuracy(model(data.images), data.labels));
  }
}

#if __has_include(<nlohmann/json.hpp>) // which the library reads and writes the headers of safetensors files with
constexpr bool has_safetensors = true;
void save(const perceptron& model, const std::filesystem::path& file) {
  tutti::save_safetensors(
      file, {{"w1", model.w1.value}, {"b1", model.b1.value}, {"w2", model.w2.value}, {"b2", model.b2.value}});
}
perceptron load(const std::filesystem::path& file) {
  const auto weights = tutti::load_safetensors(file);
  perceptron model(0);
  model.w1.value = weights.get<float, 2>("w1");
  model.b1.value = weights.get<float, 1>("b1");
  model.w2.value = weights.get<float, 2>("w2");
  model.b2.value = weights.get<float, 1>("b2");
  return model;
}
#else
constexpr bool has_safetensors = false;
void save(const perceptron&, const std::filesystem::path&) {}
perceptron load(const std::filesystem::path&) {
  throw tutti::io_error("safetensors files need nlohmann/json.hpp, which was not there when this program was built");
}
#endif

void show(const perceptron& model, const data_set& test) {
  const tensor predictions = model(test.images);
  const tensor probabilities = softmax(predictions);
  const tensor guesses = argmax(predictions, 1);
  const tensor right = guesses == test.labels;
  const tensor sureness = max(probabilities, 1);

  // Two plain ones, the right answer that was the least sure, and the mistake that was the surest.
  const auto card_of = [&](index i) {
    return card(reshape(test.images(i, all), 8, 8), probabilities(i, all), test.labels(i));
  };
  show_cards(card_of(0), card_of(1));
  show_cards(card_of(argmin(where(right, sureness, 2))), card_of(argmax(where(right, 0, sureness))));

  const auto count = [](const auto& labels) { return tutti::cast<std::int64_t>(one_hot(labels, classes)); };
  show_confusion(matmul(transpose(count(test.labels)), count(guesses)));
  std::cout << "test accuracy: " << decimal(accuracy(predictions, test.labels), 3) << "\n";
}

void run(const options& wanted) {
  const data_set data = load_data(wanted.data);
  const range first_images(training_images), last_images(training_images, tutti::none);
  const data_set training{data.images(first_images, all), data.labels(first_images)};
  const data_set test{data.images(last_images, all), data.labels(last_images)};

  perceptron model(wanted.seed);
  if (wanted.predict_only) {
    model = load(wanted.weights);
  } else {
    const auto start = std::chrono::steady_clock::now();
    train(model, training, wanted);
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    std::cout << "training time: " << decimal(time.count(), 2) << " s\n";
    if (has_safetensors) {
      save(model, wanted.weights);
      model = load(wanted.weights);
      std::cout << "weights: " << wanted.weights.string() << "\n";
    }
    std::cout << "\n";
  }
  show(model, test);
}

} // namespace digits

int main(int count, char** arguments) {
  const auto wanted = digits::parse_options(count, arguments);
  try {
    digits::run(wanted);
    if (!std::cout.flush()) throw tutti::io_error("cannot write the output");
  } catch (const std::exception& failure) {
    std::cerr << "digits: " << failure.what() << "\n";
    return 1;
  }
}
