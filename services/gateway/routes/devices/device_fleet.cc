#include "services/gateway/routes/devices/device_fleet.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <utility>

#include "services/gateway/model/json_reader.h"
#include "services/gateway/model/json_writer.h"
#include "services/gateway/routes/core/answers.h"
#include "services/gateway/routes/devices/device_answers.h"
#include "services/gateway/routes/devices/device_json.h"

namespace marquee::gateway {
namespace {

namespace json = boost::json;

DeviceChange ChangeFrom(const Request& request, const json::object& body) {
  DeviceChange change;
  change.accept_unknown = AcceptsUnknown(request);
  change.name = OptionalText(body, "name", kMaxDeviceName);
  change.location = OptionalText(body, "location", kMaxDeviceName);
  change.tags = TextsField(body, "tags");
  change.groups = TextsField(body, "groups");
  change.profile_id = OptionalText(body, "profileId", kMaxDeviceName);
  change.preset = OptionalText(body, "preset", kMaxDeviceName);
  change.settings_override_json = OptionalObject(body, "settingsOverride");
  change.plex_username = OptionalText(body, "plexUsername", kMaxDeviceName);
  return change;
}

// The version that the caller read: If-Match, or `etag` in the body; "*" or absent means any.
std::string EtagFrom(const Request& request, const json::object& body) {
  std::string_view tag = request.header("If-Match");
  if (tag.starts_with('"') && tag.ends_with('"') && tag.size() >= 2) {
    tag = tag.substr(1, tag.size() - 2);
  }
  if (tag == "*") return {};
  return tag.empty() ? TextField(body, "etag", 64) : std::string(tag);
}

Response Done(std::string_view message) {
  std::string text;
  JsonObject object(text);
  object.Bool("success", true);
  object.Text("message", message);
  object.Close();
  return JsonAnswer(200, std::move(text));
}

struct Count {
  int live = 0;
  int queued = 0;
};

Count CountOf(const BatchSent& sent) {
  Count count;
  for (const BatchSent::Result& result : sent.results)
    ++(result.sent.live ? count.live : count.queued);
  return count;
}

}  // namespace

void DeviceFleetRoutes::AddTo(Router& router) {
  router.Add(
      Method::kPatch, "/api/devices/:id",
      [this](RequestPtr request, std::string id) {
        return Patch(std::move(request), std::move(id));
      },
      Access::kAdmin);
  router.Add(
      Method::kDelete, "/api/devices/:id",
      [this](RequestPtr request, std::string id) {
        return Delete(std::move(request), std::move(id));
      },
      Access::kAdmin);
  router.Add(
      Method::kPost, "/api/devices/:id/merge",
      [this](RequestPtr request, std::string id) {
        return Merge(std::move(request), std::move(id));
      },
      Access::kAdmin);
  router.Add(Method::kGet, "/api/devices/:id/preview",
             [this](const RequestPtr&, std::string id) { return Preview(std::move(id)); });
  router.Add(
      Method::kPost, "/api/devices/command",
      [this](RequestPtr request, const std::string&) { return Command(std::move(request)); },
      Access::kOperate);
  for (const std::string_view path : {"/api/devices/clear-reload", "/api/v1/devices/reload"}) {
    router.Add(
        Method::kPost, path,
        [this](const RequestPtr&, const std::string&) { return ClearReload(); }, Access::kOperate);
  }
}

asio::awaitable<Response> DeviceFleetRoutes::Patch(RequestPtr request, std::string device_id) {
  const auto body = ParseJsonObject(request->body);
  if (!body.ok()) co_return JsonError(400, "invalid_json");
  const bool conditional = !request->header("If-Match").empty();
  const auto device = co_await deps_.fleet.Update(std::move(device_id), ChangeFrom(*request, *body),
                                                  EtagFrom(*request, *body));
  if (!device.ok()) {
    Response refusal = Refusal(device.status());
    if (conditional && refusal.status == 409) refusal.status = 412;
    co_return refusal;
  }
  std::string text;
  JsonObject object(text);
  object.Bool("success", true);
  object.Text("message", "Device updated");
  object.Name("device");
  AppendDevice(*device, DetailFor(*request), text);
  object.Close();
  Response response = JsonAnswer(200, std::move(text));
  response.headers.Add("ETag", fmt::format("\"{}\"", device->etag));
  co_return response;
}

asio::awaitable<Response> DeviceFleetRoutes::Delete(RequestPtr request, std::string device_id) {
  const json::object none;
  const absl::Status deleted =
      co_await deps_.fleet.Delete(std::move(device_id), EtagFrom(*request, none));
  if (deleted.ok()) co_return Done("Device deleted");
  Response refusal = Refusal(deleted);
  if (refusal.status == 409) refusal.status = 412;  // only If-Match can specify a version here
  co_return refusal;
}

asio::awaitable<Response> DeviceFleetRoutes::Merge(RequestPtr request, std::string device_id) {
  const auto body = ParseJsonObject(request->body);
  if (!body.ok()) co_return JsonError(400, "invalid_json");
  auto sources = TextsField(*body, "sourceIds");
  if (!sources || sources->empty()) co_return JsonError(400, "source_ids_required");
  const auto merged = co_await deps_.fleet.Merge(std::move(device_id), *std::move(sources));
  if (!merged.ok()) co_return Refusal(merged.status(), "target_device_not_found");
  std::string text;
  JsonObject object(text);
  object.Bool("ok", true);
  object.Integer("merged", *merged);
  object.Text("message", fmt::format("{} device(s) merged", *merged));
  object.Close();
  co_return JsonAnswer(200, std::move(text));
}

asio::awaitable<Response> DeviceFleetRoutes::Command(RequestPtr request) {
  const auto body = ParseJsonObject(request->body);
  if (!body.ok()) co_return JsonError(400, "invalid_json");
  auto device_ids = TextsField(*body, "deviceIds");
  if (!device_ids || device_ids->empty()) co_return JsonError(400, "invalid_device_ids");
  const json::object* told = ObjectField(*body, "command");
  const auto order = told != nullptr ? OrderFrom(*told) : std::nullopt;
  if (!order) co_return JsonError(400, "invalid_command");
  BatchCommand command;
  command.device_ids = *std::move(device_ids);
  command.type = order->type;
  command.payload_json = order->payload_json;
  const auto sent = co_await deps_.fleet.Send(std::move(command));
  if (!sent.ok()) co_return Refusal(sent.status());
  const Count count = CountOf(*sent);
  std::string text;
  JsonObject object(text);
  object.Bool("success", true);
  object.Integer("sent", count.live);
  object.Integer("queued", count.queued);
  object.Close();
  co_return JsonAnswer(200, std::move(text));
}

asio::awaitable<Response> DeviceFleetRoutes::ClearReload() {
  // Clearing the cache reloads the page; the reload command is for displays without a socket, which
  // receive both commands at once. Displays ignore a second reload within eight seconds.
  Count count;
  for (const char* type : {"core.mgmt.clearCache", "core.mgmt.reload"}) {
    BatchCommand command;
    command.all = true;
    command.type = type;
    const auto sent = co_await deps_.fleet.Send(std::move(command));
    if (!sent.ok()) co_return Refusal(sent.status());
    count = CountOf(*sent);
  }
  std::string text;
  JsonObject object(text);
  object.Bool("ok", true);
  object.Integer("live", count.live);
  object.Integer("queued", count.queued);
  object.Integer("total", count.live + count.queued);
  object.Close();
  co_return JsonAnswer(200, std::move(text));
}

asio::awaitable<Response> DeviceFleetRoutes::Preview(std::string device_id) {
  const auto device = co_await deps_.devices.Get(std::move(device_id));
  if (!device.ok()) co_return Refusal(device.status());
  std::string text;
  JsonObject object(text);
  object.Text("id", device->id);
  object.Text("name", device->name);
  object.Text("location", device->location);
  object.Bool("connected", device->presence == Presence::kLive);
  object.Raw("settings", json::serialize(deps_.settings.OfDevice(device->id)->settings));
  if (device->last_seen_at) {
    object.Text("lastSeen", IsoTime(*device->last_seen_at));
  } else {
    object.Raw("lastSeen", "null");
  }
  object.Text("status", StatusWord(device->presence));
  object.Text("plexUsername", device->plex_username);
  object.Close();
  co_return JsonAnswer(200, std::move(text));
}

}  // namespace marquee::gateway
