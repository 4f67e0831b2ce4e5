#include "services/gateway/routes/devices/device_admin.h"

#include <utility>

#include "services/gateway/model/json_reader.h"
#include "services/gateway/model/json_writer.h"
#include "services/gateway/routes/core/answers.h"
#include "services/gateway/routes/devices/device_answers.h"
#include "services/gateway/routes/devices/device_json.h"

namespace marquee::gateway {
namespace {

// {queued, live, command | ack}
std::string Outcome(const CommandSent& sent, bool waited) {
  std::string text;
  JsonObject object(text);
  object.Bool("queued", !sent.live);
  object.Bool("live", sent.live);
  if (!sent.live) {
    object.Name("command");
    AppendCommand(sent.command, text);
  } else if (waited) {
    object.Name("ack");
    JsonObject ack(text);
    const std::string_view status = OutcomeWord(sent);
    ack.Text("status", status);
    if (status != "timeout") {
      if (sent.command.info.empty()) {
        ack.Raw("info", "null");
      } else {
        ack.Text("info", sent.command.info);
      }
    }
    ack.Close();
  }
  object.Close();
  return text;
}

}  // namespace

void DeviceAdminRoutes::AddTo(Router& router) {
  router.Add(
      Method::kGet, "/api/devices",
      [this](RequestPtr request, const std::string&) { return List(std::move(request)); },
      Access::kRead);
  router.Add(
      Method::kGet, "/api/devices/:id",
      [this](RequestPtr request, std::string id) { return Get(std::move(request), std::move(id)); },
      Access::kRead);
  router.Add(
      Method::kPost, "/api/devices/:id/command",
      [this](RequestPtr request, std::string id) {
        return Send(std::move(request), std::move(id));
      },
      Access::kOperate);
}

asio::awaitable<Response> DeviceAdminRoutes::List(RequestPtr request) {
  const auto devices = co_await devices_.List();
  if (!devices.ok()) co_return Refusal(devices.status());
  std::string text = "[";
  for (const Device& device : *devices) {
    if (text.size() > 1) text += ',';
    AppendDevice(device, DetailFor(*request), text);
  }
  text += ']';
  co_return JsonAnswer(200, std::move(text));
}

asio::awaitable<Response> DeviceAdminRoutes::Get(RequestPtr request, std::string device_id) {
  const auto device = co_await devices_.Get(std::move(device_id));
  if (!device.ok()) co_return Refusal(device.status());
  std::string text;
  AppendDevice(*device, DetailFor(*request), text);
  co_return JsonAnswer(200, std::move(text));
}

asio::awaitable<Response> DeviceAdminRoutes::Send(RequestPtr request, std::string device_id) {
  const auto body = ParseJsonObject(request->body);
  if (!body.ok()) co_return JsonError(400, "invalid_json");
  const auto order = OrderFrom(*body);
  if (!order) co_return JsonError(400, "type_required");
  SendCommandRequest command;
  command.device_id = std::move(device_id);
  command.type = order->type;
  command.payload_json = order->payload_json;
  const bool wait = request->query.Get("wait") == "true";
  if (wait) command.wait = kAckWait;
  const auto sent = co_await devices_.SendCommand(std::move(command));
  if (!sent.ok()) co_return Refusal(sent.status());
  const bool unanswered = wait && sent->live && OutcomeWord(*sent) == "timeout";
  co_return JsonAnswer(unanswered ? 202 : 200, Outcome(*sent, wait));
}

}  // namespace marquee::gateway
