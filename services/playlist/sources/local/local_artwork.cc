#include "services/playlist/sources/local/local_artwork.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "services/playlist/model/image_type.h"
#include "services/playlist/sources/local/file_types.h"

namespace marquee::playlist {
namespace {

constexpr uint64_t kChunkBytes = 64 * 1024;
constexpr std::string_view kEntryQuery = "?entry=";

struct Span {
  uint64_t first = 0;
  uint64_t length = 0;
};

absl::StatusOr<Span> Resolve(const std::optional<ByteRange>& range, uint64_t total) {
  if (!range) return Span{0, total};
  const auto size = static_cast<int64_t>(total);
  int64_t first = range->first;
  int64_t last = range->last.value_or(size - 1);
  if (first < 0) {
    first = std::max<int64_t>(0, size + first);
    last = size - 1;
  }
  last = std::min(last, size - 1);
  if (first >= size || last < first) {
    return absl::OutOfRangeError(fmt::format("the range begins after the end of {} bytes", size));
  }
  return Span{static_cast<uint64_t>(first), static_cast<uint64_t>(last - first + 1)};
}

bool HasHiddenSegment(std::string_view path) {
  return path.starts_with('.') || path.find("/.") != std::string_view::npos;
}

// The header for `request`, before if_validator and header_only are applied.
absl::StatusOr<ArtworkHeader> MakeHeader(const ArtworkRequest& request, std::string_view name,
                                         std::string_view head, uint64_t total,
                                         const FileFacts& facts) {
  ArtworkHeader header;
  header.content_type = MediaTypeOfName(name);
  if (TypeOfName(name) == FileType::kImage) header.content_type = SniffImageType(head);
  if (header.content_type.empty()) {
    return absl::FailedPreconditionError(fmt::format("{} is not an image", request.path));
  }
  MARQUEE_ASSIGN_OR_RETURN(const Span span, Resolve(request.range, total));
  header.first_byte = span.first;
  header.content_bytes = span.length;
  header.total_bytes = total;
  header.validator = FileValidator(facts);
  header.last_modified = absl::FromUnixNanos(facts.mtime_ns);
  header.not_modified = !request.if_validator.empty() && request.if_validator == header.validator;
  return header;
}

bool IsWanted(ArtworkKind kind, FileType type) {
  if (type == FileType::kImage) return true;
  return kind == ArtworkKind::kMedia && (type == FileType::kVideo || type == FileType::kAudio);
}

}  // namespace

absl::Status LocalArtwork::Open(const ArtworkRequest& request, const base::CallContext& context,
                                ArtworkSink& sink) {
  const std::string_view path = request.path;
  const size_t query = path.rfind(kEntryQuery);
  // `/a.zip?entry=b.jpg` is an entry of a posterpack, but a file name may also contain `?entry=`.
  if (query != std::string_view::npos && TypeOfName(path.substr(0, query)) == FileType::kZip &&
      TypeOfName(path) == FileType::kOther) {
    return OpenPackEntry(request, path.substr(1, query - 1),
                         path.substr(query + kEntryQuery.size()), context, sink);
  }
  return OpenFile(request, context, sink);
}

absl::Status LocalArtwork::OpenFile(const ArtworkRequest& request, const base::CallContext& context,
                                    ArtworkSink& sink) const {
  const std::string_view path = std::string_view(request.path).substr(1);
  const FileType type = TypeOfName(path);
  if (type == FileType::kOther || type == FileType::kZip || HasHiddenSegment(path)) {
    return absl::NotFoundError(fmt::format("{}: not an image, video or audio file", path));
  }
  if (!IsWanted(request.kind, type)) {
    return absl::FailedPreconditionError(fmt::format("{} is not an image", path));
  }
  MARQUEE_ASSIGN_OR_RETURN(const OpenedFile file, root_.Open(path));
  std::string bytes;
  MARQUEE_RETURN_IF_ERROR(ReadAt(file.fd.get(), 0, kImageTypeBytes, &bytes));
  MARQUEE_ASSIGN_OR_RETURN(const ArtworkHeader header,
                           MakeHeader(request, path, bytes, file.facts.size, file.facts));
  MARQUEE_RETURN_IF_ERROR(sink.OnHeader(header));
  if (header.not_modified || request.header_only) return absl::OkStatus();

  uint64_t at = header.first_byte;
  const uint64_t end = at + *header.content_bytes;
  while (at < end) {
    MARQUEE_RETURN_IF_ERROR(context.Check(clock_));
    MARQUEE_RETURN_IF_ERROR(ReadAt(file.fd.get(), at, std::min(kChunkBytes, end - at), &bytes));
    if (bytes.empty()) break;
    at += bytes.size();
    MARQUEE_RETURN_IF_ERROR(sink.OnChunk(bytes));
  }
  // These bytes are cached under the validator that was sent, so they must belong to it.
  struct stat now = {};
  const bool same = ::fstat(file.fd.get(), &now) == 0 && FactsOf(now) == file.facts;
  if (at < end || !same) {
    return absl::UnavailableError(fmt::format("{} changed while it was read; try again", path));
  }
  return absl::OkStatus();
}

absl::Status LocalArtwork::OpenPackEntry(const ArtworkRequest& request, std::string_view zip,
                                         std::string_view entry, const base::CallContext& context,
                                         ArtworkSink& sink) const {
  if (!IsPackEntry(entry)) {
    return absl::InvalidArgumentError(fmt::format("a posterpack has no entry {}", entry));
  }
  if (HasHiddenSegment(zip)) return absl::NotFoundError(fmt::format("{}: no such file", zip));
  MARQUEE_ASSIGN_OR_RETURN(OpenedFile file, root_.Open(zip));
  const FileFacts facts = file.facts;
  MARQUEE_ASSIGN_OR_RETURN(const auto pack, Posterpack::Open(std::move(file)));
  const auto found = pack->Find(entry);
  if (!found) return absl::NotFoundError(fmt::format("{} has no {}", zip, entry));
  if (!IsWanted(request.kind, TypeOfName(found->name))) {
    return absl::FailedPreconditionError(fmt::format("{} is not an image", request.path));
  }
  MARQUEE_ASSIGN_OR_RETURN(const std::string head, pack->ReadHead(*found, kImageTypeBytes));
  MARQUEE_ASSIGN_OR_RETURN(const ArtworkHeader header,
                           MakeHeader(request, found->name, head, found->size, facts));
  MARQUEE_RETURN_IF_ERROR(sink.OnHeader(header));
  if (header.not_modified || request.header_only) return absl::OkStatus();
  return pack->Read(
      *found, header.first_byte, *header.content_bytes, [&] { return context.Check(clock_); },
      [&](std::string_view bytes) { return sink.OnChunk(bytes); });
}

}  // namespace marquee::playlist
