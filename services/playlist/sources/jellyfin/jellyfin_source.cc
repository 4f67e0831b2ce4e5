#include "services/playlist/sources/jellyfin/jellyfin_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "services/playlist/sources/jellyfin/jellyfin_item.h"
#include "services/playlist/sources/jellyfin/jellyfin_requests.h"
#include "services/playlist/sources/remote/server_address.h"

namespace marquee::playlist {
namespace {

const UsualPorts kPorts = {.port = 8096, .https = {8920}};
// Overlap of change queries: entries saved during a response are read again rather than missed.
constexpr absl::Duration kOverlap = absl::Minutes(1);
// With more changes than this, everything is read.
constexpr size_t kManyChanges = 20'000;

// Characters that are valid within the quotes of an authorization header.
bool IsToken(std::string_view text) {
  return !text.empty() && text.size() <= 256 && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != ',';
  });
}

std::string Names(const std::vector<JellyfinLibrary>& libraries) {
  constexpr size_t kNamed = 20;
  std::string names;
  for (size_t i = 0; i < libraries.size() && i < kNamed; ++i) {
    names += fmt::format("{}\"{}\"", i == 0 ? "" : ", ", libraries[i].name);
  }
  return names.empty() ? "none" : names;
}

std::string_view TypeOf(const LibraryMemory& library) {
  return library.kind == "movie" ? "Movie" : "Series";
}

// The server's own time.
absl::Time ServerTime(const httpc::HttpHead& head, const base::Clock& clock) {
  absl::Time time;
  const bool said = absl::ParseTime("%a, %d %b %Y %H:%M:%S GMT",
                                    base::ToAbslView(head.header("date")), &time, nullptr);
  return said ? time : clock.Now();
}

std::string IdOf(const Item& item) { return item.key.substr(item.key.find('_') + 1); }

}  // namespace

absl::StatusOr<std::unique_ptr<JellyfinSource>> JellyfinSource::Create(Options options, Deps deps) {
  const std::string where = fmt::format("jellyfin \"{}\"", options.name);
  auto address = ParseServerAddress(options.url, kPorts, &options.hint);
  options.token = CleanCredential(options.token);
  if (!address.ok()) return base::Annotate(address.status(), where + ": url");
  if (!IsToken(options.token)) {
    return absl::InvalidArgumentError(
        where + ": token: expected the API key that the server's dashboard shows under API Keys");
  }
  return std::unique_ptr<JellyfinSource>(
      new JellyfinSource(std::move(options), *std::move(address), std::move(deps)));
}

JellyfinSource::JellyfinSource(Options options, httpc::Url address, Deps deps)
    : options_(std::move(options)),
      deps_(std::move(deps)),
      client_({.name = options_.name,
               .flavour = options_.flavour,
               .address = std::move(address),
               .token = options_.token,
               .version = options_.version,
               .request_timeout = options_.request_timeout,
               .verify_tls = options_.verify_tls,
               .logger = deps_.logger},
              deps_.http, deps_.clock),
      artwork_(client_) {}

std::optional<std::string> JellyfinSource::PathOf(std::string_view url) const {
  return client_.PathOf(url);
}

absl::StatusOr<SourceYield> JellyfinSource::Fetch(const base::CallContext& context) {
  if (const absl::Status status = FetchAll(context); !status.ok()) {
    // After any failure, the next round finds the server again.
    client_.Forget();
    memory_.reset();
    return client_.server().Named(status);
  }
  SourceYield yield;
  yield.warnings = memory_->warnings;
  if (!options_.hint.empty()) yield.warnings.insert(yield.warnings.begin(), options_.hint);
  AddShares(memory_->libraries, "movie", options_.max_movies, &yield);
  AddShares(memory_->libraries, "show", options_.max_shows, &yield);
  return yield;
}

absl::Status JellyfinSource::Connect(const base::CallContext& context) {
  MARQUEE_RETURN_IF_ERROR(context.Check(deps_.clock));
  return client_.connected() ? absl::OkStatus() : client_.Connect(context).status();
}

absl::Status JellyfinSource::FetchAll(const base::CallContext& context) {
  MARQUEE_RETURN_IF_ERROR(Connect(context));
  const uint64_t seed = deps_.seed();
  const bool is_whole =
      memory_ && std::ranges::none_of(memory_->libraries, &LibraryMemory::is_partial);
  if (is_whole && memory_->seed == seed) {
    MARQUEE_ASSIGN_OR_RETURN(bool up_to_date, FetchChanges(context));
    // With a filter by date added, items expire although nothing changes at the server.
    for (LibraryMemory& library : memory_->libraries) {
      up_to_date = up_to_date && DropExpired(options_.filter, deps_.clock.Now(), &library);
    }
    if (up_to_date) return absl::OkStatus();
  }
  Memory fresh{.seed = seed, .as_of = {}, .counts = {}, .libraries = {}, .warnings = {}};
  MARQUEE_ASSIGN_OR_RETURN(fresh.libraries,
                           ChooseLibraries(options_.movie_libraries, options_.show_libraries, seed,
                                           context, &fresh.warnings, &fresh.as_of));
  // A server without counts is read completely each time.
  if (auto body = client_.Get("/Items/Counts", context); body.ok()) {
    if (const auto counts = ParseCounts(*std::move(body)); counts.ok()) fresh.counts = *counts;
  }
  MARQUEE_ASSIGN_OR_RETURN(const auto collected, InCollections(options_.filter, context));
  const ItemPool known = memory_ ? PoolOf(memory_->libraries) : ItemPool();
  const absl::Time now = deps_.clock.Now();
  std::vector<LibraryMemory*> all;
  for (LibraryMemory& library : fresh.libraries) all.push_back(&library);
  MARQUEE_RETURN_IF_ERROR(
      ReadLibraries(std::move(all), absl::InfinitePast(), context,
                    [&](LibraryMemory& library, std::optional<Item> item) {
                      ++library.total;
                      if (!item) {
                        ++library.skipped;
                      } else if (Passes(options_.filter, *item, now) &&
                                 (!collected || collected->contains(IdOf(*item)))) {
                        ++library.found;
                        library.chosen.Add(*std::move(item), known);
                      }
                    }));
  if (memory_) KeepFormer(memory_->libraries, &fresh.libraries);
  memory_ = std::move(fresh);
  return absl::OkStatus();
}

absl::StatusOr<bool> JellyfinSource::AnythingChanged(const base::CallContext& context,
                                                     absl::Time* now, JellyfinCounts* counts) {
  *counts = memory_->counts;
  // At most one request per library; with a single library, removals are detected only after a save
  // or by a full read.
  if (memory_->libraries.size() > 1) {
    MARQUEE_ASSIGN_OR_RETURN(std::string counts_body, client_.Get("/Items/Counts", context));
    MARQUEE_ASSIGN_OR_RETURN(*counts, ParseCounts(std::move(counts_body)));
  }
  MARQUEE_ASSIGN_OR_RETURN(
      const httpc::HttpResponse changes,
      client_.Ask(ChangesPath(memory_->as_of - kOverlap, !options_.filter.collections.empty()),
                  context));
  MARQUEE_ASSIGN_OR_RETURN(const uint64_t changed, ParseTotal(changes.body));
  *now = ServerTime(changes.head, deps_.clock);
  return changed > 0 || *counts != memory_->counts;
}

absl::StatusOr<bool> JellyfinSource::FetchChanges(const base::CallContext& context) {
  absl::Time now;
  JellyfinCounts counts;
  const auto changed = AnythingChanged(context, &now, &counts);
  if (absl::IsFailedPrecondition(changed.status())) return false;  // the server does not support it
  MARQUEE_RETURN_IF_ERROR(changed.status());
  // Changes of entries do not include their collections.
  if (*changed && !options_.filter.collections.empty()) return false;
  if (*changed) {
    const ItemPool known = PoolOf(memory_->libraries);
    const absl::Time since = memory_->as_of - kOverlap;
    size_t seen = 0;
    bool ambiguous = false;
    std::vector<LibraryMemory*> all;
    for (LibraryMemory& library : memory_->libraries) all.push_back(&library);
    MARQUEE_RETURN_IF_ERROR(
        ReadLibraries(all, since, context, [&](LibraryMemory& library, std::optional<Item> item) {
          // An entry that became unusable does not say which item it was.
          ambiguous = ambiguous || !item.has_value() || ++seen > kManyChanges;
          if (!item) return;
          const bool added = item->added_at_ms && absl::FromUnixMillis(*item->added_at_ms) >= since;
          if (added) ++library.total;
          if (Passes(options_.filter, *item, deps_.clock.Now())) {
            if (added) ++library.found;
            library.chosen.Add(*std::move(item), known);
          } else {
            library.chosen.Remove(item->key);
          }
        }));
    for (const LibraryMemory& library : memory_->libraries) {
      if (ambiguous) return false;
      MARQUEE_ASSIGN_OR_RETURN(const std::string body,
                               client_.Get(TotalPath(library.id, TypeOf(library)), context));
      MARQUEE_ASSIGN_OR_RETURN(const uint64_t total, ParseTotal(body));
      if (total != library.total) return false;
    }
  }
  memory_->as_of = now;
  memory_->counts = counts;
  return true;
}

absl::Status JellyfinSource::ReadLibraries(std::vector<LibraryMemory*> libraries, absl::Time since,
                                           const base::CallContext& context, const TakeItem& take) {
  JsonReader reader;
  std::vector<PagedListing::Job> jobs;
  for (LibraryMemory* library : libraries) {
    PagedListing::Job& job = jobs.emplace_back();
    job.name = library->name;
    job.shape = kJellyfinListing;
    job.request = [this, library, since](size_t first, size_t count) {
      return client_.Request(ListingPath(library->id, TypeOf(*library), first, count, since));
    };
    job.take = [this, library, &reader, &take](std::string& entry,
                                               PagedListing::IsNew is_new) -> absl::Status {
      std::optional<Item> item;
      MARQUEE_RETURN_IF_ERROR(reader.Parse(entry, [&](ondemand::value value) {
        return ParseItem(value, options_.name, library->name, &item);
      }));
      if (is_new(item ? std::string_view(item->key) : "")) take(*library, std::move(item));
      return absl::OkStatus();
    };
  }
  PagedListing listing(client_.server(), options_.listing);
  MARQUEE_RETURN_IF_ERROR(listing.Read(jobs, context));
  for (size_t i = 0; i < jobs.size(); ++i) {
    for (size_t left = jobs[i].damaged.count(); left > 0; --left) {
      take(*libraries[i], std::nullopt);
    }
    if (since == absl::InfinitePast()) {
      libraries[i]->warnings = jobs[i].Warnings();
      libraries[i]->is_partial = !jobs[i].failure.ok();
    } else if (!jobs[i].failure.ok()) {
      take(*libraries[i], std::nullopt);  // a full read is required
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<LibraryMemory>> JellyfinSource::ChooseLibraries(
    const std::vector<std::string>& movies, const std::vector<std::string>& shows, uint64_t seed,
    const base::CallContext& context, std::vector<std::string>* warnings, absl::Time* now) {
  MARQUEE_ASSIGN_OR_RETURN(const httpc::HttpResponse response,
                           client_.Ask("/Library/VirtualFolders", context));
  *now = ServerTime(response.head, deps_.clock);
  DamagedEntries damaged;
  MARQUEE_ASSIGN_OR_RETURN(const std::vector<JellyfinLibrary> libraries,
                           ParseLibraries(response.body, &damaged));
  if (damaged.count() > 0) warnings->push_back("list of libraries: " + damaged.Describe());
  std::vector<LibraryMemory> chosen;
  const auto choose = [&](const std::vector<std::string>& names, const char* kind, size_t limit) {
    for (const std::string& name : names) {
      const auto found = std::ranges::find(libraries, name, &JellyfinLibrary::name);
      if (found != libraries.end()) {
        chosen.push_back({.id = found->id,
                          .name = found->name,
                          .kind = kind,
                          .stamp = {},
                          .chosen = SeededSample(limit, seed)});
      } else {
        warnings->push_back(
            fmt::format("no library \"{}\" (names are case-sensitive); the server has: {}", name,
                        Names(libraries)));
      }
    }
  };
  choose(movies, "movie", options_.max_movies);
  choose(shows, "show", options_.max_shows);
  if (movies.empty() && shows.empty()) {
    warnings->push_back(
        fmt::format("no libraries are selected; add some of these to movie_libraries or "
                    "show_libraries: {}",
                    Names(libraries)));
  }
  return chosen;
}

absl::StatusOr<std::optional<JellyfinSource::Ids>> JellyfinSource::InCollections(
    const ItemFilter& filter, const base::CallContext& context) {
  if (filter.collections.empty()) return std::nullopt;
  MARQUEE_ASSIGN_OR_RETURN(const std::string body, client_.Get(CollectionsPath(), context));
  MARQUEE_ASSIGN_OR_RETURN(const auto collections, ParseNamedIds(body));
  Ids ids;
  for (const JellyfinNamedId& collection : collections) {
    if (!CollectionPasses(filter, {collection.name})) continue;
    MARQUEE_ASSIGN_OR_RETURN(const std::string inside,
                             client_.Get(CollectionPath(collection.id), context));
    MARQUEE_ASSIGN_OR_RETURN(const auto titles, ParseNamedIds(inside));
    for (const JellyfinNamedId& title : titles) ids.insert(title.id);
  }
  return ids;
}

}  // namespace marquee::playlist
