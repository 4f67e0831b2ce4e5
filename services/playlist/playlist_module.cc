#include "services/playlist/playlist_module.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "libs/base/executor.h"
#include "libs/base/keyed_executor.h"
#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/config/values.h"
#include "libs/httpc/outgoing_http.h"
#include "services/playlist/artwork/artwork_fetcher.h"
#include "services/playlist/artwork/cover_origin.h"
#include "services/playlist/clients/settings_watch.h"
#include "services/playlist/operations/now_playing.h"
#include "services/playlist/operations/source_queries.h"
#include "services/playlist/refresh/current_playlists.h"
#include "services/playlist/refresh/refresh_ticker.h"
#include "services/playlist/refresh/refresher.h"
#include "services/playlist/service/artwork_service_impl.h"
#include "services/playlist/service/playlist_service_impl.h"
#include "services/playlist/service/source_service_impl.h"
#include "services/playlist/sources/local/folder_watches.h"
#include "services/playlist/sources_config/http_options.h"
#include "services/playlist/sources_config/source_factory.h"
#include "services/playlist/sources_config/source_manager.h"
#include "services/playlist/store/snapshot_store.h"

namespace marquee::playlist {
namespace {

// Sources read at the same time; more take turns within the budget.
constexpr size_t kMaxFetchThreads = 16;
// The limit of sources in a configuration file, plus the limit of run-time sources.
constexpr size_t kMaxSources = 64 + kMaxAddedSources;
// Building a page or an item takes well under 1 ms.
constexpr size_t kPageThreads = 2;
constexpr size_t kMaxQueuedPages = 256;
// Queries to single sources block on these sources.
constexpr size_t kQuestionThreads = 4;
constexpr size_t kMaxQueuedQuestions = 64;

// States of the sources when the playlist was last stored.
std::vector<SourceState> StoredStates(SnapshotStore& store) {
  const auto stored = store.Load(PlaylistKind::kMain);
  return stored.ok() ? (*stored)->sources : std::vector<SourceState>();
}

// A quarter of the transfers is reserved for other sources, in case one hangs or needs long to
// produce images.
size_t TransfersPerSource(int transfers) {
  return static_cast<size_t>(std::max(1, transfers - transfers / 4));
}

size_t FetchThreads(const PlaylistSettings& settings, bool more_may_come) {
  const auto configured = static_cast<size_t>(settings.sources_size());
  return std::clamp<size_t>(configured + (more_may_come ? kMaxAddedSources : 0), 1,
                            kMaxFetchThreads);
}

Refresher::Options RefreshOptions(const PlaylistSettings& settings, bool more_may_come) {
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
  options.awaits_sources = more_may_come;
  return options;
}

}  // namespace

// Declared in order of construction; executors last, so that they are destroyed first.
struct PlaylistModule::Components {
  Components(const PlaylistSettings& settings, const Deps& from,
             std::unique_ptr<httpc::OutgoingHttp> client, std::unique_ptr<SourceManager> sources,
             std::unique_ptr<SnapshotStore> snapshots)
      : deps(from),
        http(std::move(client)),
        manager(std::move(sources)),
        store(std::move(snapshots)),
        fetch_executor({.name = "fetch",
                        .threads = FetchThreads(settings, deps.devices != nullptr),
                        .max_queued = kMaxSources}),
        artwork_executor({.name = "artwork",
                          .threads = static_cast<size_t>(settings.artwork().transfers()),
                          .max_queued = static_cast<size_t>(settings.artwork().max_queued())}),
        artwork_lanes(artwork_executor,
                      {.max_running_per_key = TransfersPerSource(settings.artwork().transfers()),
                       .max_queued = static_cast<size_t>(settings.artwork().max_queued())}),
        page_executor({.name = "pages", .threads = kPageThreads, .max_queued = kMaxQueuedPages}),
        question_executor(
            {.name = "questions", .threads = kQuestionThreads, .max_queued = kMaxQueuedQuestions}),
        refresher(manager->source_slots(), RefreshOptions(settings, deps.devices != nullptr),
                  {deps.clock, fetch_executor, deps.logger, deps.metrics, current_playlists,
                   store.get(), &substitutes}),
        covers({settings.artwork().cover_hosts().begin(), settings.artwork().cover_hosts().end()},
               *http, deps.clock),
        fetcher(manager->active_sources(), covers, deps.metrics,
                {.substitutes = &substitutes, .clock = &deps.clock}),
        queries(
            manager->active_sources(),
            [this](const SourceTrial& trial) -> absl::StatusOr<std::unique_ptr<Source>> {
              MARQUEE_ASSIGN_OR_RETURN(const SourceSettings tried,
                                       SettingsOf(trial, manager->settings()));
              return MakeSource(tried, {deps.clock, deps.logger, deps.metrics, *http});
            },
            deps.clock, deps.metrics),
        playing(manager->active_sources(), {}, {deps.clock, deps.logger}),
        playlist_door({current_playlists, refresher, queries, playing, page_executor,
                       question_executor, deps.clock}),
        source_door({[this] { return manager->infos(); }, refresher, queries,
                     [this](std::string_view name) { return http->breaker(name); },
                     question_executor, deps.clock}),
        artwork_door({fetcher, artwork_lanes, refresher, page_executor, deps.clock, deps.metrics}),
        watches({deps.clock, deps.logger},
                [this](const std::string& source) { refresher.SourceChanged(source); }) {}

  ~Components() {
    Stop();
    // Tasks of the executors use everything declared above.
    fetch_executor.Drain();
    artwork_executor.Drain();
    page_executor.Drain();
    question_executor.Drain();
    ticker.reset();
  }

  void Stop() {
    settings_watch.reset();
    watches.Watch({});
    refresher.Stop();
    playlist_door.EndWatches();
  }

  const Deps deps;
  const std::unique_ptr<httpc::OutgoingHttp> http;
  const std::unique_ptr<SourceManager> manager;
  const std::unique_ptr<SnapshotStore> store;
  CurrentPlaylists current_playlists;
  ArtworkSubstitutes substitutes;
  base::BoundedExecutor fetch_executor;
  base::BoundedExecutor artwork_executor;
  base::KeyedExecutor artwork_lanes;
  base::BoundedExecutor page_executor;
  base::BoundedExecutor question_executor;
  Refresher refresher;
  CoverOrigin covers;
  ArtworkFetcher fetcher;
  SourceQueries queries;
  NowPlaying playing;
  PlaylistServiceImpl playlist_door;
  SourceServiceImpl source_door;
  ArtworkServiceImpl artwork_door;
  std::shared_ptr<void> gauges;
  std::optional<RefreshTicker> ticker;
  FolderWatches watches;
  std::optional<SettingsWatch> settings_watch;
};

PlaylistModule::PlaylistModule(std::unique_ptr<Components> components)
    : components_(std::move(components)) {}
PlaylistModule::~PlaylistModule() = default;

absl::StatusOr<std::unique_ptr<PlaylistModule>> PlaylistModule::Create(
    const PlaylistSettings& settings, const Deps& deps) {
  MARQUEE_ASSIGN_OR_RETURN(auto http, httpc::OutgoingHttp::Create(HttpOptions(settings.upstream()),
                                                                  {deps.clock, deps.metrics}));
  MARQUEE_ASSIGN_OR_RETURN(auto manager, SourceManager::Create(settings, {deps.clock, deps.logger,
                                                                          deps.metrics, *http}));
  auto store = std::make_unique<SnapshotStore>(
      deps.files, std::filesystem::path(settings.data_dir()) / "playlist", deps.logger);
  if (const absl::Status prepared = store->Prepare(); !prepared.ok()) {
    return base::Annotate(prepared,
                          "data_dir cannot be used; choose another folder or fix its permissions");
  }
  if (deps.devices != nullptr) manager->Await(StoredStates(*store));
  return std::unique_ptr<PlaylistModule>(new PlaylistModule(std::make_unique<Components>(
      settings, deps, std::move(http), std::move(manager), std::move(store))));
}

std::vector<grpc::Service*> PlaylistModule::services() {
  return {&components_->playlist_door, &components_->source_door, &components_->artwork_door};
}

absl::Status PlaylistModule::Start() {
  Components& components = *components_;
  components.refresher.Restore();
  components.gauges = components.deps.metrics.OnScrape([&components] {
    components.refresher.UpdateGauges();
    components.deps.metrics
        .gauge("marquee_artwork_waiting",
               "Transfers that wait for other transfers of their source.")
        .Set(static_cast<double>(components.artwork_lanes.queued()));
  });
  components.ticker.emplace(components.refresher, components.deps.clock);
  // Start watching before the first read, so that no change between the two is missed.
  components.watches.Watch(components.manager->watched_folders());
  components.refresher.Start();
  if (components.deps.devices == nullptr) return absl::OkStatus();
  components.manager->OnTaken([&components] {
    // From here on used only by this thread.
    components.watches.Watch(components.manager->watched_folders());
    components.refresher.Replace(components.manager->source_slots());
  });
  components.settings_watch.emplace(
      components.deps.devices, SettingsWatch::Options{},
      [&components](const google::protobuf::Struct& body) { components.manager->TakeAdded(body); },
      SettingsWatch::Deps{components.deps.logger, components.deps.metrics});
  components.settings_watch->Start();
  return absl::OkStatus();
}

void PlaylistModule::Drain(absl::Time /*deadline*/) { components_->Stop(); }

}  // namespace marquee::playlist
