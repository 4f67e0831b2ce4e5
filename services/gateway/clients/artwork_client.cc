#include "services/gateway/clients/artwork_client.h"

#include <grpcpp/support/client_callback.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "libs/base/mutex.h"
#include "libs/rpc/status.h"
#include "services/gateway/async/await.h"

namespace marquee::gateway {

namespace pb = marquee::playlist::v1;

namespace {

pb::FetchArtworkRequest ToProto(const ArtworkRequest& request) {
  pb::FetchArtworkRequest out;
  if (!request.source.empty()) {
    out.mutable_source_path()->set_source(request.source);
    out.mutable_source_path()->set_path(request.source_path);
  } else if (request.zip.empty()) {
    out.set_local_path(request.local_path);
  } else {
    out.mutable_posterpack()->set_zip(request.zip);
    out.mutable_posterpack()->set_entry(request.entry);
  }
  out.set_kind(request.media ? pb::ARTWORK_KIND_MEDIA : pb::ARTWORK_KIND_IMAGE);
  out.set_header_only(request.header_only);
  if (request.range) {
    pb::ByteRange& range = *out.mutable_byte_range();
    if (request.range->first) {
      range.set_first(static_cast<int64_t>(*request.range->first));
      if (request.range->last) range.set_last(static_cast<int64_t>(*request.range->last));
    } else {
      range.set_first(-static_cast<int64_t>(*request.range->last));
    }
  }
  return out;
}

Artwork FromHeader(const pb::FetchArtworkResponse::Header& header) {
  Artwork artwork;
  artwork.content_type = header.content_type();
  artwork.content_bytes = header.content_bytes();
  artwork.total_bytes = header.total_bytes();
  artwork.first_byte = header.first_byte();
  artwork.validator = header.validator();
  if (header.has_last_modified()) {
    artwork.last_modified = absl::FromUnixSeconds(header.last_modified().seconds());
  }
  return artwork;
}

}  // namespace

// One call whose reads are started from outside its reactions. A hold keeps it from finishing
// between two reads: without one, the status could arrive there and the next StartRead would access
// a freed call.
class ArtworkClient::Transfer final : public grpc::ClientReadReactor<pb::FetchArtworkResponse>,
                                      public std::enable_shared_from_this<Transfer> {
 public:
  Transfer(const pb::FetchArtworkRequest& request, std::stop_token stop)
      : request_(request), stop_(std::move(stop)) {}

  absl::Status Begin(ArtworkClient& client, absl::Duration at_most) {
    context_.set_deadline(absl::ToChronoTime(client.deps_.clock.Now() + at_most));
    entered_ = client.in_flight_.Enter(context_);
    if (entered_ == nullptr) return absl::UnavailableError("shutting down");
    self_ = shared_from_this();
    client.stub_->async()->FetchArtwork(&context_, &request_, this);
    AddHold();
    if (stop_.stop_possible()) on_stop_.emplace(stop_, [this] { context_.TryCancel(); });
    StartCall();
    return absl::OkStatus();
  }

  // One read at a time. `done(true)`: piece() is the next message; false: there are no more, see
  // the status.
  void Read(std::function<void(bool)> done) {
    {
      const base::MutexLock lock(mutex_);
      read_done_ = std::move(done);
    }
    piece_.Clear();
    StartRead(&piece_);
  }
  pb::FetchArtworkResponse& piece() { return piece_; }

  // Allows the call to finish; no Read after this.
  void Release() { RemoveHold(); }
  void Cancel() { context_.TryCancel(); }

  // The final status, after Release.
  void AwaitStatus(std::function<void(grpc::Status)> done) {
    std::optional<grpc::Status> ended;
    {
      const base::MutexLock lock(mutex_);
      if (!status_) {
        status_done_ = std::move(done);
        return;
      }
      ended = status_;
    }
    done(*ended);
  }

  void OnReadDone(bool ok) override {
    std::function<void(bool)> done;
    {
      const base::MutexLock lock(mutex_);
      done = std::exchange(read_done_, nullptr);
    }
    done(ok);
  }

  void OnDone(const grpc::Status& status) override {
    on_stop_.reset();
    std::function<void(grpc::Status)> done;
    {
      const base::MutexLock lock(mutex_);
      status_ = status;
      done = std::exchange(status_done_, nullptr);
    }
    entered_.reset();
    const auto self = std::move(self_);
    if (done) done(status);
  }

 private:
  grpc::ClientContext context_;
  const pb::FetchArtworkRequest request_;
  const std::stop_token stop_;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
  std::shared_ptr<void> entered_;
  std::shared_ptr<Transfer> self_;  // keeps this object alive until OnDone
  pb::FetchArtworkResponse piece_;
  base::Mutex mutex_;
  std::function<void(bool)> read_done_ MARQUEE_GUARDED_BY(mutex_);
  std::function<void(grpc::Status)> status_done_ MARQUEE_GUARDED_BY(mutex_);
  std::optional<grpc::Status> status_ MARQUEE_GUARDED_BY(mutex_);
};

// Owns the call; destroying it ends the call.
class ArtworkClient::Body final : public BodyStream {
 public:
  explicit Body(std::shared_ptr<Transfer> transfer) : transfer_(std::move(transfer)) {}
  ~Body() override {
    if (ended_) return;
    transfer_->Cancel();
    transfer_->Release();
  }

  // The next message; nullopt after the last one, when status() is final.
  asio::awaitable<bool> NextMessage() {
    if (ended_) co_return false;
    std::function<void(std::function<void(bool)>)> read = [this](std::function<void(bool)> done) {
      transfer_->Read(std::move(done));
    };
    if (co_await AwaitCallback<bool>(std::move(read))) co_return true;
    ended_ = true;
    transfer_->Release();
    std::function<void(std::function<void(grpc::Status)>)> finish =
        [this](std::function<void(grpc::Status)> done) { transfer_->AwaitStatus(std::move(done)); };
    status_ = rpc::FromGrpc(co_await AwaitCallback<grpc::Status>(std::move(finish)));
    co_return false;
  }
  pb::FetchArtworkResponse& message() { return transfer_->piece(); }
  const absl::Status& status() const { return status_; }

  asio::awaitable<absl::StatusOr<std::string>> Next() override {
    while (co_await NextMessage()) {
      if (!message().chunk().empty()) co_return std::move(*message().mutable_chunk());
    }
    if (!status_.ok()) co_return status_;
    co_return std::string();
  }

 private:
  const std::shared_ptr<Transfer> transfer_;
  bool ended_ = false;
  absl::Status status_;
};

ArtworkClient::ArtworkClient(Options options, Deps deps)
    : options_(options),
      deps_(std::move(deps)),
      stub_(pb::ArtworkService::NewStub(deps_.channel)) {}

ArtworkClient::~ArtworkClient() = default;

asio::awaitable<absl::StatusOr<Artwork>> ArtworkClient::Fetch(ArtworkRequest request,
                                                              std::stop_token stop) {
  auto transfer = std::make_shared<Transfer>(ToProto(request), std::move(stop));
  const absl::Status begun =
      transfer->Begin(*this, request.media ? options_.media_deadline : options_.image_deadline);
  if (!begun.ok()) co_return begun;

  auto body = std::make_shared<Body>(std::move(transfer));
  if (!co_await body->NextMessage()) {
    if (!body->status().ok()) co_return body->status();
    co_return absl::InternalError("the response of the artwork service has no header");
  }
  if (!body->message().has_header()) {
    co_return absl::InternalError("the artwork service sent bytes before the header");
  }
  Artwork artwork = FromHeader(body->message().header());
  if (!request.header_only) artwork.body = std::move(body);
  co_return artwork;
}

}  // namespace marquee::gateway
