#include "services/playlist/sources/local/posterpack.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <span>
#include <utility>

#include "libs/base/status.h"
#include "services/playlist/model/text.h"
#include "services/playlist/sources/local/file_types.h"

namespace marquee::playlist {
namespace {

constexpr size_t kChunkBytes = 64 * 1024;

constexpr auto kImages = std::to_array<std::string_view>({"jpg", "jpeg", "png", "webp"});
constexpr auto kVideos =
    std::to_array<std::string_view>({"mp4", "mkv", "avi", "mov", "webm", "m4v"});
constexpr auto kSounds =
    std::to_array<std::string_view>({"mp3", "flac", "wav", "ogg", "m4a", "aac"});

struct EntryRule {
  std::string_view entry;
  std::string_view also;  // another name it goes by
  std::span<const std::string_view> extensions;
};

constexpr auto kRules = std::to_array<EntryRule>({{"poster", "", kImages},
                                                  {"background", "", kImages},
                                                  {"clearlogo", "", kImages},
                                                  {"thumbnail", "thumb", kImages},
                                                  {"banner", "", kImages},
                                                  {"trailer", "", kVideos},
                                                  {"theme", "", kSounds}});

const EntryRule* RuleOf(std::string_view entry) {
  const auto* rule = std::ranges::find(kRules, entry, &EntryRule::entry);
  return rule == kRules.end() ? nullptr : rule;
}

absl::Status Damaged(std::string_view what) {
  return absl::FailedPreconditionError(fmt::format("not a usable ZIP file: {}", what));
}

uint32_t Little(std::string_view bytes, size_t at, size_t width) {
  uint32_t value = 0;
  for (size_t i = width; i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return value;
}

// libzip allocates for as many entries as the archive claims before anything else is known, so the
// claim is looked at first. It stands in the end-of-central-directory record (APPNOTE 4.3.16), in
// the last 22 bytes plus a comment of up to 64 KiB; 0xFFFF says that a ZIP64 record has the number,
// which no pack needs. Every candidate is looked at, since libzip may choose any of them.
absl::Status CheckEntryCount(const OpenedFile& file) {
  constexpr size_t kRecordBytes = 22;
  constexpr size_t kTailBytes = kRecordBytes + 0xFFFF;
  const uint64_t from = file.size > kTailBytes ? file.size - kTailBytes : 0;
  std::string tail;
  MARQUEE_RETURN_IF_ERROR(ReadAt(file.fd.get(), from, kTailBytes, &tail));
  bool found = false;
  for (size_t at = tail.find("PK\x05\x06"); at != std::string::npos;
       at = tail.find("PK\x05\x06", at + 1)) {
    if (tail.size() - at < kRecordBytes) break;
    found = true;
    const uint32_t entries = std::max(Little(tail, at + 8, 2), Little(tail, at + 10, 2));
    if (entries > Posterpack::kMaxEntries) {
      return Damaged(fmt::format("more than {} entries", Posterpack::kMaxEntries));
    }
  }
  return found ? absl::OkStatus() : Damaged("it has no central directory");
}

bool IsSafeName(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find('\\') != std::string_view::npos) {
    return false;
  }
  if (name.size() > 1 && name[1] == ':') return false;  // a drive letter
  while (true) {
    const size_t slash = name.find('/');
    if (name.substr(0, slash) == "..") return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

bool IsReadable(const zip_stat_t& info) {
  constexpr zip_uint64_t kNeeded =
      ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  return (info.valid & kNeeded) == kNeeded && info.size > 0 &&
         info.encryption_method == ZIP_EM_NONE &&
         (info.comp_method == ZIP_CM_STORE || info.comp_method == ZIP_CM_DEFLATE);
}

}  // namespace

struct Posterpack::Archive {
  explicit Archive(zip_t* handle) : zip(handle) {}
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;
  ~Archive() { zip_discard(zip); }

  zip_t* const zip;
};

Posterpack::Posterpack(std::unique_ptr<Archive> archive) : archive_(std::move(archive)) {}
Posterpack::~Posterpack() = default;

bool IsPackEntry(std::string_view entry) { return RuleOf(entry) != nullptr; }

absl::StatusOr<std::unique_ptr<Posterpack>> Posterpack::Open(OpenedFile file) {
  MARQUEE_RETURN_IF_ERROR(CheckEntryCount(file));
  // Ownership goes hand to hand: descriptor → FILE → source → archive.
  std::FILE* stream = ::fdopen(file.fd.get(), "rb");
  if (stream == nullptr) return absl::UnavailableError("out of file handles");
  file.fd.release();
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_filep_create(stream, 0, -1, &error);
  if (source == nullptr) {
    std::fclose(stream);
    zip_error_fini(&error);
    return absl::UnavailableError("libzip cannot open a source");
  }
  zip_t* zip = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (zip == nullptr) {
    absl::Status status = Damaged(zip_error_strerror(&error));
    zip_source_free(source);
    zip_error_fini(&error);
    return status;
  }
  zip_error_fini(&error);

  std::unique_ptr<Posterpack> pack(new Posterpack(std::make_unique<Archive>(zip)));
  const zip_int64_t count = zip_get_num_entries(zip, 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t info;
    zip_stat_init(&info);
    const auto index = static_cast<zip_uint64_t>(i);
    if (zip_stat_index(zip, index, 0, &info) != 0 || !IsReadable(info)) continue;
    if (!IsSafeName(info.name)) continue;
    const FileType type = TypeOfName(info.name);
    if (type == FileType::kImage && info.size > kMaxImageBytes) continue;
    pack->entries_.push_back({.index = index, .name = info.name, .size = info.size});
  }
  return pack;
}

std::optional<Posterpack::Entry> Posterpack::Find(std::string_view entry) const {
  const EntryRule* rule = RuleOf(entry);
  if (rule == nullptr) return std::nullopt;
  for (const std::string_view extension : rule->extensions) {
    for (const Entry& candidate : entries_) {
      const std::string name = LowerAscii(BaseName(candidate.name));
      const std::string_view stem = Stem(name);
      const bool named = stem == rule->entry || (!rule->also.empty() && stem == rule->also);
      if (named && name.size() > stem.size() && name.substr(stem.size() + 1) == extension) {
        return candidate;
      }
    }
  }
  return std::nullopt;
}

std::optional<Posterpack::Entry> Posterpack::FindMetadata() const {
  std::optional<Entry> found;
  for (const Entry& candidate : entries_) {
    const std::string name = LowerAscii(candidate.name);
    if (name == "metadata.json") return candidate;
    if (!found && BaseName(name) == "metadata.json") found = candidate;
  }
  return found;
}

absl::Status Posterpack::Read(const Entry& entry, uint64_t first, uint64_t length,
                              absl::FunctionRef<absl::Status(std::string_view)> take) const {
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(
      zip_fopen_index(archive_->zip, entry.index, 0), &zip_fclose);
  if (file == nullptr) return Damaged(zip_strerror(archive_->zip));

  std::string buffer(kChunkBytes, '\0');
  uint64_t at = 0;
  const uint64_t end = first + std::min(length, entry.size - std::min(first, entry.size));
  while (at < end) {
    const uint64_t want = std::min<uint64_t>(kChunkBytes, (at < first ? first : end) - at);
    const zip_int64_t count = zip_fread(file.get(), buffer.data(), want);
    if (count < 0) return Damaged(fmt::format("{} is damaged", CleanText(entry.name)));
    if (count == 0) {
      return Damaged(fmt::format("{} is shorter than it says", CleanText(entry.name)));
    }
    if (at >= first) {
      MARQUEE_RETURN_IF_ERROR(take({buffer.data(), static_cast<size_t>(count)}));
    }
    at += static_cast<uint64_t>(count);
  }
  // Read to the end, the checksum has been verified only when one more read says so.
  if (at == entry.size && zip_fread(file.get(), buffer.data(), 1) != 0) {
    return Damaged(fmt::format("{} fails its checksum or its length", CleanText(entry.name)));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Posterpack::ReadHead(const Entry& entry, uint64_t max_bytes) const {
  std::string head;
  MARQUEE_RETURN_IF_ERROR(
      Read(entry, 0, std::min(max_bytes, entry.size), [&head](std::string_view bytes) {
        head += bytes;
        return absl::OkStatus();
      }));
  return head;
}

}  // namespace marquee::playlist
