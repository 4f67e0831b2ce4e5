#include "services/playlist/playlist_module.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "libs/base/executor.h"
#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/config/values.h"
#include "libs/httpc/outgoing_http.h"
#include "services/playlist/artwork/artwork_fetcher.h"
#include "services/playlist/artwork/cover_origin.h"
#include "services/playlist/http_options.h"
#include "services/playlist/model/source_info.h"
#include "services/playlist/operations/now_playing.h"
#include "services/playlist/operations/source_desk.h"
#include "services/playlist/refresh/playlist_board.h"
#include "services/playlist/refresh/refresh_ticker.h"
#include "services/playlist/refresh/refresher.h"
#include "services/playlist/service/artwork_door.h"
#include "services/playlist/service/playlist_door.h"
#include "services/playlist/service/source_door.h"
#include "services/playlist/source_factory.h"
#include "services/playlist/sources/local/folder_watcher.h"
#include "services/playlist/sources/local/local_source.h"
#include "services/playlist/store/snapshot_store.h"

namespace marquee::playlist {
namespace {

// Sources that are asked at the same moment; more take turns within the budget.
constexpr size_t kMaxFetchThreads = 16;
// Pages and items are made in well under a millisecond.
constexpr size_t kPageThreads = 2;
constexpr size_t kMaxQueuedPages = 256;
// Questions about single sources wait for those sources.
constexpr size_t kQuestionThreads = 4;
constexpr size_t kMaxQueuedQuestions = 64;

struct Sources {
  std::vector<std::unique_ptr<Source>> owned;
  std::vector<SourceInfo> infos;
  std::vector<const LocalSource*> watched;

  std::vector<Source*> pointers() const {
    std::vector<Source*> all;
    for (const auto& source : owned) all.push_back(source.get());
    return all;
  }
};

absl::StatusOr<Sources> MakeSources(const PlaylistSettings& settings, const SourceDeps& deps) {
  Sources sources;
  for (int i = 0; i < settings.sources_size(); ++i) {
    const SourceSettings& each = settings.sources(i);
    auto source = MakeSource(each, deps);
    if (!source.ok()) return base::Annotate(source.status(), fmt::format("sources[{}]", i));
    sources.infos.push_back(InfoOf(each));
    const auto* local = dynamic_cast<const LocalSource*>(source->get());
    if (local != nullptr) sources.infos.back().location = local->root().path().string();
    if (local != nullptr && each.watch()) sources.watched.push_back(local);
    sources.owned.push_back(*std::move(source));
  }
  return sources;
}

Refresher::Options RefreshOptions(const PlaylistSettings& settings) {
  const RefreshSettings& from = settings.playlist();
  Refresher::Options options;
  options.budget = config::DurationOf(from.refresh_budget());
  options.source_deadline = options.budget;
  options.refresh_every = config::DurationOf(from.refresh_every());
  options.publish.limits.max_items = static_cast<size_t>(from.max_items());
  options.publish.limits.max_bytes = static_cast<uint64_t>(from.max_mb()) << 20;
  options.full_every = config::DurationOf(from.full_every());
  if (options.full_every == absl::ZeroDuration()) options.full_every = absl::InfiniteDuration();
  options.doubt.least_part = 1 - from.max_shrink_percent() / 100.0;
  for (const SourceSettings& source : settings.sources()) {
    options.publish.weights.push_back(source.weight());
  }
  return options;
}

}  // namespace

// In order of construction, threads last.
struct PlaylistModule::Rooms {
  Rooms(const PlaylistSettings& settings, const Deps& from,
        std::unique_ptr<httpc::OutgoingHttp> client, Sources made)
      : deps(from),
        http(std::move(client)),
        sources(std::move(made)),
        store(deps.files, std::filesystem::path(settings.data_dir()) / "playlist", deps.logger),
        fetch_executor({.name = "fetch",
                        .threads = std::clamp<size_t>(sources.owned.size(), 1, kMaxFetchThreads),
                        .max_queued = std::max<size_t>(sources.owned.size(), 1)}),
        artwork_executor({.name = "artwork",
                          .threads = static_cast<size_t>(settings.artwork().transfers()),
                          .max_queued = static_cast<size_t>(settings.artwork().max_queued())}),
        page_executor({.name = "pages", .threads = kPageThreads, .max_queued = kMaxQueuedPages}),
        question_executor(
            {.name = "questions", .threads = kQuestionThreads, .max_queued = kMaxQueuedQuestions}),
        refresher(sources.pointers(), RefreshOptions(settings),
                  {deps.clock, fetch_executor, deps.logger, deps.metrics, board, &store}),
        covers({settings.artwork().cover_hosts().begin(), settings.artwork().cover_hosts().end()},
               *http, deps.clock),
        fetcher(sources.pointers(), covers, deps.metrics),
        desk(
            sources.pointers(),
            [this, settings](const SourceTrial& trial) -> absl::StatusOr<std::unique_ptr<Source>> {
              MARQUEE_ASSIGN_OR_RETURN(const SourceSettings tried, SettingsOf(trial, settings));
              return MakeSource(tried, {deps.clock, deps.logger, deps.metrics, *http});
            },
            deps.clock),
        playing(sources.pointers(), {}, {deps.clock, deps.logger}),
        playlist_door(
            {board, refresher, desk, playing, page_executor, question_executor, deps.clock}),
        source_door(sources.infos,
                    {refresher, desk, [this](std::string_view name) { return http->breaker(name); },
                     question_executor, deps.clock}),
        artwork_door({fetcher, artwork_executor, deps.clock}) {}

  ~Rooms() {
    Stop();
    // What runs in the executors uses everything above them.
    fetch_executor.Drain();
    artwork_executor.Drain();
    page_executor.Drain();
    question_executor.Drain();
    ticker.reset();
  }

  void Stop() {
    watchers.clear();
    refresher.Stop();
    playlist_door.EndWatches();
  }

  const Deps deps;
  const std::unique_ptr<httpc::OutgoingHttp> http;
  const Sources sources;
  SnapshotStore store;
  PlaylistBoard board;
  base::BoundedExecutor fetch_executor;
  base::BoundedExecutor artwork_executor;
  base::BoundedExecutor page_executor;
  base::BoundedExecutor question_executor;
  Refresher refresher;
  CoverOrigin covers;
  ArtworkFetcher fetcher;
  SourceDesk desk;
  NowPlaying playing;
  PlaylistDoor playlist_door;
  SourceDoor source_door;
  ArtworkDoor artwork_door;
  std::shared_ptr<void> gauges;
  std::optional<RefreshTicker> ticker;
  std::vector<std::unique_ptr<FolderWatcher>> watchers;
};

PlaylistModule::PlaylistModule(std::unique_ptr<Rooms> rooms) : rooms_(std::move(rooms)) {}
PlaylistModule::~PlaylistModule() = default;

absl::StatusOr<std::unique_ptr<PlaylistModule>> PlaylistModule::Create(
    const PlaylistSettings& settings, const Deps& deps) {
  MARQUEE_ASSIGN_OR_RETURN(auto http, httpc::OutgoingHttp::Create(HttpOptions(settings.upstream()),
                                                                  {deps.clock, deps.metrics}));
  MARQUEE_ASSIGN_OR_RETURN(Sources sources,
                           MakeSources(settings, {deps.clock, deps.logger, deps.metrics, *http}));
  auto rooms = std::make_unique<Rooms>(settings, deps, std::move(http), std::move(sources));
  if (const absl::Status prepared = rooms->store.Prepare(); !prepared.ok()) {
    return base::Annotate(prepared, "data_dir cannot be used; name another, or mend it");
  }
  return std::unique_ptr<PlaylistModule>(new PlaylistModule(std::move(rooms)));
}

std::vector<grpc::Service*> PlaylistModule::services() {
  return {&rooms_->playlist_door, &rooms_->source_door, &rooms_->artwork_door};
}

absl::Status PlaylistModule::Start() {
  Rooms& rooms = *rooms_;
  rooms.refresher.Restore();
  rooms.gauges = rooms.deps.metrics.OnScrape([&rooms] { rooms.refresher.UpdateGauges(); });
  rooms.ticker.emplace(rooms.refresher, rooms.deps.clock);
  // Watching begins before the first look, so that no change falls between the two.
  for (const LocalSource* source : rooms.sources.watched) {
    const std::string name(source->name());
    FolderWatcher::Options options;
    options.name = name;
    options.scan = source->scan_options();
    rooms.watchers.push_back(
        std::make_unique<FolderWatcher>(source->root(), std::move(options),
                                        FolderWatcher::Deps{rooms.deps.clock, rooms.deps.logger},
                                        [&rooms, name] { rooms.refresher.SourceChanged(name); }));
    rooms.watchers.back()->Start();
  }
  rooms.refresher.Start();
  return absl::OkStatus();
}

void PlaylistModule::Drain(absl::Time /*deadline*/) { rooms_->Stop(); }

}  // namespace marquee::playlist
