#include "services/playlist/sources/tmdb/tmdb_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "services/playlist/sources/remote/server_address.h"

namespace marquee::playlist {
namespace {

constexpr std::string_view kApi = "https://api.themoviedb.org/3";
constexpr std::string_view kImages = "https://image.tmdb.org";

// API keys (v3) have 32 hex digits and are only accepted in the query; access tokens (v4) are
// longer and are sent in a header.
bool GoesInQuery(std::string_view key) { return key.size() <= 64; }

RemoteServer::Options ServerOptions(const TmdbSource::Options& options, httpc::Url address) {
  RemoteServer::Options server;
  server.type = "tmdb";
  server.name = options.name;
  server.address = std::move(address);
  server.request_timeout = options.request_timeout;
  server.refused =
      "the API key was rejected; check it (API keys are created in the account's "
      "settings under API)";
  server.absent = "the server has no such list";
  if (!GoesInQuery(options.key)) {
    server.credentials = {{"Authorization", "Bearer " + options.key}};
  }
  return server;
}

size_t LimitOf(const TmdbSource::Options& options, const TmdbList& list) {
  return list.kind == "movie" ? options.max_movies : options.max_shows;
}

// API path of a kind of title.
std::string_view Root(std::string_view kind) { return kind == "movie" ? "movie" : "tv"; }

}  // namespace

absl::StatusOr<std::unique_ptr<TmdbSource>> TmdbSource::Create(Options options, Deps deps) {
  const std::string where = fmt::format("tmdb \"{}\"", options.name);
  const bool mirror = !options.url.empty();
  auto api = ParseServerAddress(mirror ? options.url : kApi, {.port = 80, .https = {}});
  if (!api.ok()) return base::Annotate(api.status(), where + ": url");
  options.key = CleanCredential(options.key);
  if (!IsCredential(options.key)) {
    return absl::InvalidArgumentError(
        where + ": token: expected the API key of an account at themoviedb.org");
  }
  if (TmdbListsOf(options.category, options.region, absl::CivilDay()).empty()) {
    return absl::InvalidArgumentError(
        fmt::format("{}: unknown category \"{}\"; expected one of: {}", where, options.category,
                    TmdbCategoryKeys()));
  }
  httpc::Url images = mirror ? *api : *httpc::Url::Parse(kImages);
  images.path.clear();
  return std::unique_ptr<TmdbSource>(
      new TmdbSource(std::move(options), *std::move(api), std::move(images), std::move(deps)));
}

TmdbSource::TmdbSource(Options options, httpc::Url api, httpc::Url images, Deps deps)
    : options_(std::move(options)),
      deps_(std::move(deps)),
      server_(ServerOptions(options_, std::move(api)), deps_.http, deps_.clock),
      images_(std::move(images)),
      artwork_({.name = options_.name, .images = images_, .is_mirror = !options_.url.empty()},
               deps_.http, deps_.clock),
      streaming_(
          {.source = options_.name, .region = options_.region, .concurrency = options_.concurrency},
          server_, [this](std::string_view path) { return Request(path); }) {}

std::optional<std::string> TmdbSource::PathOf(std::string_view url) const {
  return PathBelow(images_, url);
}

httpc::HttpRequest TmdbSource::Request(std::string_view path_and_query) const {
  if (!GoesInQuery(options_.key)) return server_.Request(path_and_query);
  const char separator = path_and_query.find('?') == std::string_view::npos ? '?' : '&';
  return server_.Request(
      fmt::format("{}{}api_key={}", path_and_query, separator, httpc::PercentEncode(options_.key)));
}

std::string TmdbSource::PagePath(const TmdbList& list, size_t page) const {
  return fmt::format("{}?language={}{}{}&page={}", list.path,
                     httpc::PercentEncode(options_.language), list.query.empty() ? "" : "&",
                     list.query, page);
}

absl::StatusOr<SourceYield> TmdbSource::Fetch(const base::CallContext& context) {
  auto yield = FetchAll(context);
  if (yield.ok()) return yield;
  memory_.clear();
  return server_.Named(yield.status());
}

std::vector<TmdbList> TmdbSource::Lists() const {
  return TmdbListsOf(options_.category, options_.region,
                     absl::ToCivilDay(deps_.clock.Now(), absl::UTCTimeZone()));
}

absl::StatusOr<SourceYield> TmdbSource::FetchAll(const base::CallContext& context) {
  MARQUEE_RETURN_IF_ERROR(context.Check(deps_.clock));
  const uint64_t seed = deps_.seed();
  const absl::Time now = deps_.clock.Now();
  const auto lists = Lists();
  std::vector<LibraryMemory> libraries;
  std::vector<size_t> changed;
  for (size_t i = 0; i < lists.size(); ++i) {
    LibraryMemory wanted{.id = PagePath(lists[i], 1),
                         .name = lists[i].path,
                         .kind = lists[i].kind,
                         .stamp = {},
                         .chosen = SeededSample(LimitOf(options_, lists[i]), seed)};
    const auto known = std::ranges::find(memory_, wanted.id, &LibraryMemory::id);
    if (known != memory_.end() && !known->stamp.empty() && known->chosen.seed() == seed) {
      MARQUEE_ASSIGN_OR_RETURN(const bool same, IsUnchanged(lists[i], known->stamp, context));
      if (same) {
        libraries.push_back(*known);
        continue;
      }
    }
    changed.push_back(i);
    libraries.push_back(std::move(wanted));
  }
  if (!changed.empty()) MARQUEE_RETURN_IF_ERROR(ReadGenres(context, &genres_));

  const ItemPool known = PoolOf(memory_);
  std::vector<ListJob> jobs;
  for (const size_t i : changed) {
    jobs.push_back({.list = &lists[i], .take = [&, i](std::optional<Item> item) {
                      if (!item) {
                        ++libraries[i].skipped;
                      } else if (Passes(options_.filter, *item, now)) {
                        ++libraries[i].found;
                        libraries[i].chosen.Add(*std::move(item), known);
                      }
                    }});
  }
  MARQUEE_RETURN_IF_ERROR(ReadLists(jobs, genres_, context));
  for (size_t i = 0; i < jobs.size(); ++i) {
    LibraryMemory& library = libraries[changed[i]];
    library.stamp = jobs[i].etag;
    library.skipped += jobs[i].damaged;
    library.warnings = std::move(jobs[i].warnings);
    library.is_partial = jobs[i].is_partial;
  }

  KeepFormer(memory_, &libraries);
  memory_ = std::move(libraries);
  SourceYield yield;
  AddShares(memory_, "movie", options_.max_movies, &yield);
  AddShares(memory_, "show", options_.max_shows, &yield);
  streaming_.Fill(&yield.items, context);
  return yield;
}

absl::Status TmdbSource::ReadLists(std::vector<ListJob>& lists, const Genres& genres,
                                   const base::CallContext& context) const {
  JsonReader reader;
  std::vector<PagedListing::Job> jobs;
  std::vector<ListJob*> of_jobs;
  for (ListJob& each : lists) {
    const TmdbList& list = *each.list;
    const auto take = [this, &reader, &genres, &list, &each](
                          std::string& text, PagedListing::IsNew is_new) -> absl::Status {
      std::optional<Item> item;
      MARQUEE_RETURN_IF_ERROR(reader.Parse(text, [&](ondemand::value value) {
        return ParseTmdbEntry(value, options_.name, list.kind, genres.at(list.kind), &item);
      }));
      if (item && list.streaming) {
        item->streaming = Streaming{.region = options_.region, .providers = {}, .link = {}};
        if (!list.provider.empty()) {
          item->streaming->providers.push_back(
              {.name = list.provider, .type = "subscription", .logo_url = {}});
        }
      }
      if (is_new(item ? std::string_view(item->key) : "")) each.take(std::move(item));
      return absl::OkStatus();
    };
    if (list.single) {
      MARQUEE_RETURN_IF_ERROR(ReadSingle(list, context, [&](std::string& text) {
        return take(text, [](std::string_view) { return true; });
      }));
      continue;
    }
    PagedListing::Job& job = jobs.emplace_back();
    job.name = list.path;
    job.shape = kTmdbListing;
    job.max_entries = LimitOf(options_, list);
    job.max_offset = kMaxPages * kPageSize;
    job.fixed_pages = true;
    job.request = [this, &list](size_t first, size_t) {
      return Request(PagePath(list, first / kPageSize + 1));
    };
    job.take = take;
    of_jobs.push_back(&each);
  }
  PagedListing listing(server_, {.page_size = kPageSize, .concurrency = options_.concurrency});
  MARQUEE_RETURN_IF_ERROR(listing.Read(jobs, context));
  for (size_t i = 0; i < jobs.size(); ++i) {
    of_jobs[i]->etag = jobs[i].etag;
    of_jobs[i]->damaged = jobs[i].damaged.count();
    of_jobs[i]->warnings = jobs[i].Warnings();
    of_jobs[i]->is_partial = !jobs[i].failure.ok();
  }
  return absl::OkStatus();
}

absl::Status TmdbSource::ReadGenres(const base::CallContext& context, Genres* genres) const {
  for (const std::string kind : {"movie", "show"}) {
    if (genres->contains(kind)) continue;
    MARQUEE_ASSIGN_OR_RETURN(
        const httpc::HttpResponse response,
        server_.Ask(Request(fmt::format("/genre/{}/list?language={}", Root(kind),
                                        httpc::PercentEncode(options_.language))),
                    context));
    MARQUEE_ASSIGN_OR_RETURN((*genres)[kind], ParseTmdbGenres(response.body));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> TmdbSource::IsUnchanged(const TmdbList& list, const std::string& etag,
                                             const base::CallContext& context) {
  httpc::HttpRequest request = Request(PagePath(list, 1));
  request.headers.push_back({"If-None-Match", etag});
  MARQUEE_ASSIGN_OR_RETURN(const httpc::HttpResponse response,
                           server_.Ask(std::move(request), context));
  return response.head.status == 304;
}

absl::Status TmdbSource::ReadSingle(const TmdbList& list, const base::CallContext& context,
                                    const ListSplitter::TakeEntry& take) const {
  MARQUEE_ASSIGN_OR_RETURN(httpc::HttpResponse response,
                           server_.Ask(Request(PagePath(list, 1)), context));
  return take(response.body);
}

}  // namespace marquee::playlist
