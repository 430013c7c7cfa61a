// SPDX-License-Identifier: MIT
// What bad input gets: for each kind of mistake the type of the exception and its message. Files have theirs in
// tests/io, expressions that outlive a tensor in tests/checked.
#include <support/catch.hpp>
#include <support/errors.hpp>
#include <tutti/nn.hpp>

namespace tutti {

namespace {

const tensor<float, 2> x({3, 4});
const tensor<float, 1> row({3});
const tensor<float> dynamic({3, 4});

// A description is enough: nothing is computed before the mistake is found.
#define MESSAGE(type, expression) message_of<type>([&] { (void)(expression); })

} // namespace

TEST_CASE("shapes that do not broadcast") {
  CHECK(MESSAGE(shape_error, x + row) == "cannot add shapes (3, 4) and (3,): axis 1 is 4 and 3");
  CHECK(MESSAGE(shape_error, dynamic - row) == "cannot subtract shapes (3, 4) and (3,): axis 1 is 4 and 3");
  CHECK(MESSAGE(shape_error, x < row) == "cannot compare shapes (3, 4) and (3,): axis 1 is 4 and 3");
  CHECK(MESSAGE(shape_error, where(x > 0, x, row)) ==
        "cannot choose between shapes (3, 4) and (3,): axis 1 is 4 and 3");
  CHECK(MESSAGE(shape_error, clip(x, row, 1)) == "cannot clip shapes (3, 4) and (3,): axis 1 is 4 and 3");
  CHECK(MESSAGE(shape_error, minimum(x, row)) ==
        "cannot take the minimum of shapes (3, 4) and (3,): axis 1 is 4 and 3");
  CHECK(MESSAGE(shape_error, broadcast_to(x, {2, 4})) == "cannot broadcast shape (3, 4) to shape (2, 4)");
  CHECK(MESSAGE(shape_error, broadcast_to(x, {4})) == "cannot broadcast shape (3, 4) to shape (4,)");
  CHECK(MESSAGE(shape_error, matmul(x, x)) == "cannot matmul shapes (3, 4) and (3, 4): axis 1 is 4 and axis 0 is 3");
  CHECK(MESSAGE(shape_error, dot(x, x)) == "cannot dot shapes (3, 4) and (3, 4): axis 1 is 4 and axis 0 is 3");
  CHECK(MESSAGE(shape_error, concatenate(1, x, zeros({2, 4}))) ==
        "cannot concatenate shapes (3, 4) and (2, 4) along axis 1");
  CHECK(MESSAGE(shape_error, stack(0, x, zeros({2, 4}))) == "cannot stack shapes (3, 4) and (2, 4)");
  CHECK(MESSAGE(shape_error, stack(0, std::vector{zeros({3}), zeros({2})})) == "cannot stack shapes (3,) and (2,)");
  CHECK(MESSAGE(tutti::shape_error, reshape(zeros({0}), 1LL << 32, 1LL << 32)) ==
        "cannot reshape shape (0,) to shape (4294967296, 4294967296)");
  CHECK(MESSAGE(tutti::value_error, broadcast_to(ones({1}), {-3})) == "negative extent in shape (-3,)");
  CHECK(MESSAGE(shape_error, einsum("...,...", zeros({2, 3}), zeros({3, 4}))) ==
        "cannot einsum shapes (2, 3) and (3, 4): axes under \"...\": axis 0 is 2 and axis 0 is 3");
  CHECK(MESSAGE(tutti::axis_error, stack(3, x, x)).find("stack") != std::string::npos);
}

TEST_CASE("contractions, windows and attention whose shapes do not fit") {
  const tensor<float, 4> q({2, 3, 5, 8}), k({2, 3, 7, 8}), v({2, 3, 7, 4});
  tensor<float, 4> o({2, 3, 5, 4}, 7.f);
  CHECK(MESSAGE(shape_error, matmul(q, tensor<float, 4>({3, 3, 8, 2}))) ==
        "cannot matmul shapes (2, 3, 5, 8) and (3, 3, 8, 2): axis 0 is 2 and axis 0 is 3");
  CHECK(MESSAGE(shape_error, o = relu(matmul(q, zeros<float>({8, 4})) + zeros<float>({3}))) ==
        "cannot add shapes (2, 3, 5, 4) and (3,): axis 3 is 4 and 3");
  CHECK(MESSAGE(shape_error, o += matmul(q, zeros<float>({8, 2}))) ==
        "cannot add shapes (2, 3, 5, 4) and (2, 3, 5, 2): axis 3 is 4 and 2");
  CHECK(MESSAGE(shape_error, o = nn::scaled_dot_product_attention(q, zeros<float>({2, 3, 7, 9}), v)) ==
        "cannot matmul shapes (2, 3, 5, 8) and (2, 3, 9, 7): axis 3 is 8 and axis 2 is 9");
  CHECK(MESSAGE(shape_error, o = nn::scaled_dot_product_attention(q, k, zeros<float>({2, 3, 6, 4}))) ==
        "cannot matmul shapes (2, 3, 5, 7) and (2, 3, 6, 4): axis 3 is 7 and axis 2 is 6");
  CHECK(MESSAGE(shape_error, o = nn::scaled_dot_product_attention(q, k, v, zeros<float>({5, 6}))) ==
        "cannot add shapes (2, 3, 5, 7) and (5, 6): axis 3 is 7 and 6");
  CHECK(MESSAGE(shape_error, einsum<"ij,jk">(x, x)) ==
        "cannot einsum shapes (3, 4) and (3, 4): letter j: axis 1 is 4 and axis 0 is 3");
  CHECK(MESSAGE(axis_error, trace(x, 0, 0, 2)) == "diagonal: axis 2 is out of range for rank 2");
  CHECK(MESSAGE(shape_error, nn::conv1d(zeros<float>({1, 3, 8}), zeros<float>({4, 2, 3}))) ==
        "cannot conv1d shapes (1, 3, 8) and (4, 2, 3): axis 1 is 3 and axis 1 is 2");
  CHECK(MESSAGE(shape_error, nn::conv3d(zeros<float>({1, 3, 4, 4, 4}), zeros<float>({4, 2, 3, 3, 3}))) ==
        "cannot conv3d shapes (1, 3, 4, 4, 4) and (4, 2, 3, 3, 3): axis 1 is 3 and axis 1 is 2");
  CHECK(MESSAGE(shape_error, nn::conv_transpose1d(zeros<float>({1, 3, 8}), zeros<float>({4, 2, 3}))) ==
        "cannot conv_transpose1d shapes (1, 3, 8) and (4, 2, 3): axis 1 is 3 and axis 0 is 4");
  CHECK(MESSAGE(shape_error, correlate(x, tensor<float, 2>({5, 5}))) ==
        "cannot correlate shapes (3, 4) and (5, 5) where they overlap wholly: axis 0 is 3 and 5");
  CHECK(MESSAGE(shape_error, nn::max_pool1d(zeros<float>({1, 3, 2}), 3)) ==
        "cannot max_pool1d shape (1, 3, 2): axis 2 is 2 with its padding and the window 3");
  CHECK(array_equal(o, full({2, 3, 5, 4}, 7.f)));
}

TEST_CASE("assignments that do not fit leave the destination as it was") {
  tensor<float, 2> y({2, 2}, 7.f);
  auto corner = y(range(0, 1), all);
  CHECK(MESSAGE(shape_error, corner = x) == "cannot assign shape (3, 4) to shape (1, 2)");
  CHECK(MESSAGE(shape_error, y += row) == "cannot add shapes (2, 2) and (3,): axis 1 is 2 and 3");
  CHECK(MESSAGE(shape_error, y *= zeros({5, 2, 2})) == "cannot assign shape (5, 2, 2) to shape (2, 2)");
  CHECK(MESSAGE(value_error, y = y + max(zeros({0}))) ==
        "max: nothing to reduce in shape (0,), and there is no result for nothing");
  CHECK(array_equal(y, full({2, 2}, 7.f)));
}

TEST_CASE("ranks that differ from the static one") {
  tensor<float, 1> line({2}, 7.f);
  CHECK(MESSAGE(shape_error, (tensor<float, 1>(dynamic))) == "a tensor of rank 1 cannot take shape (3, 4)");
  CHECK(MESSAGE(shape_error, line = dynamic) == "a tensor of rank 1 cannot take shape (3, 4)");
  CHECK(MESSAGE(shape_error, (tensor<float, 3>(std::vector<int>{1, 2}))) ==
        "expected 3 numbers, one per axis, and got 2");
  CHECK(MESSAGE(shape_error, dynamic.leaf()(newaxis, newaxis, newaxis, newaxis, newaxis, newaxis, newaxis)) ==
        "rank 9 is above the greatest rank, 8");
  CHECK(array_equal(line, full({2}, 7.f)));
}

TEST_CASE("axes that are not there, or twice") {
  CHECK(MESSAGE(axis_error, sum(x, 2)) == "sum: axis 2 is out of range for rank 2");
  CHECK(MESSAGE(axis_error, max(dynamic, -3)) == "max: axis -3 is out of range for rank 2");
  CHECK(MESSAGE(axis_error, mean(x, axes(0, -2))) == "mean: axis 0 is named twice");
  CHECK(MESSAGE(axis_error, argmin(x, 5)) == "argmin: axis 5 is out of range for rank 2");
  CHECK(MESSAGE(axis_error, variance(x, axes(0, 3), ddof(1))) == "variance: axis 3 is out of range for rank 2");
  CHECK(MESSAGE(axis_error, stddev(x, 2)) == "stddev: axis 2 is out of range for rank 2");
  CHECK(MESSAGE(axis_error, norm(x, 2)) == "norm: axis 2 is out of range for rank 2");
  CHECK(MESSAGE(axis_error, logsumexp(x, 2)) == "logsumexp: axis 2 is out of range for rank 2");
  CHECK(MESSAGE(axis_error, count_nonzero(x, 2)) == "count_nonzero: axis 2 is out of range for rank 2");
  CHECK(MESSAGE(axis_error, cumsum(x, 2)) == "cumsum: axis 2 is out of range for rank 2");
  CHECK(MESSAGE(axis_error, concatenate(2, x, x)) == "concatenate: axis 2 is out of range for rank 2");
  CHECK(MESSAGE(axis_error, stack(3, x, x)) == "stack: axis 3 is out of range for rank 3");
  CHECK(MESSAGE(axis_error, expand_dims(x, 3)) == "expand_dims: axis 3 is out of range for rank 3");
  CHECK(MESSAGE(axis_error, squeeze(x, 2)) == "squeeze: axis 2 is out of range for rank 2");
  CHECK(MESSAGE(shape_error, squeeze(x, 0)) == "squeeze: axis 0 of shape (3, 4) is not of extent 1");
  CHECK(MESSAGE(axis_error, flip(x, 2)) == "flip: axis 2 is out of range for rank 2");
  CHECK(MESSAGE(axis_error, nn::softmax(x, 2)) == "softmax: axis 2 is out of range for rank 2");
  CHECK(MESSAGE(axis_error, nn::log_softmax(x, 2)) == "log_softmax: axis 2 is out of range for rank 2");
  CHECK(MESSAGE(axis_error, nn::layer_norm(x, 2)) == "layer_norm: axis 2 is out of range for rank 2");
  CHECK(MESSAGE(axis_error, x.shape(2)) == "shape: axis 2 is out of range for rank 2");
}

TEST_CASE("indices and slices") {
  CHECK(MESSAGE(index_error, x.at(3, 0)) == "index 3 is out of range for axis 0 of extent 3");
  CHECK(MESSAGE(index_error, x.at(0, -5)) == "index -5 is out of range for axis 1 of extent 4");
  CHECK(MESSAGE(index_error, x.at(0)) == "an element needs one index per axis: 1 for rank 2");
  CHECK(MESSAGE(index_error, dynamic(0)) == "an element needs one index per axis: 1 for rank 2");
  CHECK(MESSAGE(index_error, dynamic(0, 0, 0)) == "an element needs one index per axis: 3 for rank 2");
  CHECK(MESSAGE(index_error, x(3, all)) == "index 3 is out of range for axis 0 of extent 3");
  CHECK(MESSAGE(index_error, (x + 1)(all, -5)) == "index -5 is out of range for axis 1 of extent 4");
  CHECK(MESSAGE(index_error, dynamic(all, all, all)) == "too many indices: 3 for rank 2");
  CHECK(MESSAGE(index_error, range(0, 2, 0)) == "range: the step of a slice cannot be 0");
  CHECK(MESSAGE(shape_error, x.item()) == "item: shape (3, 4) has not one element");
}

TEST_CASE("permutations") {
  CHECK(MESSAGE(axis_error, permute(dynamic, 0, 0)) == "permute: axis 0 is named twice");
  CHECK(MESSAGE(axis_error, permute(x, 0, 2)) == "permute: axis 2 is out of range for rank 2");
  CHECK(MESSAGE(axis_error, permute(dynamic, 0, 1, 2)) == "permute: 3 axes for shape (3, 4)");
  CHECK(MESSAGE(axis_error, swapaxes(x, 0, 2)) == "swapaxes: axis 2 is out of range for rank 2");
  CHECK(MESSAGE(axis_error, moveaxis(x, 0, -3)) == "moveaxis: axis -3 is out of range for rank 2");
}

TEST_CASE("reshapes") {
  CHECK(MESSAGE(shape_error, reshape(x, 5, 5)) == "cannot reshape shape (3, 4) to shape (5, 5)");
  CHECK(MESSAGE(shape_error, reshape(x, 5, -1)) == "cannot reshape shape (3, 4) to shape (5, -1)");
  CHECK(MESSAGE(shape_error, reshape(x, -1, -1)) == "cannot reshape shape (3, 4) to shape (-1, -1)");
  CHECK(MESSAGE(shape_error, reshape(x, -3, -4)) == "cannot reshape shape (3, 4) to shape (-3, -4)");
  CHECK(MESSAGE(shape_error, reshape(zeros({0, 3}), 0, -1)) == "cannot reshape shape (0, 3) to shape (0, -1)");
  CHECK(MESSAGE(shape_error, view_as(transpose(x), 12)) ==
        "view_as: shape (4, 3) with strides (1, 4) cannot be seen as (12,) without a copy: use reshape");
}

TEST_CASE("values that an operation cannot take") {
  const tensor<std::uint8_t, 1> bytes({3});
  CHECK(MESSAGE(value_error, bytes + 300) ==
        "the number 300 does not fit the element type uint8 of the tensor beside it: cast the tensor to a wider type");
  CHECK(MESSAGE(value_error, max(zeros({0, 4}), 0)) ==
        "max: nothing to reduce in shape (0, 4), and there is no result for nothing");
  CHECK(MESSAGE(value_error, argmax(zeros({0}))) ==
        "argmax: nothing to reduce in shape (0,), and there is no result for nothing");
  CHECK(MESSAGE(value_error, (tensor<float, 2>({2, -1}))) == "negative extent in shape (2, -1)");
  CHECK(MESSAGE(value_error, zeros({2, -1})) == "negative extent in shape (2, -1)");
  CHECK(MESSAGE(value_error, eye(-1)) == "negative extent in shape (-1, -1)");
  CHECK(MESSAGE(value_error, linspace(0, 1, -1)) == "negative extent in shape (-1,)");
  CHECK(MESSAGE(value_error, arange(0, 1, 0)) == "arange: the step cannot be 0");
  CHECK(MESSAGE(value_error, arange(0., std::numeric_limits<double>::infinity())) ==
        "arange: more elements than can be counted");
  CHECK(MESSAGE(value_error, concatenate(0, std::vector<tensor<float>>{})) == "concatenate: nothing to concatenate");
  CHECK(MESSAGE(value_error, nn::one_hot(bytes, -1)) == "one_hot: the number of classes cannot be negative");
  CHECK(MESSAGE(value_error, nn::one_hot(bytes, index{1} << 32)) ==
        "one_hot: uint8 labels cannot name 4294967296 classes: cast them to int64");
  CHECK(MESSAGE(value_error, set_num_threads(-1)) == "set_num_threads: the number of threads cannot be negative");
  CHECK(MESSAGE(shape_error, (tensor<float, 2>({2, 2}, {1.f}))) == "cannot fill shape (2, 2) with 1 elements");
  CHECK(MESSAGE(shape_error, nn::cross_entropy(x, tensor<int, 1>({4}))) ==
        "cross_entropy: labels of shape (4,) instead of (3,)");
}

TEST_CASE("sizes that overflow") {
  const tutti::index huge = tutti::index{1} << 40;
  CHECK(MESSAGE(shape_error, (tensor<float, 2>({huge, huge}))) == "a shape has more elements than can be counted");
  CHECK(MESSAGE(value_error, (tensor<double, 2>({huge, huge >> 19}))) ==
        "cannot allocate 2305843009213693952 elements of 8 bytes");
  // 2 to the power of 80, which wraps to 0, is not nothing.
  CHECK(MESSAGE(shape_error, evaluate(max(full({huge, huge}, 1)))) == "a shape has more elements than can be counted");
}

} // namespace tutti
