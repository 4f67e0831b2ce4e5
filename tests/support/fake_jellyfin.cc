#include "tests/support/fake_jellyfin.h"

#include <absl/time/clock.h>
#include <absl/time/time.h>
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "tests/support/replies.h"
#include "tests/support/tiny_png.h"

namespace marquee::testing {
namespace {

using Reply = FakeHttpServer::Reply;
using Request = FakeHttpServer::Request;

std::string HexId(size_t a, size_t b) { return fmt::format("{:016x}{:016x}", a + 1, b + 1); }

// A title as in a listing, reduced to the requested fields.
std::string JellyfinTitleJson(const std::string& id, const std::string& type,
                              const std::string& name, size_t number, const std::string& created) {
  const std::string runtime = type == "Movie" ? R"("RunTimeTicks":70200000000,)" : "";
  return fmt::format(
      R"({{"Name":"{0}","ServerId":"5e","Id":"{1}","Type":"{2}","IsFolder":false,)"
      R"("ProductionYear":{3},"PremiereDate":"{3}-05-25T00:00:00.0000000Z",)"
      R"("DateCreated":"{6}","Overview":"The story of {0}.",)"
      R"("Genres":["Drama","Thriller"],"OfficialRating":"PG-13","CommunityRating":7.4,)"
      R"("CriticRating":88,{4}"ProviderIds":{{"Imdb":"tt{7:07}","Tmdb":"{7}"}},)"
      R"("Studios":[{{"Name":"Northlight","Id":"77"}}],"Taglines":["Somewhere, {0}."],)"
      R"("ImageTags":{{"Primary":"a{5:031x}","Logo":"c{5:031x}"}},)"
      R"("BackdropImageTags":["b{5:031x}"],)"
      R"("MediaStreams":[{{"Type":"Video","Codec":"h264","Width":1920,"Height":1080,)"
      R"("AspectRatio":"16:9","VideoRange":"SDR","VideoRangeType":"SDR"}},)"
      R"({{"Type":"Audio","Codec":"ac3","Channels":6,"Language":"eng"}}]}})",
      name, id, type, 1980 + number % 45, runtime, number, created, DatabaseId(name));
}

std::string Now() {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%SZ", absl::Now(), absl::UTCTimeZone());
}

Reply Listed(const std::vector<const std::string*>& entries, size_t first, size_t count) {
  first = std::min(first, entries.size());
  count = std::min(count, entries.size() - first);
  std::string body = "{\"Items\":[";
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) body += ',';
    body += *entries[first + i];
  }
  Reply reply = JsonReply(
      fmt::format("{}],\"TotalRecordCount\":{},\"StartIndex\":{}}}", body, entries.size(), first));
  reply.headers.emplace_back(
      "Date", absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", absl::Now(), absl::UTCTimeZone()));
  return reply;
}

}  // namespace

FakeJellyfin::FakeJellyfin(Options options)
    : options_(std::move(options)), image_(TinyPng()), image_type_("image/png") {
  server_.OnAnythingElse([this](const Request& request) { return Answer(request); });
}

std::string FakeJellyfin::AddLibrary(const std::string& name, const std::string& kind) {
  const base::MutexLock lock(mutex_);
  libraries_.push_back({.id = HexId(0xf0, libraries_.size()), .name = name, .kind = kind});
  return libraries_.back().id;
}

void FakeJellyfin::AddTitles(const std::string& library_id, const std::string& type,
                             const std::string& word, size_t count) {
  static constexpr size_t kIdsOfWord = 1000003;  // separates the ids of different words
  const size_t word_id = std::hash<std::string>()(library_id + type + word) % kIdsOfWord;
  for (size_t i = 1; i <= count; ++i) {
    AddEntry(
        library_id, type,
        JellyfinTitleJson(HexId(word_id, i), type, fmt::format("{} {}", word, i), i, kLongAgo));
  }
}

void FakeJellyfin::AddNewTitle(const std::string& library_id, const std::string& type,
                               const std::string& name) {
  static constexpr size_t kIdsOfNew = 7777777;
  const base::MutexLock lock(mutex_);
  auto& entries = FindLibrary(library_id).entries[type];
  const std::string now = Now();
  entries.push_back(
      {.json = JellyfinTitleJson(HexId(kIdsOfNew, entries.size()), type, name, entries.size(), now),
       .saved = now});
}

void FakeJellyfin::ChangeEntry(const std::string& library_id, const std::string& type, size_t index,
                               const std::string& from, const std::string& to) {
  const base::MutexLock lock(mutex_);
  SavedEntry& entry = FindLibrary(library_id).entries[type].at(index);
  const size_t at = entry.json.find(from);
  if (at != std::string::npos) entry.json.replace(at, from.size(), to);
  entry.saved = Now();
}

void FakeJellyfin::RemoveEntry(const std::string& library_id, const std::string& type,
                               size_t index) {
  const base::MutexLock lock(mutex_);
  auto& entries = FindLibrary(library_id).entries[type];
  entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(index));
}

void FakeJellyfin::ChangeCollection(const std::string& name, std::vector<std::string> ids) {
  const base::MutexLock lock(mutex_);
  collections_.insert_or_assign(name, Collection{std::move(ids), Now()});
}

void FakeJellyfin::GroupIntoCollections() {
  const base::MutexLock lock(mutex_);
  groups_ = true;
}

FakeJellyfin::Library& FakeJellyfin::FindLibrary(const std::string& id) {
  return *std::ranges::find(libraries_, id, &Library::id);
}

void FakeJellyfin::AddEntry(const std::string& library_id, const std::string& type,
                            std::string json) {
  const base::MutexLock lock(mutex_);
  FindLibrary(library_id).entries[type].push_back({.json = std::move(json), .saved = kLongAgo});
}

void FakeJellyfin::SetImage(std::string bytes, std::string content_type) {
  const base::MutexLock lock(mutex_);
  image_ = std::move(bytes);
  image_type_ = std::move(content_type);
}

void FakeJellyfin::TouchImages() {
  const base::MutexLock lock(mutex_);
  ++image_version_;
}

std::vector<std::string> FakeJellyfin::complaints() const {
  const base::MutexLock lock(mutex_);
  return complaints_;
}

bool FakeJellyfin::Proven(const Request& request) {
  if (request.query.find(options_.token) != std::string::npos ||
      request.query.find("api_key") != std::string::npos) {
    complaints_.push_back("token in the URL of " + request.path);
  }
  const std::string quoted = fmt::format("Token=\"{}\"", options_.token);
  const bool proven = request.header("x-emby-token") == options_.token &&
                      request.header("x-mediabrowser-token") == options_.token &&
                      request.header("authorization").find(quoted) != std::string::npos &&
                      request.header("x-emby-authorization").starts_with("MediaBrowser Client=");
  if (!proven) complaints_.push_back("no token with " + request.path);
  return proven;
}

Reply FakeJellyfin::Answer(const Request& request) {
  const base::MutexLock lock(mutex_);
  if (!request.path.starts_with(options_.base_path + "/")) return {.status = 404};
  const std::string path = request.path.substr(options_.base_path.size());
  if (path == "/System/Info/Public") {
    return JsonReply(
        R"({"LocalAddress":"http://127.0.0.1","ServerName":"Fake","Version":"10.9.11",)"
        R"("ProductName":"Jellyfin Server","Id":"5e","StartupWizardCompleted":true})");
  }
  // Images are public, as on a default server.
  if (path.starts_with("/Items/") && path.find("/Images/") != std::string::npos) {
    return Image(request);
  }
  if (!Proven(request)) return {.status = 401};
  if (path == "/Users") return JsonReply(R"([{"Name":"anna","Id":"1a","HasPassword":true}])");
  if (path == "/Library/VirtualFolders") return Libraries();
  if (path == "/Items") return Listing(request);
  if (path == "/Items/Counts") return Counts();
  return {.status = 404};
}

Reply FakeJellyfin::Libraries() const {
  std::string body = "[";
  for (const Library& library : libraries_) {
    body += fmt::format(
        R"({}{{"Name":"{}","Locations":["/media"],"CollectionType":"{}","ItemId":"{}"}})",
        body.size() == 1 ? "" : ",", library.name, library.kind, library.id);
  }
  return JsonReply(body + "]");
}

Reply FakeJellyfin::Listing(const Request& request) const {
  const std::string parent = request.parameter("ParentId");
  const std::string types = request.parameter("IncludeItemTypes");
  const std::string since = request.parameter("MinDateLastSaved");
  const std::string any = "," + types + ",";
  std::vector<const std::string*> entries;
  std::deque<std::string> made;  // storage for generated entries
  bool known = parent.empty();
  for (const Library& library : libraries_) {
    if (!parent.empty() && library.id != parent) continue;
    known = true;
    for (const auto& [type, of_type] : library.entries) {
      if (any.find("," + type + ",") == std::string::npos) continue;
      for (const SavedEntry& entry : of_type) {
        if (entry.saved >= since) entries.push_back(&entry.json);
      }
    }
  }
  if (groups_ && request.parameter("CollapseBoxSetItems") != "false") {
    for (const auto& [name, collection] : collections_) {
      const auto inside = [&ids = collection.ids](const std::string* json) {
        return std::ranges::any_of(ids, [&](const std::string& id) {
          return json->find("\"Id\":\"" + id + "\"") != std::string::npos;
        });
      };
      if (std::erase_if(entries, inside) == 0) continue;
      entries.push_back(
          &made.emplace_back(fmt::format(R"({{"Name":"{0}","Id":"c{0}","Type":"BoxSet"}})", name)));
    }
  }
  if (any.find(",BoxSet,") != std::string::npos) {
    for (const auto& [name, collection] : collections_) {
      if (collection.saved < since) continue;
      entries.push_back(
          &made.emplace_back(fmt::format(R"({{"Name":"{0}","Id":"c{0}","Type":"BoxSet"}})", name)));
    }
  }
  for (const auto& [name, collection] : collections_) {
    if (parent != "c" + name) continue;
    known = true;
    for (const std::string& id : collection.ids) {
      entries.push_back(&made.emplace_back(fmt::format(R"({{"Id":"{}"}})", id)));
    }
  }
  if (!known) return {.status = 404};
  return Listed(entries, NumberOf(request, "StartIndex", 0),
                NumberOf(request, "Limit", entries.size()));
}

Reply FakeJellyfin::Counts() const {
  size_t movies = 0;
  size_t series = 0;
  for (const Library& library : libraries_) {
    for (const auto& [type, entries] : library.entries) {
      (type == "Movie" ? movies : series) += entries.size();
    }
  }
  return JsonReply(
      fmt::format(R"({{"MovieCount":{},"SeriesCount":{},"EpisodeCount":0}})", movies, series));
}

Reply FakeJellyfin::Image(const Request& request) const {
  const std::string modified = fmt::format("Thu, 01 Jan 2026 00:{:02}:00 GMT", image_version_);
  const bool known = std::ranges::any_of(libraries_, [&](const Library& library) {
    return std::ranges::any_of(library.entries, [&](const auto& of_type) {
      return std::ranges::any_of(of_type.second, [&](const SavedEntry& entry) {
        const std::string id = request.path.substr(options_.base_path.size() + 7, 32);
        return entry.json.find("\"Id\":\"" + id + "\"") != std::string::npos;
      });
    });
  });
  if (!known) return {.status = 404};
  if (request.header("if-modified-since") == modified) {
    return {.status = 304, .headers = {{"Last-Modified", modified}}};
  }
  return {.headers = {{"Content-Type", image_type_}, {"Last-Modified", modified}}, .body = image_};
}

}  // namespace marquee::testing
