// The attach stream between this gateway and the devices service: socket events and
// acknowledgements go up, commands and settings come down. After a failure it is opened again, and
// its first message lists every open socket.
#pragma once

#include <absl/time/time.h>
#include <grpcpp/channel.h>

#include <boost/asio/io_context.hpp>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "marquee/devices/v1/device_service.grpc.pb.h"
#include "services/gateway/clients/in_flight.h"
#include "services/gateway/clients/reconnect.h"
#include "services/gateway/ports/device_port.h"

namespace marquee::gateway {

// Thread-safe. Metrics: marquee_gateway_devices_connected, 1 while the stream is up;
// marquee_gateway_device_logs_dropped_total.
class RegistryStreamClient final : public RegistryStream {
 public:
  struct Options {
    std::string gateway_id;
    int64_t epoch = 0;  // larger at each start of this gateway
    // Events queued for writing. More mean that the service is too slow: the stream is cancelled
    // and opened again with the list of open sockets, which has the same content in fewer messages.
    size_t max_queued = 10'000;
    // Bytes of display logs queued for writing; further logs are dropped and counted.
    size_t max_queued_log_bytes = size_t{1} << 20;
    // Acknowledgements that are repeated when the stream is opened again: it is unknown which of
    // them arrived, and a repeated one is harmless. A command without an acknowledgement would be
    // sent again.
    size_t max_repeated_acks = 10'000;
    absl::Duration repeat_acks_for = absl::Minutes(1);
    Reconnect::Options reconnect = {};
  };
  struct Deps {
    std::shared_ptr<grpc::Channel> channel;
    boost::asio::io_context& io;
    const base::Clock& clock;
    obs::Logger& logger;
    obs::Metrics& metrics;
  };

  RegistryStreamClient(Options options, Deps deps);
  ~RegistryStreamClient() override;

  // `orders` must outlive the stream.
  void Start(CommandSink& orders);
  // Cancels the stream and waits for its end. Call once, before the io_context stops.
  void Stop(absl::Time deadline);

  void SocketUp(const std::string& device_id, int64_t socket_id, int64_t sequence) override;
  void SocketDown(const std::string& device_id, int64_t socket_id, int64_t sequence,
                  int close_code) override;
  void Digest(size_t count, uint64_t digest) override;
  void Acknowledge(const std::string& device_id, const std::string& command_id, bool ok,
                   const std::string& info) override;
  void Log(const std::string& device_id, const std::vector<DeviceLogEntry>& entries) override;

 private:
  class Stream;

  boost::asio::awaitable<bool> AttachOnce();
  void Send(marquee::devices::v1::AttachRequest request);
  void Dispatch(const marquee::devices::v1::AttachResponse& order);
  void SendSocketList();
  void SetConnected(bool connected, std::string_view why);

  const Options options_;
  const Deps deps_;
  const std::unique_ptr<marquee::devices::v1::DeviceService::Stub> stub_;
  const obs::Gauge registry_stream_;
  const obs::Counter dropped_logs_;
  CommandSink* orders_ = nullptr;
  std::atomic<bool> connected_{false};
  base::Mutex mutex_;
  Stream* stream_ MARQUEE_GUARDED_BY(mutex_) = nullptr;  // the open one
  std::string resume_token_ MARQUEE_GUARDED_BY(mutex_);
  std::deque<std::pair<absl::Duration, marquee::devices::v1::AttachRequest::Ack>> latest_acks_
      MARQUEE_GUARDED_BY(mutex_);
  InFlight in_flight_;
  Reconnect reconnect_;
};

}  // namespace marquee::gateway
