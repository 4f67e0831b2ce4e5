#include "services/playlist/service/playlist_service_impl.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "libs/base/status.h"
#include "libs/rpc/error_info.h"
#include "libs/rpc/status.h"
#include "libs/rpc/unary.h"
#include "services/playlist/service/artist_pages.h"
#include "services/playlist/service/item_proto.h"
#include "services/playlist/service/page_token.h"
#include "services/playlist/service/playing_feed.h"
#include "services/playlist/service/watch_feed.h"

namespace marquee::playlist {
namespace {

constexpr int32_t kDefaultPage = 500;
constexpr int32_t kDefaultArtists = 50;
// A page ends at this size even if more items were requested; below gRPC's message limit of 4 MiB.
constexpr size_t kMaxPageBytes = 2 << 20;

PlaylistKind KindOf(v1::PlaylistKind kind) {
  if (kind == v1::PLAYLIST_KIND_MUSIC) return PlaylistKind::kMusic;
  return kind == v1::PLAYLIST_KIND_GAMES ? PlaylistKind::kGames : PlaylistKind::kMain;
}

// Finishes immediately with the status passed to the constructor.
template <class Message>
class RefusedFeed final : public rpc::Feed<Message> {
 public:
  explicit RefusedFeed(absl::Status status) : status_(std::move(status)) {}
  rpc::Feed<Message>::Step Next() override { return status_; }

 private:
  const absl::Status status_;
};

template <class Message>
grpc::ServerWriteReactor<Message>* Refuse(absl::Status status) {
  auto stream =
      rpc::PullStream<Message>::Create(std::make_unique<RefusedFeed<Message>>(std::move(status)));
  stream->Wake();
  return stream->reactor();
}

v1::Extra::Kind KindOf(ExtraKind kind) {
  switch (kind) {
    case ExtraKind::kTrailer:
      return v1::Extra::KIND_TRAILER;
    case ExtraKind::kTeaser:
      return v1::Extra::KIND_TEASER;
    case ExtraKind::kTheme:
      return v1::Extra::KIND_THEME;
    case ExtraKind::kOther:
      return v1::Extra::KIND_OTHER;
  }
  return v1::Extra::KIND_UNSPECIFIED;
}

void FillExtra(const Extra& extra, v1::Extra* message) {
  message->set_kind(KindOf(extra.kind));
  message->set_name(extra.name);
  message->set_url(extra.url);
  message->set_site(extra.site);
  message->set_site_key(extra.site_key);
  message->set_official(extra.official);
}

// Waits for a round without blocking a thread. The refresher calls back exactly once.
class RefreshCall final : public grpc::ServerUnaryReactor {
 public:
  void OnDone() override { delete this; }
};

void FillAnswer(const RefreshReport& report, v1::RefreshPlaylistResponse* response) {
  if (report.snapshot != nullptr) {
    *response->mutable_version() = ToProto(*report.snapshot);
    response->set_total_size(static_cast<int32_t>(report.snapshot->items.size()));
  }
  for (const SourceState& state : report.sources) {
    auto* result = response->add_results();
    result->set_source(state.name);
    result->set_items(static_cast<int32_t>(state.items));
    result->set_error(state.last_error);
    *result->mutable_duration() = ToProto(state.last_took);
    result->set_stale(state.stale());
  }
}

}  // namespace

PlaylistServiceImpl::PlaylistServiceImpl(const Deps& deps)
    : deps_(deps), listening_(deps.current_playlists.Listen([this] { WakeWatches(); })) {}

absl::Status PlaylistServiceImpl::NothingYet() const {
  return deps_.refresher.refreshing()
             ? rpc::WithReason(absl::UnavailableError("the first playlist is being built"),
                               "PLAYLIST_BUILDING")
             : rpc::WithReason(absl::UnavailableError("no source has responded yet"),
                               "PLAYLIST_FAILED");
}

grpc::ServerUnaryReactor* PlaylistServiceImpl::GetPlaylist(grpc::CallbackServerContext* context,
                                                           const v1::GetPlaylistRequest* request,
                                                           v1::GetPlaylistResponse* response) {
  return rpc::RunUnary(*context, deps_.executor, deps_.clock, *request, *response,
                       [this](const base::CallContext&, const v1::GetPlaylistRequest& in,
                              v1::GetPlaylistResponse& out) { return Page(in, out); });
}

absl::Status PlaylistServiceImpl::Page(const v1::GetPlaylistRequest& request,
                                       v1::GetPlaylistResponse& response) {
  const PlaylistKind kind = KindOf(request.kind());
  if (request.page_size() < 0) return absl::InvalidArgumentError("page_size is negative");
  const int32_t size =
      request.page_size() == 0 ? kDefaultPage : std::min(request.page_size(), kLargestPage);

  std::shared_ptr<const Snapshot> snapshot = deps_.current_playlists.current(kind);
  size_t offset = 0;
  if (!request.page_token().empty()) {
    const auto token = ParsePageToken(request.page_token());
    if (!token)
      return absl::InvalidArgumentError(
          "page_token is invalid; use next_page_token of the previous page");
    snapshot = deps_.current_playlists.Find(token->version, kind);
    if (snapshot == nullptr || token->offset > snapshot->items.size()) {
      return absl::AbortedError(
          "the playlist version of page_token is no longer available; start with the first page");
    }
    offset = token->offset;
  }
  if (snapshot == nullptr) return NothingYet();

  *response.mutable_version() = ToProto(*snapshot);
  response.set_total_size(static_cast<int32_t>(snapshot->items.size()));
  size_t bytes = 0;
  for (; offset < snapshot->items.size() && response.items_size() < size; ++offset) {
    if (bytes > kMaxPageBytes) break;
    v1::Item* item = response.add_items();
    ToProto(snapshot->items[offset]->item, item);
    bytes += item->ByteSizeLong();
  }
  if (offset < snapshot->items.size()) {
    response.set_next_page_token(ToText({.version = snapshot->version, .offset = offset}));
  }
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* PlaylistServiceImpl::GetItem(grpc::CallbackServerContext* context,
                                                       const v1::GetItemRequest* request,
                                                       v1::GetItemResponse* response) {
  return rpc::RunUnary(*context, deps_.executor, deps_.clock, *request, *response,
                       [this](const base::CallContext&, const v1::GetItemRequest& in,
                              v1::GetItemResponse& out) -> absl::Status {
                         MARQUEE_ASSIGN_OR_RETURN(const ItemPtr title, FindItem(in.key()));
                         ToProto(title->item, out.mutable_item());
                         return absl::OkStatus();
                       });
}

absl::StatusOr<ItemPtr> PlaylistServiceImpl::FindItem(std::string_view key) const {
  if (deps_.current_playlists.current() == nullptr) return NothingYet();
  for (size_t kind = 0; kind < kPlaylistKinds; ++kind) {
    const auto snapshot = deps_.current_playlists.current(static_cast<PlaylistKind>(kind));
    const PlaylistItem* found = snapshot == nullptr ? nullptr : snapshot->Find(key);
    if (found != nullptr) return ItemPtr(snapshot, found);
  }
  return absl::NotFoundError("no item with this key in the playlists");
}

grpc::ServerUnaryReactor* PlaylistServiceImpl::GetExtras(grpc::CallbackServerContext* context,
                                                         const v1::GetExtrasRequest* request,
                                                         v1::GetExtrasResponse* response) {
  return rpc::RunUnary(*context, deps_.questions, deps_.clock, *request, *response,
                       [this](const base::CallContext& call, const v1::GetExtrasRequest& in,
                              v1::GetExtrasResponse& out) { return Extras(call, in, out); });
}

absl::StatusOr<std::vector<Extra>> PlaylistServiceImpl::ExtrasOf(
    const ItemPtr& title, const base::CallContext& call) const {
  absl::StatusOr<std::vector<Extra>> extras = std::vector<Extra>();
  for (const ItemPtr& entry : PartsOf({title})) {
    auto own = deps_.queries.ExtrasOf(entry->item, call);
    // A failing source is treated like one without extras, so that the next source is tried.
    if (own.ok() && !own->empty()) return own;
    if (extras.ok()) extras = std::move(own);
  }
  return extras;
}

absl::Status PlaylistServiceImpl::Extras(const base::CallContext& call,
                                         const v1::GetExtrasRequest& request,
                                         v1::GetExtrasResponse& response) {
  absl::StatusOr<std::vector<Extra>> extras;
  if (!request.key().empty()) {
    MARQUEE_ASSIGN_OR_RETURN(const ItemPtr title, FindItem(request.key()));
    extras = ExtrasOf(title, call);
  } else if (request.tmdb_id() > 0) {
    const bool show = request.type() == v1::ITEM_TYPE_SHOW;
    extras = deps_.queries.ExtrasByTmdbId(request.tmdb_id(), show ? "show" : "movie", call);
  } else {
    return absl::InvalidArgumentError("key or tmdb_id is missing");
  }
  MARQUEE_RETURN_IF_ERROR(extras.status());
  for (const Extra& extra : *extras) FillExtra(extra, response.add_extras());
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* PlaylistServiceImpl::ListArtists(grpc::CallbackServerContext* context,
                                                           const v1::ListArtistsRequest* request,
                                                           v1::ListArtistsResponse* response) {
  return rpc::RunUnary(*context, deps_.executor, deps_.clock, *request, *response,
                       [this](const base::CallContext&, const v1::ListArtistsRequest& in,
                              v1::ListArtistsResponse& out) { return ArtistPage(in, out); });
}

absl::Status PlaylistServiceImpl::ArtistPage(const v1::ListArtistsRequest& request,
                                             v1::ListArtistsResponse& response) const {
  if (request.page_size() < 0) return absl::InvalidArgumentError("page_size is negative");
  const int32_t size =
      request.page_size() == 0 ? kDefaultArtists : std::min(request.page_size(), kLargestPage);
  std::shared_ptr<const Snapshot> snapshot = deps_.current_playlists.current(PlaylistKind::kMusic);
  size_t offset = 0;
  if (!request.page_token().empty()) {
    const auto token = ParsePageToken(request.page_token());
    if (!token)
      return absl::InvalidArgumentError(
          "page_token is invalid; use next_page_token of the previous page");
    snapshot = deps_.current_playlists.Find(token->version, PlaylistKind::kMusic);
    if (snapshot == nullptr) {
      return absl::AbortedError(
          "the playlist version of page_token is no longer available; start with the first page");
    }
    offset = token->offset;
  }
  if (snapshot == nullptr) return NothingYet();
  const ArtistPages page = ArtistsOf(*snapshot, request.seed(), offset, static_cast<size_t>(size));
  for (const PlaylistItem* album : page.albums) ToProto(album->item, response.add_albums());
  if (page.next > 0) {
    response.set_next_page_token(ToText({.version = snapshot->version, .offset = page.next}));
  }
  return absl::OkStatus();
}

grpc::ServerWriteReactor<v1::WatchNowPlayingResponse>* PlaylistServiceImpl::WatchNowPlaying(
    grpc::CallbackServerContext* /*context*/, const v1::WatchNowPlayingRequest* request) {
  std::shared_ptr<PlayingStream> stream;
  {
    const base::MutexLock lock(mutex_);
    std::erase_if(playing_watches_, [](const auto& watch) { return watch.expired(); });
    if (playing_watches_.size() < kMaxWatchers) {
      stream = PlayingStream::Create(std::make_unique<PlayingFeed>(
          deps_.playing,
          std::set<std::string>(request->sources().begin(), request->sources().end()),
          [this] { WakePlayingWatches(); }, ended_));
      playing_watches_.push_back(stream);
    }
  }
  if (stream == nullptr) return Refuse<v1::WatchNowPlayingResponse>(TooManyWatchers());
  stream->Wake();
  return stream->reactor();
}

grpc::ServerUnaryReactor* PlaylistServiceImpl::RefreshPlaylist(
    grpc::CallbackServerContext* context, const v1::RefreshPlaylistRequest* request,
    v1::RefreshPlaylistResponse* response) {
  auto* call = new RefreshCall;
  if (auto first = Remembered(request->request_id())) {
    *response = *std::move(first);
    call->Finish(grpc::Status::OK);
    return call;
  }
  const std::set<std::string> names(request->sources().begin(), request->sources().end());
  // gRPC keeps `response` alive until OnDone, which follows Finish.
  auto done = [this, call, response,
               id = request->request_id()](const absl::StatusOr<RefreshReport>& report) {
    if (report.ok()) {
      FillAnswer(*report, response);
      Remember(id, *response);
    }
    call->Finish(rpc::ToGrpc(report.status()));
  };
  deps_.refresher.Refresh(names, std::move(done), request->full());
  return call;
}

std::optional<v1::RefreshPlaylistResponse> PlaylistServiceImpl::Remembered(
    const std::string& request_id) const {
  if (request_id.empty()) return std::nullopt;
  const base::MutexLock lock(mutex_);
  for (const auto& [id, response] : remembered_) {
    if (id == request_id) return response;
  }
  return std::nullopt;
}

void PlaylistServiceImpl::Remember(const std::string& request_id,
                                   const v1::RefreshPlaylistResponse& response) {
  if (request_id.empty()) return;
  const base::MutexLock lock(mutex_);
  remembered_.emplace_back(request_id, response);
  if (remembered_.size() > kMaxRemembered) remembered_.pop_front();
}

grpc::ServerWriteReactor<v1::WatchPlaylistResponse>* PlaylistServiceImpl::WatchPlaylist(
    grpc::CallbackServerContext* /*context*/, const v1::WatchPlaylistRequest* request) {
  std::shared_ptr<WatchStream> stream;
  {
    const base::MutexLock lock(mutex_);
    std::erase_if(watches_, [](const auto& watch) { return watch.expired(); });
    if (watches_.size() < kMaxWatchers) {
      stream = WatchStream::Create(
          std::make_unique<WatchFeed>(deps_.current_playlists,
                                      WatchFeed::Options{.kind = KindOf(request->kind()),
                                                         .known = request->known_version(),
                                                         .accept_delta = request->accept_delta()},
                                      ended_));
      watches_.push_back(stream);
    }
  }
  if (stream == nullptr) return Refuse<v1::WatchPlaylistResponse>(TooManyWatchers());
  stream->Wake();
  return stream->reactor();
}

absl::Status PlaylistServiceImpl::TooManyWatchers() {
  return absl::ResourceExhaustedError(
      fmt::format("the limit of {} watchers is reached", kMaxWatchers));
}

void PlaylistServiceImpl::WakePlayingWatches() {
  std::vector<std::shared_ptr<PlayingStream>> alive;
  {
    const base::MutexLock lock(mutex_);
    for (const auto& watch : playing_watches_) {
      if (auto stream = watch.lock()) alive.push_back(std::move(stream));
    }
  }
  for (const auto& stream : alive) stream->Wake();
}

void PlaylistServiceImpl::WakeWatches() {
  std::vector<std::shared_ptr<WatchStream>> alive;
  {
    const base::MutexLock lock(mutex_);
    for (const auto& watch : watches_) {
      if (auto stream = watch.lock()) alive.push_back(std::move(stream));
    }
  }
  for (const auto& stream : alive) stream->Wake();
}

void PlaylistServiceImpl::EndWatches() {
  *ended_ = true;
  WakeWatches();
  WakePlayingWatches();
}

}  // namespace marquee::playlist
