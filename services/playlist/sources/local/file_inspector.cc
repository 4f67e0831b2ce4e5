#include "services/playlist/sources/local/file_inspector.h"

#include <fmt/format.h>

#include <utility>

#include "libs/base/artwork_path.h"
#include "libs/base/status.h"
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

// Why `path` is not allowed in image URLs; empty: it is allowed.
std::string_view PathFault(std::string_view path) {
  if (!IsUtf8(path)) return "is not valid UTF-8";
  return base::ArtworkPathFault(fmt::format("/{}", path));
}

// Copies ids of kinds that `to` does not have.
void AddIds(const NamedTitle& from, NamedTitle* to) {
  if (!to->tmdb_id) to->tmdb_id = from.tmdb_id;
  if (!to->tvdb_id) to->tvdb_id = from.tvdb_id;
  if (to->imdb_id.empty()) to->imdb_id = from.imdb_id;
}

// Parses the name that stands for the title, and takes ids also from the name of the file and its
// folder if these mean the same title.
NamedTitle NamedTitleOf(const ScannedFile& file) {
  const std::string_view stem = Stem(BaseName(file.path));
  NamedTitle named = TitleOfName(file.named.empty() ? stem : std::string_view(file.named));
  if (!file.named.empty()) AddIds(TitleOfName(stem), &named);
  if (const size_t slash = file.path.rfind('/'); slash != std::string::npos && !named.has_ids()) {
    const NamedTitle folder = TitleOfName(BaseName(std::string_view(file.path).substr(0, slash)));
    if (folder.slug == named.slug) AddIds(folder, &named);
  }
  return named;
}

Item ItemOf(NamedTitle named) {
  Item item;
  item.title = std::move(named.title);
  item.year = named.year;
  item.tmdb_id = named.tmdb_id;
  item.tvdb_id = named.tvdb_id;
  if (!named.imdb_id.empty()) {
    item.imdb_url = fmt::format("https://www.imdb.com/title/{}/", named.imdb_id);
  }
  return item;
}

absl::Status TooLongMetadata() {
  return absl::FailedPreconditionError(fmt::format("longer than {} bytes", kMaxMetadataBytes));
}

absl::Status ReadMetadata(const Posterpack& pack, Candidate* candidate) {
  const auto entry = pack.FindMetadata();
  if (!entry) {
    const std::string why = pack.WhyNot("metadata");
    return why.empty() ? absl::OkStatus() : absl::FailedPreconditionError(why);
  }
  if (entry->size > kMaxMetadataBytes) {
    return base::Annotate(TooLongMetadata(), CleanText(entry->name));
  }
  MARQUEE_ASSIGN_OR_RETURN(const std::string json, pack.ReadHead(*entry, kMaxMetadataBytes));
  auto metadata = ParsePackMetadata(json);
  if (!metadata.ok()) return base::Annotate(metadata.status(), CleanText(entry->name));
  candidate->item = std::move(metadata->item);
  if (!metadata->source_id.empty()) candidate->slug = Slug(metadata->source_id);
  return absl::OkStatus();
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
    case SkipReason::kFormat:
      return "unsupported_format";
    case SkipReason::kOutside:
      return "outside";
    case SkipReason::kName:
      return "name";
    case SkipReason::kBrokenZip:
      return "broken_zip";
    case SkipReason::kNoPoster:
      return "no_poster";
    case SkipReason::kMetadata:
      return "metadata";
  }
  return "none";
}

Verdict FileInspector::Inspect(const ScannedFile& file, const std::string& sidecar) const {
  if (const std::string_view fault = PathFault(file.path); !fault.empty()) {
    return Skip(SkipReason::kName, fmt::format("its path {}", fault));
  }
  if (file.facts.size == 0) return Skip(SkipReason::kEmpty);
  auto opened = root_.Open(file.path);
  if (!opened.ok()) {
    const bool outside = absl::IsPermissionDenied(opened.status());
    return SkipFor(opened.status(), outside ? SkipReason::kOutside : SkipReason::kUnreadable);
  }
  Verdict verdict = file.role == FileRole::kPack ? InspectPack(file, *std::move(opened))
                                                 : InspectImage(file, *opened);
  if (!verdict.candidate) return verdict;

  Candidate& candidate = *verdict.candidate;
  candidate.path = file.path;
  candidate.role = file.role;
  candidate.rank = file.rank;
  if (!sidecar.empty()) {
    // The pack's own metadata is more complete than a sidecar generated from a file name; a loose
    // file has only the sidecar.
    Item described;
    if (const absl::Status read = ReadSidecar(sidecar, &described); !read.ok()) {
      verdict.reason = SkipReason::kMetadata;
      verdict.detail = fmt::format("{}: {}", BaseName(sidecar), base::MessageOf(read));
    }
    FillAbsent(described, &candidate.item);
  }
  NamedTitle named = NamedTitleOf(file);
  if (candidate.slug.empty()) candidate.slug = named.slug;
  FillAbsent(ItemOf(std::move(named)), &candidate.item);
  if (candidate.item.title.empty()) candidate.item.title = std::string(BaseName(file.path));
  candidate.item.source = "local";
  candidate.item.server_name = source_name_;
  return verdict;
}

Verdict FileInspector::InspectImage(const ScannedFile& file, const OpenedFile& opened) const {
  if (opened.facts.size > kMaxImageBytes) return Skip(SkipReason::kTooLarge);
  std::string head;
  if (const absl::Status read = ReadAt(opened.fd.get(), 0, kImageTypeBytes, &head); !read.ok()) {
    return SkipFor(read, SkipReason::kUnreadable);
  }
  if (SniffImageType(head).empty()) {
    const std::string_view format = FormatNotShown(head);
    if (format.empty()) return Skip(SkipReason::kNotAnImage);
    return Skip(SkipReason::kFormat,
                fmt::format("a {} file; save it as JPEG, PNG, WebP or AVIF", format));
  }

  Candidate candidate;
  std::string url = ImageUrl(source_name_, "/" + file.path, FileValidator(opened.facts));
  std::string& place = file.role == FileRole::kBackground  ? candidate.item.background_url
                       : file.role == FileRole::kClearLogo ? candidate.item.clear_logo_url
                                                           : candidate.item.poster_url;
  place = std::move(url);
  return {.candidate = std::move(candidate), .reason = SkipReason::kNone, .detail = {}};
}

Verdict FileInspector::InspectPack(const ScannedFile& file, OpenedFile opened) const {
  const std::string validator = FileValidator(opened.facts);
  const auto pack = Posterpack::Open(std::move(opened));
  if (!pack.ok()) return SkipFor(pack.status(), SkipReason::kBrokenZip);
  const auto poster = (*pack)->Find("poster");
  if (!poster) return Skip(SkipReason::kNoPoster, (*pack)->WhyNot("poster"));
  const auto head = (*pack)->ReadHead(*poster, kImageTypeBytes);
  if (!head.ok()) return SkipFor(head.status(), SkipReason::kBrokenZip);
  if (SniffImageType(*head).empty())
    return Skip(SkipReason::kNoPoster, "its poster is not an image");

  Candidate candidate;
  const absl::Status described = ReadMetadata(**pack, &candidate);
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
  return {.candidate = std::move(candidate),
          .reason = described.ok() ? SkipReason::kNone : SkipReason::kMetadata,
          .detail = std::string(base::MessageOf(described))};
}

absl::Status FileInspector::ReadSidecar(const std::string& path, Item* item) const {
  MARQUEE_ASSIGN_OR_RETURN(const OpenedFile opened, root_.Open(path));
  if (opened.facts.size > kMaxMetadataBytes) return TooLongMetadata();
  std::string json;
  MARQUEE_RETURN_IF_ERROR(ReadAt(opened.fd.get(), 0, opened.facts.size, &json));
  MARQUEE_ASSIGN_OR_RETURN(LocalMetadata metadata, ParseSidecar(json));
  *item = std::move(metadata.item);
  return absl::OkStatus();
}

}  // namespace marquee::playlist
