// A fake TMDB server with the part of the API that a playlist needs: lists in pages of 20, genres,
// videos and images. Returns 401 without the right key.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/mutex.h"
#include "tests/support/fake_http_server.h"

namespace marquee::testing {

// Thread-safe.
class FakeTmdb {
 public:
  static constexpr std::string_view kKey = "0123456789abcdef0123456789abcdef";
  static constexpr std::string_view kAccessToken =
      "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJwbGFudGVkLWFjY2Vzcy10b2tlbiJ9.c2lnbmF0dXJlLXNpZ25hdHVyZQ";

  FakeTmdb();

  // Adds `count` titles to a list (`/movie/popular`).
  void AddTitles(const std::string& list, const std::string& word, size_t count);

  FakeHttpServer& server() { return server_; }
  std::string url() const { return server_.url(); }

 private:
  FakeHttpServer::Reply Answer(const FakeHttpServer::Request& request);

  mutable base::Mutex mutex_;
  std::map<std::string, std::vector<std::string>> lists_ MARQUEE_GUARDED_BY(mutex_);
  size_t next_id_ MARQUEE_GUARDED_BY(mutex_) = 1;
  FakeHttpServer server_;  // last: its threads use all of the above
};

}  // namespace marquee::testing
