#include "services/playlist/sources/remote/artwork_stream.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
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
// Prefix of a validator made from Last-Modified; an ETag begins with a quote.
constexpr std::string_view kDatePrefix = "modified-";

// Date format of RFC 9110 5.6.7 (IMF-fixdate, the only one that servers send).
constexpr char kHttpDate[] = "%a, %d %b %Y %H:%M:%S GMT";

absl::Time LastModified(const httpc::HttpHead& head) {
  absl::Time time;
  const bool parsed =
      absl::ParseTime(kHttpDate, base::ToAbslView(head.last_modified()), &time, nullptr);
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

// The media type stated by a server if it is meaningful: many state octet-stream or a download type
// for every file.
std::string StatedType(const httpc::HttpHead& head) {
  static constexpr std::array<std::string_view, 6> kNothing = {
      "application/octet-stream", "binary/octet-stream",    "application/force-download",
      "application/download",     "application/x-download", "application/unknown"};
  std::string_view stated = head.content_type();
  stated = stated.substr(0, stated.find(';'));
  std::string type(base::ToStdView(absl::StripAsciiWhitespace(base::ToAbslView(stated))));
  absl::AsciiStrToLower(&type);
  const bool says_nothing = std::ranges::find(kNothing, type) != kNothing.end();
  return says_nothing ? std::string() : type;
}

// If the type cannot be detected from the bytes, use the stated image type.
std::string ImageType(std::string_view bytes, const std::string& stated) {
  const std::string_view sniffed = SniffImageType(bytes);
  if (!sniffed.empty() || bytes.empty()) return std::string(sniffed);
  return stated.starts_with("image/") ? stated : std::string();
}

absl::Status StatusOfImage(int http_status) {
  if (http_status == 416) return absl::OutOfRangeError("the range begins after the end");
  if (http_status == 404 || http_status == 410) {
    return absl::NotFoundError("the server has no such image");
  }
  if (http_status == 401 || http_status == 403) {
    return absl::UnavailableError(
        fmt::format("HTTP {}: the server does not accept the credentials", http_status));
  }
  return absl::UnavailableError(
      fmt::format("HTTP {} in response to an artwork request", http_status));
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

// `bytes 0-99/1234` (RFC 9110 14.4)
void ReadContentRange(std::string_view text, ArtworkHeader* header) {
  header->total_bytes.reset();
  if (!text.starts_with("bytes ")) return;
  text.remove_prefix(6);
  const auto number = [](std::string_view digits) -> std::optional<uint64_t> {
    uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
  };
  const size_t dash = text.find('-');
  const size_t slash = text.find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos || dash > slash) return;
  header->first_byte = number(text.substr(0, dash)).value_or(0);
  header->total_bytes = number(text.substr(slash + 1));
}

std::string RangeText(const ByteRange& range) {
  if (range.first < 0) return fmt::format("bytes={}", range.first);
  return range.last ? fmt::format("bytes={}-{}", range.first, *range.last)
                    : fmt::format("bytes={}-", range.first);
}

bool MayBeMedia(std::string_view type) {
  return type.empty() || type.starts_with("image/") || type.starts_with("video/") ||
         type.starts_with("audio/");
}

ArtworkHeader MakeHeader(const httpc::HttpHead& head, std::string type) {
  ArtworkHeader header;
  header.content_type = std::move(type);
  header.content_bytes = head.content_length();
  header.total_bytes = header.content_bytes;
  if (head.status == 206) ReadContentRange(head.header("content-range"), &header);
  header.validator = ValidatorOf(head);
  header.last_modified = LastModified(head);
  return header;
}

}  // namespace

httpc::HostRule OnlyPaths(httpc::HostRule rule, std::string base_path, AllowedPath allowed) {
  return [rule = std::move(rule), base = std::move(base_path), allowed](const httpc::Url& url) {
    if (!url.path.starts_with(base)) return httpc::HostTrust::kRefused;
    std::string path = url.path.substr(base.size());
    if (!url.query.empty()) path += "?" + url.query;
    return allowed(path) ? rule(url) : httpc::HostTrust::kRefused;
  };
}

absl::Status StreamArtwork(httpc::HttpClient& client, httpc::HttpRequest http,
                           const ArtworkRequest& request, uint64_t max_image_bytes,
                           const base::CallContext& context, const base::Clock& clock,
                           ArtworkSink& sink) {
  MARQUEE_RETURN_IF_ERROR(context.Check(clock));
  const bool is_image = request.kind == ArtworkKind::kImage;
  http.headers = {{"Accept", is_image ? "image/*" : "*/*"}};
  if (const auto condition = Condition(request.if_validator)) http.headers.push_back(*condition);
  if (!is_image && request.range) http.headers.push_back({"Range", RangeText(*request.range)});
  http.max_body_bytes = is_image ? max_image_bytes : std::numeric_limits<size_t>::max();
  http.accept_compressed = false;
  if (request.header_only) http.method = httpc::HttpRequest::Method::kHead;

  auto opened = httpc::HttpStream::Open(client, std::move(http), context);
  if (!opened.ok()) return InOurTerms(opened.status());
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
  // 203: modified by a proxy, but valid.
  const bool whole = head.status == 200 || head.status == 203;
  if (!whole && (is_image || head.status != 206)) return StatusOfImage(head.status);

  std::string type = StatedType(head);
  if (!is_image && !MayBeMedia(type)) {
    return absl::FailedPreconditionError(
        fmt::format("expected video or audio, but the server sent {}", type));
  }
  // Without the bytes, only a stated image type is passed on.
  if (is_image && request.header_only && !type.starts_with("image/")) type.clear();
  if (request.header_only) return sink.OnHeader(MakeHeader(head, std::move(type)));

  std::string bytes;
  bool ended = false;
  while (!ended && bytes.size() < kImageTypeBytes) {
    auto chunk = stream.Read();
    if (!chunk.ok()) return InOurTerms(chunk.status());
    ended = chunk->empty();
    bytes += *chunk;
  }
  if (is_image) {
    std::string found = ImageType(bytes, type);
    if (found.empty()) {
      return absl::FailedPreconditionError(fmt::format(
          "the response is not an image{}", type.empty() ? "" : fmt::format(" but {}", type)));
    }
    type = std::move(found);
  }
  MARQUEE_RETURN_IF_ERROR(sink.OnHeader(MakeHeader(head, std::move(type))));
  while (!bytes.empty()) {
    for (size_t at = 0; at < bytes.size(); at += kChunkBytes) {
      MARQUEE_RETURN_IF_ERROR(context.Check(clock));
      MARQUEE_RETURN_IF_ERROR(sink.OnChunk(std::string_view(bytes).substr(at, kChunkBytes)));
    }
    auto next = stream.Read();
    if (!next.ok()) return InOurTerms(next.status());
    bytes = *std::move(next);
  }
  return absl::OkStatus();
}

}  // namespace marquee::playlist
