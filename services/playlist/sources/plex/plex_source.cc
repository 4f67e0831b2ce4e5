#include "services/playlist/sources/plex/plex_source.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "services/playlist/sources/remote/server_address.h"

namespace marquee::playlist {
namespace {

const UsualPorts kPorts = {.port = 32400, .https = {}};

// Includes the key where the title is ambiguous.
std::string Names(const std::vector<PlexSection>& sections) {
  constexpr size_t kNamed = 20;
  std::string names;
  for (size_t i = 0; i < sections.size() && i < kNamed; ++i) {
    const PlexSection& section = sections[i];
    const bool is_one = std::ranges::count(sections, section.title, &PlexSection::title) == 1;
    names += fmt::format("{}\"{}\"{}", i == 0 ? "" : ", ", section.title,
                         is_one ? "" : fmt::format(" (key:{}, {})", section.key, section.type));
  }
  return names.empty() ? "none" : names;
}

// The server's name for a library of that kind.
std::string_view TypeOf(std::string_view kind) { return kind == "music" ? "artist" : kind; }

bool IsNamed(const PlexSection& section, std::string_view name) {
  constexpr std::string_view kByKey = "key:";
  return section.title == name ||
         (name.starts_with(kByKey) && section.key == name.substr(kByKey.size()));
}

// All libraries of that kind with that title, or the library with that key.
std::vector<const PlexSection*> SectionsOf(const std::vector<PlexSection>& sections,
                                           std::string_view name, std::string_view kind) {
  std::vector<const PlexSection*> found;
  for (const PlexSection& section : sections) {
    if (section.type == TypeOf(kind) && IsNamed(section, name)) found.push_back(&section);
  }
  return found;
}

std::string_view ListFor(std::string_view type) {
  return type == "movie"    ? "movie_libraries"
         : type == "show"   ? "show_libraries"
         : type == "artist" ? "music_libraries"
                            : "";
}

// Explains why SectionsOf found none, and what to do.
std::string WhyNone(const std::vector<PlexSection>& sections, std::string_view name,
                    std::string_view kind) {
  const auto other = std::ranges::find_if(
      sections, [&](const PlexSection& section) { return IsNamed(section, name); });
  if (other == sections.end()) {
    return fmt::format("no library \"{}\" (names are case-sensitive); the server has: {}", name,
                       Names(sections));
  }
  const std::string_view list = ListFor(other->type);
  const std::string what = other->type == "artist" ? "music" : other->type + "s";
  return fmt::format("library \"{}\" holds {}, not {}; {}", name, what,
                     kind == "music" ? "music" : fmt::format("{}s", kind),
                     list.empty() ? std::string("such libraries are not supported")
                                  : fmt::format("name it in {}", list));
}

// What is listed of a library of that kind: films, series (not their episodes), albums.
std::string_view ListingOf(const std::string& kind) {
  if (kind == "movie") return "all?type=1";
  return kind == "show" ? "all?type=2" : "albums?type=9";
}

RemoteServer::Options ServerOptions(const PlexSource::Options& options, httpc::Url address,
                                    obs::Logger* logger) {
  RemoteServer::Options server;
  server.type = "plex";
  server.name = options.name;
  server.address = std::move(address);
  server.request_timeout = options.request_timeout;
  server.verify_tls = options.verify_tls;
  server.logger = logger;
  server.refused =
      "the server does not accept the token; check it (a signed-in browser shows it as "
      "X-Plex-Token in the address of a title's XML)";
  server.absent = "no Plex server at this address; check the port (usually 32400)";
  server.headers = {
      {"X-Plex-Client-Identifier",
       fmt::format("marquee-{:016x}", XXH64(options.name.data(), options.name.size(), 0))},
      {"X-Plex-Product", "Marquee"},
      {"X-Plex-Version", options.version}};
  server.credentials = {{"X-Plex-Token", options.token}};
  return server;
}

std::string LowerOf(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

}  // namespace

absl::StatusOr<std::unique_ptr<PlexSource>> PlexSource::Create(Options options, Deps deps) {
  const std::string where = fmt::format("plex \"{}\"", options.name);
  auto address = ParseServerAddress(options.url, kPorts, &options.hint);
  options.token = CleanCredential(options.token);
  if (!address.ok()) return base::Annotate(address.status(), where + ": url");
  if (!IsCredential(options.token)) {
    return absl::InvalidArgumentError(
        where + ": token: expected the X-Plex-Token of an account that may see the libraries");
  }
  return std::unique_ptr<PlexSource>(
      new PlexSource(std::move(options), *std::move(address), std::move(deps)));
}

PlexSource::PlexSource(Options options, httpc::Url address, Deps deps)
    : options_(std::move(options)),
      deps_(std::move(deps)),
      server_(ServerOptions(options_, std::move(address), deps_.logger), deps_.http, deps_.clock),
      artwork_(server_) {}

std::optional<std::string> PlexSource::PathOf(std::string_view url) const {
  return PathBelow(server_.address(), url);
}

absl::StatusOr<SourceYield> PlexSource::Fetch(const base::CallContext& context) {
  auto yield = FetchAll(context);
  if (yield.ok()) return yield;
  memory_.clear();
  return server_.Named(yield.status());
}

absl::StatusOr<SourceYield> PlexSource::FetchAll(const base::CallContext& context) {
  MARQUEE_RETURN_IF_ERROR(context.Check(deps_.clock));
  SourceYield yield;
  if (!options_.hint.empty()) yield.warnings.push_back(options_.hint);
  MARQUEE_ASSIGN_OR_RETURN(
      std::vector<LibraryMemory> libraries,
      ChooseLibraries({{options_.movie_libraries, "movie", options_.max_movies},
                       {options_.show_libraries, "show", options_.max_shows},
                       {options_.music_libraries, "music", options_.max_albums}},
                      deps_.seed(), context, &yield.warnings));
  const absl::Time now = deps_.clock.Now();
  std::vector<LibraryMemory*> changed;
  for (LibraryMemory& library : libraries) {
    if (const LibraryMemory* same = FindUnchanged(memory_, library); same != nullptr) {
      // With a filter by date added, items expire although nothing changes at the server.
      LibraryMemory kept = *same;
      if (DropExpired(FilterOf(library), now, &kept)) {
        library = std::move(kept);
        continue;
      }
    }
    changed.push_back(&library);
  }
  const ItemPool known = changed.empty() ? ItemPool() : PoolOf(memory_);
  MARQUEE_RETURN_IF_ERROR(
      ReadLibraries(changed, !options_.filter.collections.empty(), context,
                    [&](LibraryMemory& library, PlexEntry entry) {
                      if (!entry.item) {
                        ++library.skipped;
                      } else if (IsWanted(library, entry, now)) {
                        ++library.found;
                        library.SampleFor(*entry.item, now).Add(*std::move(entry.item), known);
                      }
                    }));
  KeepFormer(memory_, &libraries);
  memory_ = std::move(libraries);
  AddShares(memory_, "movie", options_.max_movies, &yield);
  AddShares(memory_, "show", options_.max_shows, &yield);
  AddShares(memory_, "music", options_.max_albums, &yield);
  return yield;
}

const ItemFilter& PlexSource::FilterOf(const LibraryMemory& library) const {
  return library.kind == "music" ? options_.music_filter : options_.filter;
}

bool PlexSource::IsWanted(const LibraryMemory& library, const PlexEntry& entry,
                          absl::Time now) const {
  const ItemFilter& filter = FilterOf(library);
  if (!Passes(filter, *entry.item, now)) return false;
  if (library.kind != "music") return CollectionPasses(filter, entry.collections);
  return options_.artists.empty() ||
         std::ranges::find(options_.artists, LowerOf(entry.item->artist)) != options_.artists.end();
}

std::string PlexSource::ListingPath(const LibraryMemory& library, bool with_collections,
                                    size_t first, size_t count) {
  // Guids and collections are only listed on request. With collections, titles of a collection set
  // to "hide items" are omitted, so collections are requested only if a filter needs them.
  return fmt::format(
      "/library/sections/{}/{}&includeGuids=1{}&sort=titleSort"
      "&X-Plex-Container-Start={}&X-Plex-Container-Size={}",
      library.id, ListingOf(library.kind), with_collections ? "&includeCollections=1" : "", first,
      count);
}

absl::Status PlexSource::ReadLibraries(const std::vector<LibraryMemory*>& libraries,
                                       bool with_collections, const base::CallContext& context,
                                       const TakeEntry& take) {
  JsonReader reader;
  std::vector<PagedListing::Job> jobs;
  for (LibraryMemory* library : libraries) {
    PagedListing::Job& job = jobs.emplace_back();
    job.name = library->name;
    job.shape = kPlexListing;
    job.request = [this, library, with_collections](size_t first, size_t count) {
      return server_.Request(ListingPath(*library, with_collections, first, count));
    };
    job.take = [this, library, &reader, &take](std::string& text,
                                               PagedListing::IsNew is_new) -> absl::Status {
      PlexEntry entry;
      MARQUEE_RETURN_IF_ERROR(reader.Parse(text, [&](ondemand::value value) {
        return ParsePlexEntry(value, options_.name, library->name, &entry);
      }));
      if (is_new(entry.item ? std::string_view(entry.item->key) : "")) {
        take(*library, std::move(entry));
      }
      return absl::OkStatus();
    };
  }
  PagedListing listing(server_, options_.listing);
  MARQUEE_RETURN_IF_ERROR(listing.Read(jobs, context));
  for (size_t i = 0; i < jobs.size(); ++i) {
    libraries[i]->skipped += jobs[i].damaged.count();
    libraries[i]->warnings = jobs[i].Warnings();
    libraries[i]->is_partial = !jobs[i].failure.ok();
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<LibraryMemory>> PlexSource::ChooseLibraries(
    const std::vector<Wanted>& wanted, uint64_t seed, const base::CallContext& context,
    std::vector<std::string>* warnings) {
  MARQUEE_ASSIGN_OR_RETURN(const std::string body, server_.Get("/library/sections", context));
  DamagedEntries damaged;
  MARQUEE_ASSIGN_OR_RETURN(const std::vector<PlexSection> sections,
                           ParsePlexSections(body, &damaged));
  if (damaged.count() > 0) warnings->push_back("list of libraries: " + damaged.Describe());
  std::vector<LibraryMemory> libraries;
  bool any = false;
  for (const auto& [names, kind, limit] : wanted) {
    any = any || !names.empty();
    for (const std::string& name : names) {
      const auto found = SectionsOf(sections, name, kind);
      if (found.empty()) warnings->push_back(WhyNone(sections, name, kind));
      for (const PlexSection* section : found) {
        // A library listed both by title and by key is read once.
        const bool chosen = std::ranges::any_of(
            libraries, [&](const LibraryMemory& library) { return library.id == section->key; });
        if (chosen) continue;
        libraries.push_back({.id = section->key,
                             .name = section->title,
                             .kind = kind,
                             .stamp = section->stamp,
                             .chosen = SeededSample(limit, seed),
                             .recent = SeededSample(limit, seed),
                             .popular = SeededSample(limit, seed),
                             .mix = options_.music_mix});
      }
    }
  }
  if (!any) {
    warnings->push_back(
        fmt::format("no libraries are selected; add some of these to movie_libraries, "
                    "show_libraries or music_libraries: {}",
                    Names(sections)));
  }
  return libraries;
}

}  // namespace marquee::playlist
