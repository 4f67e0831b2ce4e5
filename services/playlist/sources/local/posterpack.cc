#include "services/playlist/sources/local/posterpack.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <span>
#include <tuple>
#include <utility>

#include "libs/base/status.h"
#include "services/playlist/model/text.h"
#include "services/playlist/sources/local/artwork_names.h"
#include "services/playlist/sources/local/file_types.h"
#include "services/playlist/sources/local/system_names.h"
#include "services/playlist/sources/local/zip_directory.h"

namespace marquee::playlist {
namespace {

constexpr size_t kChunkBytes = 64 * 1024;

constexpr auto kImages =
    std::to_array<std::string_view>({"jpg", "jpeg", "png", "webp", "jpe", "jfif", "jif", "jfi",
                                     "pjpeg", "pjp", "tbn", "gif", "avif", "heic", "heif", "hif"});
constexpr auto kVideos =
    std::to_array<std::string_view>({"mp4", "mkv", "avi", "mov", "webm", "m4v"});
constexpr auto kSounds =
    std::to_array<std::string_view>({"mp3", "flac", "wav", "ogg", "m4a", "aac"});

struct EntryRule {
  std::string_view entry;
  std::string_view also;  // alternative name
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

// The name as a path below the archive's root: `\` of Windows replaced by `/`, leading `./` and `/`
// removed. Nothing is ever extracted to disk, so the name is only a label.
std::string PlainName(std::string_view name) {
  std::string plain(name);
  std::ranges::replace(plain, '\\', '/');
  size_t begin = 0;
  while (plain.compare(begin, 1, "/") == 0 || plain.compare(begin, 2, "./") == 0) {
    begin += plain[begin] == '/' ? 1 : 2;
  }
  return plain.substr(begin);
}

bool IsSafeName(std::string_view name) {
  if (name.empty() || (name.size() > 1 && name[1] == ':')) return false;
  while (true) {
    const size_t slash = name.find('/');
    if (name.substr(0, slash) == "..") return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

bool IsBelowSystemFolder(std::string_view name) {
  for (size_t slash = name.find('/'); slash != std::string_view::npos; slash = name.find('/')) {
    const std::string_view folder = name.substr(0, slash);
    if (folder != "." && folder != ".." && IsSystemFolder(folder)) return true;
    name.remove_prefix(slash + 1);
  }
  return false;
}

// Why an entry cannot be used; empty: it can.
std::string_view Unusable(const zip_stat_t& info, std::string_view name, uint64_t file_size) {
  constexpr zip_uint64_t kNeeded =
      ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  if ((info.valid & kNeeded) != kNeeded) return "is damaged";
  if (!IsSafeName(name)) return "has a path outside the archive";
  if (info.encryption_method != ZIP_EM_NONE) return "is encrypted";
  const bool stored = info.comp_method == ZIP_CM_STORE;
  if (!stored && info.comp_method != ZIP_CM_DEFLATE)
    return "uses a compression method other than deflate";
  if (info.size == 0) return "is empty";
  if (info.comp_size > file_size) return "claims more bytes than the file has";
  if (info.size > (stored ? info.comp_size : MaxInflatedBytes(info.comp_size))) {
    return "claims more bytes than deflate can produce";
  }
  if (TypeOfName(name) == FileType::kImage && info.size > Posterpack::kMaxImageBytes) {
    return "is too large";
  }
  if (!stored && info.size > Posterpack::kMaxInflatedBytes)
    return "is too large; store it uncompressed";
  return {};
}

bool BelongsToSeason(std::string_view name) {
  for (size_t slash = name.find('/'); slash != std::string_view::npos; slash = name.find('/')) {
    if (IsSeasonFolder(name.substr(0, slash))) return true;
    name.remove_prefix(slash + 1);
  }
  return false;
}

// Order of entries: outside of seasons first, then by depth.
std::pair<bool, size_t> DistanceOf(std::string_view name) {
  return {BelongsToSeason(name), static_cast<size_t>(std::ranges::count(name, '/'))};
}

// Index of the extension of `name` in the rule's order; nullopt: the name does not match.
std::optional<size_t> RankOf(const EntryRule& rule, std::string_view name) {
  const std::string lower = LowerAscii(BaseName(name));
  const std::string_view stem = Stem(lower);
  if (stem.size() == lower.size()) return std::nullopt;
  if (stem != rule.entry && (rule.also.empty() || stem != rule.also)) return std::nullopt;
  const auto at =
      std::ranges::find(rule.extensions, std::string_view(lower).substr(stem.size() + 1));
  if (at == rule.extensions.end()) return std::nullopt;
  return static_cast<size_t>(at - rule.extensions.begin());
}

bool IsMetadata(std::string_view name) { return LowerAscii(BaseName(name)) == "metadata.json"; }

bool IsNamedAsEntry(std::string_view name) {
  return IsMetadata(name) || std::ranges::any_of(kRules, [name](const EntryRule& rule) {
           return RankOf(rule, name).has_value();
         });
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
  MARQUEE_RETURN_IF_ERROR(CheckZipDirectory(file.fd.get(), file.facts.size, kMaxEntries));
  const uint64_t file_size = file.facts.size;
  // Ownership is passed on: descriptor → FILE → source → archive.
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
    if (zip_stat_index(zip, index, 0, &info) != 0 || (info.valid & ZIP_STAT_NAME) == 0) continue;
    std::string name = PlainName(info.name);
    if (!IsNamedAsEntry(name) || IsBelowSystemFolder(name)) continue;
    if (const std::string_view why = Unusable(info, name, file_size); !why.empty()) {
      pack->refused_.push_back({.name = std::move(name), .why = why});
      continue;
    }
    pack->entries_.push_back({.index = index,
                              .name = std::move(name),
                              .size = info.size,
                              .stored = info.comp_method == ZIP_CM_STORE});
  }
  return pack;
}

std::optional<Posterpack::Entry> Posterpack::Find(std::string_view entry) const {
  const EntryRule* rule = RuleOf(entry);
  if (rule == nullptr) return std::nullopt;
  const Entry* best = nullptr;
  std::tuple<std::pair<bool, size_t>, size_t> best_order;
  for (const Entry& candidate : entries_) {
    const auto rank = RankOf(*rule, candidate.name);
    if (!rank) continue;
    const std::tuple order(DistanceOf(candidate.name), *rank);
    if (best != nullptr && order >= best_order) continue;
    best = &candidate;
    best_order = order;
  }
  return best == nullptr ? std::nullopt : std::optional(*best);
}

std::optional<Posterpack::Entry> Posterpack::FindMetadata() const {
  const Entry* best = nullptr;
  for (const Entry& candidate : entries_) {
    if (!IsMetadata(candidate.name)) continue;
    if (best == nullptr || DistanceOf(candidate.name) < DistanceOf(best->name)) best = &candidate;
  }
  return best == nullptr ? std::nullopt : std::optional(*best);
}

std::string Posterpack::WhyNot(std::string_view entry) const {
  const EntryRule* rule = RuleOf(entry);
  for (const Refused& refused : refused_) {
    const bool named = rule == nullptr ? entry == "metadata" && IsMetadata(refused.name)
                                       : RankOf(*rule, refused.name).has_value();
    if (named) return fmt::format("{} {}", CleanText(refused.name, 200), refused.why);
  }
  return {};
}

absl::Status Posterpack::Read(const Entry& entry, uint64_t first, uint64_t length,
                              absl::FunctionRef<absl::Status()> proceed,
                              absl::FunctionRef<absl::Status(std::string_view)> take) const {
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(
      zip_fopen_index(archive_->zip, entry.index, 0), &zip_fclose);
  if (file == nullptr) return Damaged(zip_strerror(archive_->zip));

  std::string buffer(kChunkBytes, '\0');
  uint64_t at = 0;
  first = std::min(first, entry.size);
  // Stored entries need not be read from their beginning.
  const bool sought = entry.stored && first > 0 &&
                      zip_fseek(file.get(), static_cast<zip_int64_t>(first), SEEK_SET) == 0;
  if (sought) at = first;
  const uint64_t end = first + std::min(length, entry.size - first);
  while (at < end) {
    MARQUEE_RETURN_IF_ERROR(proceed());
    const uint64_t want = std::min<uint64_t>(kChunkBytes, (at < first ? first : end) - at);
    const zip_int64_t count = zip_fread(file.get(), buffer.data(), want);
    if (count < 0) return Damaged(fmt::format("{} is damaged", CleanText(entry.name)));
    if (count == 0) {
      return Damaged(fmt::format("{} is shorter than announced", CleanText(entry.name)));
    }
    if (at >= first) {
      MARQUEE_RETURN_IF_ERROR(take({buffer.data(), static_cast<size_t>(count)}));
    }
    at += static_cast<uint64_t>(count);
  }
  // libzip verifies the checksum only with the read after the last byte.
  if (!sought && at == entry.size && zip_fread(file.get(), buffer.data(), 1) != 0) {
    return Damaged(fmt::format("{} fails its checksum or its length", CleanText(entry.name)));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Posterpack::ReadHead(const Entry& entry, uint64_t max_bytes) const {
  std::string head;
  MARQUEE_RETURN_IF_ERROR(Read(
      entry, 0, std::min(max_bytes, entry.size), [] { return absl::OkStatus(); },
      [&head](std::string_view bytes) {
        head += bytes;
        return absl::OkStatus();
      }));
  return head;
}

}  // namespace marquee::playlist
