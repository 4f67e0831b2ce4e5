#include "tests/support/fake_plex.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "tests/support/replies.h"

namespace marquee::testing {
namespace {

using Reply = FakeHttpServer::Reply;
using Request = FakeHttpServer::Request;

// A title as in a listing, shortened.
std::string PlexTitleJson(size_t key, const std::string& type, const std::string& title,
                          size_t number) {
  return fmt::format(
      R"({{"ratingKey":"{0}","key":"/library/metadata/{0}","guid":"plex://{1}/{0}","type":"{1}",)"
      R"("title":"{2}","summary":"The story of {2}.","tagline":"Somewhere, {2}.","year":{3},)"
      R"("rating":8.7,"ratingImage":"rottentomatoes://image.rating.ripe","contentRating":"PG-13",)"
      R"("thumb":"/library/metadata/{0}/thumb/17000{4}","art":"/library/metadata/{0}/art/17000{4}",)"
      R"("theme":"/library/metadata/{0}/theme/17000{4}","duration":7020000,"addedAt":1748772000,)"
      R"("updatedAt":1748772000,"originallyAvailableAt":"{3}-05-25","studio":"Northlight",)"
      R"("Image":[{{"alt":"{2}","type":"clearLogo","url":"/library/metadata/{0}/clearLogo/17000{4}"}}],)"
      R"("Media":[{{"id":1,"width":1920,"height":800,"aspectRatio":2.35,"audioChannels":6,)"
      R"("audioCodec":"ac3","videoCodec":"h264","videoResolution":"1080","Part":[{{"id":1}}]}}],)"
      R"("Genre":[{{"tag":"Drama"}},{{"tag":"Thriller"}}],"Collection":[{{"tag":"Set {5}"}}],)"
      R"("Guid":[{{"id":"imdb://tt{6:07}"}},{{"id":"tmdb://{6}"}}]}})",
      key, type, title, 1980 + number % 45, number, number % 2, DatabaseId(title));
}

std::string AlbumJson(size_t key, const std::string& title, size_t number) {
  return fmt::format(
      R"({{"ratingKey":"{0}","type":"album","title":"{1}","parentRatingKey":"9{2}",)"
      R"("parentTitle":"Artist {2}","parentThumb":"/library/metadata/9{2}/thumb/1",)"
      R"("thumb":"/library/metadata/{0}/thumb/17000{2}","year":1999,"rating":7.5,"studio":"Label",)"
      R"("addedAt":1748772000,"Genre":[{{"tag":"Jazz"}}],"Style":[{{"tag":"Bebop"}}],)"
      R"("Mood":[{{"tag":"Calm"}}]}})",
      key, title, number);
}

size_t PlexNumber(const Request& request, std::string_view name, size_t otherwise) {
  std::string text = request.parameter(name);
  if (text.empty()) {
    std::string header(name);
    for (char& c : header) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    text = request.header(header);
  }
  return text.empty() ? otherwise : std::strtoull(text.c_str(), nullptr, 10);
}

}  // namespace

FakePlex::FakePlex() {
  server_.OnAnythingElse([this](const Request& request) { return Answer(request); });
}

FakePlex::Section& FakePlex::Find(const std::string& key) {
  return *std::ranges::find(sections_, key, &Section::key);
}

std::string FakePlex::AddSection(const std::string& title, const std::string& type) {
  const base::MutexLock lock(mutex_);
  sections_.push_back({.key = std::to_string(sections_.size() + 1), .title = title, .type = type});
  return sections_.back().key;
}

void FakePlex::AddTitles(const std::string& section, const std::string& word, size_t count) {
  const base::MutexLock lock(mutex_);
  Section& found = Find(section);
  for (size_t i = 1; i <= count; ++i) {
    const std::string title = fmt::format("{} {}", word, i);
    const size_t key = next_key_++;
    found.entries.push_back(found.type == "artist" ? AlbumJson(key, title, i)
                                                   : PlexTitleJson(key, found.type, title, i));
  }
  ++found.changed;
}

void FakePlex::AddEntry(const std::string& section, std::string json) {
  const base::MutexLock lock(mutex_);
  Find(section).entries.push_back(std::move(json));
  ++Find(section).changed;
}

void FakePlex::HideItemsOf(const std::string& collection) {
  const base::MutexLock lock(mutex_);
  hidden_collection_ = collection;
}

void FakePlex::Touch(const std::string& section) {
  const base::MutexLock lock(mutex_);
  ++Find(section).changed;
}

void FakePlex::SetSessions(std::vector<std::string> sessions) {
  const base::MutexLock lock(mutex_);
  sessions_ = std::move(sessions);
}

std::vector<std::string> FakePlex::complaints() const {
  const base::MutexLock lock(mutex_);
  return complaints_;
}

Reply FakePlex::Answer(const Request& request) {
  const base::MutexLock lock(mutex_);
  if (request.query.find(kToken) != std::string::npos ||
      request.query.find("X-Plex-Token") != std::string::npos) {
    complaints_.push_back("token in the URL of " + request.path);
  }
  if (request.header("x-plex-token") != kToken) {
    complaints_.push_back("no token with " + request.path);
    return {.status = 401};
  }
  const bool image = request.path.find("/thumb/") != std::string::npos ||
                     request.path.find("/art/") != std::string::npos ||
                     request.path.find("/clearLogo/") != std::string::npos;
  if (image) {
    if (!request.path.ends_with("/0")) {
      return ImageReply(request);
    }
    return {.status = 404};
  }
  if (request.header("accept").find("application/json") == std::string::npos) {
    return {.headers = {{"Content-Type", "text/xml"}}, .body = "<MediaContainer/>"};
  }
  if (request.path == "/") {
    return JsonReply(
        R"({"MediaContainer":{"size":25,"friendlyName":"Fake","machineIdentifier":"5e","version":"1.41.0.1"}})");
  }
  if (request.path == "/library/sections") return Sections();
  if (request.path.starts_with("/library/sections/")) return Listing(request);
  if (request.path.starts_with("/library/metadata/")) return Metadata(request);
  if (request.path == "/status/sessions") {
    std::string body = fmt::format(R"({{"MediaContainer":{{"size":{})", sessions_.size());
    for (size_t i = 0; i < sessions_.size(); ++i) {
      body += (i == 0 ? ",\"Metadata\":[" : ",") + sessions_[i];
    }
    return JsonReply(body + (sessions_.empty() ? "}}" : "]}}"));
  }
  return {.status = 404};
}

Reply FakePlex::Sections() const {
  std::string body =
      fmt::format(R"({{"MediaContainer":{{"size":{},"Directory":[)", sections_.size());
  for (size_t i = 0; i < sections_.size(); ++i) {
    const Section& section = sections_[i];
    body += fmt::format(
        R"({}{{"key":"{}","title":"{}","type":"{}","updatedAt":{},"scannedAt":{},"contentChangedAt":{}}})",
        i == 0 ? "" : ",", section.key, section.title, section.type, 1700000000,
        1700000000 + section.changed, section.changed);
  }
  return JsonReply(body + "]}}");
}

Reply FakePlex::Listing(const Request& request) const {
  const std::string rest = request.path.substr(std::string_view("/library/sections/").size());
  const size_t slash = rest.find('/');
  const auto section = std::ranges::find(sections_, rest.substr(0, slash), &Section::key);
  if (section == sections_.end() || slash == std::string::npos) return {.status = 404};
  const std::string what = rest.substr(slash);
  if (what != (section->type == "artist" ? "/albums" : "/all")) return {.status = 404};
  auto entries = section->entries;
  if (request.parameter("includeCollections") == "1" && !hidden_collection_.empty()) {
    const std::string tag = fmt::format(R"("tag":"{}")", hidden_collection_);
    std::erase_if(entries,
                  [&](const std::string& entry) { return entry.find(tag) != std::string::npos; });
    entries.push_back(fmt::format(R"({{"ratingKey":"9000","type":"collection","title":"{}"}})",
                                  hidden_collection_));
  }
  const size_t first = std::min(PlexNumber(request, "X-Plex-Container-Start", 0), entries.size());
  const size_t count = std::min(PlexNumber(request, "X-Plex-Container-Size", entries.size()),
                                entries.size() - first);
  std::string body =
      fmt::format(R"({{"MediaContainer":{{"size":{},"totalSize":{},"offset":{},"allowSync":true)",
                  count, entries.size(), first);
  for (size_t i = 0; i < count; ++i)
    body += (i == 0 ? ",\"Metadata\":[" : ",") + entries[first + i];
  return JsonReply(body + (count == 0 ? "}}" : "]}}"));
}

Reply FakePlex::Metadata(const Request& request) const {
  const std::string rest = request.path.substr(std::string_view("/library/metadata/").size());
  const std::string key = rest.substr(0, rest.find('/'));
  for (const Section& section : sections_) {
    for (const std::string& entry : section.entries) {
      if (entry.find("\"ratingKey\":\"" + key + "\"") == std::string::npos) continue;
      if (rest == key + "/extras") {
        return JsonReply(
            R"({"MediaContainer":{"size":2,"Metadata":[)"
            R"({"title":"Behind the scenes","subtype":"behindTheScenes","Media":[{"Part":[{"key":"/library/parts/81/17/b.mp4"}]}]},)"
            R"({"title":"Trailer","subtype":"trailer","Media":[{"Part":[{"key":"/library/parts/80/17/file.mp4"}]}]},)"
            R"({"title":"Elsewhere","subtype":"trailer","Media":[{"Part":[{"key":"/services/iva/assets/1/video.mp4?x=1"}]}]}]}})");
      }
      if (rest == key) {
        return JsonReply(R"({"MediaContainer":{"size":1,"Metadata":[)" + entry + "]}}");
      }
    }
  }
  return {.status = 404};
}

}  // namespace marquee::testing
