// SPDX-License-Identifier: MIT
#pragma once

// Whole files: read, or mapped into memory, and written so that a reader sees the old file or the new, never a half.

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#if __has_include(<sys/mman.h>)
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

#include <tutti/tensor.hpp>

TUTTI_NAMESPACE_BEGIN

namespace detail {

[[noreturn]] inline void throw_file_error(const char* verb, const std::filesystem::path& path, int reason) {
  throw io_error("cannot " + std::string(verb) + " " + path.string() + ": " + std::generic_category().message(reason));
}

// The system would take what stands before a zero byte for the whole name.
inline void require_whole_name(const char* verb, const std::filesystem::path& path) {
  if (path.native().find(std::filesystem::path::value_type{}) != std::filesystem::path::string_type::npos)
    throw io_error(std::string("cannot ") + verb + " a file whose name has a zero byte");
}

struct close_file {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using open_file = std::unique_ptr<std::FILE, close_file>;

// For what cannot be mapped: pipes, devices, and systems without mmap.
inline std::vector<std::byte> read_stream(const std::filesystem::path& path) {
  const open_file file(std::fopen(path.string().c_str(), "rb"));
  if (!file) throw_file_error("read", path, errno);
  std::vector<std::byte> content;
  std::size_t length = 0;
  do {
    content.resize(std::max<std::size_t>(2 * length, 1 << 16));
    errno = 0;
    length += std::fread(content.data() + length, 1, content.size() - length, file.get());
  } while (length == content.size());
  if (std::ferror(file.get())) throw_file_error("read", path, errno);
  content.resize(length);
  return content;
}

#if __has_include(<sys/mman.h>)
// The mapped file, or null where it cannot be mapped.
inline std::pair<std::shared_ptr<const std::byte>, std::size_t> map_file(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) throw_file_error("read", path, errno);
  struct stat status;
  const bool known = ::fstat(descriptor, &status) == 0;
  void* memory = MAP_FAILED;
  const std::size_t length = known && S_ISREG(status.st_mode) ? static_cast<std::size_t>(status.st_size) : 0;
  if (length > 0) memory = ::mmap(nullptr, length, PROT_READ, MAP_PRIVATE, descriptor, 0);
  ::close(descriptor); // a mapping stays when its file is closed
  if (memory == MAP_FAILED) return {};
  const auto unmap = [length](const std::byte* begin) { ::munmap(const_cast<std::byte*>(begin), length); };
  return {{static_cast<const std::byte*>(memory), unmap}, length};
}
#else
inline std::pair<std::shared_ptr<const std::byte>, std::size_t> map_file(const std::filesystem::path&) { return {}; }
#endif

} // namespace detail

/// The bytes of a file, mapped into memory where the system can do that, read otherwise. Copies share the memory, which
/// lives as long as any of them. A mapped file must not be cut short by others meanwhile; what file_writer replaces
/// never is.
class file_content {
public:
  /// Errors: none. Cost: none.

  /// Opens the file. Errors: an io_error, which names the file and the reason, where it cannot be read. Cost: none that
  /// grows where the system maps files: what is looked at is read; elsewhere memory for the whole file.
  explicit file_content(const std::filesystem::path& path) {
    detail::require_whole_name("read", path);
    const auto [memory, length] = detail::map_file(path);
    if (memory) {
      bytes_ = {memory.get(), length};
      keeper_ = memory;
    } else {
      const auto content = std::make_shared<const std::vector<std::byte>>(detail::read_stream(path));
      bytes_ = *content;
      keeper_ = content;
    }
  }

  /// The whole content.
  std::span<const std::byte> bytes() const TUTTI_LIFETIMEBOUND { return bytes_; }
  /// What keeps the bytes in memory.
  const std::shared_ptr<const void>& keeper() const { return keeper_; }

private:
  std::span<const std::byte> bytes_;
  std::shared_ptr<const void> keeper_;
};

/// Writes a file under another name in the same folder; commit() gives it its own name, in place of what had that
/// before. Without commit(), after an exception say, nothing is left behind. Errors: an io_error, which names the file
/// and the reason, where it cannot be written. Cost: a file is opened, or renamed.
/// Example: `const float values[] = {1, 2}; file_writer out("values.bin"); out.write(std::as_bytes(std::span(values)));
/// out.commit();`.
class file_writer {
public:
  /// For the file that is to have this name. What is no file, such as a pipe, is written to as it stands.
  explicit file_writer(const std::filesystem::path& path) : path_(path), target_(path) {
    detail::require_whole_name("write", path);
    std::error_code reason, ignored;
    const auto status = std::filesystem::status(path, reason);
    // Links in a circle, say. (What does not exist yet is no failure.)
    if (!std::filesystem::status_known(status)) detail::throw_file_error("write", path_, reason.value());
    if (std::filesystem::is_directory(status)) detail::throw_file_error("write", path_, EISDIR);
    // A device or a pipe is written to; renaming a file to its name would remove it.
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
      file_.reset(std::fopen(path.string().c_str(), "wb"));
      if (!file_) detail::throw_file_error("write", path_, errno);
      return;
    }
    // A link stays a link: what it points to is replaced, or made.
    while (std::filesystem::is_symlink(target_, ignored))
      target_ = target_.parent_path() / std::filesystem::read_symlink(target_, ignored);
    open_beside_target();
    if (std::filesystem::exists(status)) std::filesystem::permissions(temporary_, status.permissions(), ignored);
  }
  file_writer(const file_writer&) = delete;
  file_writer& operator=(const file_writer&) = delete;
  ~file_writer() { discard(); }

  /// Adds bytes at the end. Cost: a copy into the system's memory.
  void write(std::span<const std::byte> bytes) {
    require_open();
    if (bytes.empty()) return;
    errno = 0;
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) fail(errno);
  }

  /// Makes the file visible under its name. Nothing can be written afterwards: that is an io_error.
  void commit() {
    require_open();
    errno = 0;
    if (std::fclose(file_.release()) != 0) fail(errno); // what was buffered may not fit the disk
    if (temporary_.empty()) return;
    std::error_code code;
    std::filesystem::rename(temporary_, target_, code);
    if (code) fail(code.value());
    temporary_.clear();
  }

private:
  void open_beside_target() {
    std::random_device random;
    // The start of the name is enough to recognise it by, and the whole may be as long as the system allows.
    const std::string stem = "." + target_.filename().string().substr(0, 100) + ".";
    do {
      temporary_ = target_.parent_path() / (stem + std::to_string(random()) + ".tmp");
      file_.reset(std::fopen(temporary_.string().c_str(), "wbx")); // x: never somebody else's file
    } while (!file_ && errno == EEXIST);
    if (!file_) {
      temporary_.clear();
      detail::throw_file_error("write", path_, errno);
    }
  }

  void require_open() const {
    if (!file_)
      throw io_error("cannot write " + path_.string() + ": it was committed, or could not be written, before");
  }

  void discard() {
    file_.reset();
    std::error_code ignored;
    if (!temporary_.empty()) std::filesystem::remove(std::exchange(temporary_, {}), ignored);
  }

  [[noreturn]] void fail(int reason) {
    discard();
    detail::throw_file_error("write", path_, reason);
  }

  std::filesystem::path path_, target_, temporary_;
  detail::open_file file_;
};

TUTTI_NAMESPACE_END
