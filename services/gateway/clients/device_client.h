// Calls of the devices service for displays and their commands.
#pragma once

#include <absl/time/time.h>
#include <grpcpp/channel.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "libs/base/clock.h"
#include "marquee/devices/v1/command_service.grpc.pb.h"
#include "marquee/devices/v1/device_service.grpc.pb.h"
#include "services/gateway/clients/in_flight.h"
#include "services/gateway/clients/retry_budget.h"
#include "services/gateway/ports/device_port.h"

namespace marquee::gateway {

// Thread-safe.
class DeviceClient final : public DevicePort {
 public:
  struct Options {
    absl::Duration deadline = absl::Seconds(5);
  };
  struct Deps {
    std::shared_ptr<grpc::Channel> channel;
    const base::Clock& clock;
    RetryBudget& retries;  // of this backend
  };

  DeviceClient(Options options, Deps deps);
  ~DeviceClient() override;
  // Cancels the calls in progress and waits for their end.
  void Stop(absl::Time deadline) { in_flight_.Close(deadline); }

  asio::awaitable<absl::StatusOr<Registered>> Register(RegisterRequest request) override;
  asio::awaitable<absl::StatusOr<Checked>> Check(DeviceCredentials credentials,
                                                 DeviceIdentity identity,
                                                 DisplayOrigin origin) override;
  asio::awaitable<absl::StatusOr<std::string>> Authenticate(DeviceCredentials credentials,
                                                            DisplayOrigin origin) override;
  asio::awaitable<absl::StatusOr<HeartbeatReply>> Heartbeat(HeartbeatRequest request) override;
  asio::awaitable<absl::StatusOr<Device>> Get(std::string device_id) override;
  asio::awaitable<absl::StatusOr<std::vector<Device>>> List() override;
  asio::awaitable<absl::StatusOr<CommandSent>> SendCommand(SendCommandRequest request) override;
  bool connected() const override { return connected_; }

 private:
  // Records whether the service was reached.
  template <class T>
  const absl::StatusOr<T>& Noted(const absl::StatusOr<T>& answer);

  const Options options_;
  const Deps deps_;
  const std::unique_ptr<marquee::devices::v1::DeviceService::Stub> devices_;
  const std::unique_ptr<marquee::devices::v1::CommandService::Stub> commands_;
  std::atomic<bool> connected_{true};
  InFlight in_flight_;
};

}  // namespace marquee::gateway
