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
                              "Gateways with an open Attach stream to this process")) {}

uint64_t AttachHub::NextStream() {
  const base::MutexLock lock(mutex_);
  return ++last_stream_;
}

absl::Status AttachHub::Join(uint64_t stream, const std::string& gateway_id, int64_t epoch,
                             std::weak_ptr<GatewayLink> link) {
  std::shared_ptr<GatewayLink> earlier;
  {
    const base::MutexLock lock(mutex_);
    if (ended_) return absl::UnavailableError("the devices service is shutting down");
    const auto same = std::ranges::find_if(
        gateways_, [&](const auto& entry) { return entry.second.id == gateway_id; });
    if (same != gateways_.end()) {
      if (same->second.epoch > epoch) {
        return absl::AbortedError(fmt::format(
            "gateway {}: a later start of it is attached; every gateway needs an id of its own",
            gateway_id));
      }
      earlier = same->second.link.lock();
      gateways_.erase(same);
    }
    gateways_[stream] = {.id = gateway_id, .epoch = epoch, .link = std::move(link)};
    attached_.Set(static_cast<double>(gateways_.size()));
  }
  if (earlier) earlier->End(absl::AbortedError("the gateway has attached anew"));
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
  // Without a gateway the socket is about to go down; what waits then stays queued.
  return link != nullptr && link->Admit(device_id, replay);
}

void AttachHub::Send(const Socket& socket, const Command& command) {
  const auto link = LinkOf(socket.stream);
  if (!link) return;
  pb::AttachResponse order;
  ToProto(command, *order.mutable_deliver()->mutable_command());
  order.mutable_deliver()->set_socket_id(socket.socket_id);
  link->Push(std::move(order));
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
