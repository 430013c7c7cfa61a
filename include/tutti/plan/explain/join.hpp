// SPDX-License-Identifier: MIT
#pragma once

// The plan of arrays that are joined: each part goes straight to its place.

#include <string>

#include <tutti/plan/explain/numbers.hpp>
#include <tutti/plan/join.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Plans what joins arrays for a plan_builder.
template <class Builder>
class join_planner {
public:
  explicit join_planner(Builder& builder) : builder_(builder) {}

  /// False, as that is all.
  template <class... Es, class To>
  bool plan(const concatenation<Es...>& c, const To& to, const std::string& target) {
    c.operands().apply([&](const auto&... part) { (plan_part(part, to, c.axis(), target), ...); });
    return false;
  }
  template <class E, class To>
  bool plan(const sequence_concatenation<E>& c, const To& to, const std::string& target) {
    for (const E& part : c.parts()) plan_part(part, to, c.axis(), target);
    return false;
  }

private:
  template <class E, class T, index Rank, class Keeper>
  void plan_part(const E& part, const view<T, Rank, Keeper>& to, index axis, const std::string& target) {
    auto shape = to.shape();
    shape[axis] = part.shape()[axis];
    const index end = at_ + part.shape()[axis];
    builder_.assign_to(view<T, Rank, Keeper>(to.data() + at_ * to.strides()[axis], shape, to.strides(), to.keeper()),
                       part, target + formatted("[%td:%td on axis %td]", at_, end, axis));
    at_ = end;
  }

  Builder& builder_;
  index at_ = 0;
};

} // namespace plan

TUTTI_NAMESPACE_END
