// SPDX-License-Identifier: MIT
#include <tutti/io/file.hpp>

#include <io/files.hpp>
#include <support/catch.hpp>

using namespace tutti;

namespace {

std::string text_of(const file_content& content) {
  return {reinterpret_cast<const char*>(content.bytes().data()), content.bytes().size()};
}

} // namespace

TEST_CASE("file_content is a file's bytes, for as long as a copy of it lives") {
  const temporary_folder folder;
  write_text(folder / "x", std::string("a\0b\n", 4));
  auto content = std::make_unique<file_content>(folder / "x");
  const file_content copy = *content;
  content.reset();
  std::filesystem::remove(folder / "x");
  CHECK(text_of(copy) == std::string("a\0b\n", 4));
  write_text(folder / "empty", "");
  CHECK(text_of(file_content(folder / "empty")).empty());
}

TEST_CASE("file_content reads what cannot be mapped") {
  if (!std::filesystem::exists("/proc/self/status")) return;
  CHECK_THAT(text_of(file_content("/proc/self/status")), ContainsSubstring("Name:"));
}

TEST_CASE("file_content says why a file cannot be read") {
  const temporary_folder folder;
  const auto path = folder / "missing";
  CHECK(message_of<io_error>([&] { file_content content(path); }) ==
        "cannot read " + path.string() + ": No such file or directory");
  CHECK(message_of<io_error>([&] { file_content content(folder / ""); }) ==
        "cannot read " + (folder / "").string() + ": Is a directory");
}

TEST_CASE("file_writer replaces a file when it is committed, and only then") {
  const temporary_folder folder;
  const auto path = folder / "x";
  write_text(path, "old");
  const file_content before(path); // mapped: it must not see the new file
  {
    file_writer file(path);
    file.write(bytes("new, "));
    file.write(bytes(""));
    file.write(bytes("and longer"));
    CHECK(read_text(path) == "old");
    CHECK(folder.count() == 2);
    file.commit();
  }
  CHECK(read_text(path) == "new, and longer");
  CHECK(text_of(before) == "old");
  CHECK(folder.count() == 1);
}

TEST_CASE("file_writer takes nothing more once it was committed") {
  const temporary_folder folder;
  const auto path = folder / "x";
  file_writer file(path);
  file.write(bytes("all"));
  file.commit();
  const std::string closed = "cannot write " + path.string() + ": it was committed, or could not be written, before";
  CHECK(message_of<io_error>([&] { file.write(bytes("more")); }) == closed);
  CHECK(message_of<io_error>([&] { file.commit(); }) == closed);
  CHECK(read_text(path) == "all");
}

TEST_CASE("file_writer leaves nothing behind when it is not committed") {
  const temporary_folder folder;
  write_text(folder / "x", "old");
  {
    file_writer file(folder / "x");
    file.write(bytes("half"));
  }
  CHECK(read_text(folder / "x") == "old");
  CHECK(folder.count() == 1);
}

TEST_CASE("file_writer keeps a link a link, and a file's permissions") {
  namespace fs = std::filesystem;
  const temporary_folder folder;
  write_text(folder / "x", "old");
  fs::permissions(folder / "x", fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink(folder / "x", folder / "link");
  file_writer file(folder / "link");
  file.write(bytes("new"));
  file.commit();
  CHECK(fs::is_symlink(folder / "link"));
  CHECK(read_text(folder / "x") == "new");
  CHECK(fs::status(folder / "x").permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("file_writer makes the file that a link points to") {
  namespace fs = std::filesystem;
  const temporary_folder folder;
  fs::create_directory(folder / "inner");
  fs::create_symlink("x", folder / "inner/second");
  fs::create_symlink("inner/second", folder / "first");
  file_writer file(folder / "first");
  file.write(bytes("new"));
  file.commit();
  CHECK(read_text(folder / "inner/x") == "new");
  CHECK(fs::is_symlink(folder / "first"));
  CHECK(fs::is_symlink(folder / "inner/second"));
}

TEST_CASE("file_writer says of links in a circle that they are") {
  const temporary_folder folder;
  const auto path = folder / "link";
  std::filesystem::create_symlink("link", path);
  CHECK(message_of<io_error>([&] { file_writer file(path); }) ==
        "cannot write " + path.string() + ": Too many levels of symbolic links");
}

TEST_CASE("file_writer writes to a pipe that has a link for a name") {
  if (!std::filesystem::exists("/proc/self/fd")) return;
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  file_writer file("/proc/self/fd/" + std::to_string(ends[1]));
  file.write(bytes("x"));
  file.commit();
  char read = 0;
  CHECK(::read(ends[0], &read, 1) == 1);
  CHECK(read == 'x');
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("a file's name does not end at a zero byte") {
  const temporary_folder folder;
  const auto path = folder / std::string("x\0y", 3);
  CHECK(message_of<io_error>([&] { file_writer file(path); }) == "cannot write a file whose name has a zero byte");
  write_text(folder / "x", "x");
  CHECK(message_of<io_error>([&] { file_content content(path); }) == "cannot read a file whose name has a zero byte");
  CHECK(folder.count() == 1);
}

TEST_CASE("file_writer writes to a device and does not replace it") {
  if (!std::filesystem::is_character_file("/dev/null")) return;
  file_writer file("/dev/null");
  file.write(bytes("gone"));
  file.commit();
  CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("file_writer takes names of any length that the system takes") {
  const temporary_folder folder;
  const auto path = folder / std::string(255, 'x');
  file_writer file(path);
  file.commit();
  CHECK(std::filesystem::exists(path));
}

TEST_CASE("file_writer says why a file cannot be written") {
  const temporary_folder folder;
  const auto path = folder / "missing/x";
  CHECK(message_of<io_error>([&] { file_writer file(path); }) ==
        "cannot write " + path.string() + ": No such file or directory");
  CHECK(message_of<io_error>([&] { file_writer file(folder / "."); }) ==
        "cannot write " + (folder / ".").string() + ": Is a directory");
  if (!std::filesystem::is_character_file("/dev/full")) return;
  CHECK(message_of<io_error>([&] {
          file_writer file("/dev/full");
          file.write(bytes(std::string(1 << 20, 'x')));
          file.commit();
        }) == "cannot write /dev/full: No space left on device");
}
