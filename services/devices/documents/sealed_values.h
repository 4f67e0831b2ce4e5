// Values of a store that can be unsealed only with the secrets key: secrets in documents, and
// second factors.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include "services/devices/store/device_store.h"

namespace marquee::devices {

// Whether the current version of a document, or an account, contains any.
absl::StatusOr<bool> HoldsSealedValues(StoreView& store);

// Removes them: each document with sealed secrets gets a new version in which they are empty, and
// accounts lose their second factor.
absl::Status ForgetSealedValues(StoreTransaction& store, absl::Time now);

}  // namespace marquee::devices
