// SPDX-License-Identifier: MIT
#pragma once

// oneDNN over plain row-major arrays. A primitive is made once for its shapes; it computes in the layouts that the library
// chooses, and bringing the arrays into those and the result back is a part of the task.

#include <optional>

#include <oneapi/dnnl/dnnl.hpp>

#include <tasks/case.hpp>

class images {
public:
  explicit images(const bench::shape& s) : extents_(s), elements_(static_cast<std::size_t>(bench::count(s))) {}
  float* data() { return elements_.data(); }
  const float* data() const { return elements_.data(); }
  bench::integer size() const { return static_cast<bench::integer>(elements_.size()); }
  const bench::shape& extents() const { return extents_; }

private:
  bench::shape extents_;
  std::vector<float> elements_;
};

namespace bench {

template <>
struct maker<images> {
  static images make(const shape& s) { return images(s); }
};

/// A convolution of images of three or four channels' axes, with a bias and relu or without.
class convolution {
public:
  void operator()(images& y, const images& x, const images& w, const images* b, integer padding, integer groups) {
    if (x.extents() != image_ || w.extents() != weights_) prepare(y, x, w, b, padding, groups);
    memory_of(x_).set_data_handle(const_cast<float*>(x.data()));
    memory_of(w_).set_data_handle(const_cast<float*>(w.data()));
    memory_of(y_).set_data_handle(y.data());
    const dnnl::memory from = x_.into(stream_), weights = w_.into(stream_), to = y_.inner();
    std::unordered_map<int, dnnl::memory> arguments{
        {DNNL_ARG_SRC, from}, {DNNL_ARG_WEIGHTS, weights}, {DNNL_ARG_DST, to}};
    if (b) {
      bias_->set_data_handle(const_cast<float*>(b->data()));
      arguments.insert({DNNL_ARG_BIAS, *bias_});
    }
    primitive_->execute(stream_, arguments);
    y_.back(stream_);
    stream_.wait();
  }

private:
  // An array, and its numbers in the layout that the primitive wants.
  struct operand {
    std::optional<dnnl::memory> plain, own;
    std::optional<dnnl::reorder> order;

    dnnl::memory into(dnnl::stream& s) {
      if (order) order->execute(s, *plain, *own);
      return inner();
    }
    void back(dnnl::stream& s) {
      if (order) order->execute(s, *own, *plain);
    }
    dnnl::memory inner() const { return own ? *own : *plain; }
  };
  static dnnl::memory& memory_of(operand& o) { return *o.plain; }

  using type = dnnl::memory::data_type;
  using layout = dnnl::memory::format_tag;

  void prepare(const images& y, const images& x, const images& w, const images* b, integer padding, integer groups) {
    const shape& k = w.extents();
    const shape grouped = groups == 1 ? k : shape{groups, k[0] / groups, k[1], k[2], k[3]};
    const auto any = [](const shape& s) { return dnnl::memory::desc(s, type::f32, layout::any); };
    const dnnl::memory::dims one{1, 1}, around{padding, padding};
    const auto kind = dnnl::prop_kind::forward_inference;
    const auto how = dnnl::algorithm::convolution_direct;
    dnnl::primitive_attr attributes;
    if (b) {
      dnnl::post_ops after;
      after.append_eltwise(1, dnnl::algorithm::eltwise_relu, 0, 0);
      attributes.set_post_ops(after);
    }
    const auto description =
        b ? dnnl::convolution_forward::desc(kind, how, any(x.extents()), any(grouped), any(b->extents()),
                                            any(y.extents()), one, around, around)
          : dnnl::convolution_forward::desc(kind, how, any(x.extents()), any(grouped), any(y.extents()), one, around,
                                            around);
    const dnnl::convolution_forward::primitive_desc chosen(description, attributes, engine_);
    primitive_.emplace(chosen);
    place(x_, x.extents(), layout::abcd, chosen.src_desc(), true);
    place(w_, grouped, groups == 1 ? layout::abcd : layout::abcde, chosen.weights_desc(), true);
    place(y_, y.extents(), layout::abcd, chosen.dst_desc(), false);
    if (b) bias_.emplace(chosen.bias_desc(), engine_, nullptr);
    image_ = x.extents();
    weights_ = w.extents();
  }

  void place(operand& o, const shape& s, layout plain, const dnnl::memory::desc& own, bool read) {
    o = {};
    o.plain.emplace(dnnl::memory::desc(s, type::f32, plain), engine_, nullptr);
    if (own == o.plain->get_desc()) return;
    o.own.emplace(own, engine_);
    if (read) o.order.emplace(*o.plain, *o.own);
    else o.order.emplace(*o.own, *o.plain);
  }

  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream_{engine_};
  std::optional<dnnl::convolution_forward> primitive_;
  operand x_, w_, y_;
  std::optional<dnnl::memory> bias_;
  shape image_, weights_;
};

} // namespace bench
