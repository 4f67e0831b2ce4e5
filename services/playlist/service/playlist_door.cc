#include "services/playlist/service/playlist_door.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "libs/base/status.h"
#include "libs/rpc/error_info.h"
#include "libs/rpc/status.h"
#include "libs/rpc/unary.h"
#include "services/playlist/service/item_proto.h"
#include "services/playlist/service/watch_feed.h"

namespace marquee::playlist {
namespace {

constexpr int32_t kDefaultPage = 500;
constexpr int32_t kLargestPage = 1000;
// A page ends here even if fewer items than asked for fit, below gRPC's 4 MiB for a message.
constexpr size_t kMaxPageBytes = 2 << 20;

struct PageToken {
  PlaylistVersion version;
  size_t offset = 0;
};

std::string ToText(const PageToken& token) {
  return fmt::format("{:x}-{:x}-{:x}", token.version.fence, token.version.sequence, token.offset);
}

std::optional<PageToken> ParseToken(std::string_view text) {
  PageToken token;
  uint64_t offset = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (uint64_t* value : {&token.version.fence, &token.version.sequence, &offset}) {
    if (value != &token.version.fence) {
      if (at == end || *at != '-') return std::nullopt;
      ++at;
    }
    const auto [next, error] = std::from_chars(at, end, *value, 16);
    if (error != std::errc()) return std::nullopt;
    at = next;
  }
  if (at != end) return std::nullopt;
  token.offset = offset;
  return token;
}

absl::Status CheckKind(v1::PlaylistKind kind) {
  if (kind == v1::PLAYLIST_KIND_UNSPECIFIED || kind == v1::PLAYLIST_KIND_MAIN) {
    return absl::OkStatus();
  }
  return absl::UnimplementedError("only the main playlist is served");
}

// Ends with the status it was made with.
class RefusedFeed final : public rpc::Feed<v1::WatchPlaylistResponse> {
 public:
  explicit RefusedFeed(absl::Status status) : status_(std::move(status)) {}
  Step Next() override { return status_; }

 private:
  const absl::Status status_;
};

// Waits for a round without holding a thread. The refresher calls back once, always.
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

PlaylistDoor::PlaylistDoor(const Deps& deps)
    : deps_(deps), listening_(deps.board.Listen([this] { WakeWatches(); })) {}

absl::Status PlaylistDoor::NothingYet() const {
  return deps_.refresher.refreshing()
             ? rpc::WithReason(absl::UnavailableError("the first playlist is being built"),
                               "PLAYLIST_BUILDING")
             : rpc::WithReason(absl::UnavailableError("no source has answered yet"),
                               "PLAYLIST_FAILED");
}

grpc::ServerUnaryReactor* PlaylistDoor::GetPlaylist(grpc::CallbackServerContext* context,
                                                    const v1::GetPlaylistRequest* request,
                                                    v1::GetPlaylistResponse* response) {
  return rpc::RunUnary(*context, deps_.executor, deps_.clock, *request, *response,
                       [this](const base::CallContext&, const v1::GetPlaylistRequest& in,
                              v1::GetPlaylistResponse& out) { return Page(in, out); });
}

absl::Status PlaylistDoor::Page(const v1::GetPlaylistRequest& request,
                                v1::GetPlaylistResponse& response) {
  MARQUEE_RETURN_IF_ERROR(CheckKind(request.kind()));
  if (request.page_size() < 0) return absl::InvalidArgumentError("page_size is negative");
  const int32_t size =
      request.page_size() == 0 ? kDefaultPage : std::min(request.page_size(), kLargestPage);

  std::shared_ptr<const Snapshot> snapshot = deps_.board.current();
  size_t offset = 0;
  if (!request.page_token().empty()) {
    const auto token = ParseToken(request.page_token());
    if (!token) return absl::InvalidArgumentError("page_token is none of ours");
    snapshot = deps_.board.Find(token->version);
    if (snapshot == nullptr || token->offset > snapshot->items.size()) {
      return absl::AbortedError("the version of the page token is no longer kept; begin again");
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

grpc::ServerUnaryReactor* PlaylistDoor::GetItem(grpc::CallbackServerContext* context,
                                                const v1::GetItemRequest* request,
                                                v1::GetItemResponse* response) {
  return rpc::RunUnary(*context, deps_.executor, deps_.clock, *request, *response,
                       [this](const base::CallContext&, const v1::GetItemRequest& in,
                              v1::GetItemResponse& out) -> absl::Status {
                         const auto snapshot = deps_.board.current();
                         if (snapshot == nullptr) return NothingYet();
                         const PlaylistItem* found = snapshot->Find(in.key());
                         if (found == nullptr)
                           return absl::NotFoundError("the playlist has no item of this key");
                         ToProto(found->item, out.mutable_item());
                         return absl::OkStatus();
                       });
}

grpc::ServerUnaryReactor* PlaylistDoor::RefreshPlaylist(grpc::CallbackServerContext* context,
                                                        const v1::RefreshPlaylistRequest* request,
                                                        v1::RefreshPlaylistResponse* response) {
  auto* call = new RefreshCall;
  if (auto first = Remembered(request->request_id())) {
    *response = *std::move(first);
    call->Finish(grpc::Status::OK);
    return call;
  }
  const std::set<std::string> names(request->sources().begin(), request->sources().end());
  // gRPC keeps `response` until OnDone, which comes after Finish.
  deps_.refresher.Refresh(names, [this, call, response, id = request->request_id()](
                                     const absl::StatusOr<RefreshReport>& report) {
    if (report.ok()) {
      FillAnswer(*report, response);
      Remember(id, *response);
    }
    call->Finish(rpc::ToGrpc(report.status()));
  });
  return call;
}

std::optional<v1::RefreshPlaylistResponse> PlaylistDoor::Remembered(
    const std::string& request_id) const {
  if (request_id.empty()) return std::nullopt;
  const base::MutexLock lock(mutex_);
  for (const auto& [id, response] : remembered_) {
    if (id == request_id) return response;
  }
  return std::nullopt;
}

void PlaylistDoor::Remember(const std::string& request_id,
                            const v1::RefreshPlaylistResponse& response) {
  if (request_id.empty()) return;
  const base::MutexLock lock(mutex_);
  remembered_.emplace_back(request_id, response);
  if (remembered_.size() > kMaxRemembered) remembered_.pop_front();
}

grpc::ServerWriteReactor<v1::WatchPlaylistResponse>* PlaylistDoor::WatchPlaylist(
    grpc::CallbackServerContext* context, const v1::WatchPlaylistRequest* request) {
  const auto refuse = [](absl::Status status) {
    auto stream = WatchStream::Create(std::make_unique<RefusedFeed>(std::move(status)));
    stream->Wake();
    return stream->reactor();
  };
  if (absl::Status kind = CheckKind(request->kind()); !kind.ok()) return refuse(std::move(kind));

  std::shared_ptr<WatchStream> stream;
  {
    const base::MutexLock lock(mutex_);
    std::erase_if(watches_, [](const auto& watch) { return watch.expired(); });
    if (watches_.size() < kMaxWatchers) {
      stream = WatchStream::Create(
          std::make_unique<WatchFeed>(deps_.board, request->known_version(), ended_));
      watches_.push_back(stream);
    }
  }
  if (stream == nullptr) {
    return refuse(
        absl::ResourceExhaustedError(fmt::format("{} watchers are already there", kMaxWatchers)));
  }
  stream->Wake();
  return stream->reactor();
}

void PlaylistDoor::WakeWatches() {
  std::vector<std::shared_ptr<WatchStream>> alive;
  {
    const base::MutexLock lock(mutex_);
    for (const auto& watch : watches_) {
      if (auto stream = watch.lock()) alive.push_back(std::move(stream));
    }
  }
  for (const auto& stream : alive) stream->Wake();
}

void PlaylistDoor::EndWatches() {
  *ended_ = true;
  WakeWatches();
}

}  // namespace marquee::playlist
