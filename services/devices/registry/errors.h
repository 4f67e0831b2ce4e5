// Error statuses shared by the classes of the registry.
#pragma once

#include <absl/status/status.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace marquee::devices {

absl::Status NoSuchDevice(std::string_view device_id);

// kAborted, reason STALE_ETAG, metadata `version`: the current one.
absl::Status ChangedByAnother(std::string_view what, std::string_view id, int64_t present);

// kInvalidArgument if `value` has more than `most` bytes.
absl::Status CheckLength(std::string_view what, std::string_view value, size_t most);

}  // namespace marquee::devices
