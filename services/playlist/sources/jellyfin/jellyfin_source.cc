#include "services/playlist/sources/jellyfin/jellyfin_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "services/playlist/model/seeded_sample.h"
#include "services/playlist/sources/jellyfin/jellyfin_address.h"

namespace marquee::playlist {
namespace {

// What fits between the quotes of an authorization header.
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

}  // namespace

absl::StatusOr<std::unique_ptr<JellyfinSource>> JellyfinSource::Create(Options options, Deps deps) {
  const std::string where = fmt::format("jellyfin \"{}\"", options.name);
  auto address = ParseServerAddress(options.url);
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
               .address = std::move(address),
               .token = options_.token,
               .version = options_.version,
               .request_timeout = options_.request_timeout},
              deps_.http, deps_.clock),
      artwork_(client_) {}

std::optional<std::string> JellyfinSource::PathOf(std::string_view url) const {
  return client_.PathOf(url);
}

absl::StatusOr<JellyfinServerInfo> JellyfinSource::TestConnection(
    const base::CallContext& context) {
  auto info = client_.Connect(context);
  if (!info.ok()) {
    return base::Annotate(info.status(), fmt::format("jellyfin \"{}\"", options_.name));
  }
  return info;
}

absl::StatusOr<SourceYield> JellyfinSource::Fetch(const base::CallContext& context) {
  auto yield = FetchAll(context);
  if (yield.ok()) return yield;
  absl::Status status = yield.status();
  // Whatever went wrong, the next round begins with a look at the server as it then is.
  client_.Forget();
  if (absl::IsResourceExhausted(status)) status = absl::FailedPreconditionError(status.message());
  return base::Annotate(status, fmt::format("jellyfin \"{}\"", options_.name));
}

absl::StatusOr<SourceYield> JellyfinSource::FetchAll(const base::CallContext& context) {
  MARQUEE_RETURN_IF_ERROR(context.Check(deps_.clock));
  if (!client_.connected()) MARQUEE_RETURN_IF_ERROR(client_.Connect(context).status());
  SourceYield yield;
  MARQUEE_ASSIGN_OR_RETURN(const std::vector<JellyfinJob> jobs, ChooseLibraries(context, &yield));

  const uint64_t seed = deps_.seed();
  const absl::Time now = deps_.clock.Now();
  SeededSample movies(options_.max_movies, seed);
  SeededSample shows(options_.max_shows, seed);
  JellyfinListing listing(client_, options_.listing);
  MARQUEE_RETURN_IF_ERROR(
      listing.Read(jobs, context, [&](const JellyfinJob& job, JellyfinPage page) {
        yield.skipped += page.skipped;
        SeededSample& sample = job.kind == JellyfinKind::kMovies ? movies : shows;
        for (Item& item : page.items) {
          if (Passes(options_.filter, item, now)) sample.Add(std::move(item));
        }
      }));
  yield.items = movies.Take();
  std::ranges::move(shows.Take(), std::back_inserter(yield.items));
  return yield;
}

absl::StatusOr<std::vector<JellyfinJob>> JellyfinSource::ChooseLibraries(
    const base::CallContext& context, SourceYield* yield) {
  MARQUEE_ASSIGN_OR_RETURN(std::string body, client_.Get("/Library/VirtualFolders", context));
  MARQUEE_ASSIGN_OR_RETURN(const std::vector<JellyfinLibrary> libraries,
                           ParseLibraries(std::move(body)));
  std::vector<JellyfinJob> jobs;
  const auto choose = [&](const std::vector<std::string>& names, JellyfinKind kind) {
    for (const std::string& name : names) {
      const auto found = std::ranges::find(libraries, name, &JellyfinLibrary::name);
      if (found != libraries.end()) {
        jobs.push_back({*found, kind});
      } else {
        yield->warnings.push_back(
            fmt::format("there is no library \"{}\" (names are case-sensitive); the server has: {}",
                        name, Names(libraries)));
      }
    }
  };
  choose(options_.movie_libraries, JellyfinKind::kMovies);
  choose(options_.show_libraries, JellyfinKind::kShows);
  if (options_.movie_libraries.empty() && options_.show_libraries.empty()) {
    yield->warnings.push_back(
        fmt::format("no libraries are chosen; name some of these in movie_libraries or "
                    "show_libraries: {}",
                    Names(libraries)));
  }
  return jobs;
}

}  // namespace marquee::playlist
