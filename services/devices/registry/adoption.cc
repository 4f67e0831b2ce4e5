#include "services/devices/registry/adoption.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "libs/base/status.h"
#include "services/devices/registry/former_devices.h"

namespace marquee::devices {

std::vector<UnknownDisplay> Adoption::Find(const std::vector<std::string>& names,
                                           Adopted& result) const {
  std::vector<UnknownDisplay> found;
  std::set<std::string> ids;
  for (const std::string& name : names) {
    bool ambiguous = false;
    auto display = deps_.unknown.Find(name, ambiguous);
    if (ambiguous) {
      result.ambiguous.push_back(name);
    } else if (!display) {
      result.missing.push_back(name);
    } else if (ids.insert(display->device_id).second) {
      found.push_back(*std::move(display));
    } else {
      result.ambiguous.push_back(name);
    }
  }
  return found;
}

absl::StatusOr<Adopted> Adoption::Adopt(const std::vector<std::string>& names) {
  Adopted result;
  const std::vector<UnknownDisplay> displays = Find(names, result);
  std::vector<Device> devices;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    devices.clear();
    const absl::Time now = deps_.clock.Now();
    for (const UnknownDisplay& display : displays) {
      MARQUEE_ASSIGN_OR_RETURN(const auto known, store.FindDevice(display.device_id));
      Device device = known.value_or(Device());
      if (!known) {
        device.id = display.device_id;
        device.install_id = display.identity.install_id;
        device.hardware_id = display.identity.hardware_id;
        device.created_at = now;
      }
      if (device.name.empty()) device.name = fmt::format("Display {}", device.id.substr(0, 8));
      deps_.identity.Accept(device, display.secret_hash, display.secret_serial);
      device.registered_at = now;
      device.updated_at = now;
      MARQUEE_RETURN_IF_ERROR(store.PutDevice(device));
      MARQUEE_RETURN_IF_ERROR(store.ForgetFormerDevice(device.id));
      devices.push_back(std::move(device));
    }
    return absl::OkStatus();
  }));
  for (Device& device : devices) {
    deps_.unknown.Forget(device.id);
    deps_.presence.Add(device.id, device.last_seen_at);
    deps_.bus.Publish(BusTopic::kDeviceChanged, device.id);
    deps_.logger.Info("unknown display adopted", {{"device", device.id}});
    const Presence presence = deps_.presence.Of(device);
    result.devices.push_back({.device = std::move(device), .presence = presence});
  }
  return result;
}

absl::StatusOr<Adopted> Adoption::Reject(const std::vector<std::string>& names) {
  Adopted result;
  const std::vector<UnknownDisplay> displays = Find(names, result);
  MARQUEE_RETURN_IF_ERROR(deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    for (const UnknownDisplay& display : displays) {
      MARQUEE_ASSIGN_OR_RETURN(auto device, store.FindDevice(display.device_id));
      if (device) {
        // From now on any secret other than the stored one is certainly wrong.
        deps_.identity.Accept(*device, std::string(device->secret_hash), display.secret_serial);
        MARQUEE_RETURN_IF_ERROR(store.PutDevice(*device));
        continue;
      }
      MARQUEE_RETURN_IF_ERROR(
          AddFormerDevice(store, {.id = display.device_id, .gone_at = deps_.clock.Now()}));
    }
    return absl::OkStatus();
  }));
  for (const UnknownDisplay& display : displays) {
    deps_.unknown.Forget(display.device_id);
    deps_.logger.Info("unknown display rejected", {{"device", display.device_id}});
  }
  return result;
}

}  // namespace marquee::devices
