#include "services/devices/service/settings_sink.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "services/devices/service/convert.h"

namespace marquee::devices {

void GatewaySettingsSink::ApplySettings(const std::vector<std::pair<std::string, Socket>>& sockets,
                                        const boost::json::object& changed) {
  hub_.ApplySettings(sockets, StructFrom(boost::json::serialize(changed)));
}

absl::Status GatewaySettingsSink::Navigate(const std::vector<std::string>& device_ids,
                                           const std::string& mode) {
  absl::Status status;
  jobs_.Send({.device_ids = device_ids,
              .type = "mode.navigate",
              .payload = fmt::format(R"({{"mode":"{}"}})", mode)},
             [&status](const absl::StatusOr<BatchResult>& result) { status = result.status(); });
  return status;
}

}  // namespace marquee::devices
