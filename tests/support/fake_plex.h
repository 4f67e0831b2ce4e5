// A fake Plex server with the part of the API that a playlist needs: sections, paged listings,
// extras, sessions and images. Returns 401 without a valid token in the header.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/mutex.h"
#include "tests/support/fake_http_server.h"

namespace marquee::testing {

// Thread-safe.
class FakePlex {
 public:
  static constexpr std::string_view kToken = "planted-plex-token";

  FakePlex();

  // type: movie, show, artist. Returns the section's key.
  std::string AddSection(const std::string& title, const std::string& type);
  // `count` titles `<word> 1`, `<word> 2` …, each with poster, background and logo; albums in a
  // section of artists.
  void AddTitles(const std::string& section, const std::string& word, size_t count);
  // An entry of a listing as JSON text.
  void AddEntry(const std::string& section, std::string json);
  // Hides the titles of a collection of that name from listings that include collections, as the
  // collection's setting "hide items" does.
  void HideItemsOf(const std::string& collection);
  // Marks the section as changed.
  void Touch(const std::string& section);
  // The JSON of /status/sessions' entries.
  void SetSessions(std::vector<std::string> sessions);

  // The underlying scripted server, for special responses: On() takes precedence over this class.
  FakeHttpServer& server() { return server_; }
  std::string url() const { return server_.url(); }

  // Invalid requests so far: a token that is missing, wrong, or in a URL.
  std::vector<std::string> complaints() const;

 private:
  struct Section {
    std::string key;
    std::string title;
    std::string type;
    int changed = 0;
    std::vector<std::string> entries = {};
  };

  FakeHttpServer::Reply Answer(const FakeHttpServer::Request& request);
  FakeHttpServer::Reply Sections() const MARQUEE_REQUIRES(mutex_);
  FakeHttpServer::Reply Listing(const FakeHttpServer::Request& request) const
      MARQUEE_REQUIRES(mutex_);
  FakeHttpServer::Reply Metadata(const FakeHttpServer::Request& request) const
      MARQUEE_REQUIRES(mutex_);
  Section& Find(const std::string& key) MARQUEE_REQUIRES(mutex_);

  mutable base::Mutex mutex_;
  std::vector<Section> sections_ MARQUEE_GUARDED_BY(mutex_);
  std::vector<std::string> sessions_ MARQUEE_GUARDED_BY(mutex_);
  std::string hidden_collection_ MARQUEE_GUARDED_BY(mutex_);
  std::vector<std::string> complaints_ MARQUEE_GUARDED_BY(mutex_);
  size_t next_key_ MARQUEE_GUARDED_BY(mutex_) = 1;
  FakeHttpServer server_;  // last: its threads use all of the above
};

}  // namespace marquee::testing
