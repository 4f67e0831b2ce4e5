#include "services/gateway/clients/playlist_client.h"

#include <fmt/format.h>
#include <grpcpp/support/client_callback.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "libs/base/strings.h"
#include "libs/rpc/status.h"
#include "services/gateway/async/await.h"
#include "services/gateway/clients/item_convert.h"
#include "services/gateway/clients/unary.h"

namespace marquee::gateway {

namespace asio = boost::asio;
namespace pb = marquee::playlist::v1;

namespace {

constexpr absl::Duration kAskSourcesAtMost = absl::Seconds(5);
// A stream that has been open this long without an error has reached the service, which has no
// version to send yet.
constexpr absl::Duration kCountsAsOpen = absl::Seconds(1);

std::string VersionText(const pb::PlaylistVersion& version) {
  if (!version.content_hash().empty()) return version.content_hash();
  return fmt::format("{}.{}", version.fence(), version.sequence());
}

absl::Time ToTime(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

std::string CategoryOf(const pb::Source& source) {
  switch (source.failure()) {
    case pb::SOURCE_FAILURE_UNREACHABLE:
      return "unreachable";
    case pb::SOURCE_FAILURE_TIMEOUT:
      return "timeout";
    case pb::SOURCE_FAILURE_UNAUTHORIZED:
      return "unauthorized";
    case pb::SOURCE_FAILURE_TLS:
      return "tls";
    case pb::SOURCE_FAILURE_SERVER_ERROR:
      return "server_error";
    case pb::SOURCE_FAILURE_NOT_FOUND:
      return "not_found";
    case pb::SOURCE_FAILURE_UNEXPECTED_ANSWER:
      return "unexpected_answer";
    case pb::SOURCE_FAILURE_EMPTY:
      return "empty";
    case pb::SOURCE_FAILURE_SHRUNK:
      return "shrunk";
    case pb::SOURCE_FAILURE_SETTINGS:
      return "settings";
    default:
      return source.last_error().empty() ? "" : "unknown";
  }
}

SourceInfo ToSourceInfo(const pb::Source& source) {
  return {.name = source.name(),
          .type = source.type(),
          .enabled = source.state() != pb::SOURCE_STATE_DISABLED,
          .healthy = source.last_error().empty(),
          .items = source.items(),
          .error = source.last_error(),
          .pending = source.state() == pb::SOURCE_STATE_UNSPECIFIED,
          .category = CategoryOf(source)};
}

}  // namespace

// One playlist stream. gRPC calls its reactions one at a time.
class PlaylistClient::Watch final : public grpc::ClientReadReactor<pb::WatchPlaylistResponse> {
 public:
  using Done = std::function<void(grpc::Status)>;

  static void Start(PlaylistClient& client, pb::WatchPlaylistRequest request, Done done) {
    auto* watch = new Watch(client, std::move(request), std::move(done));
    watch->Begin();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;  // OnDone follows
    if (!fault_.ok()) return;
    client_.SetConnected(true, "");
    Take();
    if (!fault_.ok()) {
      client_.deps_.logger.Error("a playlist version was rejected",
                                 {{"reason", base::MessageOf(fault_)}});
      context_.TryCancel();
    }
    piece_.Clear();
    StartRead(&piece_);
  }

  void OnDone(const grpc::Status& status) override {
    const Done done = std::move(done_);
    delete this;
    done(status);
  }

 private:
  Watch(PlaylistClient& client, pb::WatchPlaylistRequest request, Done done)
      : client_(client), request_(std::move(request)), done_(std::move(done)) {}

  void Begin() {
    entered_ = client_.in_flight_.Enter(context_);
    if (entered_ == nullptr) context_.TryCancel();
    client_.playlist_->async()->WatchPlaylist(&context_, &request_, this);
    StartRead(&piece_);
    StartCall();
  }

  void Take() {
    switch (piece_.piece_case()) {
      case pb::WatchPlaylistResponse::kBegin:
        builder_.emplace();
        bytes_ = 0;
        // This client does not request deltas, so every version must be complete.
        if (piece_.begin().has_base())
          fault_ = absl::InternalError("the playlist service sent a delta that was not requested");
        break;
      case pb::WatchPlaylistResponse::kBatch:
        TakeBatch(piece_.batch());
        break;
      case pb::WatchPlaylistResponse::kCommit:
        // A commit without items confirms that the version held is current.
        if (builder_) {
          auto view = builder_->Build(VersionText(piece_.commit().version()),
                                      ToTime(piece_.commit().published_at()));
          builder_.reset();
          client_.Publish(std::move(view), piece_.commit().version());
        }
        break;
      case pb::WatchPlaylistResponse::PIECE_NOT_SET:
        break;
    }
  }

  void TakeBatch(const pb::WatchPlaylistResponse::Batch& batch) {
    if (!builder_) {
      fault_ = absl::InternalError("the playlist service sent items before the version began");
      return;
    }
    bytes_ += batch.ByteSizeLong();
    if (bytes_ > client_.options_.max_bytes ||
        builder_->size() + static_cast<size_t>(batch.items_size()) > client_.options_.max_items) {
      fault_ = absl::ResourceExhaustedError("the playlist version exceeds the memory limit");
      return;
    }
    for (const pb::Item& item : batch.items()) builder_->Add(ToMediaItem(item));
  }

  PlaylistClient& client_;
  grpc::ClientContext context_;
  const pb::WatchPlaylistRequest request_;
  Done done_;
  std::shared_ptr<void> entered_;
  pb::WatchPlaylistResponse piece_;
  std::optional<PlaylistViewBuilder> builder_;
  size_t bytes_ = 0;  // bytes of the batches of the version being received
  absl::Status fault_;
};

PlaylistClient::PlaylistClient(Options options, Deps deps)
    : options_(options),
      deps_(std::move(deps)),
      playlist_(pb::PlaylistService::NewStub(deps_.channel)),
      source_(pb::SourceService::NewStub(deps_.channel)),
      items_(
          deps_.metrics.gauge("marquee_gateway_playlist_items", "Items in the current playlist.")),
      age_(deps_.metrics.gauge("marquee_gateway_playlist_age_seconds",
                               "Seconds since the current playlist was published.")),
      registry_stream_(deps_.metrics.gauge("marquee_gateway_playlist_connected",
                                           "1 while the playlist stream is open.")),
      sources_(std::make_shared<const std::vector<SourceInfo>>()),
      watch_(deps_.io, options_.reconnect, [this] { return WatchOnce(); }),
      ask_sources_(deps_.io,
                   Reconnect::Options{.first_pause = options_.ask_sources_every,
                                      .longest_pause = options_.ask_sources_every},
                   [this] { return AskSources(); }) {
  on_scrape_ = deps_.metrics.OnScrape([this] {
    if (const auto view = Current()) {
      age_.Set(absl::ToDoubleSeconds(deps_.clock.Now() - view->published_at()));
    }
  });
}

PlaylistClient::~PlaylistClient() = default;

void PlaylistClient::Start() {
  watch_.Start();
  ask_sources_.Start();
}

void PlaylistClient::Stop(absl::Time deadline) {
  watch_.BeginStop();
  ask_sources_.BeginStop();
  in_flight_.Close(deadline);
  watch_.AwaitStopped(deadline);
  ask_sources_.AwaitStopped(deadline);
}

std::shared_ptr<const PlaylistView> PlaylistClient::Current() const {
  const base::MutexLock lock(mutex_);
  return view_;
}

std::shared_ptr<const std::vector<SourceInfo>> PlaylistClient::sources() const {
  const base::MutexLock lock(mutex_);
  return sources_;
}

MediaState PlaylistClient::state() const {
  const base::MutexLock lock(mutex_);
  if (view_ != nullptr) return MediaState::kReady;
  if (!failed_) return MediaState::kBuilding;
  const bool reached = open_ && deps_.clock.Monotonic() - opened_ > kCountsAsOpen;
  return reached ? MediaState::kBuilding : MediaState::kAway;
}

asio::awaitable<void> PlaylistClient::AwaitFirst(absl::Duration at_most) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  timer.expires_after(absl::ToChronoMilliseconds(at_most));
  std::function<void(std::function<void(bool)>)> start =
      [this, &timer](const std::function<void(bool)>& done) {
        // Either the first version or the timer resumes the coroutine; `taken` stops the other.
        auto taken = std::make_shared<std::atomic<bool>>(false);
        const auto once = [taken, done](bool came) {
          if (!taken->exchange(true)) done(came);
        };
        timer.async_wait([once](const boost::system::error_code&) { once(false); });
        bool here = false;
        {
          const base::MutexLock lock(mutex_);
          here = view_ != nullptr;
          if (!here) first_waiters_.emplace_back([once] { once(true); });
        }
        if (here) once(true);
      };
  co_await AwaitCallback<bool>(std::move(start));
}

asio::awaitable<bool> PlaylistClient::WatchOnce() {
  pb::WatchPlaylistRequest request;
  request.set_kind(pb::PLAYLIST_KIND_MAIN);
  {
    const base::MutexLock lock(mutex_);
    if (view_ != nullptr) *request.mutable_known_version() = version_;
    open_ = true;
    opened_ = deps_.clock.Monotonic();
  }
  std::function<void(std::function<void(grpc::Status)>)> start =
      [this, &request](std::function<void(grpc::Status)> done) {
        Watch::Start(*this, std::move(request), std::move(done));
      };
  const grpc::Status status = co_await AwaitCallback<grpc::Status>(std::move(start));
  const bool was_of_use = connected_;
  {
    const base::MutexLock lock(mutex_);
    open_ = false;
    failed_ = true;
  }
  if (!watch_.stopping()) SetConnected(false, status.error_message());
  co_return was_of_use;
}

asio::awaitable<bool> PlaylistClient::AskSources() {
  pb::ListSourcesRequest request;
  request.set_page_size(1000);
  std::function<void(grpc::ClientContext*, const pb::ListSourcesRequest*, pb::ListSourcesResponse*,
                     std::function<void(grpc::Status)>)>
      start = [this](grpc::ClientContext* context, const pb::ListSourcesRequest* asked,
                     pb::ListSourcesResponse* answer, std::function<void(grpc::Status)> done) {
        source_->async()->ListSources(context, asked, answer, std::move(done));
      };
  const auto answer = co_await CallUnary<pb::ListSourcesRequest, pb::ListSourcesResponse>(
      in_flight_, deps_.clock, kAskSourcesAtMost, std::move(request), std::move(start));
  if (!answer.ok()) co_return false;
  auto sources = std::make_shared<std::vector<SourceInfo>>();
  for (const pb::Source& source : answer->sources()) sources->push_back(ToSourceInfo(source));
  const base::MutexLock lock(mutex_);
  sources_ = std::move(sources);
  co_return true;
}

void PlaylistClient::Publish(std::shared_ptr<const PlaylistView> view,
                             const pb::PlaylistVersion& version) {
  items_.Set(static_cast<double>(view->size()));
  deps_.logger.Info(
      "a new playlist version was received",
      {{"items", view->size()}, {"version", view->version()}, {"bytes", view->bytes()}});
  std::vector<std::function<void()>> waiters;
  {
    const base::MutexLock lock(mutex_);
    view_ = std::move(view);
    version_ = version;
    waiters.swap(first_waiters_);
  }
  if (deps_.on_version) deps_.on_version();
  for (const auto& waiter : waiters) waiter();
  // The contribution of each source has changed with the version.
  ask_sources_.Hurry();
}

void PlaylistClient::SetConnected(bool connected, std::string_view why) {
  if (connected_.exchange(connected) == connected) return;
  registry_stream_.Set(connected ? 1 : 0);
  if (connected) {
    const base::MutexLock lock(mutex_);
    failed_ = false;
  }
  if (connected) {
    deps_.logger.Info("the playlist stream is open", {});
  } else {
    deps_.logger.Warn("the playlist service is unavailable; serving the last playlist",
                      {{"error", why}});
  }
}

}  // namespace marquee::gateway
