// SPDX-License-Identifier: MIT

// The module `import tutti;`: what tutti.hpp offers to users, without its macros. TUTTI_MODULE=ON makes the CMake target
// tutti::module of it. tools/check holds that no function of the reference is missing.
module;

#include <tutti/tutti.hpp>

export module tutti;

export namespace tutti {

// core
using tutti::error, tutti::shape_error, tutti::axis_error, tutti::index_error, tutti::value_error, tutti::type_error,
    tutti::io_error, tutti::lifetime_error;
using tutti::float16, tutti::bfloat16, tutti::element, tutti::value_t, tutti::real_t, tutti::promote_t,
    tutti::dtype_name, tutti::convert_element, tutti::cast;
using tutti::index, tutti::dynamic_rank, tutti::max_rank, tutti::all, tutti::newaxis, tutti::ellipsis, tutti::none,
    tutti::range, tutti::layout, tutti::row_major, tutti::column_major;
using tutti::index_list, tutti::static_shape, tutti::element_count, tutti::to_string, tutti::normalize_axis;
using tutti::tensor, tutti::fixed, tutti::view, tutti::as_view, tutti::swap, tutti::array, tutti::evaluate, tutti::eval;

// expr
using tutti::operator+, tutti::operator-, tutti::operator*, tutti::operator/, tutti::operator%, tutti::operator==,
    tutti::operator!=, tutti::operator<, tutti::operator<=, tutti::operator>, tutti::operator>=, tutti::operator&&,
    tutti::operator||, tutti::operator!, tutti::operator&, tutti::operator|, tutti::operator^, tutti::operator<<,
    tutti::operator>>, tutti::operator~, tutti::operator+=, tutti::operator-=, tutti::operator*=, tutti::operator/=,
    tutti::operator%=, tutti::operator&=, tutti::operator|=, tutti::operator^=, tutti::operator<<=, tutti::operator>>=;
using tutti::abs, tutti::sign, tutti::square, tutti::sqrt, tutti::cbrt, tutti::rsqrt, tutti::pow, tutti::hypot,
    tutti::exp, tutti::exp2, tutti::expm1, tutti::log, tutti::log2, tutti::log10, tutti::log1p, tutti::fma;
using tutti::apply, tutti::elementwise, tutti::packed, tutti::named;
using tutti::cumsum, tutti::cumprod, tutti::cummax, tutti::cummin;
using tutti::erf, tutti::erfc, tutti::tgamma, tutti::lgamma;
using tutti::floor, tutti::ceil, tutti::trunc, tutti::round;
using tutti::floor_divide, tutti::mod, tutti::fmod, tutti::remainder, tutti::logical_xor;
using tutti::full, tutti::zeros, tutti::ones, tutti::arange, tutti::linspace, tutti::iota, tutti::from_function,
    tutti::eye;
using tutti::isnan, tutti::isinf, tutti::isfinite, tutti::signbit, tutti::isclose;
using tutti::keepdims_t, tutti::keepdims, tutti::axes, tutti::ddof;
using tutti::matmul, tutti::dot, tutti::einsum, tutti::tensordot, tutti::inner, tutti::outer, tutti::vdot, tutti::kron,
    tutti::multi_dot, tutti::matrix_power, tutti::trace, tutti::diagonal;
using tutti::per_axis, tutti::image_layout, tutti::overlap, tutti::correlate, tutti::convolve;
using tutti::real, tutti::imag, tutti::conj, tutti::arg;
using tutti::reduce, tutti::sum, tutti::prod, tutti::mean, tutti::min, tutti::max, tutti::variance, tutti::stddev,
    tutti::norm, tutti::logsumexp, tutti::count_nonzero, tutti::any, tutti::array_equal, tutti::allclose, tutti::argmin,
    tutti::argmax;
using tutti::reshape, tutti::ravel, tutti::view_as, tutti::permute, tutti::transpose, tutti::swapaxes, tutti::moveaxis,
    tutti::squeeze, tutti::expand_dims, tutti::broadcast_to, tutti::flip, tutti::concatenate, tutti::stack,
    tutti::sliding_window_view;
using tutti::sin, tutti::cos, tutti::tan, tutti::asin, tutti::acos, tutti::atan, tutti::atan2, tutti::sinh, tutti::cosh,
    tutti::tanh, tutti::asinh, tutti::acosh, tutti::atanh, tutti::deg2rad, tutti::rad2deg;
using tutti::where, tutti::minimum, tutti::maximum, tutti::fmin, tutti::fmax, tutti::clip;

// plan
using tutti::explain, tutti::explain_eval, tutti::explain_analyze, tutti::explain_analyze_eval, tutti::analyze_options,
    tutti::execution_plan, tutti::plan_input, tutti::plan_stage, tutti::plan_style, tutti::plan_warning,
    tutti::memory_level, tutti::machine_roofline, tutti::machine, tutti::set_machine, tutti::trace_region,
    tutti::flush_trace;
using tutti::set_num_threads, tutti::num_threads;

// io
using tutti::npy_header, tutti::npy_info, tutti::load_npy, tutti::save_npy;
using tutti::print_options, tutti::set_printoptions, tutti::get_printoptions, tutti::array_str;
using tutti::safetensors, tutti::named_tensor, tutti::load_safetensors, tutti::save_safetensors;

namespace nn {
using nn::convolution_options, nn::transposed_convolution_options, nn::conv1d, nn::conv2d, nn::conv3d,
    nn::conv_transpose1d, nn::conv_transpose2d, nn::conv_transpose3d;
using nn::is_causal_t, nn::is_causal, nn::attention_options, nn::scaled_dot_product_attention;
using nn::max_pool_options, nn::avg_pool_options, nn::max_pool1d, nn::max_pool2d, nn::max_pool3d, nn::avg_pool1d,
    nn::avg_pool2d, nn::avg_pool3d;
using nn::relu, nn::leaky_relu, nn::sigmoid, nn::silu, nn::gelu, nn::gelu_tanh, nn::tanh;
using nn::softmax, nn::log_softmax, nn::layer_norm, nn::one_hot, nn::cross_entropy, nn::as_floating;
} // namespace nn

} // namespace tutti
