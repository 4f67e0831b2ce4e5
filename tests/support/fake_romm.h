// A fake RomM server with the part of the API that a playlist needs: tokens by password and by
// refresh, platforms, paged ROMs and covers. Returns 401 without a valid token.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/mutex.h"
#include "tests/support/fake_http_server.h"

namespace marquee::testing {

// Thread-safe.
class FakeRomm {
 public:
  static constexpr std::string_view kUser = "anna";
  // An API token that is accepted instead of a sign-in.
  static constexpr std::string_view kApiToken = "rmm_planted0123456789abcdef";
  static constexpr std::string_view kPassword = "planted&romm=password";

  FakeRomm();

  void AddPlatform(const std::string& slug, const std::string& name);
  // `count` games `<word> 1` …, each with a cover on this server.
  void AddGames(const std::string& slug, const std::string& word, size_t count);
  void AddEntry(const std::string& slug, std::string json);
  // Revokes all tokens issued so far.
  void ForgetTokens();
  // Returns listings like older releases: a bare array.
  void SetBare(bool bare);

  FakeHttpServer& server() { return server_; }
  std::string url() const { return server_.url(); }
  // Number of sign-ins by password, and by a refresh token.
  size_t sign_ins() const;
  size_t renewals() const;

 private:
  struct Platform {
    std::string slug;
    std::string name;
    int changed = 0;
    std::vector<std::string> entries = {};
  };

  FakeHttpServer::Reply Answer(const FakeHttpServer::Request& request);
  FakeHttpServer::Reply Token(const FakeHttpServer::Request& request) MARQUEE_REQUIRES(mutex_);
  FakeHttpServer::Reply Roms(const FakeHttpServer::Request& request) const MARQUEE_REQUIRES(mutex_);

  mutable base::Mutex mutex_;
  std::vector<Platform> platforms_ MARQUEE_GUARDED_BY(mutex_);
  int generation_ MARQUEE_GUARDED_BY(mutex_) = 0;  // of tokens
  size_t sign_ins_ MARQUEE_GUARDED_BY(mutex_) = 0;
  size_t renewals_ MARQUEE_GUARDED_BY(mutex_) = 0;
  size_t next_id_ MARQUEE_GUARDED_BY(mutex_) = 1;
  bool bare_ MARQUEE_GUARDED_BY(mutex_) = false;
  FakeHttpServer server_;  // last: its threads use all of the above
};

}  // namespace marquee::testing
