#include "services/devices/registry/former_devices.h"

#include <fmt/format.h>

#include "libs/base/status.h"

namespace marquee::devices {

absl::Status AddFormerDevice(StoreTransaction& store, const FormerDevice& device) {
  MARQUEE_RETURN_IF_ERROR(store.ForgetFormerDevicesBefore(device.gone_at - kFormerDeviceFor));
  MARQUEE_ASSIGN_OR_RETURN(const int64_t kept, store.CountFormerDevices());
  if (kept >= kMaxFormerDevices) {
    return absl::ResourceExhaustedError(fmt::format(
        "{} devices were deleted within two years, and the record of each deletion is kept that "
        "long; no more can be deleted until the oldest record has expired",
        kept));
  }
  MARQUEE_RETURN_IF_ERROR(store.ReplaceSuccessor(device.id, device.successor_id));
  return store.PutFormerDevice(device);
}

}  // namespace marquee::devices
