// Which store this is, and what it can know for certain about the secret of a display.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <string>
#include <string_view>

#include "services/devices/model/device.h"
#include "services/devices/model/installation.h"
#include "services/devices/registry/secret_issuer.h"
#include "services/devices/store/device_store.h"

namespace marquee::devices {

// Immutable after Open; thread-safe.
class StoreIdentity {
 public:
  // Reads the identity of the store, or writes one into a store that has none. kUnavailable: the
  // store cannot be read or written.
  static absl::StatusOr<StoreIdentity> Open(DeviceStore& store);

  const std::string& id() const { return info_.id; }

  // Gives the device its first secret, or a new one while the one before stays good for
  // kPreviousSecretFor; returns it. Counts device.revision up, which numbers the secrets.
  std::string IssueTo(Device& device, absl::Time now) const;

  // Gives the device this secret, which its display has from elsewhere or from before a restore.
  void Accept(Device& device, std::string_view secret_hash, int64_t serial) const;

  // For a secret that is none of the device's: whether that is certain. It is not when the store
  // was restored since it issued the device's secret, or when this store issued the presented
  // secret later than the one it remembers: then the database is older than the display.
  bool IsCertainlyWrong(const Device& device, std::string_view secret) const;

  // The serial number of a secret that this store issued for the device; 0: it did not.
  int64_t SerialOf(std::string_view device_id, std::string_view secret) const;

 private:
  explicit StoreIdentity(StoreInfo info) : info_(std::move(info)), issuer_(info_.secret_key) {}

  StoreInfo info_;
  SecretIssuer issuer_;
};

}  // namespace marquee::devices
