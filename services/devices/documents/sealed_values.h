// What a store holds that only the key of secrets opens: secrets in documents, and second factors.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include "services/devices/store/device_store.h"

namespace marquee::devices {

// Whether the present version of a document or an account holds any.
absl::StatusOr<bool> HoldsSealedValues(StoreView& store);

// Takes them out: each document that has some gets a new version in which they are empty, accounts
// lose their second factor.
absl::Status ForgetSealedValues(StoreTransaction& store, absl::Time now);

}  // namespace marquee::devices
