// SPDX-License-Identifier: MIT
#pragma once

// safetensors files: many named tensors of any types and shapes, and some strings about them.

#include <tutti/io/file.hpp>
#include <tutti/io/safetensors_header.hpp>

TUTTI_NAMESPACE_BEGIN

/// A tensor on its way into a file, under its name. It looks at the memory of a tensor or view that has a name in the
/// program, and evaluates whatever else it is given.
class named_tensor {
public:
  /// Errors: none. Cost: none.

  /// Any shape, and any element type that the format has, bfloat16 too. Errors: a type_error of complex<double>, which
  /// it does not have. Cost: memory and a copy where x is a formula or does not lie in row-major order without gaps; of
  /// other things none.
  template <operand X>
  named_tensor(std::string name, X&& x) : name_(std::move(name)) {
    constexpr auto& type = detail::element_type_of<value_t<X>>();
    static_assert(std::endian::native == std::endian::little,
                  "tutti: safetensors files can be written on little-endian machines only");
    if (type.safetensors.empty())
      throw type_error("cannot write '" + name_ + "': safetensors files have no " + std::string(type.name));
    const auto elements = detail::row_major_elements_of(std::forward<X>(x));
    code_ = type.safetensors;
    element_bytes_ = type.bytes;
    shape_ = elements.shape();
    bytes_ = detail::bytes_of(elements);
    keeper_ = elements.keeper().memory;
  }

  /// What will stand in the file: its name, its extents, the format's code of its type, and the elements in row-major
  /// order, of so many bytes each.
  const std::string& name() const { return name_; }
  const index_list<>& shape() const { return shape_; }
  std::string_view code() const { return code_; }
  index element_bytes() const { return element_bytes_; }
  std::span<const std::byte> bytes() const { return bytes_; }

private:
  std::string name_;
  std::string_view code_;
  index element_bytes_ = 0;
  index_list<> shape_;
  std::span<const std::byte> bytes_;
  std::shared_ptr<const void> keeper_;
};

/// The tensors of a safetensors file. Opening it reads the header only; get() copies a tensor out, view() looks at the
/// file's own memory. Names, shapes and sizes have been checked against the file before one of these exists.
/// Example: `save_safetensors("c.safetensors", {{"w", ones<float>({2, 3})}}); const auto model =
/// load_safetensors("c.safetensors"); for (const auto& name : model.names()) std::cout << name << ' ' <<
/// to_string(model.shape(name));` is `w (2, 3)`.
class safetensors {
public:
  /// Errors: none. Cost: a look-up, at most, of the name among the file's.

  /// In the order of the header. Cost: a string for each tensor.
  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const auto& entry : header_->entries) result.push_back(entry.name);
    return result;
  }
  /// How many tensors there are.
  index size() const { return static_cast<index>(header_->entries.size()); }
  /// Whether a tensor has this name.
  bool contains(const std::string& name) const { return header_->places.contains(name); }
  /// The strings about the tensors, by their names.
  const std::map<std::string, std::string>& metadata() const { return header_->metadata; }

  /// The extents of a tensor. Errors: a value_error where the file does not have the name, a shape_error where the rank
  /// is above max_rank.
  index_list<> shape(const std::string& name) const {
    const auto& extents = find(name).shape;
    if (static_cast<index>(extents.size()) > max_rank)
      throw shape_error(about(name) + "has rank " + std::to_string(extents.size()) + ", above the greatest rank, " +
                        std::to_string(max_rank));
    return extents;
  }

  /// NumPy's name of the type, "float32"; the format's own where there is none, "F8_E4M3". Errors: a value_error where
  /// the file does not have the name.
  std::string dtype(const std::string& name) const {
    const auto& code = find(name).code;
    const auto* type = detail::find_element_type<&detail::element_type::safetensors>(code);
    return type ? std::string(type->name) : code;
  }

  /// A copy of the tensor. Errors: as shape's; a type_error where the type is not T, a shape_error where the rank is
  /// not Rank. Cost: memory for the tensor, and a copy of each element.
  template <element T, index Rank = dynamic_rank>
  tensor<T, Rank> get(const std::string& name) const {
    const auto [bytes, shape] = open<T, Rank>(name, "get");
    return detail::tensor_of<T, Rank>(bytes, std::endian::little, shape, row_major);
  }

  /// A view of the tensor in the file's own memory, which lives as long as the view. Errors: as get()'s; an io_error
  /// where the elements cannot be read where they stand, since they are not aligned or not as this machine has them.
  template <element T, index Rank = dynamic_rank>
  tutti::view<const T, Rank, owned> view(const std::string& name) const {
    const auto [bytes, shape] = open<T, Rank>(name, "view");
    const index count = element_count(shape);
    // A bool whose byte is neither 0 nor 1 is no value at all in C++.
    const bool readable = std::same_as<T, bool>
                              ? std::all_of(bytes, bytes + count, [](std::byte b) { return b <= std::byte{1}; })
                              : detail::readable_in_place<T>(bytes, std::endian::little);
    if (!readable)
      throw io_error(about(name) + "cannot be viewed where it stands in the file: get<" + spelling<T>() + ">(\"" +
                     detail::legible(name) + "\") copies it");
    return {reinterpret_cast<const T*>(bytes), shape, contiguous_strides<Rank>(shape), owned{keeper_}};
  }

private:
  friend safetensors load_safetensors(std::span<const std::byte>, std::string_view);
  friend safetensors load_safetensors(const std::filesystem::path&);

  safetensors(std::span<const std::byte> bytes, std::shared_ptr<const void> keeper, std::string_view file)
      : header_(std::make_shared<const detail::safetensors_header>(detail::read_safetensors_header(bytes, file))),
        bytes_(bytes),
        keeper_(std::move(keeper)),
        file_(file) {}

  std::string about(const std::string& name) const { return file_ + ": tensor '" + detail::legible(name) + "' "; }

  template <element T>
  static std::string spelling() { return std::string(detail::element_type_of<T>().spelling); }

  const detail::safetensors_entry& find(const std::string& name) const {
    const auto found = header_->places.find(name);
    if (found != header_->places.end()) return header_->entries[found->second];
    std::string message = file_ + " has no tensor '" + detail::legible(name) + "'; it has ";
    constexpr std::size_t most = 10; // of a model's hundreds of names, enough to see how they look
    for (std::size_t i = 0; i < std::min(most, header_->entries.size()); ++i)
      message += (i > 0 ? ", '" : "'") + detail::legible(header_->entries[i].name) + "'";
    if (header_->entries.size() > most) message += ", ...";
    throw value_error(message + (header_->entries.empty() ? "none" : ""));
  }

  template <element T, index Rank>
  std::pair<const std::byte*, index_list<Rank>> open(const std::string& name, const char* verb) const {
    const std::string held = dtype(name);
    if (held != dtype_name<T>()) {
      const auto* type = detail::find_element_type<&detail::element_type::name>(held);
      throw type_error(
          about(name) + "holds " + held + ", not " + std::string(dtype_name<T>()) +
          (type ? ": " + std::string(verb) + "<" + std::string(type->spelling) + ">(\"" + detail::legible(name) + "\")"
                : ""));
    }
    const index_list<> found = shape(name);
    if (Rank != dynamic_rank && found.size() != Rank)
      throw shape_error(about(name) + "has shape " + to_string(found) + ", not rank " + std::to_string(Rank));
    return {bytes_.data() + header_->offset + find(name).offsets[0], found};
  }

  std::shared_ptr<const detail::safetensors_header> header_;
  std::span<const std::byte> bytes_;
  std::shared_ptr<const void> keeper_;
  std::string file_;
};

/// Opens a safetensors file. Errors: an io_error where it cannot be read, or for whatever is wrong with it: a header
/// longer than the file or than the format allows, keys that stand twice, types that are unknown, bytes that tensors
/// share, leave out or do not have. Cost: reads the header only. Python: safetensors.safe_open.
/// Example: `save_safetensors("a.safetensors", {{"w", ones<float>({2})}}); std::cout <<
/// load_safetensors("a.safetensors").get<float, 1>("w");` is `[1. 1.]`.
inline safetensors load_safetensors(const std::filesystem::path& path) {
  const file_content content(path);
  return safetensors(content.bytes(), content.keeper(), path.string());
}
/// Over bytes in memory, which must outlive the result and its views; `name` stands for them in messages.
inline safetensors load_safetensors(std::span<const std::byte> bytes, std::string_view name = "the safetensors data") {
  return safetensors(bytes, nullptr, name);
}

/// Writes tensors, views and the values of expressions under their names, and strings about them. An older file of that
/// name is replaced at once when all is written. Shapes: any. Types: all but complex<double>. Errors: a value_error
/// where a name stands twice, is "__metadata__" or is not UTF-8, an io_error where the file cannot be written;
/// named_tensor has its own. Cost: a copy of each element into the file. Python: safetensors.numpy.save_file.
/// Example: `save_safetensors("b.safetensors", {{"w", ones<float>({2})}, {"scale", exp(array({0.}))}}, {{"epoch",
/// "3"}});`.
inline void save_safetensors(const std::filesystem::path& path, std::span<const named_tensor> tensors,
                             const std::map<std::string, std::string>& metadata = {}) {
  // Larger elements first: then each tensor begins at a multiple of its element's size, and can be viewed in place.
  std::vector<const named_tensor*> by_size;
  for (const auto& x : tensors) by_size.push_back(&x);
  std::sort(by_size.begin(), by_size.end(), [](auto* a, auto* b) {
    return a->element_bytes() != b->element_bytes() ? a->element_bytes() > b->element_bytes() : a < b;
  });
  std::map<const named_tensor*, std::pair<std::size_t, std::size_t>> offsets;
  std::size_t end = 0;
  for (const auto* x : by_size) {
    offsets[x] = {end, end + x->bytes().size()};
    end += x->bytes().size();
  }

  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::map<std::string_view, bool> names;
  for (const auto& x : tensors) {
    if (x.name() == "__metadata__") throw value_error("a tensor in a safetensors file cannot be called '__metadata__'");
    if (!names.emplace(x.name(), true).second)
      throw value_error("cannot write " + path.string() + ": the name '" + x.name() + "' stands twice");
    header.push_back({x.name(),
                      {{"dtype", x.code()},
                       {"shape", std::vector<index>(x.shape().begin(), x.shape().end())},
                       {"data_offsets", offsets[&x]}}});
  }
  std::string text;
  try {
    text = header.dump();
  } catch (const nlohmann::json::exception&) {
    throw value_error("cannot write " + path.string() + ": a name or the metadata is not valid UTF-8");
  }
  text.append((storage_alignment - (8 + text.size()) % storage_alignment) % storage_alignment, ' ');
  if (text.size() > 100'000'000) throw value_error("cannot write " + path.string() + ": too many names for the format");

  std::array<std::byte, 8> length;
  for (std::size_t i = 0; i < 8; ++i) length[i] = static_cast<std::byte>(text.size() >> (8 * i));
  file_writer file(path);
  file.write(length);
  file.write(std::as_bytes(std::span(text)));
  for (const auto* x : by_size) file.write(x->bytes());
  file.commit();
}
inline void save_safetensors(const std::filesystem::path& path, std::initializer_list<named_tensor> tensors,
                             const std::map<std::string, std::string>& metadata = {}) {
  save_safetensors(path, std::span<const named_tensor>(tensors.begin(), tensors.size()), metadata);
}

TUTTI_NAMESPACE_END
