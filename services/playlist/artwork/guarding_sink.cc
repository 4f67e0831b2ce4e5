#include "services/playlist/artwork/guarding_sink.h"

#include <fmt/format.h>

#include <utility>

#include "libs/base/status.h"
#include "libs/rpc/error_info.h"
#include "services/playlist/model/image_type.h"
#include "services/playlist/model/text.h"

namespace marquee::playlist {
namespace {

// The media type without parameters, in lower case.
std::string TypeOnly(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  for (char& c : type) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  while (!type.empty() && type.back() == ' ') type.pop_back();
  return type;
}

bool MayBeMedia(const std::string& type) {
  return type.empty() || type.starts_with("image/") || type.starts_with("video/") ||
         type.starts_with("audio/") || type == "application/octet-stream";
}

}  // namespace

GuardingSink::GuardingSink(ArtworkSink& inner, const ArtworkRequest& request, uint64_t max_bytes)
    : inner_(inner),
      image_(request.kind == ArtworkKind::kImage),
      header_only_(request.header_only),
      max_bytes_(max_bytes) {}

absl::Status GuardingSink::OnHeader(const ArtworkHeader& header) {
  header_ = header;
  header_seen_ = true;
  if (header_.not_modified) return SendHeader();
  header_.content_type = TypeOnly(header.content_type);
  // The content type of an image is detected from its bytes, not from the header.
  if (!image_ && !MayBeMedia(header_.content_type)) {
    return absl::FailedPreconditionError(
        fmt::format("the origin sent {}, which is not an image, video or audio",
                    CleanText(header_.content_type, 100)));
  }
  const uint64_t announced = header.total_bytes.value_or(header.content_bytes.value_or(0));
  if (image_ && announced > max_bytes_) {
    return rpc::WithReason(
        absl::ResourceExhaustedError(
            fmt::format("the image has {} bytes, at most {} allowed", announced, max_bytes_)),
        "TOO_LARGE");
  }
  return image_ && !header_only_ ? absl::OkStatus() : SendHeader();
}

absl::Status GuardingSink::OnChunk(std::string_view bytes) {
  bytes_ += bytes.size();
  if (image_ && bytes_ > max_bytes_) {
    return rpc::WithReason(absl::ResourceExhaustedError(fmt::format(
                               "the image is larger than the {} bytes allowed", max_bytes_)),
                           "TOO_LARGE");
  }
  if (header_sent_) return inner_.OnChunk(bytes);
  if (head_.size() + bytes.size() < kImageTypeBytes) {
    head_ += bytes;
    return absl::OkStatus();
  }
  // The first chunk is nearly always long enough and passes through unchanged.
  if (head_.empty()) {
    header_.content_type = SniffImageType(bytes);
    MARQUEE_RETURN_IF_ERROR(SendHeader());
    return inner_.OnChunk(bytes);
  }
  head_ += bytes;
  header_.content_type = SniffImageType(head_);
  MARQUEE_RETURN_IF_ERROR(SendHeader());
  return inner_.OnChunk(std::exchange(head_, {}));
}

absl::Status GuardingSink::Finish() {
  if (!header_seen_) return absl::UnavailableError("the origin ended without a header");
  if (!header_sent_) {
    header_.content_type = SniffImageType(head_);
    MARQUEE_RETURN_IF_ERROR(SendHeader());
    if (!head_.empty()) MARQUEE_RETURN_IF_ERROR(inner_.OnChunk(head_));
  }
  if (header_.not_modified || header_only_ || !header_.content_bytes) return absl::OkStatus();
  if (bytes_ == *header_.content_bytes) return absl::OkStatus();
  return absl::UnavailableError(
      fmt::format("the origin sent {} bytes but announced {}", bytes_, *header_.content_bytes));
}

absl::Status GuardingSink::SendHeader() {
  if (image_ && !header_only_ && !header_.not_modified && header_.content_type.empty()) {
    return absl::FailedPreconditionError("the origin's response is not an image of a known type");
  }
  header_sent_ = true;
  return inner_.OnHeader(header_);
}

}  // namespace marquee::playlist
