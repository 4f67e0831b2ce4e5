#include "services/gateway/clients/image_client.h"

#include <fmt/format.h>
#include <grpcpp/support/client_callback.h>

#include <functional>
#include <optional>
#include <utility>

#include "libs/rpc/error_info.h"
#include "libs/rpc/status.h"
#include "services/gateway/http/http_date.h"
#include "services/gateway/http/message.h"

namespace marquee::gateway {

namespace pb = marquee::imageproc::v1;

namespace {

pb::Fit ToFit(ImageFit fit) {
  switch (fit) {
    case ImageFit::kCover:
      return pb::FIT_COVER;
    case ImageFit::kContain:
      return pb::FIT_CONTAIN;
    case ImageFit::kInside:
      return pb::FIT_INSIDE;
    case ImageFit::kDefault:
      break;
  }
  return pb::FIT_UNSPECIFIED;
}

pb::Format ToFormat(ImageFormat format) {
  switch (format) {
    case ImageFormat::kJpeg:
      return pb::FORMAT_JPEG;
    case ImageFormat::kWebp:
      return pb::FORMAT_WEBP;
    case ImageFormat::kAvif:
      return pb::FORMAT_AVIF;
    case ImageFormat::kPng:
      return pb::FORMAT_PNG;
    case ImageFormat::kOriginal:
      break;
  }
  return pb::FORMAT_UNSPECIFIED;
}

ServedFrom ToTier(pb::Tier tier) {
  switch (tier) {
    case pb::TIER_MEMORY:
      return ServedFrom::kMemory;
    case pb::TIER_DISK:
      return ServedFrom::kDisk;
    case pb::TIER_SHARED:
      return ServedFrom::kShared;
    case pb::TIER_ORIGIN:
      return ServedFrom::kOrigin;
    default:
      return ServedFrom::kUnknown;
  }
}

pb::Position ToPosition(ImagePosition position) {
  switch (position) {
    case ImagePosition::kTop:
      return pb::POSITION_TOP;
    case ImagePosition::kAttention:
      return pb::POSITION_ATTENTION;
    case ImagePosition::kEntropy:
      return pb::POSITION_ENTROPY;
    case ImagePosition::kCentre:
      break;
  }
  return pb::POSITION_UNSPECIFIED;
}

pb::GetImageRequest ToProto(const ImageRequest& request, const std::string& if_none_match) {
  pb::GetImageRequest out;
  if (request.url.empty()) {
    out.mutable_location()->mutable_source_path()->set_source(request.source);
    out.mutable_location()->mutable_source_path()->set_path(request.path);
  } else {
    out.mutable_location()->set_url(request.url);
  }
  out.mutable_location()->set_artwork_version(request.artwork_version);
  pb::Transform& transform = *out.mutable_transform();
  transform.set_width(request.width);
  transform.set_height(request.height);
  transform.set_device_pixel_ratio(request.device_pixel_ratio);
  transform.set_fit(ToFit(request.fit));
  transform.set_position(ToPosition(request.position));
  transform.set_format(ToFormat(request.format));
  transform.set_quality(request.quality);
  // On the wire, the tag has no quotes; HTTP adds them.
  if (if_none_match.size() > 2) {
    out.set_if_none_match(if_none_match.substr(1, if_none_match.size() - 2));
  }
  return out;
}

}  // namespace

// Receives one image. Deletes itself when gRPC has finished with it.
class ImageClient::Transfer final : public grpc::ClientReadReactor<pb::GetImageResponse> {
 public:
  static void Start(ImageClient& client, pb::GetImageRequest request, const std::stop_token& stop,
                    Done done) {
    (new Transfer(client, std::move(request), std::move(done)))->Begin(stop);
  }

  // Reads are started inside the reactions, so the call cannot finish between two of them and needs
  // no hold (RemoveHold).
  void OnReadDone(bool ok) override {
    if (!ok) return;  // OnDone follows
    if (fault_.ok()) fault_ = Take();
    if (!fault_.ok()) context_.TryCancel();
    piece_.Clear();
    StartRead(&piece_);
  }

  void OnDone(const grpc::Status& status) override {
    on_stop_.reset();
    auto result = Result(status);
    ImageClient& client = client_;
    // kUnavailable without a reason means that the service was not reached.
    const bool reached = status.ok() || status.error_code() != grpc::StatusCode::UNAVAILABLE ||
                         !rpc::ReasonOf(rpc::FromGrpc(status)).empty();
    client.connected_ = reached;
    const Done done = std::move(done_);
    // Leave() comes last: after it, the client may be destroyed.
    const std::shared_ptr<void> entered = std::move(entered_);
    delete this;
    done(std::move(result));
  }

 private:
  Transfer(ImageClient& client, pb::GetImageRequest request, Done done)
      : client_(client), request_(std::move(request)), done_(std::move(done)) {}

  void Begin(const std::stop_token& stop) {
    context_.set_deadline(
        absl::ToChronoTime(client_.deps_.clock.Now() + client_.options_.deadline));
    entered_ = client_.in_flight_.Enter(context_);
    if (entered_ == nullptr) context_.TryCancel();
    client_.stub_->async()->GetImage(&context_, &request_, this);
    StartRead(&piece_);
    // Before StartCall: afterwards the call, and this object, may already be gone.
    if (stop.stop_possible()) on_stop_.emplace(stop, [this] { context_.TryCancel(); });
    StartCall();
  }

  absl::Status Take() {
    if (piece_.has_header()) {
      header_ = std::move(*piece_.mutable_header());
      if (header_->content_bytes() < 0 ||
          static_cast<uint64_t>(header_->content_bytes()) > client_.options_.max_bytes) {
        return TooLarge();
      }
      bytes_.reserve(static_cast<size_t>(header_->content_bytes()));
      return absl::OkStatus();
    }
    if (!header_) return absl::InternalError("the image service sent bytes before the header");
    bytes_ += piece_.chunk();
    return bytes_.size() > client_.options_.max_bytes ? TooLarge() : absl::OkStatus();
  }

  absl::Status TooLarge() const {
    return rpc::WithReason(absl::ResourceExhaustedError(fmt::format(
                               "the image is larger than {} bytes", client_.options_.max_bytes)),
                           "TOO_LARGE");
  }

  absl::StatusOr<Image> Result(const grpc::Status& status) {
    if (!fault_.ok()) return fault_;
    if (!status.ok()) return rpc::FromGrpc(status);
    if (!header_) return absl::InternalError("the response of the image service has no header");
    Image image;
    image.content_type = header_->content_type();
    image.etag = fmt::format("\"{}\"", header_->etag());
    image.tier = ToTier(header_->tier());
    image.stale = header_->stale();
    image.not_modified = header_->not_modified();
    if (header_->has_created_at()) {
      image.last_modified = HttpDate(absl::FromUnixSeconds(header_->created_at().seconds()));
    }
    if (!image.not_modified && static_cast<int64_t>(bytes_.size()) != header_->content_bytes()) {
      return absl::UnavailableError("the image ended before its announced size");
    }
    image.bytes = std::make_shared<const std::string>(std::move(bytes_));
    return image;
  }

  ImageClient& client_;
  grpc::ClientContext context_;
  const pb::GetImageRequest request_;
  Done done_;
  std::shared_ptr<void> entered_;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
  pb::GetImageResponse piece_;
  std::optional<pb::GetImageResponse::Header> header_;
  std::string bytes_;
  absl::Status fault_;
};

ImageClient::ImageClient(Options options, Deps deps)
    : options_(options), deps_(std::move(deps)), stub_(pb::ImageService::NewStub(deps_.channel)) {}

ImageClient::~ImageClient() = default;

void ImageClient::Get(const ImageRequest& request, const std::string& if_none_match,
                      std::stop_token stop, Done done) {
  Transfer::Start(*this, ToProto(request, if_none_match), stop, std::move(done));
}

}  // namespace marquee::gateway
