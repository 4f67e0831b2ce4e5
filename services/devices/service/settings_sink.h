// Sends changed settings to displays, through gateways and as commands.
#pragma once

#include "services/devices/commands/command_jobs.h"
#include "services/devices/service/attach_hub.h"
#include "services/devices/settings/settings_pusher.h"

namespace marquee::devices {

class GatewaySettingsSink final : public SettingsSink {
 public:
  GatewaySettingsSink(AttachHub& hub, CommandJobs& jobs) : hub_(hub), jobs_(jobs) {}

  void ApplySettings(const std::vector<std::pair<std::string, Socket>>& sockets,
                     const boost::json::object& changed) override;
  absl::Status Navigate(const std::vector<std::string>& device_ids,
                        const std::string& mode) override;

 private:
  AttachHub& hub_;
  CommandJobs& jobs_;
};

}  // namespace marquee::devices
