// SPDX-License-Identifier: MIT
#include <cstring>

#include <tutti/io/npy.hpp>

#include <io/files.hpp>
#include <support/catch.hpp>

using namespace tutti;

namespace {

// Files that NumPy 2.4 wrote.
constexpr std::string_view little_float32(
    "\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }                             "
    "                             \n"
    "\x00\x00\x80>\x00\x00\x00?\x00\x00@?\x00\x00\x80?\x00\x00\xa0?\x00\x00\xc0?",
    152);
constexpr std::string_view fortran_big_int16(
    "\x93NUMPY\x01\x00v\x00{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }                              "
    "                             \n"
    "\xfe\xd4\xfbP\xfd\xa8\xfa$\xfc|\xf8\xf8",
    140);
constexpr std::string_view scalar_complex64(
    "\x93NUMPY\x01\x00v\x00{'descr': '<c8', 'fortran_order': False, 'shape': (), }                                 "
    "                             \n"
    "\x00\x00\xc0?\x00\x00\x00\xc0",
    136);
constexpr std::string_view bools_version_2(
    "\x93NUMPY\x02\x00t\x00\x00\x00{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }                       "
    "                                   \n"
    "\x01\x00\x01",
    131);
constexpr std::string_view bytes_fortran_version_3(
    "\x93NUMPY\x03\x00t\x00\x00\x00{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2, 2), }                   "
    "                                   \n"
    "\x00\x04\x02\x06\x01\x05\x03\x07",
    136);
constexpr std::string_view empty_float16(
    "\x93NUMPY\x01\x00v\x00{'descr': '<f2', 'fortran_order': False, 'shape': (0, 4), }                             "
    "                             \n",
    128);
constexpr std::string_view big_complex128(
    "\x93NUMPY\x01\x00v\x00{'descr': '>c16', 'fortran_order': False, 'shape': (2,), }                              "
    "                             \n"
    "?\xf0\x00\x00\x00\x00\x00\x00@\x00\x00\x00\x00\x00\x00\x00\x80\x00\x00\x00\x00\x00\x00\x00\xbf\xe0\x00\x00\x00"
    "\x00\x00\x00",
    160);

// A version 1.0 file with this dictionary, and `data` bytes of zeros.
std::string npy_file(const std::string& dictionary, std::size_t data = 0) {
  const auto length = dictionary.size();
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(length % 256) + static_cast<char>(length / 256) +
         dictionary + std::string(data, '\0');
}

std::string float_file(const std::string& shape, std::size_t data) {
  return npy_file("{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }", data);
}

template <class Error>
std::string load_error(const std::string& file) {
  return message_of<Error>([&] { load_npy<float>(bytes(file), "x.npy"); });
}

// Zeros, ones, values that have all bytes in use, and, where there are some, NaN and infinity.
template <class T>
std::vector<T> samples() {
  using R = real_t<T>;
  std::vector<T> values;
  for (int i = 0; i < 24; ++i) {
    if constexpr (kind_of<T> == kind::boolean) values.push_back(i % 3 == 0);
    else if constexpr (kind_of<T> == kind::integer) values.push_back(static_cast<T>(0x0123456789abcdefLL * (i - 12)));
    else if constexpr (is_complex<T>) values.push_back(T(static_cast<R>(i) / 7, -static_cast<R>(i) * R(1e-9)));
    else values.push_back(static_cast<T>(static_cast<float>(i) / -7.f));
  }
  if constexpr (std::floating_point<T>) {
    values[3] = std::numeric_limits<T>::infinity();
    values[4] = std::numeric_limits<T>::quiet_NaN();
    values[5] = std::numeric_limits<T>::denorm_min();
  }
  return values;
}

} // namespace

TEST_CASE("load_npy reads NumPy's files") {
  const auto f = load_npy<float, 2>(bytes(little_float32));
  CHECK(f.shape() == index_list{2, 3});
  CHECK(std::vector<float>(f.begin(), f.end()) == std::vector<float>{.25f, .5f, .75f, 1, 1.25f, 1.5f});

  const auto i = load_npy<std::int16_t>(bytes(fortran_big_int16));
  CHECK(i.shape() == index_list{2, 3});
  CHECK(i.is_contiguous());
  CHECK(std::vector<int>(i.begin(), i.end()) == std::vector<int>{-300, -600, -900, -1200, -1500, -1800});

  CHECK(load_npy<std::complex<float>, 0>(bytes(scalar_complex64))() == std::complex<float>(1.5f, -2));

  const auto b = load_npy<bool>(bytes(bools_version_2));
  CHECK(std::vector<int>(b.begin(), b.end()) == std::vector<int>{1, 0, 1});

  const auto u = load_npy<std::uint8_t, 3>(bytes(bytes_fortran_version_3));
  CHECK(std::vector<int>(u.begin(), u.end()) == std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7});

  CHECK(load_npy<float16>(bytes(empty_float16)).shape() == index_list{0, 4});

  const auto c = load_npy<std::complex<double>>(bytes(big_complex128));
  CHECK(std::vector<std::complex<double>>(c.begin(), c.end()) == std::vector<std::complex<double>>{{1, 2}, {-0., -.5}});
}

TEST_CASE("npy_info tells what a file holds") {
  const auto info = npy_info(bytes(fortran_big_int16));
  CHECK(info.dtype == "int16");
  CHECK(info.shape == index_list{2, 3});
  CHECK(info.order == column_major);
  CHECK(info.endian == std::endian::big);
  CHECK(info.offset == 128);
  CHECK(npy_info(bytes(scalar_complex64)).shape.empty());
  const temporary_folder folder;
  write_text(folder / "x.npy", little_float32);
  CHECK(npy_info(folder / "x.npy").dtype == "float32");
}

TEST_CASE("save_npy writes the bytes that NumPy writes") {
  const temporary_folder folder;
  save_npy(folder / "f.npy", tensor<float, 2>({2, 3}, {.25f, .5f, .75f, 1, 1.25f, 1.5f}));
  CHECK(read_text(folder / "f.npy") == little_float32);
  save_npy(folder / "c.npy", tensor<std::complex<float>, 0>({}, std::complex<float>(1.5f, -2)));
  CHECK(read_text(folder / "c.npy") == scalar_complex64);
  save_npy(folder / "e.npy", tensor<float16>({0, 4}));
  CHECK(read_text(folder / "e.npy") == empty_float16);
  CHECK(folder.count() == 3); // nothing else is left behind
}

TEST_CASE("save_npy takes views and expressions, and any order") {
  const temporary_folder folder;
  tensor<float, 2> x({2, 3}, {1, 2, 3, 4, 5, 6});
  save_npy(folder / "x.npy", transpose(x));
  auto back = load_npy<float>(folder / "x.npy");
  CHECK(back.shape() == index_list{3, 2});
  CHECK(std::vector<float>(back.begin(), back.end()) == std::vector<float>{1, 4, 2, 5, 3, 6});
  save_npy(folder / "x.npy", x(all, range(none, none, -2)) * 2.f);
  back = load_npy<float>(folder / "x.npy");
  CHECK(std::vector<float>(back.begin(), back.end()) == std::vector<float>{6, 2, 12, 8});
  tensor<float, 2> columns({2, 3}, column_major);
  columns = x;
  save_npy(folder / "x.npy", columns);
  back = load_npy<float>(folder / "x.npy");
  CHECK(std::equal(back.begin(), back.end(), x.begin()));
}

TEMPLATE_TEST_CASE("npy: all types come back as they were, in either byte order and layout", "", bool, std::int8_t,
                   std::int16_t, std::int32_t, std::int64_t, std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t,
                   float16, float, double, std::complex<float>, std::complex<double>) {
  const temporary_folder folder;
  const auto values = samples<TestType>();
  tensor<TestType> x({2, 3, 4});
  std::copy(values.begin(), values.end(), x.data());
  save_npy(folder / "x.npy", x);
  const auto back = load_npy<TestType>(folder / "x.npy");
  CHECK(back.shape() == x.shape());
  CHECK(std::memcmp(back.data(), x.data(), 24 * sizeof(TestType)) == 0);

  // The same file as a big-endian machine would write it, in Fortran order, and at an odd address.
  std::string file = read_text(folder / "x.npy");
  const std::size_t begin = file.size() - 24 * sizeof(TestType), part = sizeof(real_t<TestType>);
  for (std::size_t at = begin; at < file.size(); at += part)
    std::reverse(file.begin() + static_cast<std::ptrdiff_t>(at), file.begin() + static_cast<std::ptrdiff_t>(at + part));
  const std::size_t order = file.find("'<");
  if (order != std::string::npos) file[order + 1] = '>';
  file.replace(file.find("False"), 5, "True ");
  const auto big = load_npy<TestType>(bytes("-" + file).subspan(1));
  CHECK(big.shape() == x.shape());
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 4; ++k)
        CHECK(std::memcmp(&big(i, j, k), x.data() + i + 2 * j + 6 * k, sizeof(TestType)) == 0);
}

TEST_CASE("load_npy takes any true byte for true") {
  const auto x = load_npy<bool>(
      bytes(npy_file("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }") + std::string("\x00\xff", 2)));
  CHECK_FALSE(x(0));
  CHECK(x(1));
}

TEST_CASE("load_npy takes what Python allows in a dictionary") {
  const std::string texts[] = {"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1)}",
                               "{\"shape\":(2,1,),\"fortran_order\":False,\"descr\":\"<f4\"}",
                               "{ 'descr' :\t'<f4',\n 'fortran_order': False , 'shape': ( 2L , 1L ) , }  \n",
                               "{'descr': '=f4', 'fortran_order': False, 'shape': (2, 1), }",
                               "{'descr': 'f4', 'fortran_order': False, 'shape': (2, 1), }"};
  for (const auto& text : texts) {
    CAPTURE(text);
    CHECK(load_npy<float>(bytes(npy_file(text, 8))).shape() == index_list{2, 1});
  }
  // What follows the elements is not looked at.
  CHECK(load_npy<float>(bytes(float_file("(2,)", 11))).shape() == index_list<>{2});
}

TEST_CASE("load_npy refuses another type and another rank, and says which there is") {
  const std::string file = float_file("(3, 4)", 48);
  CHECK(message_of<type_error>([&] { load_npy<double>(bytes(file), "x.npy"); }) ==
        "x.npy holds float32, not float64: load_npy<float>");
  CHECK(message_of<type_error>([&] { load_npy<float>(bytes(fortran_big_int16), "x.npy"); }) ==
        "x.npy holds int16, not float32: load_npy<std::int16_t>");
  CHECK(message_of<shape_error>([&] { load_npy<float, 3>(bytes(file), "x.npy"); }) ==
        "x.npy holds shape (3, 4), not rank 3");
  CHECK(load_error<type_error>(npy_file("{'descr': '|O', 'fortran_order': False, 'shape': (), }", 8)) ==
        "x.npy holds Python objects, which a tensor cannot");
  CHECK(load_error<type_error>(npy_file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (), }", 8)) ==
        "x.npy holds records (a structured dtype), which a tensor cannot");
  for (const std::string descr : {"<U3", "|S8", "<M8[ns]", "<f16", "<V2", "<f3", "", "<"})
    CHECK(load_error<type_error>(npy_file("{'descr': '" + descr + "', 'fortran_order': False, 'shape': (), }", 64)) ==
          "x.npy holds elements of dtype '" + descr + "', for which tutti has no type");
  CHECK(load_error<shape_error>(float_file("(1, 1, 1, 1, 1, 1, 1, 1, 1)", 4)) ==
        "x.npy has rank 9, above the greatest rank, 8");
}

TEST_CASE("load_npy refuses a file that is not what the format says") {
  const auto refused = [](const std::string& file) {
    const std::string message = load_error<io_error>(file), prefix = "x.npy is not a valid .npy file: ";
    return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
  };
  const std::string good = float_file("(2,)", 8);
  CHECK(refused("") == "it does not begin with \\x93NUMPY");
  CHECK(refused("PK\x03\x04 a zip file") == "it does not begin with \\x93NUMPY");
  CHECK(refused(good.substr(0, 6)) == "it ends within its header");
  CHECK(refused(good.substr(0, 9)) == "it ends within its header");
  CHECK(refused(good.substr(0, 30)) == "its header should have 57 bytes, and 20 follow");
  CHECK(refused(std::string("\x93NUMPY\x02\x00\xff\xff\xff\xff", 12) + "{}") ==
        "its header should have 4294967295 bytes, and 2 follow");
  CHECK(refused(std::string("\x93NUMPY\x04\x00\x02\x00{}", 12)) == "its version 4.0 is unknown");
  CHECK(refused(std::string("\x93NUMPY\x01\x01\x02\x00{}", 12)) == "its version 1.1 is unknown");
  CHECK(refused(float_file("(3,)", 11)) == "shape (3,) of float32 needs 12 bytes, and 11 follow the header");
  CHECK(refused(float_file("(-3,)", 16)) == "its shape has a negative extent");
  CHECK(refused(float_file("(9223372036854775808,)", 16)) == "its shape has an extent that is too large");
  CHECK(refused(float_file("(99999999999999999999999,)", 16)) == "its shape has an extent that is too large");
  CHECK(refused(float_file("(4294967296, 4294967296)", 16)) ==
        "shape (4294967296, 4294967296) has more elements than can be counted");
  // An extent of 0 does not hide that the strides could not be counted.
  CHECK(refused(float_file("(0, 4294967296, 4294967296)", 16)) ==
        "shape (0, 4294967296, 4294967296) has more elements than can be counted");
  CHECK(refused(float_file("(2305843009213693952,)", 16)) ==
        "shape (2305843009213693952,) has more elements than can be counted");
  for (const std::string shape : {"(3)", "3", "[3]", "(3.0,)", "(True,)", "('3',)", "(,)", "(+3,)", "None"})
    CHECK(refused(float_file(shape, 64)) == "its shape is not a tuple of whole numbers");
  CHECK(refused(float_file("(03,)", 64)) == "an extent begins with 0");
  CHECK(refused(float_file("(1, 2 3)", 64)) == "expected ')' at byte 56 of the header");
  CHECK(refused(float_file("(1_0, 2)", 64)) == "its shape is not a tuple of whole numbers");

  CHECK(refused(npy_file("{}")) == "the key 'descr' is missing");
  CHECK(refused(npy_file("{'descr': '<f4', 'shape': ()}")) == "the key 'fortran_order' is missing");
  CHECK(refused(npy_file("{'descr': '<f4', 'fortran_order': False}")) == "the key 'shape' is missing");
  CHECK(refused(npy_file("{'descr': '<f4', 'descr': '<f8'}")) == "the key 'descr' stands twice");
  CHECK(refused(npy_file("{'descr': '<f4', 'more': 1}")) == "the key 'more' is unknown");
  CHECK(refused(npy_file("{'fortran_order': 0}")) == "'fortran_order' is neither True nor False");
  CHECK(refused(npy_file("{'fortran_order': Falsehood}")) == "'fortran_order' is neither True nor False");
  CHECK(refused(npy_file("{'descr': '|f4'}")) == "dtype '|f4' does not say its byte order");
  CHECK(refused(npy_file("{'descr': '<f4")) == "a string does not end as it should");
  CHECK(refused(npy_file("{'de\\x73cr': '<f4'}")) == "a string does not end as it should");
  CHECK(refused(npy_file("")) == "expected '{' at byte 0 of the header");
  CHECK(refused(npy_file("{'descr' '<f4'}")) == "expected ':' at byte 9 of the header");
  CHECK(refused(npy_file("{'descr': '<f4' 'shape': ()}")) == "expected '}' at byte 16 of the header");
  CHECK(refused(npy_file("{'descr': '<f4', , }")) == "expected a string at byte 17 of the header");
  CHECK(refused(npy_file("{'descr': '<f4', 'fortran_order': False, 'shape': (), } or 1", 4)) ==
        "something follows the dictionary");
  CHECK(refused(npy_file(std::string("{'descr': '<f4', 'fortran_order': False, 'shape': (), }\0", 56), 4)) ==
        "something follows the dictionary");
}

TEST_CASE("load_npy quotes of a file what prints, and no more of it than a message can hold") {
  const auto dtype = [](const std::string& text) {
    return load_error<type_error>(npy_file("{'descr': '" + text + "', 'fortran_order': False, 'shape': (), }"));
  };
  CHECK(dtype(std::string("<f\x1b[1m\0\x7f", 8)) ==
        "x.npy holds elements of dtype '<f\\x1b[1m\\x00\\x7f', for which tutti has no type");
  CHECK(dtype(std::string(5000, 'f')) ==
        "x.npy holds elements of dtype '" + std::string(100, 'f') + "...', for which tutti has no type");
  CHECK(load_error<io_error>(npy_file("{'" + std::string(99, 'k') + "\xc3\xa9': 1}")) ==
        "x.npy is not a valid .npy file: the key '" + std::string(99, 'k') + "...' is unknown");
}

TEST_CASE("npy: files that cannot be opened, and types that NumPy does not have") {
  const temporary_folder folder;
  const auto path = folder / "x.npy";
  CHECK(message_of<io_error>([&] { load_npy<float>(path); }) ==
        "cannot read " + path.string() + ": No such file or directory");
  CHECK(message_of<type_error>([&] { save_npy(path, tensor<bfloat16>({2})); }) ==
        "cannot write " + path.string() +
            ": .npy files have no bfloat16: cast<float> the tensor, or write a safetensors file");
  CHECK_FALSE(std::filesystem::exists(path));
}
