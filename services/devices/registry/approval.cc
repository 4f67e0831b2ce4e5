#include "services/devices/registry/approval.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <utility>

#include "libs/base/status.h"

namespace marquee::devices {

absl::StatusOr<std::string> UnusedApprovalCode(StoreView& store) {
  constexpr uint32_t kCodes = 1'000'000;
  MARQUEE_ASSIGN_OR_RETURN(const auto waiting, store.DevicesAwaitingApproval());
  while (true) {
    std::string code = fmt::format("{:06}", randombytes_uniform(kCodes));
    if (std::ranges::find(waiting, code, &Device::approval_code) == waiting.end()) return code;
  }
}

SeenDevice Approval::Seen(Device device) const {
  deps_.presence.Overlay(device);
  const Presence presence = deps_.presence.Of(device);
  return {.device = std::move(device), .presence = presence};
}

absl::StatusOr<Approved> Approval::Approve(const std::vector<std::string>& names) {
  Approved result;
  std::vector<Device> approved;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    result.missing.clear();
    approved.clear();
    MARQUEE_ASSIGN_OR_RETURN(const auto waiting, store.DevicesAwaitingApproval());
    for (const std::string& name : names) {
      const auto found = std::ranges::find_if(waiting, [&](const Device& device) {
        return device.id == name || device.approval_code == name;
      });
      if (found == waiting.end()) {
        result.missing.push_back(name);
        continue;
      }
      if (std::ranges::find(approved, found->id, &Device::id) != approved.end()) continue;
      Device device = *found;
      device.approval_code.clear();
      device.updated_at = deps_.clock.Now();
      ++device.revision;
      MARQUEE_RETURN_IF_ERROR(store.PutDevice(device));
      approved.push_back(std::move(device));
    }
    return absl::OkStatus();
  }));
  for (Device& device : approved) {
    deps_.bus.Publish(BusTopic::kDeviceChanged, device.id);
    deps_.logger.Info("device approved", {{"device", device.id}});
    result.devices.push_back(Seen(std::move(device)));
  }
  return result;
}

absl::StatusOr<std::vector<SeenDevice>> Approval::List() {
  std::vector<Device> waiting;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(waiting, store.DevicesAwaitingApproval());
    return absl::OkStatus();
  }));
  std::vector<SeenDevice> list;
  for (Device& device : waiting) list.push_back(Seen(std::move(device)));
  return list;
}

}  // namespace marquee::devices
