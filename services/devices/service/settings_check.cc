#include "services/devices/service/settings_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "services/devices/documents/display_rules.h"
#include "services/devices/settings/effective_settings.h"
#include "services/devices/store/json_column.h"

namespace marquee::devices {

absl::Status CheckSettings(std::string_view field, const std::optional<std::string>& settings,
                           bool accept_unknown, std::string_view resource, obs::Logger& logger) {
  if (!settings || !IsObject(*settings)) return absl::OkStatus();
  std::vector<rpc::FieldViolation> violations;
  std::vector<rpc::FieldViolation> unknown;
  CheckDisplay(ObjectOf(*settings), fmt::format("{}.", field), violations,
               accept_unknown ? &unknown : nullptr);
  constexpr size_t kMostViolations = 100;
  violations.resize(std::min(violations.size(), kMostViolations));
  if (!violations.empty()) {
    return rpc::WithViolations(absl::InvalidArgumentError(fmt::format(
                                   "{}: {}", violations.front().field, violations.front().message)),
                               violations);
  }
  for (const rpc::FieldViolation& word : unknown) {
    logger.Warn("a setting was taken that is not known",
                {{"resource", resource}, {"field", word.field}, {"reason", word.message}});
  }
  return absl::OkStatus();
}

}  // namespace marquee::devices
