// Shared by the scripted media servers.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "tests/support/fake_http_server.h"
#include "tests/support/tiny_png.h"

namespace marquee::testing {

inline FakeHttpServer::Reply JsonReply(std::string body) {
  return {.headers = {{"Content-Type", "application/json; charset=utf-8"}},
          .body = std::move(body)};
}

// An image whose ETag is "p1".
inline FakeHttpServer::Reply ImageReply(const FakeHttpServer::Request& request) {
  if (request.header("if-none-match") == "\"p1\"") {
    return {.status = 304, .headers = {{"ETag", "\"p1\""}}};
  }
  return {.headers = {{"Content-Type", "image/png"}, {"ETag", "\"p1\""}}, .body = TinyPng()};
}

// The id of a title at film databases: equal for equal titles on all servers, so that they are
// merged, and different for other titles.
inline uint64_t DatabaseId(std::string_view title) {
  uint64_t hash = 14695981039346656037U;  // FNV-1a
  for (const char c : title) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return 1'000'000 + hash % 8'000'000;
}

// A numeric query parameter.
inline size_t NumberOf(const FakeHttpServer::Request& request, std::string_view name,
                       size_t otherwise) {
  const std::string text = request.parameter(name);
  return text.empty() ? otherwise : std::strtoull(text.c_str(), nullptr, 10);
}

}  // namespace marquee::testing
