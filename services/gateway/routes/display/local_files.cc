#include "services/gateway/routes/display/local_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "libs/base/artwork_path.h"
#include "libs/base/strings.h"
#include "libs/rpc/error_info.h"
#include "services/gateway/http/conditional.h"
#include "services/gateway/http/etag.h"
#include "services/gateway/http/http_date.h"
#include "services/gateway/http/media_type.h"
#include "services/gateway/http/status_table.h"
#include "services/gateway/routes/core/answers.h"
#include "services/gateway/routes/display/fallback_poster.h"
#include "services/gateway/routes/display/image_query.h"

namespace marquee::gateway {
namespace {

constexpr std::array<std::string_view, 7> kEntries{"poster", "background", "clearlogo", "thumbnail",
                                                   "banner", "trailer",    "theme"};
constexpr std::array<std::string_view, 3> kMediaKinds{"image/", "video/", "audio/"};

bool IsUnsafeZipPath(std::string_view zip) {
  const bool drive =
      zip.size() >= 2 && zip[1] == ':' && std::isalpha(static_cast<unsigned char>(zip[0])) != 0;
  return zip.find("..") != std::string_view::npos || zip.starts_with('/') ||
         zip.starts_with('\\') || zip.find('\0') != std::string_view::npos || drive;
}

// Replaces a body that is not sent: HEAD and 304 still report its length.
class EmptyBody final : public BodyStream {
 public:
  asio::awaitable<absl::StatusOr<std::string>> Next() override { co_return std::string(); }
};

// A part of a body that the artwork service sends whole: it supports ranges only for media, because
// it detects the type of images from their first bytes.
class SlicedBody final : public BodyStream {
 public:
  SlicedBody(std::shared_ptr<BodyStream> whole, const ByteRange& range)
      : whole_(std::move(whole)), skip_(range.first), left_(range.length()) {}

  asio::awaitable<absl::StatusOr<std::string>> Next() override {
    while (left_ > 0) {
      auto piece = co_await whole_->Next();
      if (!piece.ok()) co_return piece.status();
      if (piece->empty()) co_return absl::DataLossError("the body is shorter than announced");
      const auto skipped = std::min<uint64_t>(skip_, piece->size());
      skip_ -= skipped;
      const std::string part = piece->substr(skipped, left_);
      left_ -= part.size();
      if (!part.empty()) co_return part;
    }
    co_return std::string();
  }

 private:
  const std::shared_ptr<BodyStream> whole_;
  uint64_t skip_;
  uint64_t left_;
};

// Applies `field` to an artwork that was sent whole; false: the range is not satisfiable.
bool Slice(std::string_view field, Artwork& artwork) {
  if (artwork.total_bytes < 0 || artwork.content_bytes != artwork.total_bytes) return true;
  ByteRange range;
  switch (ParseRange(field, static_cast<uint64_t>(artwork.total_bytes), range)) {
    case RangeVerdict::kNone:
      return true;
    case RangeVerdict::kUnsatisfiable:
      return false;
    case RangeVerdict::kSatisfiable:
      break;
  }
  artwork.body = std::make_shared<SlicedBody>(std::move(artwork.body), range);
  artwork.first_byte = static_cast<int64_t>(range.first);
  artwork.content_bytes = static_cast<int64_t>(range.length());
  return true;
}

// A folder that hangs is no overload of ours: `Retry-After` would bring every display back at once.
Response OriginFailure(bool media) {
  if (media) return TextError(504, "The folder or server of this file does not answer");
  Response response = Response::Redirect(302, kFallbackPosterPath);
  response.headers.Add("Cache-Control", "no-store");
  return response;
}

Response Failure(const absl::Status& status, bool media) {
  if (rpc::ReasonOf(status).starts_with("ORIGIN_")) return OriginFailure(media);
  switch (HttpStatusOf(status.code(), ErrorColumn::kFile)) {
    case 400:
      return TextError(400, "Invalid path");
    case 404:
      return TextError(404, "Not found");
    case 416:
      return TextError(416, "The range is outside the file");
    case 500:
      return TextError(500, "The file cannot be read");
    default:
      return ServiceUnavailable("File temporarily unavailable");
  }
}

}  // namespace

void LocalFilesRoute::AddTo(Router& router) {
  router.Add(
      Method::kGet, "/local-posterpack",
      [this](RequestPtr request, const std::string&) { return Posterpack(std::move(request)); },
      InstallCookie::kNever);
  router.Add(
      Method::kGet, "/local-media/*",
      [this](RequestPtr request, std::string path) {
        return Media(std::move(request), std::move(path));
      },
      InstallCookie::kNever);
  router.Add(
      Method::kGet, "/media",
      [this](RequestPtr request, const std::string&) { return Remote(std::move(request)); },
      InstallCookie::kNever);
}

asio::awaitable<Response> LocalFilesRoute::Posterpack(RequestPtr request) {
  const auto entry = request->query.Get("entry");
  const auto zip = request->query.Get("zip");
  if (!zip || zip->empty() || !entry || entry->empty()) {
    co_return TextError(400, "zip and entry are required");
  }
  ArtworkRequest wanted;
  wanted.zip = *zip;
  // Older pages encode the path twice.
  if (wanted.zip.find('%') != std::string::npos) {
    if (auto again = PercentDecode(wanted.zip, false); again.ok()) wanted.zip = *std::move(again);
  }
  if (IsUnsafeZipPath(wanted.zip)) co_return TextError(400, "Invalid zip path");
  if (std::find(kEntries.begin(), kEntries.end(), *entry) == kEntries.end()) {
    co_return TextError(400, "Invalid entry type");
  }
  wanted.entry = *entry;
  wanted.media = wanted.entry == "trailer" || wanted.entry == "theme";
  co_return co_await Serve(std::move(request), std::move(wanted));
}

asio::awaitable<Response> LocalFilesRoute::Media(RequestPtr request, std::string path) {
  const std::string_view type = MediaTypeOf(path);
  const bool allowed = std::any_of(kMediaKinds.begin(), kMediaKinds.end(),
                                   [&](std::string_view kind) { return type.starts_with(kind); });
  // An SVG may contain scripts, which would run with the rights of this server's pages.
  if (path.empty() || !allowed || type.starts_with("image/svg")) {
    co_return TextError(404, "Not found");
  }
  ArtworkRequest wanted;
  wanted.local_path = std::move(path);
  wanted.media = !type.starts_with("image/");
  co_return co_await Serve(std::move(request), std::move(wanted));
}

asio::awaitable<Response> LocalFilesRoute::Remote(RequestPtr request) {
  ArtworkRequest wanted;
  wanted.source = request->query.Get("server").value_or("");
  wanted.source_path = request->query.Get("path").value_or("");
  if (wanted.source.empty() || !base::ArtworkPathFault(wanted.source_path).empty()) {
    co_return TextError(400, "server and path are required");
  }
  if (!links_.Opens(request->query))
    co_return TextError(403, "The key of this URL is missing or invalid");
  wanted.media = true;
  co_return co_await Serve(std::move(request), std::move(wanted));
}

asio::awaitable<Response> LocalFilesRoute::Serve(RequestPtr request, ArtworkRequest wanted) {
  const std::stop_token gone = request->WatchClient();
  const bool conditional =
      !request->header("If-None-Match").empty() || !request->header("If-Modified-Since").empty();
  const std::string_view if_range = request->header("If-Range");
  const bool head_only = request->method == Method::kHead;
  const bool media = wanted.media;
  if (!head_only) wanted.range = ParseRangeRequest(request->header("Range"));

  absl::StatusOr<Artwork> artwork;
  bool header_suffices = head_only;
  if (head_only || conditional || !if_range.empty()) {
    ArtworkRequest header = wanted;
    header.header_only = true;
    header.range.reset();
    artwork = co_await artwork_.Fetch(std::move(header), gone);
    if (!artwork.ok()) co_return Failure(artwork.status(), media);
    const std::string etag = artwork->validator.empty() ? "" : EtagOf(artwork->validator);
    const std::string modified = artwork->last_modified ? HttpDate(*artwork->last_modified) : "";
    if (IsNotModified(*request, etag, modified, clock_.Now())) header_suffices = true;
    if (!if_range.empty() && if_range != etag) wanted.range.reset();
  }
  const bool ranged = wanted.range.has_value() && !header_suffices;
  if (!header_suffices) artwork = co_await artwork_.Fetch(std::move(wanted), gone);
  if (!artwork.ok()) co_return Failure(artwork.status(), media);
  if (ranged && !Slice(request->header("Range"), *artwork)) {
    Response outside = TextError(416, "The range is outside the file");
    outside.headers.Add("Content-Range", fmt::format("bytes */{}", artwork->total_bytes));
    co_return outside;
  }

  Response response;
  response.headers.Add("Content-Type", artwork->content_type);
  response.headers.Add("Cache-Control", "public, max-age=86400");
  response.headers.Add("Accept-Ranges", "bytes");
  if (!artwork->validator.empty()) response.headers.Add("ETag", EtagOf(artwork->validator));
  if (artwork->last_modified) {
    response.headers.Add("Last-Modified", HttpDate(*artwork->last_modified));
  }
  const int64_t length = header_suffices ? artwork->total_bytes : artwork->content_bytes;
  if (ranged && artwork->content_bytes >= 0 && artwork->total_bytes >= 0 &&
      artwork->content_bytes < artwork->total_bytes) {
    response.status = 206;
    response.headers.Add(
        "Content-Range",
        fmt::format("bytes {}-{}/{}", artwork->first_byte,
                    artwork->first_byte + artwork->content_bytes - 1, artwork->total_bytes));
  }
  response.stream = std::move(artwork->body);
  if (length >= 0) response.stream_length = static_cast<uint64_t>(length);
  if (response.stream == nullptr) response.stream = std::make_shared<EmptyBody>();
  co_return response;
}

}  // namespace marquee::gateway
