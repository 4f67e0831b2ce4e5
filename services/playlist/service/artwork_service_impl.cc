#include "services/playlist/service/artwork_service_impl.h"

#include <absl/strings/ascii.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/status.h"
#include "libs/rpc/blocking_stream.h"
#include "libs/rpc/error_info.h"
#include "libs/rpc/unary.h"
#include "services/playlist/model/image_url.h"
#include "services/playlist/service/item_proto.h"

namespace marquee::playlist {
namespace {

using Writer = rpc::StreamWriter<v1::FetchArtworkResponse>;

class StreamSink final : public ArtworkSink {
 public:
  explicit StreamSink(Writer& out) : out_(out) {}

  absl::Status OnHeader(const ArtworkHeader& header) override {
    v1::FetchArtworkResponse piece;
    auto* message = piece.mutable_header();
    const auto length = [](const std::optional<uint64_t>& bytes) {
      return bytes ? static_cast<int64_t>(*bytes) : -1;
    };
    message->set_content_type(header.content_type);
    message->set_content_bytes(length(header.content_bytes));
    message->set_total_bytes(length(header.total_bytes));
    message->set_validator(header.validator);
    if (header.last_modified != absl::InfinitePast()) {
      *message->mutable_last_modified() = ToProto(header.last_modified);
    }
    message->set_not_modified(header.not_modified);
    message->set_first_byte(static_cast<int64_t>(header.first_byte));
    return out_.Write(std::move(piece));
  }

  absl::Status OnChunk(std::string_view bytes) override {
    while (!bytes.empty()) {
      v1::FetchArtworkResponse piece;
      piece.set_chunk(std::string(bytes.substr(0, ArtworkServiceImpl::kMaxChunkBytes)));
      bytes.remove_prefix(piece.chunk().size());
      MARQUEE_RETURN_IF_ERROR(out_.Write(std::move(piece)));
    }
    return absl::OkStatus();
  }

 private:
  Writer& out_;
};

absl::StatusOr<ArtworkLocation> LocationOf(const v1::FetchArtworkRequest& request) {
  switch (request.location_case()) {
    case v1::FetchArtworkRequest::kSourcePath:
      return AtSource{.source = request.source_path().source(),
                      .path = request.source_path().path()};
    case v1::FetchArtworkRequest::kUrl:
      return AtUrl{.url = request.url()};
    case v1::FetchArtworkRequest::kLocalPath:
      return LocalFile{.path = request.local_path()};
    case v1::FetchArtworkRequest::kPosterpack:
      return PackEntry{.zip = request.posterpack().zip(), .entry = request.posterpack().entry()};
    case v1::FetchArtworkRequest::LOCATION_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError(
      "location: expected source_path, url, local_file or pack_entry");
}

// The source whose transfers limit applies, so that a hanging source cannot take all threads.
std::string_view LaneOf(const v1::FetchArtworkRequest& request) {
  if (request.has_source_path()) return request.source_path().source();
  return request.has_url() ? "covers" : "files";
}

absl::StatusOr<ArtworkQuery> WishOf(const v1::FetchArtworkRequest& request) {
  ArtworkQuery wish;
  wish.kind = request.kind() == v1::ARTWORK_KIND_MEDIA ? ArtworkKind::kMedia : ArtworkKind::kImage;
  wish.header_only = request.header_only();
  wish.if_validator = request.if_validator();
  if (!request.has_byte_range()) return wish;
  ByteRange& range = wish.range.emplace();
  range.first = request.byte_range().first();
  if (request.byte_range().has_last()) range.last = request.byte_range().last();
  if (range.first >= 0 && range.last && *range.last < range.first) {
    return absl::InvalidArgumentError("byte_range ends before it begins");
  }
  return wish;
}

// Expects `#rrggbb` and 5 to 25 bytes: the shortest ThumbHash of an opaque image has 5 bytes, the
// longest with transparency 25.
absl::StatusOr<Placeholder> PlaceholderOf(const v1::Placeholder& message) {
  const std::string& color = message.dominant_color();
  const bool rgb = color.size() == 7 && color.front() == '#' &&
                   std::ranges::all_of(color.substr(1), absl::ascii_isxdigit);
  if (!rgb) return absl::InvalidArgumentError("dominant_color must be #rrggbb");
  if (message.thumb_hash().size() < 5 || message.thumb_hash().size() > 25) {
    return absl::InvalidArgumentError("thumb_hash must be 5 to 25 bytes");
  }
  return Placeholder{.thumb_hash = message.thumb_hash(), .dominant_color = color};
}

// The address of the poster as written in items.
absl::StatusOr<std::string> AddressOf(const v1::ReportPlaceholdersRequest::Image& image) {
  switch (image.location_case()) {
    case v1::ReportPlaceholdersRequest::Image::kSourcePath:
      return ImageUrl(image.source_path().source(), image.source_path().path(),
                      image.artwork_version());
    case v1::ReportPlaceholdersRequest::Image::kUrl:
      return CoverUrl(image.url(), image.artwork_version());
    case v1::ReportPlaceholdersRequest::Image::LOCATION_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("location: expected source_path or url");
}

// Without the reason, a hanging origin would have the same status code as an unavailable service.
absl::Status AsOrigins(absl::Status status) {
  if (!rpc::ReasonOf(status).empty()) return status;
  if (absl::IsUnavailable(status)) return rpc::WithReason(std::move(status), "ORIGIN_UNAVAILABLE");
  if (absl::IsDeadlineExceeded(status)) return rpc::WithReason(std::move(status), "ORIGIN_TIMEOUT");
  return status;
}

// Part of the caller's time that the origin may use. Some time is reserved so that the caller
// receives the origin's failure; if the caller's deadline ended first, it would look like an
// overload of this service.
absl::Duration OriginShare(absl::Duration allowed, ArtworkKind kind) {
  allowed = std::max(allowed, absl::ZeroDuration());
  const absl::Duration share = allowed - std::min(ArtworkServiceImpl::kAnswerReserve, allowed / 2);
  return kind == ArtworkKind::kImage ? std::min(share, ArtworkServiceImpl::kImageTime) : share;
}

// Takes no work: of a source whose threads all wait for reads that hang.
class Refusing final : public base::Executor {
 public:
  explicit Refusing(absl::Status status) : status_(AsOrigins(std::move(status))) {}
  absl::Status Submit(std::function<void()>) override { return status_; }

 private:
  const absl::Status status_;
};

absl::Status WaitedTooLong() {
  return rpc::WithRetryAfter(
      absl::ResourceExhaustedError("the request waited too long for a free transfer thread; raise "
                                   "artwork.transfers if this happens often"),
      absl::Seconds(5));
}

}  // namespace

grpc::ServerWriteReactor<v1::FetchArtworkResponse>* ArtworkServiceImpl::FetchArtwork(
    grpc::CallbackServerContext* context, const v1::FetchArtworkRequest* request) {
  const std::string source(LaneOf(*request));
  base::KeyedExecutor::Lane lane(deps_.executor, source);
  const absl::Time asked = deps_.clock.Now();
  const bool media = request->kind() == v1::ARTWORK_KIND_MEDIA;
  const absl::Duration allowed =
      std::max(rpc::DeadlineOf(*context, asked) - asked, absl::ZeroDuration());
  // Between the end of the origin's share and that of the caller's time; also media give a first
  // byte as soon as images.
  const absl::Duration reserve = std::min(kAnswerReserve, allowed / 2) / 2;
  rpc::Overdue overdue{
      .at = absl::Now() + std::min(allowed - reserve, kImageTime + kAnswerReserve / 2),
      .until_first_write = media,
      .status =
          [this, source](bool started) {
            if (started) hung_.Began(source);
            if (!started && !hung_.AnyOf(source)) return WaitedTooLong();
            return AsOrigins(absl::DeadlineExceededError(
                fmt::format("source \"{}\" hangs: a read does not come back", source)));
          },
      .ended = [this, source] { hung_.Ended(source); }};
  Refusing refusing(absl::UnavailableError(
      fmt::format("source \"{}\" hangs: several reads do not come back", source)));
  base::Executor& executor = hung_.Hangs(source) ? static_cast<base::Executor&>(refusing) : lane;
  return rpc::RunStream<v1::FetchArtworkResponse>(
      *context, executor, deps_.clock,
      [this, request = *request, asked](const base::CallContext& call,
                                        Writer& out) -> absl::Status {
        MARQUEE_ASSIGN_OR_RETURN(const ArtworkLocation location, LocationOf(request));
        MARQUEE_ASSIGN_OR_RETURN(const ArtworkQuery wish, WishOf(request));
        const absl::Time began = deps_.clock.Now();
        const absl::Duration share = OriginShare(call.deadline - began, wish.kind);
        base::CallContext origin = call;
        origin.deadline = began + share;
        StreamSink sink(out);
        absl::Status status = deps_.fetcher.Fetch(location, wish, origin, sink);
        // If most of the time passed in our queue, the timeout is not the origin's fault.
        const bool fair = 2 * share >= OriginShare(call.deadline - asked, wish.kind);
        if (absl::IsDeadlineExceeded(status) && !fair) return WaitedTooLong();
        return AsOrigins(std::move(status));
      },
      std::move(overdue));
}

grpc::ServerUnaryReactor* ArtworkServiceImpl::ReportPlaceholders(
    grpc::CallbackServerContext* context, const v1::ReportPlaceholdersRequest* request,
    v1::ReportPlaceholdersResponse* response) {
  return rpc::RunUnary(*context, deps_.page_executor, deps_.clock, *request, *response,
                       [this](const base::CallContext&, const v1::ReportPlaceholdersRequest& in,
                              v1::ReportPlaceholdersResponse&) -> absl::Status {
                         if (in.images_size() > kMaxPlaceholders) {
                           return absl::InvalidArgumentError(
                               fmt::format("at most {} images per report", kMaxPlaceholders));
                         }
                         std::vector<std::pair<std::string, Placeholder>> taken;
                         for (const auto& image : in.images()) {
                           MARQUEE_ASSIGN_OR_RETURN(std::string address, AddressOf(image));
                           MARQUEE_ASSIGN_OR_RETURN(Placeholder placeholder,
                                                    PlaceholderOf(image.placeholder()));
                           taken.emplace_back(std::move(address), std::move(placeholder));
                         }
                         for (auto& [address, placeholder] : taken) {
                           deps_.refresher.TakePlaceholder(address, std::move(placeholder));
                         }
                         return absl::OkStatus();
                       });
}

}  // namespace marquee::playlist
