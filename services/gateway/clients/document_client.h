// Reads and writes documents of the devices service.
#pragma once

#include <absl/time/time.h>
#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "libs/base/clock.h"
#include "marquee/devices/v1/settings_service.grpc.pb.h"
#include "services/gateway/clients/in_flight.h"
#include "services/gateway/clients/retry_budget.h"
#include "services/gateway/ports/document_port.h"

namespace marquee::gateway {

// Thread-safe.
class DocumentClient final : public DocumentPort {
 public:
  struct Options {
    absl::Duration deadline = absl::Seconds(5);
  };
  struct Deps {
    std::shared_ptr<grpc::Channel> channel;
    const base::Clock& clock;
    RetryBudget& retries;  // of this backend
  };

  DocumentClient(Options options, Deps deps);
  ~DocumentClient() override;
  // Cancels the calls in progress and waits for their end.
  void Stop(absl::Time deadline) { in_flight_.Close(deadline); }

  boost::asio::awaitable<absl::StatusOr<SettingsDocument>> Get(std::string id) override;
  boost::asio::awaitable<absl::StatusOr<SettingsDocument>> Put(SettingsDocument document,
                                                               std::string author) override;

 private:
  const Options options_;
  const Deps deps_;
  const std::unique_ptr<marquee::devices::v1::SettingsService::Stub> stub_;
  InFlight in_flight_;
};

}  // namespace marquee::gateway
