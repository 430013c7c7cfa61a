// SPDX-License-Identifier: MIT
#pragma once

// Visits the elements of a view in row-major order, whatever its strides.

#include <compare>
#include <iterator>
#include <utility>

#include <tutti/core/layout.hpp>

TUTTI_NAMESPACE_BEGIN

/// A random-access iterator over strided elements. Where they lie without gaps it is as good as a pointer; elsewhere each
/// access divides once per axis.
template <class T, index Rank>
class element_iterator {
public:
  using value_type = std::remove_const_t<T>;
  using difference_type = index;
  using reference = T&;
  using pointer = T*;
  using iterator_category = std::random_access_iterator_tag;

  constexpr element_iterator() = default;
  constexpr element_iterator(T* data, const index_list<Rank>& shape, const index_list<Rank>& strides, index at)
      : data_(data), shape_(shape), strides_(strides), at_(at), contiguous_(is_contiguous(shape, strides)) {}

  constexpr T& operator*() const { return (*this)[0]; }
  constexpr T* operator->() const { return &**this; }
  constexpr T& operator[](index i) const {
    index rest = at_ + i;
    if (contiguous_) return data_[rest];
    index offset = 0;
    for (index axis = shape_.size() - 1; axis >= 0; --axis) {
      offset += rest % shape_[axis] * strides_[axis];
      rest /= shape_[axis];
    }
    return data_[offset];
  }

  constexpr element_iterator& operator+=(index n) {
    at_ += n;
    return *this;
  }
  constexpr element_iterator& operator-=(index n) { return *this += -n; }
  constexpr element_iterator& operator++() { return *this += 1; }
  constexpr element_iterator& operator--() { return *this += -1; }
  constexpr element_iterator operator++(int) { return std::exchange(*this, *this + 1); }
  constexpr element_iterator operator--(int) { return std::exchange(*this, *this - 1); }
  friend constexpr element_iterator operator+(element_iterator it, index n) { return it += n; }
  friend constexpr element_iterator operator+(index n, element_iterator it) { return it += n; }
  friend constexpr element_iterator operator-(element_iterator it, index n) { return it -= n; }
  friend constexpr index operator-(const element_iterator& a, const element_iterator& b) { return a.at_ - b.at_; }
  friend constexpr bool operator==(const element_iterator& a, const element_iterator& b) { return a.at_ == b.at_; }
  friend constexpr auto operator<=>(const element_iterator& a, const element_iterator& b) { return a.at_ <=> b.at_; }

private:
  T* data_ = nullptr;
  index_list<Rank> shape_{};
  index_list<Rank> strides_{};
  index at_ = 0;
  bool contiguous_ = true;
};

TUTTI_NAMESPACE_END
