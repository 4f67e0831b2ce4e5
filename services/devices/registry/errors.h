// The refusals that the rooms of the registry have in common.
#pragma once

#include <absl/status/status.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace marquee::devices {

// kNotFound.
absl::Status NoSuchDevice(std::string_view device_id);

// kAborted, reason STALE_ETAG, metadata `version`: the present one.
absl::Status ChangedByAnother(std::string_view what, std::string_view id, int64_t present);

// kInvalidArgument when `value` has more than `most` bytes.
absl::Status CheckLength(std::string_view what, std::string_view value, size_t most);

}  // namespace marquee::devices
