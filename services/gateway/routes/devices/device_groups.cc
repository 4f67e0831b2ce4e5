#include "services/gateway/routes/devices/device_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "libs/base/strings.h"
#include "services/gateway/model/json_reader.h"
#include "services/gateway/model/json_writer.h"
#include "services/gateway/routes/core/answers.h"
#include "services/gateway/routes/devices/device_answers.h"

namespace marquee::gateway {
namespace {

namespace json = boost::json;

constexpr size_t kMaxGroupId = 128;
// One more than allowed, so that a longer text is rejected instead of truncated.
constexpr size_t kMaxText = 1025;

std::string_view SettingsKey(GroupKind kind) {
  return kind == GroupKind::kGroup ? "settingsTemplate" : "settings";
}

void Append(const SettingsGroup& group, GroupKind kind, std::string& out) {
  JsonObject object(out);
  object.Text("id", group.id);
  object.Text("name", group.name);
  object.Text("description", group.description);
  object.Raw(SettingsKey(kind), group.settings_json);
  if (kind == GroupKind::kGroup) object.Integer("order", group.order);
  if (group.created_at) object.Text("createdAt", IsoTime(*group.created_at));
  if (group.updated_at) object.Text("updatedAt", IsoTime(*group.updated_at));
  object.Text("etag", group.etag);
  object.Close();
}

Response Answer(int status, const SettingsGroup& group, GroupKind kind) {
  std::string text;
  Append(group, kind, text);
  return JsonAnswer(status, std::move(text));
}

GroupChange ChangeFrom(const Request& request, const json::object& body, GroupKind kind) {
  GroupChange change;
  change.accept_unknown = AcceptsUnknown(request);
  change.name = OptionalText(body, "name", kMaxText);
  change.description = OptionalText(body, "description", kMaxText);
  change.settings_json = OptionalObject(body, SettingsKey(kind));
  const json::value* order = body.if_contains("order");
  if (kind == GroupKind::kGroup && order != nullptr && order->is_number()) {
    constexpr double kMostOrder = 1e9;
    change.order = static_cast<int>(std::clamp(order->to_number<double>(), 0.0, kMostOrder));
  }
  return change;
}

Response RefusalOf(const absl::Status& status, GroupKind kind) {
  if (absl::IsAlreadyExists(status)) {
    return JsonError(409, kind == GroupKind::kGroup ? "group_exists" : "profile_exists");
  }
  return Refusal(status);
}

std::string OkText() {
  std::string text;
  JsonObject object(text);
  object.Bool("ok", true);
  object.Close();
  return text;
}

// {ok, live, queued, total[, results]}
std::string Report(const BatchSent& sent, bool waited) {
  int live = 0;
  for (const BatchSent::Result& result : sent.results) live += result.sent.live ? 1 : 0;
  const int total = static_cast<int>(sent.results.size());
  std::string text;
  JsonObject object(text);
  object.Bool("ok", true);
  object.Integer("live", live);
  object.Integer("queued", total - live);
  object.Integer("total", total);
  if (waited) {
    object.Name("results");
    text += '[';
    for (const BatchSent::Result& result : sent.results) {
      if (text.back() != '[') text += ',';
      JsonObject entry(text);
      entry.Text("deviceId", result.device_id);
      entry.Text("status", OutcomeWord(result.sent));
      entry.TextIfAny("detail", result.sent.command.info);
      entry.Close();
    }
    text += ']';
  }
  object.Close();
  return text;
}

}  // namespace

void DeviceGroupRoutes::AddKind(Router& router, GroupKind kind) {
  const std::string base = kind == GroupKind::kGroup ? "/api/groups" : "/api/profiles";
  router.Add(
      Method::kGet, base,
      [this, kind](const RequestPtr&, const std::string&) { return List(kind); }, Access::kRead);
  router.Add(
      Method::kPost, base,
      [this, kind](RequestPtr request, const std::string&) {
        return Create(std::move(request), kind);
      },
      Access::kAdmin);
  router.Add(
      Method::kGet, base + "/:id",
      [this, kind](const RequestPtr&, std::string id) { return Get(std::move(id), kind); },
      Access::kRead);
  router.Add(
      Method::kPatch, base + "/:id",
      [this, kind](RequestPtr request, std::string id) {
        return Patch(std::move(request), std::move(id), kind);
      },
      Access::kAdmin);
  router.Add(
      Method::kDelete, base + "/:id",
      [this, kind](const RequestPtr&, std::string id) { return Delete(std::move(id), kind); },
      Access::kAdmin);
  router.Add(
      Method::kPost, base + "/:id/command",
      [this, kind](RequestPtr request, std::string id) {
        return Command(std::move(request), std::move(id), kind);
      },
      Access::kOperate);
}

void DeviceGroupRoutes::AddTo(Router& router) {
  AddKind(router, GroupKind::kGroup);
  AddKind(router, GroupKind::kProfile);
  router.Add(
      Method::kGet, "/api/admin/device-presets",
      [this](const RequestPtr&, const std::string&) { return Presets(); }, Access::kRead);
  router.Add(
      Method::kPut, "/api/admin/device-presets",
      [this](RequestPtr request, const std::string&) { return PutPresets(std::move(request)); },
      Access::kAdmin);
}

asio::awaitable<Response> DeviceGroupRoutes::List(GroupKind kind) {
  const auto groups = co_await deps_.fleet.ListGroups(kind);
  if (!groups.ok()) co_return Refusal(groups.status());
  std::string text = "[";
  for (const SettingsGroup& group : *groups) {
    if (text.size() > 1) text += ',';
    Append(group, kind, text);
  }
  text += ']';
  co_return JsonAnswer(200, std::move(text));
}

asio::awaitable<Response> DeviceGroupRoutes::Get(std::string id, GroupKind kind) {
  const auto groups = co_await deps_.fleet.ListGroups(kind);
  if (!groups.ok()) co_return Refusal(groups.status());
  const auto group = std::ranges::find(*groups, id, &SettingsGroup::id);
  if (group == groups->end()) co_return JsonError(404, "not_found");
  co_return Answer(200, *group, kind);
}

asio::awaitable<Response> DeviceGroupRoutes::Create(RequestPtr request, GroupKind kind) {
  const auto body = ParseJsonObject(request->body);
  if (!body.ok()) co_return JsonError(400, "invalid_json");
  std::string id = TextField(*body, "id", kMaxGroupId);
  const auto group =
      co_await deps_.fleet.CreateGroup(kind, std::move(id), ChangeFrom(*request, *body, kind));
  if (!group.ok()) co_return RefusalOf(group.status(), kind);
  co_return Answer(201, *group, kind);
}

asio::awaitable<Response> DeviceGroupRoutes::Patch(RequestPtr request, std::string id,
                                                   GroupKind kind) {
  const auto body = ParseJsonObject(request->body);
  if (!body.ok()) co_return JsonError(400, "invalid_json");
  std::string etag = TextField(*body, "etag", 64);
  const auto group = co_await deps_.fleet.UpdateGroup(
      kind, std::move(id), ChangeFrom(*request, *body, kind), std::move(etag));
  if (!group.ok()) co_return RefusalOf(group.status(), kind);
  co_return Answer(200, *group, kind);
}

asio::awaitable<Response> DeviceGroupRoutes::Delete(std::string id, GroupKind kind) {
  const absl::Status deleted = co_await deps_.fleet.DeleteGroup(kind, std::move(id));
  if (!deleted.ok()) co_return Refusal(deleted);
  co_return JsonAnswer(200, OkText());
}

asio::awaitable<absl::StatusOr<std::vector<std::string>>> DeviceGroupRoutes::DevicesWith(
    std::string profile_id) {
  const auto profiles = co_await deps_.fleet.ListGroups(GroupKind::kProfile);
  if (!profiles.ok()) co_return profiles.status();
  if (std::ranges::find(*profiles, profile_id, &SettingsGroup::id) == profiles->end()) {
    co_return absl::NotFoundError("no such profile");
  }
  const auto devices = co_await deps_.devices.List();
  if (!devices.ok()) co_return devices.status();
  std::vector<std::string> ids;
  for (const Device& device : *devices) {
    if (device.profile_id == profile_id) ids.push_back(device.id);
  }
  co_return ids;
}

asio::awaitable<Response> DeviceGroupRoutes::Command(RequestPtr request, std::string id,
                                                     GroupKind kind) {
  const auto body = ParseJsonObject(request->body);
  if (!body.ok()) co_return JsonError(400, "invalid_json");
  const auto order = OrderFrom(*body);
  if (!order) co_return JsonError(400, "type_required");
  BatchCommand command;
  command.type = order->type;
  command.payload_json = order->payload_json;
  const bool wait = request->query.Get("wait") == "true";
  if (wait) command.wait = kAckWait;
  if (kind == GroupKind::kGroup) {
    command.group_id = std::move(id);
  } else {
    auto ids = co_await DevicesWith(std::move(id));
    if (!ids.ok()) co_return Refusal(ids.status());
    if (ids->empty()) co_return JsonAnswer(200, Report({}, wait));
    command.device_ids = *std::move(ids);
  }
  const auto sent = co_await deps_.fleet.Send(std::move(command));
  if (!sent.ok()) co_return Refusal(sent.status());
  co_return JsonAnswer(200, Report(*sent, wait));
}

asio::awaitable<Response> DeviceGroupRoutes::Presets() {
  const auto document = co_await deps_.fleet.Presets();
  if (!document.ok()) co_return Refusal(document.status());
  const auto body = ParseJsonObject(*document);
  const json::value* presets = body.ok() ? body->if_contains("presets") : nullptr;
  const bool is_list = presets != nullptr && presets->is_array();
  co_return JsonAnswer(200, is_list ? json::serialize(*presets) : "[]");
}

asio::awaitable<Response> DeviceGroupRoutes::PutPresets(RequestPtr request) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 32;
  const json::value presets = json::parse(
      json::string_view(request->body.data(), request->body.size()), error, {}, options);
  if (error || !presets.is_array()) co_return JsonError(400, "array_required");
  json::object document;
  document.emplace("presets", presets);
  const absl::Status put =
      co_await deps_.fleet.PutPresets(json::serialize(document), AcceptsUnknown(*request));
  if (absl::IsInvalidArgument(put)) {
    co_return JsonError(400, "invalid_entries", base::MessageOf(put));
  }
  if (!put.ok()) co_return Refusal(put);
  std::string text;
  JsonObject object(text);
  object.Bool("ok", true);
  object.Integer("count", static_cast<int64_t>(presets.get_array().size()));
  object.Close();
  co_return JsonAnswer(200, std::move(text));
}

}  // namespace marquee::gateway
