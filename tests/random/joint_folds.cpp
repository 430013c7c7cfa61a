// SPDX-License-Identifier: MIT
#include <random/support.hpp>

namespace random_test {

// Several results that share an expensive part, of operands of random layouts that are stretched to each other.
template <class T>
void joint_folds(int count) {
  repeat(count, [](dice& d, std::string& description) -> std::string {
    const dynamic_shape shape = random_shape(d, d.between(1, 4), random_limit(d));
    const leaf<T> a(d, shape), b(d, d.chance(0.3) ? shape : random_partner(d, shape));
    const auto va = a.view(), vb = b.view();
    const index axis = d.between(-shape.size(), shape.size() - 1);
    description = "joint folds along axis " + std::to_string(axis) + " of " + describe(va) + " and " + describe(vb);
    INFO(description);
    if (tutti::element_count(shape) == 0) return "";
    const auto first = [axis](const auto& x, const auto& y) { return sum(exp(x - y) * x, axis); };
    const auto second = [axis](const auto& x, const auto& y) { return max(exp(x - y) + y, axis); };
    const auto third = [axis](const auto& x, const auto& y) { return mean(exp(x - y), axis); };
    const auto [r, s, t] = eval(first(va, vb), second(va, vb), third(va, vb));
    const auto ca = copy_of(va), cb = copy_of(vb);
    for (const std::string& wrong : {difference(r.leaf(), first(ca, cb)), difference(s.leaf(), second(ca, cb)),
                                     difference(t.leaf(), third(ca, cb))})
      if (!wrong.empty()) return wrong;
    return "";
  });
}

TEST_CASE("several results that share an expensive part") {
  joint_folds<float>(400);
  joint_folds<double>(200);
}

} // namespace random_test
