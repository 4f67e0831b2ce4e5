// Identity of the store, and which secrets it can judge with certainty.
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
  // Reads the identity of the store, or writes one into a new store. kUnavailable: the store cannot
  // be read or written.
  static absl::StatusOr<StoreIdentity> Open(DeviceStore& store);

  const std::string& id() const { return info_.id; }

  // Issues the device's first secret, or a new one while the previous one stays valid for
  // kPreviousSecretFor; returns it. Increments device.revision, which numbers the secrets.
  std::string IssueTo(Device& device, absl::Time now) const;

  // Sets a secret that the display received from another store, or before a restore.
  void Accept(Device& device, std::string_view secret_hash, int64_t serial) const;

  // Whether a secret that does not match the device's is certainly wrong. It is uncertain if the
  // store was restored since it issued the device's secret, or if this store issued the presented
  // secret later than the stored one: then the database is older than the display's registration.
  bool IsCertainlyWrong(const Device& device, std::string_view secret) const;

  // The serial number of a secret that this store issued for the device; 0: it did not issue it.
  int64_t SerialOf(std::string_view device_id, std::string_view secret) const;

 private:
  explicit StoreIdentity(StoreInfo info) : info_(std::move(info)), issuer_(info_.secret_key) {}

  StoreInfo info_;
  SecretIssuer issuer_;
};

}  // namespace marquee::devices
