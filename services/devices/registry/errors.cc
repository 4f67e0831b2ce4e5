#include "services/devices/registry/errors.h"

#include <fmt/format.h>

#include "libs/rpc/error_info.h"

namespace marquee::devices {

absl::Status NoSuchDevice(std::string_view device_id) {
  return absl::NotFoundError(fmt::format("no device has the id {}", device_id));
}

absl::Status ChangedByAnother(std::string_view what, std::string_view id, int64_t present) {
  return rpc::WithReason(
      absl::AbortedError(fmt::format("{} {} was changed in the meantime; read it again", what, id)),
      "STALE_ETAG", {{"version", fmt::format("{}", present)}});
}

absl::Status CheckLength(std::string_view what, std::string_view value, size_t most) {
  if (value.size() <= most) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("{}: has {} bytes, expected at most {}", what, value.size(), most));
}

}  // namespace marquee::devices
