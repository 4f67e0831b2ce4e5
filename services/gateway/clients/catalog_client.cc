#include "services/gateway/clients/catalog_client.h"

#include <grpcpp/support/client_callback.h>

#include <functional>
#include <optional>
#include <utility>

#include "services/gateway/clients/item_convert.h"
#include "services/gateway/clients/unary.h"

namespace marquee::gateway {

namespace pb = marquee::playlist::v1;

namespace {

constexpr int kPageSize = 1000;

std::string KindName(pb::Extra::Kind kind) {
  switch (kind) {
    case pb::Extra::KIND_TRAILER:
      return "trailer";
    case pb::Extra::KIND_TEASER:
      return "teaser";
    case pb::Extra::KIND_THEME:
      return "theme";
    default:
      return "other";
  }
}

NowPlaying ToNowPlaying(const pb::WatchNowPlayingResponse& response) {
  NowPlaying playing;
  if (response.has_polled_at()) {
    playing.polled_at = absl::FromUnixSeconds(response.polled_at().seconds()) +
                        absl::Nanoseconds(response.polled_at().nanos());
  }
  for (const pb::PlaybackSession& from : response.sessions()) {
    PlaybackSession& session = playing.sessions.emplace_back();
    session.source = from.source();
    session.id = from.session_id();
    session.item = ToMediaItem(from.item());
    session.user = from.user();
    session.state = from.state();
    session.position_ms = from.position().seconds() * 1000 + from.position().nanos() / 1'000'000;
    session.player = from.player();
  }
  return playing;
}

}  // namespace

// A stream of which only the first message is needed. Deletes itself when gRPC has finished with
// it.
class CatalogClient::FirstAnswer final
    : public grpc::ClientReadReactor<pb::WatchNowPlayingResponse> {
 public:
  using Done = std::function<void(absl::StatusOr<NowPlaying>)>;

  static void Start(CatalogClient& client, Done done) {
    auto* const self = new FirstAnswer(std::move(done));
    self->context_.set_deadline(
        absl::ToChronoTime(client.deps_.clock.Now() + client.options_.deadline));
    self->entered_ = client.in_flight_.Enter(self->context_);
    if (self->entered_ == nullptr) self->context_.TryCancel();
    client.stub_->async()->WatchNowPlaying(&self->context_, &self->request_, self);
    self->StartRead(&self->answer_);
    self->StartCall();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    first_ = ToNowPlaying(answer_);
    context_.TryCancel();
  }

  void OnDone(const grpc::Status& status) override {
    absl::StatusOr<NowPlaying> result = rpc::FromGrpc(status);
    if (first_) {
      result = *std::move(first_);
    } else if (result.status().ok()) {
      result = absl::UnavailableError("the service sent no playback sessions");
    }
    const Done done = std::move(done_);
    const std::shared_ptr<void> entered = std::move(entered_);
    delete this;
    done(std::move(result));
  }

 private:
  explicit FirstAnswer(Done done) : done_(std::move(done)) {}

  grpc::ClientContext context_;
  const pb::WatchNowPlayingRequest request_;
  pb::WatchNowPlayingResponse answer_;
  Done done_;
  std::shared_ptr<void> entered_;
  std::optional<NowPlaying> first_;
};

CatalogClient::CatalogClient(Options options, Deps deps)
    : options_(options),
      deps_(std::move(deps)),
      stub_(pb::PlaylistService::NewStub(deps_.channel)) {}

CatalogClient::~CatalogClient() = default;

asio::awaitable<absl::StatusOr<std::vector<Extra>>> CatalogClient::Extras(ExtrasQuery query) {
  pb::GetExtrasRequest request;
  request.set_key(query.key);
  request.set_tmdb_id(query.tmdb_id);
  if (query.tmdb_id != 0) request.set_type(query.show ? pb::ITEM_TYPE_SHOW : pb::ITEM_TYPE_MOVIE);
  auto start = AsyncMethod(stub_->async(), &pb::PlaylistService::Stub::async::GetExtras);
  const auto answer = co_await ReadUnary<pb::GetExtrasRequest, pb::GetExtrasResponse>(
      deps_.retries, in_flight_, deps_.clock, options_.deadline, std::move(request),
      std::move(start));
  if (!answer.ok()) co_return answer.status();
  std::vector<Extra> extras;
  for (const pb::Extra& from : answer->extras()) {
    Extra& extra = extras.emplace_back();
    extra.kind = KindName(from.kind());
    extra.name = from.name();
    extra.url = from.url();
    extra.site = from.site();
    extra.site_key = from.site_key();
    extra.official = from.official();
  }
  co_return extras;
}

asio::awaitable<absl::StatusOr<std::vector<MediaItem>>> CatalogClient::Artists(int count,
                                                                               uint64_t seed) {
  pb::ListArtistsRequest request;
  request.set_page_size(count);
  request.set_seed(seed);
  auto start = AsyncMethod(stub_->async(), &pb::PlaylistService::Stub::async::ListArtists);
  const auto answer = co_await ReadUnary<pb::ListArtistsRequest, pb::ListArtistsResponse>(
      deps_.retries, in_flight_, deps_.clock, options_.deadline, std::move(request),
      std::move(start));
  if (!answer.ok()) co_return answer.status();
  std::vector<MediaItem> albums;
  for (const pb::Item& item : answer->albums()) albums.push_back(ToMediaItem(item));
  co_return albums;
}

asio::awaitable<absl::StatusOr<std::vector<MediaItem>>> CatalogClient::Items(CatalogKind kind) {
  std::vector<MediaItem> items;
  std::string page_token;
  do {
    pb::GetPlaylistRequest request;
    request.set_kind(kind == CatalogKind::kMusic ? pb::PLAYLIST_KIND_MUSIC
                                                 : pb::PLAYLIST_KIND_GAMES);
    request.set_page_size(kPageSize);
    request.set_page_token(page_token);
    auto start = AsyncMethod(stub_->async(), &pb::PlaylistService::Stub::async::GetPlaylist);
    const auto answer = co_await ReadUnary<pb::GetPlaylistRequest, pb::GetPlaylistResponse>(
        deps_.retries, in_flight_, deps_.clock, options_.deadline, std::move(request),
        std::move(start));
    if (!answer.ok()) co_return answer.status();
    for (const pb::Item& item : answer->items()) items.push_back(ToMediaItem(item));
    page_token = answer->next_page_token();
  } while (!page_token.empty() && items.size() < options_.max_items);
  co_return items;
}

asio::awaitable<absl::StatusOr<RefreshOutcome>> CatalogClient::Refresh(bool full) {
  pb::RefreshPlaylistRequest request;
  request.set_full(full);
  auto start = AsyncMethod(stub_->async(), &pb::PlaylistService::Stub::async::RefreshPlaylist);
  const auto answer = co_await CallUnary<pb::RefreshPlaylistRequest, pb::RefreshPlaylistResponse>(
      in_flight_, deps_.clock, options_.refresh_deadline, std::move(request), std::move(start));
  if (!answer.ok()) co_return answer.status();
  RefreshOutcome outcome;
  outcome.items = answer->total_size();
  for (const auto& from : answer->results()) {
    RefreshOutcome::Source& source = outcome.sources.emplace_back();
    source.name = from.source();
    source.items = from.items();
    source.error = from.error();
  }
  co_return outcome;
}

asio::awaitable<absl::StatusOr<NowPlaying>> CatalogClient::Playing() {
  std::function<void(std::function<void(absl::StatusOr<NowPlaying>)>)> start =
      [this](const std::function<void(absl::StatusOr<NowPlaying>)>& done) {
        FirstAnswer::Start(*this, done);
      };
  co_return co_await AwaitCallback<absl::StatusOr<NowPlaying>>(std::move(start));
}

}  // namespace marquee::gateway
