#include "tests/support/fake_tmdb.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <utility>

#include "tests/support/replies.h"

namespace marquee::testing {
namespace {

using Reply = FakeHttpServer::Reply;
using Request = FakeHttpServer::Request;

constexpr size_t kPage = 20;

}  // namespace

FakeTmdb::FakeTmdb() {
  server_.OnAnythingElse([this](const Request& request) { return Answer(request); });
}

void FakeTmdb::AddTitles(const std::string& list, const std::string& word, size_t count) {
  const bool series = list.find("/tv") != std::string::npos;
  const base::MutexLock lock(mutex_);
  for (size_t i = 1; i <= count; ++i) {
    const size_t id = next_id_++;
    lists_[list].push_back(fmt::format(
        R"({{"adult":false,"id":{0},"genre_ids":[18,53],"{1}":"{2} {3}","original_{1}":"{2} {3}",)"
        R"("overview":"The story of {2} {3}.","{4}":"{5}-05-25","vote_average":7.{6},)"
        R"("poster_path":"/p{0}.jpg","backdrop_path":"/b{0}.jpg"}})",
        id, series ? "name" : "title", word, i, series ? "first_air_date" : "release_date",
        1980 + i % 45, i % 10));
  }
}

Reply FakeTmdb::Answer(const Request& request) {
  const base::MutexLock lock(mutex_);
  if (request.path.starts_with("/t/p/")) {
    if (request.path.ends_with("/missing.jpg")) return {.status = 404};
    return ImageReply(request);
  }
  const bool proven = request.parameter("api_key") == kKey ||
                      request.header("authorization") == fmt::format("Bearer {}", kAccessToken);
  if (!proven) {
    Reply refused =
        JsonReply(R"({"status_code":7,"status_message":"Invalid API key","success":false})");
    refused.status = 401;
    return refused;
  }
  if (request.path == "/configuration") return JsonReply(R"({"images":{}})");
  if (request.path.starts_with("/genre/")) {
    return JsonReply(R"({"genres":[{"id":18,"name":"Drama"},{"id":53,"name":"Thriller"}]})");
  }
  if (request.path.ends_with("/watch/providers")) {
    return JsonReply(
        R"({"id":1,"results":{"US":{"link":"https://www.themoviedb.org/watch?locale=US",)"
        R"("flatrate":[{"provider_name":"Elsewhere","logo_path":"/e.jpg"}]},)"
        R"("DE":{"link":"https://www.themoviedb.org/watch?locale=DE",)"
        R"("buy":[{"provider_id":2,"provider_name":"Shop","logo_path":"/shop.jpg"}],)"
        R"("flatrate":[{"provider_id":8,"provider_name":"Netflix","logo_path":"/netflix.jpg"}],)"
        R"("rent":[{"provider_id":3,"provider_name":"Kiosk","logo_path":"/kiosk.jpg"}]}}})");
  }
  if (request.path.ends_with("/videos")) {
    return JsonReply(
        R"({"id":1,"results":[{"key":"clip1","name":"A clip","site":"YouTube","type":"Clip","official":true},)"
        R"({"key":"tea1","name":"Teaser","site":"YouTube","type":"Teaser","official":true},)"
        R"({"key":"fan1","name":"Fan trailer","site":"YouTube","type":"Trailer","official":false},)"
        R"({"key":"vim1","name":"Elsewhere","site":"Vimeo","type":"Trailer","official":true},)"
        R"({"key":"tra1","name":"Trailer","site":"YouTube","type":"Trailer","official":true}]})");
  }
  const auto list = lists_.find(request.path);
  if (list == lists_.end()) return {.status = 404};
  const auto& entries = list->second;
  const std::string page_text = request.parameter("page");
  const size_t page = std::max<size_t>(1, std::strtoull(page_text.c_str(), nullptr, 10));
  if (page > 500) {
    Reply refused = JsonReply(
        R"({"success":false,"status_code":22,"status_message":"Invalid page: Pages start at 1 and max at 500."})");
    refused.status = 400;
    return refused;
  }
  const size_t first = std::min((page - 1) * kPage, entries.size());
  const size_t count = std::min(kPage, entries.size() - first);
  std::string body = fmt::format(R"({{"page":{},"results":[)", page);
  for (size_t i = 0; i < count; ++i) body += (i == 0 ? "" : ",") + entries[first + i];
  body += fmt::format(R"(],"total_pages":{},"total_results":{}}})",
                      (entries.size() + kPage - 1) / kPage, entries.size());
  const std::string etag = fmt::format("W/\"{:x}\"", std::hash<std::string>()(body));
  if (request.header("if-none-match") == etag) return {.status = 304, .headers = {{"ETag", etag}}};
  Reply reply = JsonReply(std::move(body));
  reply.headers.emplace_back("ETag", etag);
  return reply;
}

}  // namespace marquee::testing
