// What the scripted media servers have in common.
#pragma once

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

// A picture whose ETag is "p1".
inline FakeHttpServer::Reply PictureReply(const FakeHttpServer::Request& request) {
  if (request.header("if-none-match") == "\"p1\"") {
    return {.status = 304, .headers = {{"ETag", "\"p1\""}}};
  }
  return {.headers = {{"Content-Type", "image/png"}, {"ETag", "\"p1\""}}, .body = TinyPng()};
}

// A number of the query.
inline size_t NumberOf(const FakeHttpServer::Request& request, std::string_view name,
                       size_t otherwise) {
  const std::string text = request.parameter(name);
  return text.empty() ? otherwise : std::strtoull(text.c_str(), nullptr, 10);
}

}  // namespace marquee::testing
