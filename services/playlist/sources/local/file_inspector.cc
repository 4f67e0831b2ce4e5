#include "services/playlist/sources/local/file_inspector.h"

#include <algorithm>
#include <utility>

#include "libs/base/strings.h"
#include "services/playlist/model/image_type.h"
#include "services/playlist/model/image_url.h"
#include "services/playlist/model/text.h"
#include "services/playlist/sources/local/file_names.h"
#include "services/playlist/sources/local/file_types.h"
#include "services/playlist/sources/local/local_metadata.h"

namespace marquee::playlist {
namespace {

Verdict Skip(SkipReason reason, std::string detail = {}) {
  return {.candidate = std::nullopt, .reason = reason, .detail = std::move(detail)};
}

Verdict SkipFor(const absl::Status& status, SkipReason reason) {
  return Skip(reason, std::string(base::MessageOf(status)));
}

// A path travels as text in messages and URLs.
bool IsPlainName(std::string_view path) {
  return IsUtf8(path) && std::ranges::none_of(path, [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
         });
}

}  // namespace

std::string_view NameOf(SkipReason reason) {
  switch (reason) {
    case SkipReason::kNone:
      return "none";
    case SkipReason::kUnreadable:
      return "unreadable";
    case SkipReason::kEmpty:
      return "empty";
    case SkipReason::kTooLarge:
      return "too_large";
    case SkipReason::kNotAnImage:
      return "not_an_image";
    case SkipReason::kOutside:
      return "outside";
    case SkipReason::kName:
      return "name";
    case SkipReason::kBrokenZip:
      return "broken_zip";
    case SkipReason::kNoPoster:
      return "no_poster";
  }
  return "none";
}

Verdict FileInspector::Inspect(const ScannedFile& file, const std::string& sidecar) const {
  if (!IsPlainName(file.path)) return Skip(SkipReason::kName);
  if (file.size == 0) return Skip(SkipReason::kEmpty);
  auto opened = root_.Open(file.path);
  if (!opened.ok()) {
    const bool outside = absl::IsPermissionDenied(opened.status());
    return SkipFor(opened.status(), outside ? SkipReason::kOutside : SkipReason::kUnreadable);
  }
  Verdict verdict = file.role == FileRole::kPack ? InspectPack(file, *std::move(opened))
                                                 : InspectPicture(file, *opened);
  if (!verdict.candidate) return verdict;

  Candidate& candidate = *verdict.candidate;
  candidate.path = file.path;
  candidate.role = file.role;
  Item described;
  if (!sidecar.empty()) ReadSidecar(sidecar, &described);
  // The pack's own metadata says more than a sidecar made from a file name; for a loose file the
  // sidecar is all there is.
  NamedTitle named = TitleOfPath(file.path);
  if (candidate.slug.empty()) candidate.slug = named.slug;
  FillAbsent(described, &candidate.item);
  described = {};
  described.title = std::move(named.title);
  described.year = named.year;
  FillAbsent(described, &candidate.item);
  if (candidate.item.title.empty()) candidate.item.title = std::string(BaseName(file.path));
  candidate.item.source = "local";
  candidate.item.server_name = source_name_;
  return verdict;
}

Verdict FileInspector::InspectPicture(const ScannedFile& file, const OpenedFile& opened) const {
  if (opened.size > kMaxImageBytes) return Skip(SkipReason::kTooLarge);
  std::string head;
  if (const absl::Status read = ReadAt(opened.fd.get(), 0, kImageTypeBytes, &head); !read.ok()) {
    return SkipFor(read, SkipReason::kUnreadable);
  }
  if (SniffImageType(head).empty()) return Skip(SkipReason::kNotAnImage);

  Candidate candidate;
  std::string url =
      ImageUrl(source_name_, "/" + file.path, FileValidator(opened.size, opened.mtime_ns));
  if (file.role == FileRole::kBackground) {
    candidate.item.background_url = std::move(url);
  } else {
    candidate.item.poster_url = std::move(url);
  }
  return {.candidate = std::move(candidate), .reason = SkipReason::kNone, .detail = {}};
}

Verdict FileInspector::InspectPack(const ScannedFile& file, OpenedFile opened) const {
  const std::string validator = FileValidator(opened.size, opened.mtime_ns);
  const auto pack = Posterpack::Open(std::move(opened));
  if (!pack.ok()) return SkipFor(pack.status(), SkipReason::kBrokenZip);
  const auto poster = (*pack)->Find("poster");
  if (!poster) return Skip(SkipReason::kNoPoster);
  const auto head = (*pack)->ReadHead(*poster, kImageTypeBytes);
  if (!head.ok()) return SkipFor(head.status(), SkipReason::kBrokenZip);
  if (SniffImageType(*head).empty()) return Skip(SkipReason::kNoPoster, "its poster is no picture");

  Candidate candidate;
  if (const auto entry = (*pack)->FindMetadata(); entry && entry->size <= kMaxMetadataBytes) {
    if (const auto json = (*pack)->ReadHead(*entry, kMaxMetadataBytes); json.ok()) {
      if (auto metadata = ParsePackMetadata(*json); metadata.ok()) {
        candidate.item = std::move(metadata->item);
        if (!metadata->source_id.empty()) candidate.slug = Slug(metadata->source_id);
      }
    }
  }
  const auto url = [&](std::string_view entry) {
    if (!(*pack)->Find(entry)) return std::string();
    return ImageUrl(source_name_, "/" + file.path + "?entry=" + std::string(entry), validator);
  };
  candidate.item.poster_url = url("poster");
  candidate.item.background_url = url("background");
  candidate.item.thumbnail_url = url("thumbnail");
  candidate.item.clear_logo_url = url("clearlogo");
  candidate.item.has_trailer = (*pack)->Find("trailer").has_value();
  candidate.item.has_theme = (*pack)->Find("theme").has_value();
  return {.candidate = std::move(candidate), .reason = SkipReason::kNone, .detail = {}};
}

void FileInspector::ReadSidecar(const std::string& path, Item* item) const {
  const auto opened = root_.Open(path);
  if (!opened.ok() || opened->size > kMaxMetadataBytes) return;
  std::string json;
  if (!ReadAt(opened->fd.get(), 0, opened->size, &json).ok()) return;
  if (auto metadata = ParseSidecar(json); metadata.ok()) *item = std::move(metadata->item);
}

}  // namespace marquee::playlist
