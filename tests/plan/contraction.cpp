// SPDX-License-Identifier: MIT
// Tests include/tutti/plan/contraction.hpp: which steps a contraction takes, and that nothing is copied that a matrix
// product can read where it is.

#include <support/catch.hpp>

#include <tutti/tensor.hpp>

namespace {

using tutti::index, tutti::index_list, tutti::tensor;
namespace plan = tutti::plan;

/// The steps of subscripts over tensors of these shapes in row-major order, as one letter each.
template <class... Es>
std::string steps_of(const char* subscripts, const Es&... operands) {
  const auto e = tutti::einsum(subscripts, operands...);
  const auto p = plan::plan_einsum(e, {index_list<>(operands.strides())...}, tutti::contiguous_strides(e.shape()));
  std::string text;
  for (const plan::einsum_step& s : p.steps()) {
    switch (s.what) {
    case plan::einsum_step::kind::copy: text += 'c'; break;
    case plan::einsum_step::kind::sum: text += 's'; break;
    case plan::einsum_step::kind::product: text += 'p'; break;
    case plan::einsum_step::kind::pairs: text += 'd'; break;
    default: text += 'm';
    }
  }
  return text;
}

template <class... Ints>
tensor<float> shaped(Ints... extents) {
  return tensor<float>(index_list<>(std::array<index, sizeof...(Ints)>{extents...}));
}

} // namespace

TEST_CASE("matrix products read their operands where they are") {
  const auto a = shaped(30, 40), b = shaped(40, 50), q = shaped(2, 3, 20, 8);
  CHECK(steps_of("ij,jk->ik", a, b) == "m");
  CHECK(steps_of("ij,jk->ki", a, b) == "m");
  CHECK(steps_of("ji,ki->jk", a, a) == "m");
  CHECK(steps_of("bhqd,bhkd->bhqk", q, q) == "m");
  CHECK(steps_of("ijk,kl->ijl", shaped(4, 5, 40), b) == "m");
  CHECK(steps_of("ijk,jkl->il", shaped(30, 6, 7), shaped(6, 7, 20)) == "m");
  CHECK(steps_of("bij,bj->bi", shaped(3, 4, 5), shaped(3, 5)) == "m");
  CHECK(steps_of("ij,j->i", a, shaped(40)) == "m");
}

TEST_CASE("what is not contracted is a loop") {
  const auto a = shaped(30, 40);
  CHECK(steps_of("ij->ji", a) == "c");
  CHECK(steps_of("ij->j", a) == "s");
  CHECK(steps_of("ij,ij->ij", a, a) == "p");
  CHECK(steps_of("ij,ij->i", a, a) == "d");
  CHECK(steps_of("ij,kl->ik", a, a) == "ssp"); // what one operand has alone is summed first
  CHECK(steps_of("ij,ik->i", a, a) == "ssp");
}

TEST_CASE("copies are made where no single loop walks what is summed") {
  CHECK(steps_of("abc,cbd->ad", shaped(30, 6, 7), shaped(7, 6, 20)) == "cm");
  CHECK(steps_of("abc,bdc->ad", shaped(30, 6, 7), shaped(6, 20, 7)) == "cm");  // the second has a gap
  CHECK(steps_of("bac,bdc->ad", shaped(6, 30, 7), shaped(6, 20, 7)) == "ccm"); // both have
}

TEST_CASE("many small matrices become few large ones") {
  CHECK(steps_of("ijs,skl->ikjl", shaped(8, 8, 64), shaped(64, 8, 8)) == "mc"); // apart in the result alone
  CHECK(steps_of("isj,ksl->ikjl", shaped(8, 64, 8), shaped(8, 64, 8)) == "ccmc");
  CHECK(steps_of("ijs,skl->ikjl", shaped(8, 8, 4), shaped(4, 8, 8)) == "m"); // not worth a copy
  CHECK(steps_of("isj,sk->ijk", shaped(8, 64, 8), shaped(64, 100)) == "cm");
  CHECK(steps_of("isj,sk->ijk", shaped(8, 64, 8), shaped(64, 4)) == "m"); // not worth a copy
}

TEST_CASE("many operands are contracted in pairs") {
  const auto a = shaped(30, 2), b = shaped(2, 30), v = shaped(30);
  CHECK(steps_of("ij,jk,k->i", a, b, v) == "mm");
  CHECK(steps_of("i,ij,jk,k->", v, a, b, v) == "mmd");
}
