#include "services/devices/registry/store_identity.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "libs/base/status.h"
#include "services/devices/registry/secrets.h"

namespace marquee::devices {

absl::StatusOr<StoreIdentity> StoreIdentity::Open(DeviceStore& store) {
  StoreInfo info;
  MARQUEE_RETURN_IF_ERROR(store.Write([&](StoreTransaction& transaction) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(const auto known, transaction.FindStoreInfo());
    info = known.value_or(NewStoreInfo());
    return known ? absl::OkStatus() : transaction.PutStoreInfo(info);
  }));
  return StoreIdentity(std::move(info));
}

std::string StoreIdentity::IssueTo(Device& device, absl::Time now) const {
  ++device.revision;
  const int64_t serial = std::max(device.revision, device.secret_serial + 1);
  std::string secret = issuer_.Issue(device.id, serial);
  Rotate(device, HashOf(secret), now);
  device.secret_generation = info_.generation;
  device.secret_serial = serial;
  return secret;
}

void StoreIdentity::Accept(Device& device, std::string_view secret_hash, int64_t serial) const {
  ++device.revision;
  device.secret_hash = secret_hash;
  device.previous_secret_hash.clear();
  device.previous_secret_until = absl::InfinitePast();
  device.secret_generation = info_.generation;
  device.secret_serial = std::max(serial, device.secret_serial);
}

bool StoreIdentity::IsCertainlyWrong(const Device& device, std::string_view secret) const {
  return device.secret_generation == info_.generation &&
         SerialOf(device.id, secret) <= device.secret_serial;
}

int64_t StoreIdentity::SerialOf(std::string_view device_id, std::string_view secret) const {
  return issuer_.SerialOf(device_id, secret).value_or(0);
}

}  // namespace marquee::devices
