#include "services/playlist/sources/jellyfin/jellyfin_artwork.h"

#include <absl/strings/match.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/httpc/failure.h"
#include "libs/httpc/fetch.h"
#include "services/playlist/model/image_type.h"

namespace marquee::playlist {
namespace {

constexpr size_t kChunkBytes = size_t{64} << 10;
// Marks a validator that is a Last-Modified rather than an ETag, which begins with a quote.
constexpr std::string_view kDatePrefix = "modified-";

bool IsOneOf(std::string_view word, auto&& words) {
  return std::ranges::find(words, word) != words.end();
}

bool IsWord(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
}

bool IsNumber(std::string_view text) {
  return !text.empty() && text.size() <= 4 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// The part up to `separator`, which is taken off `text` together with it.
std::string_view NextPart(std::string_view& text, char separator) {
  const size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

bool IsPictureQuery(std::string_view query) {
  static constexpr std::array<std::string_view, 7> kParameters = {
      "tag", "maxWidth", "maxHeight", "fillWidth", "fillHeight", "quality", "format"};
  while (!query.empty()) {
    std::string_view pair = NextPart(query, '&');
    const std::string_view name = NextPart(pair, '=');
    if (!IsOneOf(name, kParameters) || !IsWord(pair)) return false;
  }
  return true;
}

// A date of RFC 9110 5.6.7 (its IMF-fixdate, which is all that servers send).
constexpr char kHttpDate[] = "%a, %d %b %Y %H:%M:%S GMT";

absl::Time LastModified(const httpc::HttpHead& head) {
  absl::Time time;
  const bool parsed = absl::ParseTime(kHttpDate, base::av(head.last_modified()), &time, nullptr);
  return parsed ? time : absl::InfinitePast();
}

std::string ValidatorOf(const httpc::HttpHead& head) {
  if (head.etag().starts_with('"')) return std::string(head.etag());
  const absl::Time modified = LastModified(head);
  if (modified == absl::InfinitePast()) return {};
  return fmt::format("{}{}", kDatePrefix, absl::ToUnixSeconds(modified));
}

std::optional<httpc::Header> Condition(std::string_view validator) {
  if (validator.starts_with('"')) return httpc::Header{"If-None-Match", std::string(validator)};
  if (!validator.starts_with(kDatePrefix)) return std::nullopt;
  validator.remove_prefix(kDatePrefix.size());
  int64_t seconds = 0;
  std::from_chars(validator.data(), validator.data() + validator.size(), seconds);
  return httpc::Header{
      "If-Modified-Since",
      absl::FormatTime(kHttpDate, absl::FromUnixSeconds(seconds), absl::UTCTimeZone())};
}

// The type a server states, as far as it says anything: many call every file an octet stream.
std::string StatedType(const httpc::HttpHead& head) {
  std::string_view type = head.content_type();
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return type == "application/octet-stream" ? std::string() : std::string(type);
}

absl::Status StatusOfPicture(int http_status) {
  if (http_status == 404 || http_status == 410) {
    return absl::NotFoundError("the server has no such picture");
  }
  if (http_status == 401 || http_status == 403) {
    return absl::UnavailableError(
        fmt::format("HTTP {}: the server does not accept the token", http_status));
  }
  return absl::UnavailableError(fmt::format("HTTP {} instead of a picture", http_status));
}

absl::Status InOurTerms(const absl::Status& status) {
  switch (httpc::FailureOf(status)) {
    case httpc::Failure::kTooLarge:
    case httpc::Failure::kProtocol:
      return absl::FailedPreconditionError(status.message());
    case httpc::Failure::kBusy:
    case httpc::Failure::kHostRefused:
    case httpc::Failure::kAddressRefused:
    case httpc::Failure::kTooManyRedirects:
      return absl::UnavailableError(status.message());
    default:
      return status;
  }
}

ArtworkHeader MakeHeader(const httpc::HttpHead& head, std::string type) {
  ArtworkHeader header;
  header.content_type = std::move(type);
  header.content_bytes = head.content_length();
  header.total_bytes = header.content_bytes;
  header.validator = ValidatorOf(head);
  header.last_modified = LastModified(head);
  return header;
}

}  // namespace

bool IsPicturePath(std::string_view path) {
  static constexpr std::array<std::string_view, 10> kTypes = {
      "Primary", "Backdrop", "Logo", "Banner",     "Disc",
      "Thumb",   "Art",      "Box",  "Screenshot", "BoxRear"};
  std::string_view query = path;
  std::string_view rest = NextPart(query, '?');
  if (!rest.starts_with('/')) return false;
  rest.remove_prefix(1);
  const bool known = NextPart(rest, '/') == "Items" && IsWord(NextPart(rest, '/')) &&
                     NextPart(rest, '/') == "Images" && IsOneOf(NextPart(rest, '/'), kTypes);
  return known && (rest.empty() || IsNumber(rest)) && !path.ends_with('/') && IsPictureQuery(query);
}

absl::Status JellyfinArtwork::Open(const ArtworkRequest& request, const base::CallContext& context,
                                   ArtworkSink& sink) {
  if (!IsPicturePath(request.path)) {
    return absl::PermissionDeniedError(
        fmt::format("jellyfin \"{}\": only pictures are fetched, by /Items/<id>/Images/<type>",
                    client_.name()));
  }
  MARQUEE_RETURN_IF_ERROR(context.Check(client_.clock()));
  return Stream(request, context, sink);
}

absl::Status JellyfinArtwork::Stream(const ArtworkRequest& request,
                                     const base::CallContext& context, ArtworkSink& sink) {
  const auto named = [&](const absl::Status& status) {
    return base::Annotate(status, fmt::format("jellyfin \"{}\"", client_.name()));
  };
  httpc::HttpRequest http = client_.Request(request.path);
  http.headers = {{"Accept", "image/*"}};
  if (const auto condition = Condition(request.if_validator)) http.headers.push_back(*condition);
  http.max_body_bytes = max_image_bytes();
  http.accept_compressed = false;
  if (request.header_only) http.method = httpc::HttpRequest::Method::kHead;

  auto opened = httpc::HttpStream::Open(client_.http(), std::move(http), client_.Limit(context));
  if (!opened.ok()) return named(InOurTerms(opened.status()));
  httpc::HttpStream& stream = **opened;
  const httpc::HttpHead& head = stream.head();
  if (head.status == 304 && !request.if_validator.empty()) {
    ArtworkHeader header = MakeHeader(head, StatedType(head));
    header.not_modified = true;
    header.content_bytes.reset();
    header.total_bytes.reset();
    if (header.validator.empty()) header.validator = request.if_validator;
    return sink.OnHeader(header);
  }
  if (head.status != 200) return named(StatusOfPicture(head.status));

  std::string type = StatedType(head);
  if (!type.empty() && !absl::StartsWithIgnoreCase(type, "image/")) {
    return named(absl::FailedPreconditionError(fmt::format("{} instead of a picture", type)));
  }
  if (request.header_only) return sink.OnHeader(MakeHeader(head, std::move(type)));

  std::string bytes;
  bool ended = false;
  while (!ended && bytes.size() < kImageTypeBytes) {
    auto chunk = stream.Read();
    if (!chunk.ok()) return named(InOurTerms(chunk.status()));
    ended = chunk->empty();
    bytes += *chunk;
  }
  if (type.empty()) type = SniffImageType(bytes);
  if (type.empty() || bytes.empty()) {
    return named(absl::FailedPreconditionError("what came is no picture"));
  }
  MARQUEE_RETURN_IF_ERROR(sink.OnHeader(MakeHeader(head, std::move(type))));
  while (!bytes.empty()) {
    for (size_t at = 0; at < bytes.size(); at += kChunkBytes) {
      MARQUEE_RETURN_IF_ERROR(context.Check(client_.clock()));
      MARQUEE_RETURN_IF_ERROR(sink.OnChunk(std::string_view(bytes).substr(at, kChunkBytes)));
    }
    auto next = stream.Read();
    if (!next.ok()) return named(InOurTerms(next.status()));
    bytes = *std::move(next);
  }
  return absl::OkStatus();
}

}  // namespace marquee::playlist
