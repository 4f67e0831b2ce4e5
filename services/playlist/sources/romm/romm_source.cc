#include "services/playlist/sources/romm/romm_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "services/playlist/sources/remote/server_address.h"

namespace marquee::playlist {
namespace {

const UsualPorts kPorts = {.port = 80, .https = {8443}};

std::string Slugs(const std::vector<RommPlatform>& platforms) {
  constexpr size_t kNamed = 20;
  std::string slugs;
  for (size_t i = 0; i < platforms.size() && i < kNamed; ++i) {
    slugs += fmt::format("{}{}", i == 0 ? "" : ", ", platforms[i].slug);
  }
  return slugs.empty() ? "none" : slugs;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RommSource>> RommSource::Create(Options options, Deps deps) {
  const std::string where = fmt::format("romm \"{}\"", options.name);
  auto address = ParseServerAddress(options.url, kPorts, &options.hint);
  if (!address.ok()) return base::Annotate(address.status(), where + ": url");
  options.token = CleanCredential(options.token);
  if (options.token.empty() && (options.username.empty() || options.password.empty())) {
    return absl::InvalidArgumentError(
        where + ": expected username and password of a user there, or a token");
  }
  if (!options.token.empty() && !IsCredential(options.token)) {
    return absl::InvalidArgumentError(
        where + ": token: expected a client API token, as the profile of a user shows it once");
  }
  return std::unique_ptr<RommSource>(
      new RommSource(std::move(options), *std::move(address), std::move(deps)));
}

RommSource::RommSource(Options options, httpc::Url address, Deps deps)
    : options_(std::move(options)),
      deps_(std::move(deps)),
      client_({.name = options_.name,
               .address = std::move(address),
               .username = options_.username,
               .password = options_.password,
               .token = options_.token,
               .request_timeout = options_.request_timeout,
               .verify_tls = options_.verify_tls},
              deps_.http, deps_.clock),
      artwork_(client_) {}

std::optional<std::string> RommSource::PathOf(std::string_view url) const {
  return PathBelow(client_.server().address(), url);
}

absl::StatusOr<SourceYield> RommSource::Fetch(const base::CallContext& context) {
  auto yield = FetchAll(context);
  if (yield.ok()) return yield;
  client_.Forget();
  memory_.clear();
  return client_.server().Named(yield.status());
}

absl::StatusOr<SourceYield> RommSource::FetchAll(const base::CallContext& context) {
  MARQUEE_RETURN_IF_ERROR(context.Check(deps_.clock));
  SourceYield yield;
  if (!options_.hint.empty()) yield.warnings.push_back(options_.hint);
  MARQUEE_ASSIGN_OR_RETURN(std::vector<LibraryMemory> platforms,
                           ChoosePlatforms(options_.platforms, context, &yield.warnings));
  const ItemPool known = PoolOf(memory_);
  std::vector<LibraryMemory*> changed;
  for (LibraryMemory& platform : platforms) {
    if (const LibraryMemory* same = FindUnchanged(memory_, platform); same != nullptr) {
      platform = *same;
    } else {
      changed.push_back(&platform);
    }
  }
  MARQUEE_RETURN_IF_ERROR(
      ReadPlatforms(changed, context, [&](LibraryMemory& platform, RommEntry entry) {
        if (!entry.item) {
          ++platform.skipped;
        } else if (IsWanted(entry, options_.filter)) {
          ++platform.found;
          platform.chosen.Add(*std::move(entry.item), known);
        }
      }));
  KeepFormer(memory_, &platforms);
  memory_ = std::move(platforms);
  AddShares(memory_, "game", options_.max_games, &yield);
  return yield;
}

absl::Status RommSource::ReadPlatforms(const std::vector<LibraryMemory*>& platforms,
                                       const base::CallContext& context, const TakeEntry& take) {
  JsonReader reader;
  std::vector<PagedListing::Job> jobs;
  for (LibraryMemory* platform : platforms) {
    PagedListing::Job& job = jobs.emplace_back();
    job.name = platform->name;
    job.shape = kRommListing;
    // The parameter was renamed between releases; each release ignores the other's name.
    job.request = [this, id = platform->id](size_t first, size_t count) {
      return client_.Request(fmt::format(
          "/api/roms?platform_id={0}&platform_ids={0}&limit={1}&offset={2}", id, count, first));
    };
    job.take = [this, &reader, &take, platform](std::string& text,
                                                PagedListing::IsNew is_new) -> absl::Status {
      RommEntry entry;
      MARQUEE_RETURN_IF_ERROR(reader.Parse(text, [&](ondemand::value value) {
        return ParseRommEntry(value, options_.name, platform->name, &entry);
      }));
      if (is_new(entry.item ? std::string_view(entry.item->key) : "")) {
        take(*platform, std::move(entry));
      }
      return absl::OkStatus();
    };
  }
  PagedListing listing(client_.server(), options_.listing);
  MARQUEE_RETURN_IF_ERROR(listing.Read(jobs, context));
  for (size_t i = 0; i < jobs.size(); ++i) {
    platforms[i]->skipped += jobs[i].damaged.count();
    platforms[i]->warnings = jobs[i].Warnings();
    platforms[i]->is_partial = !jobs[i].failure.ok();
  }
  return absl::OkStatus();
}

bool RommSource::IsWanted(const RommEntry& entry, const ItemFilter& filter) const {
  return (!options_.favourites_only || entry.favourite) &&
         (!options_.playable_only || entry.playable) &&
         (!options_.identified_only || entry.identified) &&
         Passes(filter, *entry.item, deps_.clock.Now());
}

absl::StatusOr<std::vector<LibraryMemory>> RommSource::ChoosePlatforms(
    const std::vector<std::string>& slugs, const base::CallContext& context,
    std::vector<std::string>* warnings) {
  MARQUEE_ASSIGN_OR_RETURN(const std::string body, client_.Get("/api/platforms", context));
  DamagedEntries damaged;
  MARQUEE_ASSIGN_OR_RETURN(const std::vector<RommPlatform> platforms,
                           ParseRommPlatforms(body, &damaged));
  if (damaged.count() > 0) warnings->push_back("list of platforms: " + damaged.Describe());
  const uint64_t seed = deps_.seed();
  std::vector<LibraryMemory> chosen;
  for (const std::string& slug : slugs) {
    const auto found = std::ranges::find(platforms, slug, &RommPlatform::slug);
    if (found == platforms.end()) {
      warnings->push_back(
          fmt::format("no platform \"{}\"; the server has: {}", slug, Slugs(platforms)));
      continue;
    }
    chosen.push_back({.id = std::to_string(found->id),
                      .name = found->name,
                      .kind = "game",
                      .stamp = found->stamp,
                      .chosen = SeededSample(options_.max_games, seed)});
  }
  if (slugs.empty()) {
    warnings->push_back(fmt::format("no platforms are selected; add some of these to platforms: {}",
                                    Slugs(platforms)));
  }
  return chosen;
}

absl::StatusOr<ServerInfo> RommSource::Test(const base::CallContext& context) {
  const auto test = [&]() -> absl::StatusOr<ServerInfo> {
    client_.Forget();
    MARQUEE_ASSIGN_OR_RETURN(const std::string body, client_.Get("/api/platforms", context));
    MARQUEE_ASSIGN_OR_RETURN(const auto platforms, ParseRommPlatforms(body));
    ServerInfo info{.name = "RomM", .version = {}, .found = {}};
    info.found = fmt::format("{} platforms", platforms.size());
    if (auto heartbeat = client_.Get("/api/heartbeat", context); heartbeat.ok()) {
      info.version = ParseRommVersion(*std::move(heartbeat));
    }
    return info;
  };
  auto info = test();
  if (!info.ok()) return client_.server().Named(info.status());
  return info;
}

absl::StatusOr<std::vector<LibraryInfo>> RommSource::ListLibraries(
    const base::CallContext& context) {
  const auto list = [&]() -> absl::StatusOr<std::vector<LibraryInfo>> {
    MARQUEE_ASSIGN_OR_RETURN(const std::string body, client_.Get("/api/platforms", context));
    MARQUEE_ASSIGN_OR_RETURN(std::vector<RommPlatform> platforms, ParseRommPlatforms(body));
    std::ranges::sort(platforms, {}, [](const RommPlatform& platform) {
      return std::pair(-platform.roms, platform.name);
    });
    std::vector<LibraryInfo> infos;
    for (const RommPlatform& platform : platforms) {
      infos.push_back({.key = platform.slug,
                       .name = platform.name,
                       .type = "platform",
                       .items = platform.roms});
    }
    return infos;
  };
  auto platforms = list();
  if (!platforms.ok()) return client_.server().Named(platforms.status());
  return platforms;
}

absl::StatusOr<FilterCounts> RommSource::Preview(const FilterTrial& trial,
                                                 const base::CallContext& context) {
  FilterCounts counts;
  const auto count = [&]() -> absl::Status {
    std::vector<std::string> warnings;
    MARQUEE_ASSIGN_OR_RETURN(std::vector<LibraryMemory> platforms,
                             ChoosePlatforms(trial.platforms, context, &warnings));
    std::vector<LibraryMemory*> all;
    for (LibraryMemory& platform : platforms) all.push_back(&platform);
    return ReadPlatforms(all, context, [&](const LibraryMemory&, const RommEntry& entry) {
      if (entry.item) counts.Count("game", IsWanted(entry, trial.filter));
    });
  };
  if (const absl::Status status = count(); !status.ok()) return client_.server().Named(status);
  return counts;
}

}  // namespace marquee::playlist
