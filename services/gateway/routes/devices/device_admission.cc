#include "services/gateway/routes/devices/device_admission.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "services/gateway/model/json_reader.h"
#include "services/gateway/model/json_writer.h"
#include "services/gateway/routes/core/answers.h"
#include "services/gateway/routes/devices/device_answers.h"
#include "services/gateway/routes/devices/device_json.h"

namespace marquee::gateway {
namespace {

// Addresses, approval codes and installation ids are for administrators.
constexpr DeviceDetail kWhole = DeviceDetail::kAdministrator;

std::string ListOf(const std::vector<Device>& devices) {
  std::string text = "[";
  for (const Device& device : devices) {
    if (text.size() > 1) text += ',';
    AppendDevice(device, kWhole, text);
  }
  return text + "]";
}

void TimeIfAny(JsonObject& object, std::string_view name, const std::optional<absl::Time>& time) {
  if (time) object.Text(name, IsoTime(*time));
}

Response Told(std::string_view counted, const Decided& decided) {
  std::string text;
  JsonObject object(text);
  object.Bool("ok", true);
  object.Integer(counted, decided.number);
  if (!decided.devices.empty()) object.Raw("devices", ListOf(decided.devices));
  object.ListIfAny("missing", decided.missing);
  object.ListIfAny("ambiguous", decided.ambiguous);
  object.Close();
  return JsonAnswer(200, std::move(text));
}

// As many as one call of the device service takes.
constexpr size_t kMostMerged = 1000;

// A record that is marked as perhaps the same as another one.
struct Pair {
  const Device* record = nullptr;
  const Device* original = nullptr;  // null: it is gone
};

// The end of a socket may be reported this long after its display has registered again.
constexpr absl::Duration kReportedWithin = absl::Seconds(5);

// The original is seen this long after the record was made: they are two displays. Longer than a
// gateway takes to find that a connection is lost (a ping per 30 s, 10 s to answer).
constexpr absl::Duration kBothInUseAfter = absl::Minutes(2);

bool SeenSince(const Pair& pair, absl::Duration after) {
  const auto& made = pair.record->created_at;
  const auto& seen = pair.original->last_seen_at;
  return seen && made && *seen > *made + after;
}

// Whether the original has a display of its own at present. A heartbeat of before a reload does not
// count, nor one of a display that was just left.
bool IsConnected(const Pair& pair) {
  return pair.original->presence == Presence::kLive ||
         (pair.original->presence == Presence::kOnline && SeenSince(pair, kReportedWithin));
}

// The newest first: a record may be marked with one that is marked itself.
std::vector<Pair> PairsOf(const std::vector<Device>& devices) {
  std::vector<Pair> pairs;
  for (const Device& device : devices) {
    if (device.perhaps_same_as.empty()) continue;
    const auto original = std::ranges::find(devices, device.perhaps_same_as, &Device::id);
    const Pair pair{&device, original == devices.end() ? nullptr : &*original};
    if (pair.original == nullptr || !SeenSince(pair, kBothInUseAfter)) pairs.push_back(pair);
  }
  // Of equal age: as they are listed.
  std::ranges::sort(pairs, [](const Pair& a, const Pair& b) {
    const absl::Time made = a.record->created_at.value_or(absl::InfinitePast());
    const absl::Time other = b.record->created_at.value_or(absl::InfinitePast());
    return made != other ? made > other : a.record < b.record;
  });
  return pairs;
}

}  // namespace

void DeviceAdmissionRoutes::AddTo(Router& router) {
  router.Add(
      Method::kGet, "/api/devices/waiting",
      [this](const RequestPtr&, const std::string&) { return Waiting(); }, Access::kAdmin);
  router.Add(
      Method::kPost, "/api/devices/approve",
      [this](RequestPtr request, const std::string&) { return ApproveMany(std::move(request)); },
      Access::kAdmin);
  router.Add(
      Method::kPost, "/api/devices/:id/approve",
      [this](const RequestPtr&, std::string id) { return Approve({std::move(id)}, {}); },
      Access::kAdmin);
  router.Add(
      Method::kGet, "/api/devices/unknown",
      [this](const RequestPtr&, const std::string&) { return Unknown(); }, Access::kAdmin);
  router.Add(
      Method::kPost, "/api/devices/unknown/adopt",
      [this](RequestPtr request, const std::string&) {
        return Decide(std::move(request), Decision::kAdopt);
      },
      Access::kAdmin);
  router.Add(
      Method::kPost, "/api/devices/unknown/reject",
      [this](RequestPtr request, const std::string&) {
        return Decide(std::move(request), Decision::kReject);
      },
      Access::kAdmin);
  router.Add(
      Method::kGet, "/api/devices/resembling",
      [this](const RequestPtr&, const std::string&) { return Resembling(); }, Access::kAdmin);
  router.Add(
      Method::kPost, "/api/devices/resembling/merge",
      [this](RequestPtr request, const std::string&) {
        return MergeResembling(std::move(request));
      },
      Access::kAdmin);
}

asio::awaitable<Response> DeviceAdmissionRoutes::Waiting() {
  const auto waiting = co_await fleet_.Waiting();
  if (!waiting.ok()) co_return Refusal(waiting.status());
  co_return JsonAnswer(200, ListOf(*waiting));
}

asio::awaitable<Response> DeviceAdmissionRoutes::ApproveMany(RequestPtr request) {
  const auto body = ParseJsonObject(request->body);
  if (!body.ok()) co_return JsonError(400, "invalid_json");
  co_return co_await Approve(TextsField(*body, "deviceIds").value_or(std::vector<std::string>()),
                             TextsField(*body, "codes").value_or(std::vector<std::string>()));
}

asio::awaitable<Response> DeviceAdmissionRoutes::Approve(std::vector<std::string> device_ids,
                                                         std::vector<std::string> codes) {
  const auto approved = co_await fleet_.Approve(std::move(device_ids), std::move(codes));
  if (!approved.ok()) co_return Refusal(approved.status());
  if (approved->number == 0)
    co_return JsonError(404, "not_found", "no such display waits for approval");
  co_return Told("approved", *approved);
}

asio::awaitable<Response> DeviceAdmissionRoutes::Unknown() {
  const auto unknown = co_await fleet_.Unknown();
  if (!unknown.ok()) co_return Refusal(unknown.status());
  std::string displays = "[";
  for (const UnknownDisplay& display : unknown->displays) {
    if (displays.size() > 1) displays += ',';
    JsonObject object(displays);
    object.Text("key", display.key);
    object.Text("deviceId", display.device_id);
    object.TextIfAny("hardwareId", display.hardware_id);
    object.TextIfAny("address", display.address);
    object.Bool("issuedHere", display.issued_here);
    object.Bool("hasRecord", display.has_record);
    TimeIfAny(object, "firstSeenAt", display.first_seen_at);
    TimeIfAny(object, "lastSeenAt", display.last_seen_at);
    object.Close();
  }
  displays += ']';
  std::string text;
  JsonObject object(text);
  object.Raw("displays", displays);
  object.Text("storeId", unknown->store_id);
  object.Close();
  co_return JsonAnswer(200, std::move(text));
}

asio::awaitable<Response> DeviceAdmissionRoutes::Decide(RequestPtr request, Decision decision) {
  const auto body = ParseJsonObject(request->body);
  if (!body.ok()) co_return JsonError(400, "invalid_json");
  auto names = TextsField(*body, "names").value_or(std::vector<std::string>());
  const boost::json::value* all = body->if_contains("all");
  const bool wants_all = all != nullptr && all->is_bool() && all->get_bool();
  if (wants_all != names.empty()) {
    co_return JsonError(400, "names_required", "names or all = true is required");
  }
  if (decision == Decision::kAdopt) {
    const auto adopted = co_await fleet_.Adopt(std::move(names));
    co_return adopted.ok() ? Told("adopted", *adopted) : Refusal(adopted.status());
  }
  const auto rejected = co_await fleet_.Reject(std::move(names));
  co_return rejected.ok() ? Told("rejected", *rejected) : Refusal(rejected.status());
}

asio::awaitable<Response> DeviceAdmissionRoutes::Resembling() {
  const auto devices = co_await devices_.List();
  if (!devices.ok()) co_return Refusal(devices.status());
  std::string text = "[";
  for (const Pair& pair : PairsOf(*devices)) {
    if (text.size() > 1) text += ',';
    JsonObject object(text);
    object.Text("deviceId", pair.record->id);
    object.Text("name", pair.record->name);
    object.Text("perhapsSameAs", pair.record->perhaps_same_as);
    object.TextIfAny("originalName", pair.original == nullptr ? "" : pair.original->name);
    // Merged now, its own display would have to register again.
    object.Bool("originalConnected", pair.original != nullptr && IsConnected(pair));
    object.Bool("originalExists", pair.original != nullptr);
    TimeIfAny(object, "createdAt", pair.record->created_at);
    object.Close();
  }
  text += ']';
  co_return JsonAnswer(200, std::move(text));
}

asio::awaitable<Response> DeviceAdmissionRoutes::MergeResembling(RequestPtr request) {
  const auto body = ParseJsonObject(request->body);
  if (!body.ok()) co_return JsonError(400, "invalid_json");
  auto ids = TextsField(*body, "deviceIds").value_or(std::vector<std::string>());
  const boost::json::value* all = body->if_contains("all");
  const bool wants_all = all != nullptr && all->is_bool() && all->get_bool();
  if (wants_all != ids.empty()) {
    co_return JsonError(400, "device_ids_required", "either deviceIds, or all = true, is needed");
  }
  if (ids.size() > kMostMerged) {
    co_return JsonError(400, "too_many", "at most 1000 deviceIds are taken at once");
  }
  const auto devices = co_await devices_.List();
  if (!devices.ok()) co_return Refusal(devices.status());
  int64_t merged = 0;
  std::vector<std::string> connected;
  size_t tried = 0;
  for (const Pair& pair : PairsOf(*devices)) {
    const bool named = wants_all || std::erase(ids, pair.record->id) > 0;
    if (!named || pair.original == nullptr || tried == kMostMerged) continue;
    if (IsConnected(pair)) {
      connected.push_back(pair.record->id);
      continue;
    }
    ++tried;
    const auto done = co_await fleet_.Merge(pair.original->id, {pair.record->id});
    if (absl::IsNotFound(done.status())) continue;  // deleted meanwhile
    if (!done.ok()) co_return Refusal(done.status());
    merged += *done;
  }
  std::string text;
  JsonObject object(text);
  object.Bool("ok", true);
  object.Integer("merged", merged);
  object.ListIfAny("connected", connected);
  object.ListIfAny("missing", ids);
  object.Close();
  co_return JsonAnswer(200, std::move(text));
}

}  // namespace marquee::gateway
