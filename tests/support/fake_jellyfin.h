// A fake Jellyfin server with the part of the API that a playlist needs: information, users,
// libraries, paged listings and images. Returns 401 without a valid token in the header.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/mutex.h"
#include "tests/support/fake_http_server.h"

namespace marquee::testing {

// Thread-safe.
class FakeJellyfin {
 public:
  static constexpr std::string_view kToken = "0123456789abcdef0123456789abcdef";

  struct Options {
    std::string token = std::string(kToken);
    std::string base_path = {};  // `/jellyfin`: all paths are below it
  };

  FakeJellyfin() : FakeJellyfin(Options()) {}
  explicit FakeJellyfin(Options options);

  // kind: movies, tvshows, mixed. Returns the library's id.
  std::string AddLibrary(const std::string& name, const std::string& kind);
  // `count` titles `<word> 1`, `<word> 2` …, each with poster, backdrop and logo. type: Movie,
  // Series.
  void AddTitles(const std::string& library_id, const std::string& type, const std::string& word,
                 size_t count);
  // An entry of a listing as JSON text.
  void AddEntry(const std::string& library_id, const std::string& type, std::string json);

  // Adds one title, created and saved now.
  void AddNewTitle(const std::string& library_id, const std::string& type, const std::string& name);
  // Replaces `from` by `to` in an entry and marks it as saved now.
  void ChangeEntry(const std::string& library_id, const std::string& type, size_t index,
                   const std::string& from, const std::string& to);
  void RemoveEntry(const std::string& library_id, const std::string& type, size_t index);
  // A collection with the titles of these ids; its own id is `c<name>`.
  void AddCollection(const std::string& name, std::vector<std::string> ids) {
    const base::MutexLock lock(mutex_);
    collections_.insert_or_assign(name, Collection{std::move(ids), kLongAgo});
  }
  // Groups films into collections, as a server setting does: listings, totals and changes contain
  // the collection instead of its films, unless a request disables that.
  void GroupIntoCollections();
  // Replaces the titles of a collection, saved now.
  void ChangeCollection(const std::string& name, std::vector<std::string> ids);

  // Sets the bytes of every image.
  void SetImage(std::string bytes, std::string content_type);
  // Gives every image a new date, as if the artwork was replaced.
  void TouchImages();

  // The underlying scripted server, for special responses: On() takes precedence over this class.
  FakeHttpServer& server() { return server_; }
  std::string url() const { return server_.url(options_.base_path); }

  // Invalid requests so far: a token that is missing, wrong, or in a URL.
  std::vector<std::string> complaints() const;

 private:
  struct SavedEntry {
    std::string json;
    std::string saved;  // 2025-06-01T10:00:00Z
  };
  struct Library {
    std::string id;
    std::string name;
    std::string kind;
    std::map<std::string, std::vector<SavedEntry>> entries = {};  // by type
  };

  struct Collection {
    std::vector<std::string> ids;
    std::string saved;
  };
  static constexpr const char* kLongAgo = "2025-06-01T10:00:00Z";

  Library& FindLibrary(const std::string& id) MARQUEE_REQUIRES(mutex_);

  FakeHttpServer::Reply Answer(const FakeHttpServer::Request& request);
  FakeHttpServer::Reply Libraries() const MARQUEE_REQUIRES(mutex_);
  FakeHttpServer::Reply Listing(const FakeHttpServer::Request& request) const
      MARQUEE_REQUIRES(mutex_);
  FakeHttpServer::Reply Counts() const MARQUEE_REQUIRES(mutex_);
  FakeHttpServer::Reply Image(const FakeHttpServer::Request& request) const
      MARQUEE_REQUIRES(mutex_);
  bool Proven(const FakeHttpServer::Request& request) MARQUEE_REQUIRES(mutex_);

  const Options options_;
  mutable base::Mutex mutex_;
  std::vector<Library> libraries_ MARQUEE_GUARDED_BY(mutex_);
  std::map<std::string, Collection> collections_ MARQUEE_GUARDED_BY(mutex_);
  std::vector<std::string> complaints_ MARQUEE_GUARDED_BY(mutex_);
  std::string image_ MARQUEE_GUARDED_BY(mutex_);
  std::string image_type_ MARQUEE_GUARDED_BY(mutex_);
  bool groups_ MARQUEE_GUARDED_BY(mutex_) = false;
  int image_version_ MARQUEE_GUARDED_BY(mutex_) = 0;
  FakeHttpServer server_;  // last: its threads use all of the above
};

}  // namespace marquee::testing
