#include "services/devices/service/attach_hub.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "services/devices/service/convert.h"

namespace marquee::devices {

AttachHub::AttachHub(obs::Logger& logger, obs::Metrics& metrics)
    : logger_(logger),
      attached_(metrics.gauge("marquee_attached_gateways",
                              "Gateways with an open Attach stream to this process.")),
      dropped_logs_(
          metrics.counter("marquee_device_logs_dropped_total",
                          "Display logs not sent to a gateway because its queue was full.")) {}

uint64_t AttachHub::NextStream() {
  const base::MutexLock lock(mutex_);
  return ++last_stream_;
}

absl::Status AttachHub::Claim(uint64_t stream, const std::string& gateway_id,
                              const std::string& identity) {
  const auto [entry, is_new] = owners_.try_emplace(gateway_id, Owner{identity, stream});
  if (entry->second.identity != identity) {
    return absl::PermissionDeniedError(
        fmt::format("gateway {} belongs to the certificate of {}, not to that of {}; every gateway "
                    "needs a unique id",
                    gateway_id, entry->second.identity, identity));
  }
  entry->second.stream = stream;
  if (!is_new || owners_.size() <= kMaxOwners) return absl::OkStatus();
  // Of the gateways that are not attached, the one that was so longest ago.
  auto oldest = owners_.end();
  for (auto at = owners_.begin(); at != owners_.end(); ++at) {
    if (at->second.stream == stream || gateways_.contains(at->second.stream)) continue;
    if (oldest == owners_.end() || at->second.stream < oldest->second.stream) oldest = at;
  }
  if (oldest != owners_.end()) owners_.erase(oldest);
  return absl::OkStatus();
}

absl::Status AttachHub::Join(uint64_t stream, const std::string& gateway_id, int64_t epoch,
                             const std::string& identity, std::weak_ptr<GatewayLink> link) {
  std::shared_ptr<GatewayLink> earlier;
  {
    const base::MutexLock lock(mutex_);
    if (ended_) return absl::UnavailableError("the devices service is shutting down");
    if (!identity.empty()) {
      if (const absl::Status claimed = Claim(stream, gateway_id, identity); !claimed.ok()) {
        logger_.Warn("a gateway is refused: its id belongs to another certificate",
                     {{"gateway", gateway_id}, {"certificate", identity}});
        return claimed;
      }
    }
    const auto same = std::ranges::find_if(
        gateways_, [&](const auto& entry) { return entry.second.id == gateway_id; });
    if (same != gateways_.end()) {
      if (same->second.epoch > epoch) {
        return absl::AbortedError(
            fmt::format("gateway {}: a later instance with this id is attached; every gateway "
                        "needs a unique id",
                        gateway_id));
      }
      earlier = same->second.link.lock();
      gateways_.erase(same);
    }
    gateways_[stream] = {.id = gateway_id, .epoch = epoch, .link = std::move(link)};
    attached_.Set(static_cast<double>(gateways_.size()));
  }
  if (earlier) earlier->End(absl::AbortedError("the gateway opened a new stream"));
  logger_.Info("gateway attached", {{"gateway", gateway_id}, {"epoch", epoch}});
  return absl::OkStatus();
}

void AttachHub::Leave(uint64_t stream) {
  std::string gateway_id;
  {
    const base::MutexLock lock(mutex_);
    const auto found = gateways_.find(stream);
    if (found == gateways_.end()) return;
    gateway_id = std::move(found->second.id);
    gateways_.erase(found);
    attached_.Set(static_cast<double>(gateways_.size()));
  }
  logger_.Info("gateway detached", {{"gateway", gateway_id}});
}

void AttachHub::EndAll(const absl::Status& status) {
  std::vector<std::shared_ptr<GatewayLink>> links;
  {
    const base::MutexLock lock(mutex_);
    ended_ = true;
    for (const auto& [stream, gateway] : gateways_) {
      if (auto link = gateway.link.lock()) links.push_back(std::move(link));
    }
  }
  for (const auto& link : links) link->End(status);
}

std::shared_ptr<GatewayLink> AttachHub::LinkOf(uint64_t stream) const {
  const base::MutexLock lock(mutex_);
  const auto found = gateways_.find(stream);
  return found == gateways_.end() ? nullptr : found->second.link.lock();
}

bool AttachHub::Admit(const Socket& socket, std::string_view device_id, bool replay) {
  const auto link = LinkOf(socket.stream);
  // Without a gateway the socket is about to be reported as closed; its commands stay queued.
  return link != nullptr && link->Admit(device_id, replay);
}

void AttachHub::Send(const Socket& socket, const Command& command) {
  const auto link = LinkOf(socket.stream);
  if (!link) return;
  pb::AttachResponse order;
  ToProto(command, *order.mutable_deliver()->mutable_command());
  order.mutable_deliver()->mutable_command()->set_id(WireIdOf(command));
  order.mutable_deliver()->set_socket_id(socket.socket_id);
  link->Push(std::move(order));
}

std::vector<std::pair<uint64_t, std::shared_ptr<GatewayLink>>> AttachHub::Links() const {
  std::vector<std::pair<uint64_t, std::shared_ptr<GatewayLink>>> links;
  const base::MutexLock lock(mutex_);
  for (const auto& [stream, gateway] : gateways_) {
    if (auto link = gateway.link.lock()) links.emplace_back(stream, std::move(link));
  }
  return links;
}

void AttachHub::SendToMany(const std::vector<std::pair<std::string, Socket>>& receivers,
                           const Command& command) {
  std::map<uint64_t, pb::AttachResponse> by_stream;
  for (const auto& [device_id, socket] : receivers) {
    auto& many = *by_stream[socket.stream].mutable_deliver_to_many();
    auto& receiver = *many.add_sockets();
    receiver.set_device_id(device_id);
    receiver.set_socket_id(socket.socket_id);
  }
  for (auto& [stream, order] : by_stream) {
    const auto link = LinkOf(stream);
    if (!link) continue;
    pb::Command& told = *order.mutable_deliver_to_many()->mutable_command();
    ToProto(command, told);
    told.set_id(WireIdOf(command));
    told.clear_device_id();
    link->Push(std::move(order));
  }
}

void AttachHub::ApplySettings(const std::vector<std::pair<std::string, Socket>>& receivers,
                              const google::protobuf::Struct& changed) {
  std::map<uint64_t, pb::AttachResponse> by_stream;
  for (const auto& [device_id, socket] : receivers) {
    by_stream[socket.stream].mutable_apply_settings()->add_device_ids(device_id);
  }
  for (auto& [stream, order] : by_stream) {
    const auto link = LinkOf(stream);
    if (!link) continue;
    *order.mutable_apply_settings()->mutable_settings() = changed;
    link->Push(std::move(order));
  }
}

void AttachHub::PushSettings(const SettingsChanges& update) {
  for (const auto& [stream, link] : Links()) link->PushSettings(update);
}

void AttachHub::Forward(uint64_t from_stream, const pb::DeviceLog& log) {
  for (const auto& [stream, link] : Links()) {
    if (stream == from_stream) continue;
    pb::AttachResponse order;
    *order.mutable_device_log() = log;
    if (!link->PushIfIdle(std::move(order))) dropped_logs_.Add();
  }
}

void AttachHub::Close(const Socket& socket, std::string_view device_id, int code,
                      std::string_view reason) {
  const auto link = LinkOf(socket.stream);
  if (!link) return;
  pb::AttachResponse order;
  pb::AttachResponse::Close& close = *order.mutable_close();
  close.set_device_id(std::string(device_id));
  close.set_socket_id(socket.socket_id);
  close.set_code(code);
  close.set_reason(std::string(reason));
  link->Push(std::move(order));
}

}  // namespace marquee::devices
