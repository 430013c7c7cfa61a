// SPDX-License-Identifier: MIT
#include <cstring>

#include <tutti/io/safetensors.hpp>

#include <io/files.hpp>
#include <support/catch.hpp>

using namespace tutti;

namespace {

// Written by safetensors 0.8 for Python: save({"b": float32 [1, 2], "a": int64 [[3], [4]]}, {"who": "me"}).
constexpr std::string_view from_python(
    "\x90\x00\x00\x00\x00\x00\x00\x00{\"__metadata__\":{\"who\":\"me\"},\"a\":{\"dtype\":\"I64\",\"shape\":[2,1],\""
    "data_offsets\":[0,16]},\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[16,24]}}    \x03\x00\x00\x00"
    "\x00\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80?\x00\x00\x00@",
    176);

// A file with this header, and `data` bytes of zeros.
std::string file_with(const std::string& header, std::size_t data = 0) {
  std::string length(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) length[i] = static_cast<char>(header.size() >> (8 * i));
  return length + header + std::string(data, '\0');
}

std::string entry(const std::string& name, const std::string& dtype, const std::string& shape,
                  const std::string& offsets) {
  return '"' + name + R"(":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

std::string refusal(const std::string& file) {
  const std::string message = message_of<io_error>([&] { load_safetensors(bytes(file), "x"); });
  const std::string prefix = "x is not a valid safetensors file: ";
  return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
}

std::string refusal(const std::string& header, std::size_t data) { return refusal(file_with(header, data)); }

template <class T>
bool same_bytes(const T& a, const T& b) { return std::memcmp(&a, &b, sizeof(T)) == 0; }

} // namespace

TEST_CASE("load_safetensors reads Python's files") {
  const auto file = load_safetensors(bytes(from_python));
  CHECK(file.size() == 2);
  CHECK(file.contains("a"));
  CHECK_FALSE(file.contains("c"));
  CHECK(file.metadata() == std::map<std::string, std::string>{{"who", "me"}});
  CHECK(file.dtype("a") == "int64");
  CHECK(file.shape("a") == index_list{2, 1});
  const auto b = file.get<float, 1>("b");
  CHECK(std::vector<float>(b.begin(), b.end()) == std::vector<float>{1, 2});
  const auto a = file.get<std::int64_t>("a");
  CHECK(std::vector<std::int64_t>(a.begin(), a.end()) == std::vector<std::int64_t>{3, 4});
}

TEST_CASE("save_safetensors takes tensors, views, expressions and metadata") {
  const temporary_folder folder;
  const auto path = folder / "x.safetensors";
  const tensor<float, 2> w({2, 3}, {1, 2, 3, 4, 5, 6});
  save_safetensors(
      path, {{"w", w}, {"t", transpose(w)}, {"twice", w * 2.f}, {"one", w(1, all)}, {"moved", tensor<float, 2>(w)}},
      {{"epoch", "3"}});
  const auto file = load_safetensors(path);
  CHECK(file.names() == std::vector<std::string>{"w", "t", "twice", "one", "moved"});
  CHECK(file.metadata().at("epoch") == "3");
  const auto values = [&](const std::string& name) {
    const auto x = file.get<float>(name);
    return std::vector<float>(x.begin(), x.end());
  };
  CHECK(values("w") == std::vector<float>{1, 2, 3, 4, 5, 6});
  CHECK(file.shape("t") == index_list{3, 2});
  CHECK(values("t") == std::vector<float>{1, 4, 2, 5, 3, 6});
  CHECK(values("twice") == std::vector<float>{2, 4, 6, 8, 10, 12});
  CHECK(values("one") == std::vector<float>{4, 5, 6});
  CHECK(values("moved") == values("w"));
  CHECK(folder.count() == 1); // nothing else is left behind

  std::vector<named_tensor> layers;
  for (int i = 0; i < 12; ++i) layers.emplace_back("layer" + std::to_string(i), w);
  save_safetensors(path, layers);
  CHECK(load_safetensors(path).size() == 12);
  save_safetensors(path, {});
  CHECK(load_safetensors(path).names().empty());
}

TEST_CASE("safetensors: all types come back as they were, and can be viewed in place") {
  const temporary_folder folder;
  const auto path = folder / "x.safetensors";
  const tensor<bool, 1> flags({3}, {true, false, true});
  const tensor<std::int8_t, 1> i8({3}, {-128, 0, 127});
  const tensor<std::int16_t, 1> i16({1}, {-32768});
  const tensor<std::int32_t, 1> i32({1}, {-123456789});
  const tensor<std::int64_t, 1> i64({1}, {std::numeric_limits<std::int64_t>::min()});
  const tensor<std::uint8_t, 1> u8({2}, {255, 1});
  const tensor<std::uint16_t, 1> u16({1}, {65535});
  const tensor<std::uint32_t, 1> u32({1}, {4000000000u});
  const tensor<std::uint64_t, 1> u64({1}, {std::numeric_limits<std::uint64_t>::max()});
  const tensor<float16, 1> f16({1}, {float16(1.5f)});
  const tensor<bfloat16, 1> bf16({1}, {bfloat16(-1e30f)});
  const tensor<float, 0> f32({}, -0.f);
  const tensor<double, 1> f64({2}, {1e-310, std::numeric_limits<double>::quiet_NaN()});
  const tensor<std::complex<float>, 1> c64({1}, {{1, -2}});
  const tensor<float, 3> nothing({2, 0, 3});
  save_safetensors(path, {{"flags", flags},
                          {"i8", i8},
                          {"i16", i16},
                          {"i32", i32},
                          {"i64", i64},
                          {"u8", u8},
                          {"u16", u16},
                          {"u32", u32},
                          {"u64", u64},
                          {"f16", f16},
                          {"bf16", bf16},
                          {"f32", f32},
                          {"f64", f64},
                          {"c64", c64},
                          {"nothing", nothing}});
  const auto file = load_safetensors(path);
  const auto check = [&](const std::string& name, const auto& x) {
    CAPTURE(name);
    using T = value_t<decltype(x)>;
    CHECK(file.dtype(name) == dtype_name<T>());
    const auto copy = file.get<T>(name);
    const auto view = file.view<T>(name);
    CHECK(copy.shape() == x.shape());
    CHECK(view.shape() == x.shape());
    for (std::ptrdiff_t i = 0; i < x.size(); ++i) {
      CHECK(same_bytes(copy.data()[i], x.data()[i]));
      CHECK(same_bytes(view.data()[i], x.data()[i]));
    }
  };
  check("flags", flags);
  check("i8", i8);
  check("i16", i16);
  check("i32", i32);
  check("i64", i64);
  check("u8", u8);
  check("u16", u16);
  check("u32", u32);
  check("u64", u64);
  check("f16", f16);
  check("bf16", bf16);
  check("f32", f32);
  check("f64", f64);
  check("c64", c64);
  check("nothing", nothing);
}

TEST_CASE("a view of a safetensors file keeps the file's memory") {
  const temporary_folder folder;
  const auto path = folder / "x.safetensors";
  save_safetensors(path, {{"x", tensor<float, 2>({2, 2}, {1, 2, 3, 4})}});
  auto file = std::make_unique<safetensors>(load_safetensors(path));
  const auto x = file->view<float, 2>("x");
  file.reset();
  std::filesystem::remove(path);
  CHECK(x(1, 1) == 4);
  CHECK(reinterpret_cast<std::uintptr_t>(x.data()) % 64 == 0);
}

TEST_CASE("safetensors: what cannot be viewed in place can be copied") {
  // The float begins one byte after a multiple of its size.
  std::string header = "{" + entry("b", "BOOL", "[1]", "[0,1]") + "," + entry("x", "F32", "[1]", "[1,5]") + "}";
  header.append(8 - header.size() % 8, ' ');
  std::string text = file_with(header, 5);
  text[text.size() - 5] = 2; // true, but no bool in C++
  alignas(8) std::array<char, 256> memory{};
  std::copy(text.begin(), text.end(), memory.begin());
  const auto file = load_safetensors(bytes({memory.data(), text.size()}), "x");
  CHECK(file.get<bool>("b")(0));
  CHECK(message_of<io_error>([&] { file.view<bool>("b"); }) ==
        "x: tensor 'b' cannot be viewed where it stands in the file: get<bool>(\"b\") copies it");
  CHECK(message_of<io_error>([&] { file.view<float>("x"); }) ==
        "x: tensor 'x' cannot be viewed where it stands in the file: get<float>(\"x\") copies it");
  CHECK(file.get<float>("x")(0) == 0);
}

TEST_CASE("safetensors says what was asked for wrongly") {
  const auto file = load_safetensors(bytes(from_python), "x");
  CHECK(message_of<value_error>([&] { file.get<float>("c"); }) == "x has no tensor 'c'; it has 'a', 'b'");
  CHECK(message_of<value_error>([&] { file.shape("c"); }) == "x has no tensor 'c'; it has 'a', 'b'");
  CHECK(message_of<type_error>([&] { file.get<double>("b"); }) ==
        "x: tensor 'b' holds float32, not float64: get<float>(\"b\")");
  CHECK(message_of<type_error>([&] { file.view<float>("a"); }) ==
        "x: tensor 'a' holds int64, not float32: view<std::int64_t>(\"a\")");
  CHECK(message_of<shape_error>([&] { file.get<float, 2>("b"); }) == "x: tensor 'b' has shape (2,), not rank 2");

  const std::string more = file_with(
      "{" + entry("q", "F8_E4M3", "[4]", "[0,4]") + "," + entry("r", "U8", "[1,1,1,1,1,1,1,1,4]", "[4,8]") + "}", 8);
  const auto other = load_safetensors(bytes(more), "x");
  CHECK(other.dtype("q") == "F8_E4M3");
  CHECK(message_of<type_error>([&] { other.get<float>("q"); }) == "x: tensor 'q' holds F8_E4M3, not float32");
  CHECK(message_of<shape_error>([&] { other.get<std::uint8_t>("r"); }) ==
        "x: tensor 'r' has rank 9, above the greatest rank, 8");

  const std::string empty = file_with("{}");
  CHECK(message_of<value_error>([&] { load_safetensors(bytes(empty), "x").get<float>("c"); }) ==
        "x has no tensor 'c'; it has none");
}

TEST_CASE("safetensors quotes of a file what prints, and no more of it than a message can hold") {
  CHECK(refusal(R"({"a\u0000\n":1})", 0) == R"(its header has a number as 'a\x00\x0a', where the format has none)");
  const std::string many(5000, '1'), few(100, '1');
  CHECK(refusal("{" + entry(many, many, "[]", "[0,0]") + "}", 0) ==
        "tensor '" + few + "...' has the unknown dtype '" + few + "...'");
  CHECK(refusal("{" + entry("a", "U8", "[0." + many + "]", "[0,0]") + "}", 0) ==
        "tensor 'a' has 0." + few.substr(2) + "... in its shape");
  const std::string named = file_with("{" + entry("a\\u0000", "U8", "[0]", "[0,0]") + "}");
  const auto file = load_safetensors(bytes(named), "x");
  CHECK(message_of<value_error>([&] { file.get<float>("b"); }) == R"(x has no tensor 'b'; it has 'a\x00')");
  CHECK(message_of<type_error>([&] { file.get<float>(std::string("a\0", 2)); }) ==
        R"(x: tensor 'a\x00' holds uint8, not float32: get<std::uint8_t>("a\x00"))");
}

TEST_CASE("load_safetensors lists all 8-bit floats of the format") {
  for (const std::string code : {"F8_E4M3", "F8_E4M3FNUZ", "F8_E5M2", "F8_E5M2FNUZ", "F8_E8M0"})
    CHECK(load_safetensors(bytes(file_with("{" + entry("q", code, "[4]", "[0,4]") + "}", 4))).dtype("q") == code);
}

TEST_CASE("save_safetensors refuses what the format cannot hold") {
  const temporary_folder folder;
  const auto path = folder / "x.safetensors";
  const tensor<float, 1> x({1});
  CHECK(message_of<value_error>([&] { save_safetensors(path, {{"x", x}, {"x", x}}); }) ==
        "cannot write " + path.string() + ": the name 'x' stands twice");
  CHECK(message_of<value_error>([&] { save_safetensors(path, {{"__metadata__", x}}); }) ==
        "a tensor in a safetensors file cannot be called '__metadata__'");
  CHECK(message_of<value_error>([&] { save_safetensors(path, {{"\xff", x}}); }) ==
        "cannot write " + path.string() + ": a name or the metadata is not valid UTF-8");
  CHECK(message_of<type_error>([&] { save_safetensors(path, {{"z", tensor<std::complex<double>, 1>({1})}}); }) ==
        "cannot write 'z': safetensors files have no complex128");
  CHECK(folder.count() == 0);
}

TEST_CASE("load_safetensors refuses a file whose frame is wrong") {
  CHECK(refusal("1234567") == "it has 7 bytes, fewer than the 8 that it must begin with");
  CHECK(refusal(std::string("\x03\0\0\0\0\0\0\0{}", 10)) == "its header should have 3 bytes, and 2 follow");
  CHECK(refusal(std::string("\x01\xe1\xf5\x05\0\0\0\0{}", 10)) ==
        "its header should have 100000001 bytes, and the format allows 100000000");
  CHECK(refusal("\xff\xff\xff\xff\xff\xff\xff\xff{}") ==
        "its header should have 18446744073709551615 bytes, and the format allows 100000000");
  CHECK(refusal(file_with("")) == "its header is not an object");
  CHECK(refusal(file_with(" {}")) == "its header is not an object");
  CHECK(refusal(file_with("[]")) == "its header is not an object");
  CHECK(refusal(file_with(std::string("{}\0", 3))) == "its header has a zero byte");
  CHECK(refusal(file_with("{")) == "its header is not valid JSON at byte 2");
  CHECK(refusal(file_with("{} x")) == "its header is not valid JSON at byte 4");
  CHECK(refusal(file_with("{\"a\":{}},")) == "tensor 'a' has no dtype");
  CHECK(refusal(file_with("{\"\xff\":1}")) == "its header is not valid JSON at byte 3");
  CHECK_NOTHROW(load_safetensors(bytes(file_with("{}   \n"))));
}

TEST_CASE("load_safetensors refuses a header that says what the format has no place for") {
  const std::string good = R"("dtype":"U8","shape":[4],"data_offsets":[0,4])";
  CHECK_NOTHROW(load_safetensors(bytes(file_with("{\"a\":{" + good + "}}", 4))));
  CHECK(refusal("{\"a\":1}", 4) == "its header has a number as 'a', where the format has none");
  CHECK(refusal("{\"a\":null}", 4) == "its header has null as 'a', where the format has none");
  CHECK(refusal("{\"a\":[]}", 4) == "its header has an array as 'a', where the format has none");
  CHECK(refusal("{\"a\":{" + good + "},\"a\":{" + good + "}}", 4) == "the key 'a' stands twice");
  CHECK(refusal("{\"a\":{" + good + "},\"\\u0061\":{" + good + "}}", 4) == "the key 'a' stands twice");
  CHECK(refusal("{\"a\":{\"shape\":[1]," + good + "}}", 4) == "the key 'shape' stands twice");
  CHECK(refusal("{\"a\":{\"size\":4," + good + "}}", 4) == "tensor 'a' has the unknown key 'size'");
  CHECK(refusal(R"({"__metadata__":{"k":"v","k":"w"}})", 0) == "the key 'k' stands twice");
  CHECK(refusal(R"({"__metadata__":{},"__metadata__":{}})", 0) == "the key '__metadata__' stands twice");
  CHECK(refusal(R"({"__metadata__":{"k":1}})", 0) == "its header has a number as 'k', where the format has none");
  CHECK(refusal(R"({"__metadata__":{"k":{}}})", 0) == "its header has an object as 'k', where the format has none");
  CHECK(refusal(R"({"a":{"dtype":"U8","shape":[4]}})", 4) == "tensor 'a' has no data_offsets");
  CHECK(refusal(R"({"a":{"dtype":"U8","data_offsets":[0,4]}})", 4) == "tensor 'a' has no shape");
  CHECK(refusal(R"({"a":{"dtype":8}})", 4) == "its header has a number as 'dtype', where the format has none");
  CHECK(refusal(R"({"a":{"dtype":true}})", 4) == "its header has a boolean as 'dtype', where the format has none");
  CHECK(refusal(R"({"a":{"shape":"4"}})", 4) == "its header has a string as 'shape', where the format has none");
  CHECK(refusal(R"({"a":{"shape":[[4]]}})", 4) == "its header has an array as 'shape', where the format has none");
  CHECK(refusal(R"({"a":{"shape":{}}})", 4) == "its header has an object as 'shape', where the format has none");
  // Depth costs nothing: reading stops at the first value that has no place.
  CHECK(refusal("{\"a\":" + std::string(1'000'000, '['), 0) ==
        "its header has an array as 'a', where the format has none");
  std::string deep = "{";
  for (int i = 0; i < 100'000; ++i) deep += "\"a\":{";
  CHECK(refusal(deep, 0) == "tensor 'a' has the unknown key 'a'");
}

TEST_CASE("load_safetensors refuses tensors that do not fit their bytes") {
  const auto one = [](const std::string& dtype, const std::string& shape, const std::string& offsets,
                      std::size_t data) { return refusal("{" + entry("a", dtype, shape, offsets) + "}", data); };
  CHECK(one("F32", "[2]", "[0,8]", 8) == "no exception");
  CHECK(one("F31", "[2]", "[0,8]", 8) == "tensor 'a' has the unknown dtype 'F31'");
  CHECK(one("f32", "[2]", "[0,8]", 8) == "tensor 'a' has the unknown dtype 'f32'");
  CHECK(one("", "[2]", "[0,8]", 8) == "tensor 'a' has the unknown dtype ''");
  CHECK(one("F32", "[3]", "[0,8]", 8) == "tensor 'a' needs 12 bytes and has 8");
  CHECK(one("F32", "[2]", "[8,0]", 8) == "tensor 'a' needs 8 bytes and has -8");
  CHECK(one("F32", "[2]", "[0,8]", 7) == "its tensors have 8 bytes, and 7 follow the header");
  CHECK(one("F32", "[2]", "[0,8]", 9) == "its tensors have 8 bytes, and 9 follow the header");
  CHECK(one("F32", "[2]", "[4,12]", 12) == "there is a hole before tensor 'a'");
  CHECK(one("F32", "[2]", "[0,8,8]", 8) == "tensor 'a' has not two data_offsets");
  CHECK(one("F32", "[2]", "[8]", 8) == "tensor 'a' has not two data_offsets");
  CHECK(one("F32", "[-2]", "[0,8]", 8) == "tensor 'a' has a negative number in its shape");
  CHECK(one("F32", "[2.0]", "[0,8]", 8) == "tensor 'a' has 2.0 in its shape");
  CHECK(one("F32", "[2]", "[0,8e0]", 8) == "tensor 'a' has 8e0 in its data_offsets");
  CHECK(one("F32", "[9223372036854775808]", "[0,8]", 8) == "tensor 'a' has a number in its shape that is too large");
  CHECK(one("F32", "[99999999999999999999]", "[0,8]", 8) == "tensor 'a' has a number in its shape that is too large");
  CHECK(one("F32", "[4294967296,4294967296]", "[0,0]", 0) == "tensor 'a' has more elements than can be counted");
  CHECK(one("F32", "[0,4294967296,4294967296]", "[0,0]", 0) == "tensor 'a' has more elements than can be counted");
  CHECK(one("F32", "[0,7]", "[0,0]", 0) == "no exception");

  const auto two = [](const std::string& first, const std::string& second, std::size_t data) {
    return refusal("{" + entry("a", "U8", "[4]", first) + "," + entry("b", "U8", "[4]", second) + "}", data);
  };
  CHECK(two("[0,4]", "[4,8]", 8) == "no exception");
  CHECK(two("[4,8]", "[0,4]", 8) == "no exception");
  CHECK(two("[0,4]", "[0,4]", 4) == "tensor 'b' overlaps another");
  CHECK(two("[0,4]", "[2,6]", 6) == "tensor 'b' overlaps another");
  CHECK(two("[0,4]", "[5,9]", 9) == "there is a hole before tensor 'b'");
  CHECK(two("[0,4]", "[4,8]", 12) == "its tensors have 8 bytes, and 12 follow the header");
}

TEST_CASE("load_safetensors names the file that it cannot read") {
  const temporary_folder folder;
  const auto path = folder / "x.safetensors";
  CHECK(message_of<io_error>([&] { load_safetensors(path); }) ==
        "cannot read " + path.string() + ": No such file or directory");
  write_text(path, "");
  CHECK(message_of<io_error>([&] { load_safetensors(path); }) ==
        path.string() + " is not a valid safetensors file: it has 0 bytes, fewer than the 8 that it must begin with");
}
