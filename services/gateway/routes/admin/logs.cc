#include "services/gateway/routes/admin/logs.h"

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "services/gateway/model/json_reader.h"
#include "services/gateway/model/json_writer.h"
#include "services/gateway/routes/core/answers.h"
#include "services/gateway/routes/core/query_rules.h"

namespace marquee::gateway {
namespace {

constexpr int kUsualLines = 200;
constexpr int kMostLines = 2000;

// The level names of Posterrama 2.9.4; those finer than debug are treated as debug.
constexpr std::array<std::pair<std::string_view, obs::Level>, 7> kLevels{{
    {"error", obs::Level::kError},
    {"warn", obs::Level::kWarn},
    {"info", obs::Level::kInfo},
    {"http", obs::Level::kDebug},
    {"verbose", obs::Level::kDebug},
    {"debug", obs::Level::kDebug},
    {"silly", obs::Level::kDebug},
}};
constexpr std::string_view kWords = "error, warn, info, http, verbose, debug, silly";

std::optional<obs::Level> LevelOf(std::string_view word) {
  for (const auto& [name, level] : kLevels) {
    if (EqualsIgnoreCase(name, word)) return level;
  }
  return std::nullopt;
}

std::string_view InCapitals(obs::Level level) {
  switch (level) {
    case obs::Level::kDebug:
      return "DEBUG";
    case obs::Level::kInfo:
      return "INFO";
    case obs::Level::kWarn:
      return "WARN";
    case obs::Level::kError:
      return "ERROR";
  }
  return "INFO";
}

}  // namespace

void AppendLogLine(const obs::LogTail::Line& line, std::string& json) {
  JsonObject object(json);
  object.Text("timestamp", IsoTime(line.at));
  object.Text("level", InCapitals(line.level));
  object.Text("message", line.message);
  json += line.fields;
  object.Close();
}

void LogRoutes::AddTo(Router& router) {
  if (deps_.log == nullptr) return;
  router.Add(
      Method::kGet, "/api/admin/logs",
      [this](RequestPtr request, std::string) -> asio::awaitable<Response> {
        co_return Lines(*request);
      },
      Access::kRead);
  router.Add(
      Method::kGet, "/api/admin/logs/level",
      [this](RequestPtr, std::string) -> asio::awaitable<Response> { co_return Level(); },
      Access::kRead);
  router.Add(
      Method::kPost, "/api/admin/logs/level",
      [this](RequestPtr request, std::string) -> asio::awaitable<Response> {
        co_return SetLevel(*request);
      },
      Access::kAdmin);
}

Response LogRoutes::Lines(const Request& request) const {
  QueryRules rules(request.query);
  const auto limit = rules.Integer("limit", 1, kMostLines).value_or(kUsualLines);
  const auto offset = rules.Integer("offset", 0, kMostLines).value_or(0);
  std::optional<obs::Level> minimum = obs::Level::kDebug;
  if (const auto word = request.query.Get("level"); word && !word->empty()) {
    minimum = LevelOf(*word);
    if (!minimum) rules.Note("level", "\"level\" must be one of [" + std::string(kWords) + "]");
  }
  if (!rules.errors().empty()) {
    return ValidationError("Invalid query parameters", rules.errors(), deps_.clock.Now());
  }
  std::string json = "[";
  for (const auto& line : deps_.log->tail().Newest(*minimum, static_cast<size_t>(offset),
                                                   static_cast<size_t>(limit))) {
    if (json.size() > 1) json += ',';
    AppendLogLine(line, json);
  }
  json += ']';
  Response response = JsonAnswer(200, std::move(json));
  response.headers.Set("Cache-Control", "no-store");
  return response;
}

Response LogRoutes::Level() const {
  std::string json;
  JsonObject object(json);
  object.Text("level", obs::NameOf(deps_.log->minimum()));
  object.Close();
  return JsonAnswer(200, std::move(json));
}

Response LogRoutes::SetLevel(const Request& request) {
  const auto body = ParseJsonObject(request.body);
  const std::string word = body.ok() ? TextField(*body, "level", 16) : std::string();
  const auto level = LevelOf(word);
  if (!level) return JsonError(400, "\"level\" must be one of " + std::string(kWords));
  const obs::Level before = deps_.log->minimum();
  deps_.log->SetMinimum(*level);
  std::string json;
  JsonObject object(json);
  object.Bool("success", true);
  object.Text("oldLevel", obs::NameOf(before));
  object.Text("newLevel", obs::NameOf(*level));
  object.Close();
  return JsonAnswer(200, std::move(json));
}

}  // namespace marquee::gateway
