#include "tests/support/fake_romm.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "tests/support/replies.h"

namespace marquee::testing {
namespace {

using Reply = FakeHttpServer::Reply;
using Request = FakeHttpServer::Request;

}  // namespace

FakeRomm::FakeRomm() {
  server_.OnAnythingElse([this](const Request& request) { return Answer(request); });
}

void FakeRomm::AddPlatform(const std::string& slug, const std::string& name) {
  const base::MutexLock lock(mutex_);
  platforms_.push_back({.slug = slug, .name = name});
}

void FakeRomm::AddGames(const std::string& slug, const std::string& word, size_t count) {
  for (size_t i = 1; i <= count; ++i) {
    size_t id = 0;
    {
      const base::MutexLock lock(mutex_);
      id = next_id_++;
    }
    AddEntry(
        slug,
        fmt::format(
            R"({{"id":{0},"name":"{1} {2}","fs_name_no_ext":"{1} {2}","summary":"Play {1}.",)"
            R"("path_cover_large":"/assets/romm/resources/roms/1/{0}/cover/big.png?ts=2024-05-01",)"
            R"("url_cover":"https://images.igdb.com/igdb/image/upload/t_1080p/co{0}.jpg",)"
            R"("updated_at":"2025-06-01T10:00:00+00:00","created_at":"2025-06-01T10:00:00+00:00",)"
            R"("is_identified":true,"metadatum":{{"first_release_date":831772800,)"
            R"("average_rating":88.5,"genres":["Platform"],"companies":["Soft"],"age_ratings":["E"]}}}})",
            id, word, i));
  }
}

void FakeRomm::AddEntry(const std::string& slug, std::string json) {
  const base::MutexLock lock(mutex_);
  const auto platform = std::ranges::find(platforms_, slug, &Platform::slug);
  platform->entries.push_back(std::move(json));
  ++platform->changed;
}

void FakeRomm::ForgetTokens() {
  const base::MutexLock lock(mutex_);
  ++generation_;
}

void FakeRomm::SetBare(bool bare) {
  const base::MutexLock lock(mutex_);
  bare_ = bare;
}

size_t FakeRomm::sign_ins() const {
  const base::MutexLock lock(mutex_);
  return sign_ins_;
}

size_t FakeRomm::renewals() const {
  const base::MutexLock lock(mutex_);
  return renewals_;
}

Reply FakeRomm::Token(const Request& request) {
  Request form;
  form.query = request.body;
  const std::string refresh = fmt::format("planted-refresh-{}", generation_);
  if (form.parameter("grant_type") == "refresh_token") {
    if (form.parameter("refresh_token") != refresh) return {.status = 401};
    ++renewals_;
  } else {
    if (form.parameter("username") != kUser || form.parameter("password") != kPassword) {
      return {.status = 401};
    }
    ++sign_ins_;
  }
  return JsonReply(fmt::format(
      R"({{"access_token":"planted-access-{}","refresh_token":"{}","token_type":"bearer","expires":900}})",
      generation_, refresh));
}

Reply FakeRomm::Answer(const Request& request) {
  const base::MutexLock lock(mutex_);
  if (request.path == "/api/token") {
    return request.method == "POST" ? Token(request) : Reply{.status = 405};
  }
  if (request.path == "/api/heartbeat") return JsonReply(R"({"SYSTEM":{"VERSION":"3.10.2"}})");
  const std::string proof = request.header("authorization");
  if (proof != fmt::format("Bearer planted-access-{}", generation_) &&
      proof != fmt::format("Bearer {}", kApiToken)) {
    return {.status = 401};
  }
  if (request.path.starts_with("/assets/")) {
    if (request.path.find("missing") != std::string::npos) return {.status = 404};
    return ImageReply(request);
  }
  if (request.path == "/api/platforms") {
    std::string body = "[";
    for (size_t i = 0; i < platforms_.size(); ++i) {
      body += fmt::format(
          R"({}{{"id":{},"slug":"{}","name":"{}","display_name":"{}","rom_count":{},"updated_at":"2025-06-{:02}T10:00:00Z"}})",
          i == 0 ? "" : ",", i + 1, platforms_[i].slug, platforms_[i].name, platforms_[i].name,
          platforms_[i].entries.size(), platforms_[i].changed % 28 + 1);
    }
    return JsonReply(body + "]");
  }
  if (request.path == "/api/roms") return Roms(request);
  return {.status = 404};
}

Reply FakeRomm::Roms(const Request& request) const {
  const size_t id = NumberOf(request, "platform_id", 0);
  if (id < 1 || id > platforms_.size()) return {.status = 404};
  const auto& entries = platforms_[id - 1].entries;
  const size_t first = std::min(NumberOf(request, "offset", 0), entries.size());
  const size_t count = std::min(NumberOf(request, "limit", 50), entries.size() - first);
  std::string list = "[";
  for (size_t i = 0; i < count; ++i) list += (i == 0 ? "" : ",") + entries[first + i];
  list += "]";
  if (bare_) return JsonReply(list);
  return JsonReply(fmt::format(R"({{"items":{},"total":{},"limit":{},"offset":{}}})", list,
                               entries.size(), count, first));
}

}  // namespace marquee::testing
