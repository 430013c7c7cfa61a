// SPDX-License-Identifier: MIT
#pragma once

// tensor: the container that owns its elements. Assigning an expression to it plans and runs the expression.

#include <algorithm>
#include <initializer_list>
#include <tuple>
#include <vector>

#include <tutti/core/fixed.hpp>
#include <tutti/core/view.hpp>
#include <tutti/expr/expr.hpp>
#include <tutti/plan/assign.hpp>
#include <tutti/plan/unroll.hpp>

TUTTI_NAMESPACE_BEGIN

namespace detail {
[[noreturn]] inline void throw_wrong_rank(index rank, std::span<const index> shape) {
  throw shape_error("a tensor of rank " + std::to_string(rank) + " cannot take shape " + list_text(shape));
}
} // namespace detail

/// Elements of type T in row-major (unless told) order, aligned to 64 bytes. The rank is static, or known at run time
/// (dynamic_rank, the default). NumPy: ndarray.
/// Example: `tensor<float, 2> x({2, 3}); std::cout << x;` is `[[0. 0. 0.] [0. 0. 0.]]`; `tensor<float, 2> m({2, 2}, {1,
/// 2, 3, 4}); tensor y = matmul(m, m) + 1; std::cout << y;` is `[[ 8. 11.] [16. 23.]]`.
template <class T, index Rank = dynamic_rank>
class tensor : public operand_tag {
  static_assert(element<T>, "tutti: this is not an element type: bool, (u)int8 to (u)int64, float16, bfloat16, float, "
                            "double, complex<float>, complex<double>");
  static_assert(Rank == dynamic_rank || (Rank >= 0 && Rank <= max_rank), "tutti: a tensor's rank is at most 8");

public:
  using value_type = T;
  static constexpr index rank = Rank;
  using shape_type = index_list<Rank>;

  /// Errors: none. Cost: none; no element is touched.

  /// No elements; a rank-0 tensor has one, 0.
  tensor() : tensor(empty_shape()) {}
  /// Zeros. Errors: a value_error where an extent is negative or memory cannot be so large; a shape_error where there
  /// are more elements than can be counted. Cost: memory for the elements, and a write of each.
  explicit tensor(const shape_type& shape, layout order = row_major) : tensor(shape, order, uninitialized{}) {
    std::fill_n(memory_.get(), size_, T{});
  }
  /// Elements that are all `value`. Errors: those of tensor(shape). Cost: that of tensor(shape).
  tensor(const shape_type& shape, T value) : tensor(shape, row_major, uninitialized{}) {
    std::fill_n(memory_.get(), size_, value);
  }
  /// The given elements in row-major order; the first braces are always the shape, for a matrix of the numbers between
  /// nested braces see array(). Errors: those of tensor(shape); a shape_error where they are not as many as the shape
  /// says. Cost: that of tensor(shape).
  tensor(const shape_type& shape, std::initializer_list<T> values) : tensor(shape, row_major, uninitialized{}) {
    if (static_cast<index>(values.size()) != size_)
      throw shape_error("cannot fill shape " + to_string(shape) + " with " + std::to_string(values.size()) +
                        " elements");
    std::copy(values.begin(), values.end(), memory_.get());
  }

  /// A copy, in row-major order; or what `other` owned, which then is what tensor() is. Cost: memory and a write of
  /// each element for the copy; for what was owned none.
  tensor(const tensor& other) : tensor(other.shape_, row_major, uninitialized{}) { assign(writable(), other.leaf()); }
  tensor(tensor&& other) noexcept
      : memory_(std::move(other.memory_)), shape_(other.shape_), strides_(other.strides_), size_(other.size_) {
    other.clear();
  }
  /// Evaluates the expression. Errors: a shape_error where it has another rank than a static one. Cost: memory for the
  /// result, into which the formula is computed.
  template <operand E>
    requires(!std::same_as<std::remove_cvref_t<E>, tensor>)
  tensor(E&& expression) : tensor(as_node(std::forward<E>(expression)), from_expression{}) {}

  tensor& operator=(const tensor& other) { return take(other.leaf()); }
  tensor& operator=(tensor&& other) noexcept {
    tensor(std::move(other)).swap(*this);
    return *this;
  }
  /// Evaluates the expression and takes its shape. Reading this tensor on the right is safe. Errors: a shape_error
  /// where it has another rank than a static one; this tensor then stays as it was. Cost: the formula's; memory only
  /// where the shape changes or the right side reads this tensor in another order than it is written.
  template <operand E>
  tensor& operator=(E&& expression) { return take(as_node(std::forward<E>(expression))); }
  /// Sets every element. Errors: none. Cost: a write of each element.
  template <scalar_value S>
  tensor& operator=(S value) {
    assign(writable(), value);
    return *this;
  }

  /// Exchanges the elements and shapes of two tensors, without a copy.
  void swap(tensor& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(shape_, other.shape_);
    std::swap(strides_, other.strides_);
    std::swap(size_, other.size_);
    liveness_.end();
    other.liveness_.end();
  }
  friend void swap(tensor& a, tensor& b) noexcept { a.swap(b); }

  /// The first element in memory; the others are as far apart as strides() says. NumPy: data.
  T* data() TUTTI_LIFETIMEBOUND { return memory_.get(); }
  const T* data() const TUTTI_LIFETIMEBOUND { return memory_.get(); }
  /// The extents, one for each axis. NumPy: shape.
  const shape_type& shape() const { return shape_; }
  /// How far apart the neighbours along each axis are, in elements. NumPy: strides, in bytes.
  const shape_type& strides() const { return strides_; }
  /// The extent of one axis, which counts from the end where it is negative. Errors: an axis_error where there is no
  /// such axis.
  index shape(index axis) const { return shape_[normalize_axis(axis, shape_.size(), "shape")]; }
  /// How many elements there are. NumPy: size.
  index size() const { return size_; }
  /// How many axes there are. NumPy: ndim.
  index dimension() const { return shape_.size(); }
  /// Whether the elements stand in row-major order without gaps.
  bool is_contiguous() const { return tutti::is_contiguous(shape_, strides_); }

  /// An element; negative indices count from the end. Errors: an index_error where the rank is known at run time only
  /// and the indices are not as many, and, in a checked build only (see at()), where one is outside its extent;
  /// elsewhere that is undefined. Cost: a multiply-add for each axis.
  template <std::integral... Ints>
    requires(sizeof...(Ints) > 0 || Rank == 0 || Rank == dynamic_rank)
  T& operator()(Ints... indices) TUTTI_LIFETIMEBOUND {
    return raw()(indices...);
  }
  template <std::integral... Ints>
    requires(sizeof...(Ints) > 0 || Rank == 0 || Rank == dynamic_rank)
  const T& operator()(Ints... indices) const TUTTI_LIFETIMEBOUND {
    return raw()(indices...);
  }

  /// A view: all, range, newaxis, ellipsis and positions. Writes go through. Errors: an index_error where a position is
  /// outside its extent or there are more slices than axes; of a static rank the latter does not compile. Cost: none;
  /// no element is touched.
  template <slice... Slices>
    requires(sizeof...(Slices) > 0 && !(detail::position<Slices> && ...))
  auto operator()(const Slices&... slices) & TUTTI_LIFETIMEBOUND {
    return writable()(slices...);
  }
  template <slice... Slices>
    requires(sizeof...(Slices) > 0 && !(detail::position<Slices> && ...))
  auto operator()(const Slices&... slices) const& TUTTI_LIFETIMEBOUND {
    return leaf()(slices...);
  }
  template <slice... Slices>
    requires(sizeof...(Slices) > 0 && !(detail::position<Slices> && ...))
  auto operator()(const Slices&... slices) && {
    return std::move(*this).leaf()(slices...);
  }
  template <slice... Slices>
    requires(sizeof...(Slices) > 0 && !(detail::position<Slices> && ...))
  auto operator()(const Slices&... slices) const&& {
    return std::move(*this).leaf()(slices...);
  }
  template <class... Others>
    requires(!(slice<Others> && ...))
  auto operator()(const Others&...) const { return detail::refuse_slices<tensor, Others...>(*this); }

#if defined(__cpp_multidimensional_subscript)
  /// The same with NumPy's brackets, under C++23: x[i, j], x[all, range(0, 2)]. Errors: those of x(...). Cost: that of
  /// x(...).
  template <slice... Slices>
  decltype(auto) operator[](const Slices&... slices) & {
    return (*this)(slices...);
  }
  template <slice... Slices>
  decltype(auto) operator[](const Slices&... slices) const& {
    return (*this)(slices...);
  }
  template <slice... Slices>
  auto operator[](const Slices&... slices) && {
    return std::move(*this)(slices...);
  }
#endif

  /// An element, with bounds and rank checked in every build. Errors: an index_error where one is outside its extent,
  /// or they are not one for each axis. Cost: a comparison and a multiply-add for each axis.
  template <std::integral... Ints>
  T& at(Ints... indices) TUTTI_LIFETIMEBOUND {
    return raw().at(indices...);
  }
  template <std::integral... Ints>
  const T& at(Ints... indices) const TUTTI_LIFETIMEBOUND {
    return raw().at(indices...);
  }

  /// The one value of a tensor with one element (PyTorch's item). Errors: a shape_error of any other size.
  T item() const { return leaf().item(); }
  /// A rank-0 tensor converts to its value.
  operator T() const
    requires(Rank == 0)
  {
    return memory_[0];
  }

  /// Iterators over all elements, in row-major order however they stand in memory. Errors: none. Cost: a step to the
  /// next element; of a column-major tensor it counts positions. NumPy: flat.
  auto begin() TUTTI_LIFETIMEBOUND { return raw().begin(); }
  auto end() TUTTI_LIFETIMEBOUND { return raw().end(); }
  auto begin() const TUTTI_LIFETIMEBOUND { return raw().begin(); }
  auto end() const TUTTI_LIFETIMEBOUND { return raw().end(); }

  /// The leaf that stands for this tensor in an expression: a view, or, of an rvalue, its owner.
  view<const T, Rank> leaf() const& TUTTI_LIFETIMEBOUND { return {data(), shape_, strides_, liveness_.lend()}; }
  view<const T, Rank, owned> leaf() const&& { return tensor(*this).leaf(); }
  /// The leaf through which this tensor can be written.
  view<T, Rank> writable() TUTTI_LIFETIMEBOUND { return {data(), shape_, strides_, liveness_.lend()}; }
  view<const T, Rank, owned> leaf() && {
    const T* const data = memory_.get();
    std::shared_ptr<const T[]> keeper(memory_.release(), detail::aligned_delete{});
    view<const T, Rank, owned> node(data, shape_, strides_, {std::move(keeper)});
    clear();
    return node;
  }

private:
  struct uninitialized {};
  struct from_expression {};

  tensor(const shape_type& shape, layout order, uninitialized) : shape_(detail::checked_extents(shape)) {
    size_ = element_count(shape);
    strides_ = contiguous_strides(shape, order);
    memory_ = allocate<T>(size_);
  }

  // Nothing reads memory that is new: the statement runs into it.
  template <class E>
  tensor(const E& e, from_expression) : tensor(shape_for(e), row_major, uninitialized{}) {
    static_assert(convertible_element<value_t<E>, T>,
                  "tutti: complex numbers cannot be assigned to real ones: take real(x), imag(x) or abs(x)");
    if (size_ > 0) plan::try_assign(writable(), e);
  }

  template <class E>
  static shape_type shape_for(const E& e) {
    static_assert(Rank == dynamic_rank || E::rank == dynamic_rank || Rank == E::rank,
                  "tutti: the expression's rank is not the tensor's");
    if constexpr (Rank != dynamic_rank && E::rank == dynamic_rank)
      if (e.shape().size() != Rank) detail::throw_wrong_rank(Rank, e.shape());
    return e.shape();
  }

  template <class E>
  tensor& take(const E& e) {
    static_assert(convertible_element<value_t<E>, T>,
                  "tutti: complex numbers cannot be assigned to real ones: take real(x), imag(x) or abs(x)");
    // Where the shape changes, or the right side reads this memory in another order than it is written, the result goes
    // to new memory; otherwise nothing is allocated.
    if (shape_ == shape_for(e) && (size_ == 0 || plan::try_assign(writable(), e))) return *this;
    tensor(e, from_expression{}).swap(*this);
    return *this;
  }

  // For element access, which needs no hold on the tensor.
  view<T, Rank> raw() { return {data(), shape_, strides_}; }
  view<const T, Rank> raw() const { return {data(), shape_, strides_}; }

  static shape_type empty_shape() { return shape_type::filled(Rank == dynamic_rank ? 1 : Rank, 0); }

  // What a moved-from tensor is: empty, and as good as new. Rank 0 always has its one element.
  void clear() {
    shape_ = empty_shape();
    strides_ = contiguous_strides(shape_);
    size_ = element_count(shape_);
    memory_ = allocate<T>(size_);
    std::fill_n(memory_.get(), size_, T{});
    liveness_.end();
  }

  storage<T> memory_;
  shape_type shape_;
  shape_type strides_;
  index size_ = 0;
  TUTTI_EMPTY_MEMBER liveness liveness_;
};

template <operand E>
tensor(E&&) -> tensor<value_t<E>, rank_of<E>>;

/// The expression's value, as a tensor: computed at once. Shapes: the expression's. Types: the expression's. Errors:
/// none that the expression has not thrown. Cost: memory for the result, into which the formula is computed. NumPy:
/// asarray.
/// Example: `evaluate(arange(3))` is `[0 1 2]`.
template <operand E>
auto evaluate(E&& e) { return tensor<value_t<E>, rank_of<E>>(std::forward<E>(e)); }

namespace detail {

// In one sweep where the results lie in one domain; one after the other elsewhere.
template <class... Es>
auto evaluate_together(const Es&... es) {
  std::tuple<tensor<value_t<Es>, Es::rank>...> results{tensor<value_t<Es>, Es::rank>(es.shape())...};
  std::apply(
      [&](auto&... result) {
        if constexpr (!(barrier<Es> || ...)) {
#if TUTTI_TRACE
          const auto traced = plan::trace_together(es...);
#endif
          const auto with_roots = [&](const auto& ready) {
            return ready(plan::root<value_t<Es>, Es::rank, borrowed, Es>{
                view<value_t<Es>, Es::rank>(result.data(), result.shape()), es}...);
          };
          if constexpr (plan::may_fold_jointly<Es...>) {
            const auto joint = with_roots([](const auto&... roots) { return plan::joint_fold(roots...); });
            if (!joint.conflicts()) return joint.run();
          }
          // Planned first: a statement runs the stages that it needs even where it then cannot run itself.
          const auto plan_together = [&](auto&... stages) {
            return with_roots([&](const auto&... roots) { return plan::statement(stages..., roots...); });
          };
          std::vector<plan::node_id> stages;
          if (!plan_together(stages).conflicts()) return plan_together().run();
        }
        (assign(view<value_t<Es>, Es::rank>(result.data(), result.shape()), es), ...);
      },
      results);
  return results;
}

} // namespace detail

/// The values of expressions: of one, a tensor; of several, a tuple of tensors, computed in one sweep over what they
/// read where their loops agree. Shapes: each expression's. Types: each expression's. Errors: none that the expressions
/// have not thrown. Cost: memory for the results; what the expressions read is read once where their loops agree.
/// NumPy: no such function.
/// Example: `const auto [m, v] = eval(mean(array({1., 3.})), variance(array({1., 3.}))); std::cout << m << " " << v;`
/// is `2.0 1.0`.
template <operand E>
auto eval(E&& e) { return evaluate(std::forward<E>(e)); }
template <operand... Es>
  requires(sizeof...(Es) > 1)
auto eval(Es&&... es) { return detail::evaluate_together(as_node(std::forward<Es>(es))...); }

/// A tensor of the elements of a braced list: array({1.f, 2.f}), array({{1, 2}, {3, 4}}). Lists of other lengths beside
/// each other do not compile. Shapes: the list's; one or two axes. Types: the elements'. Errors: none. Cost: memory for
/// the elements, and a write of each. NumPy: array.
/// Example: `array({{1, 2}, {3, 4}})` is `[[1 2] [3 4]]`.
template <class T, std::size_t N>
tensor<T, 1> array(const T (&values)[N]) {
  tensor<T, 1> result({N});
  std::copy(values, values + N, result.data());
  return result;
}
template <class T, std::size_t Rows, std::size_t Columns>
tensor<T, 2> array(const T (&values)[Rows][Columns]) {
  tensor<T, 2> result({Rows, Columns});
  for (std::size_t i = 0; i < Rows; ++i) std::copy(values[i], values[i] + Columns, result.data() + i * Columns);
  return result;
}

TUTTI_NAMESPACE_END
