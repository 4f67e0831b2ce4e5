#include "services/gateway/routes/display/media_extras.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <memory>
#include <utility>

#include "services/gateway/async/await.h"
#include "services/gateway/model/json_reader.h"
#include "services/gateway/model/json_writer.h"

namespace marquee::gateway {
namespace {

constexpr size_t kMaxKey = 512;

void Append(const Extra& extra, std::string_view url, std::string& out) {
  JsonObject object(out);
  object.Text("type", extra.kind);
  object.TextIfAny("title", extra.name);
  object.TextIfAny("url", url);
  object.TextIfAny("site", extra.site);
  object.TextIfAny("key", extra.site_key);
  if (extra.official) object.Bool("official", true);
  object.Close();
}

// The members {"extras":[…],"trailer":{…},"themeUrl":…} without braces, after a comma.
std::string MembersOf(const std::vector<Extra>& extras, const MediaLinks& links) {
  if (extras.empty()) return {};
  std::string json;
  JsonObject object(json);
  object.Name("extras");
  json += '[';
  for (const Extra& extra : extras) {
    if (json.back() != '[') json += ',';
    Append(extra, links.Seal(extra.url), json);
  }
  json += ']';
  const auto trailer = std::ranges::find(extras, "trailer", &Extra::kind);
  if (trailer != extras.end()) {
    object.Name("trailer");
    Append(*trailer, links.Seal(trailer->url), json);
  }
  const auto theme = std::ranges::find(extras, "theme", &Extra::kind);
  if (theme != extras.end()) {
    object.Text("theme", theme->name);
    object.Text("themeUrl", links.Seal(theme->url));
  }
  object.Close();
  return "," + json.substr(1, json.size() - 2);
}

// The requests of one response that are still running.
struct Round {
  std::vector<std::string> members;
  size_t left = 0;
  std::function<void(bool)> done;
};

}  // namespace

MediaExtras::MediaExtras(Deps deps)
    : deps_(deps), known_({.fresh_for = absl::Hours(6)}, deps.clock) {}

asio::awaitable<std::string> MediaExtras::Of(std::string key) {
  AsyncMemo<std::string>::Fetch fetch =
      [this, key]() -> asio::awaitable<absl::StatusOr<AsyncMemo<std::string>::Fetched>> {
    ExtrasQuery query;
    query.key = key;
    const auto extras = co_await deps_.catalog.Extras(std::move(query));
    // Titles without extras are cached as well.
    if (!extras.ok() && !absl::IsNotFound(extras.status())) co_return extras.status();
    AsyncMemo<std::string>::Fetched fetched;
    if (extras.ok()) fetched.value = MembersOf(*extras, deps_.links);
    fetched.bytes = key.size() + fetched.value.size();
    co_return fetched;
  };
  const auto members = co_await known_.Get(std::move(key), std::move(fetch));
  co_return members.ok() ? **members : std::string();
}

asio::awaitable<std::string> MediaExtras::Add(std::vector<std::string> items) {
  const auto executor = co_await asio::this_coro::executor;
  const auto round = std::make_shared<Round>();
  round->left = std::min(items.size(), kMostTitles);
  round->members.resize(items.size());
  if (round->left > 0) {
    // A connection stays on its thread, so all of this runs on one thread.
    std::function<void(std::function<void(bool)>)> start = [this, &executor, &items,
                                                            round](std::function<void(bool)> done) {
      round->done = std::move(done);
      const size_t titles = round->left;
      for (size_t i = 0; i < titles; ++i) {
        const auto item = ParseJsonObject(items[i]);
        std::string key = item.ok() ? TextField(*item, "key", kMaxKey) : std::string();
        asio::co_spawn(executor, Of(std::move(key)),
                       [round, i](const std::exception_ptr&, std::string members) {
                         round->members[i] = std::move(members);
                         if (--round->left == 0) round->done(true);
                       });
      }
    };
    co_await AwaitCallback<bool>(std::move(start));
  }
  std::string body = "[";
  for (size_t i = 0; i < items.size(); ++i) {
    if (body.size() > 1) body += ',';
    body += items[i];
    if (!round->members[i].empty()) {
      body.pop_back();
      body += round->members[i] + "}";
    }
  }
  co_return body + "]";
}

}  // namespace marquee::gateway
