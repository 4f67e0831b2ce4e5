#include "services/gateway/routes/core/static_files.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "libs/base/status.h"
#include "services/gateway/http/etag.h"
#include "services/gateway/http/media_type.h"
#include "services/gateway/respcache/compress.h"

namespace marquee::gateway {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxFiles = 500;
constexpr size_t kMaxBytes = 16UL * 1024 * 1024;
constexpr size_t kCompressAbove = 1024;

std::shared_ptr<const StaticFile> Read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return nullptr;
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  auto file = std::make_shared<StaticFile>();
  file->content_type = MediaTypeOf(path.filename().string());
  file->etag = EtagOf(text);
  const bool squeezable = file->content_type.find("charset") != std::string::npos;
  if (squeezable && text.size() > kCompressAbove) {
    if (std::string packed = Compress(text, Coding::kGzip); !packed.empty()) {
      file->gzip_etag = EtagOf(packed);
      file->gzip = MakeBytes(std::move(packed));
    }
  }
  file->plain = MakeBytes(std::move(text));
  return file;
}

}  // namespace

absl::StatusOr<std::unique_ptr<StaticFiles>> StaticFiles::Load(const fs::path& root) {
  auto files = std::make_unique<StaticFiles>();
  MARQUEE_RETURN_IF_ERROR(files->Add(root, ""));
  return files;
}

absl::Status StaticFiles::Add(const fs::path& root, std::string_view prefix) {
  std::error_code ec;
  if (!fs::is_directory(root, ec)) {
    return absl::NotFoundError(fmt::format(
        "pages: folder \"{}\" does not exist; point web_dir at the pages", root.string()));
  }
  const base::MutexLock lock(mutex_);
  auto it = fs::recursive_directory_iterator(root, ec);
  for (; !ec && it != fs::recursive_directory_iterator(); it.increment(ec)) {
    const std::string name = it->path().filename().string();
    if (name.starts_with('.') || it->is_symlink(ec)) {
      if (it->is_directory(ec)) it.disable_recursion_pending();
      continue;
    }
    if (!it->is_regular_file(ec)) continue;
    auto file = Read(it->path());
    if (file == nullptr) continue;
    bytes_ += file->plain->size();
    if (bytes_ > kMaxBytes || entries_.size() >= kMaxFiles) {
      return absl::ResourceExhaustedError(
          fmt::format("pages: folder \"{}\" holds more than {} files or {} MiB", root.string(),
                      kMaxFiles, kMaxBytes >> 20U));
    }
    const auto written = fs::last_write_time(it->path(), ec);
    entries_[(fs::path(prefix) / it->path().lexically_relative(root)).generic_string()] =
        Entry{it->path(), written, std::move(file)};
  }
  if (ec) {
    return absl::UnavailableError(
        fmt::format("pages: folder \"{}\": {}", root.string(), ec.message()));
  }
  return absl::OkStatus();
}

std::shared_ptr<const StaticFile> StaticFiles::Find(std::string_view path) const {
  const base::MutexLock lock(mutex_);
  const auto it = entries_.find(path);
  if (it == entries_.end()) return nullptr;
  Entry& entry = it->second;
  std::error_code ec;
  const auto written = fs::last_write_time(entry.path, ec);
  if (!ec && written != entry.written) {
    if (auto file = Read(entry.path)) {
      entry.file = std::move(file);
      entry.written = written;
    }
  }
  return entry.file;
}

}  // namespace marquee::gateway
