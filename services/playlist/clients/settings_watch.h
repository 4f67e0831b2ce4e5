// Watches one document of the devices service: receives it at the start and after each change. A
// stream that ends is opened again after a pause.
#pragma once

#include <absl/time/time.h>
#include <google/protobuf/struct.pb.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include "libs/base/mutex.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "marquee/devices/v1/settings_service.grpc.pb.h"

namespace marquee::playlist {

// Metrics: marquee_settings_watch_up, marquee_settings_watch_streams_total{result}. Logs when the
// stream is lost and when it works again.
class SettingsWatch {
 public:
  struct Options {
    std::string document = "sources";
    // Pause between two streams; doubles while they fail, and is reduced by a random part of up to
    // one half so that replicas do not reconnect at the same time.
    absl::Duration first_pause = absl::Milliseconds(100);
    absl::Duration longest_pause = absl::Seconds(30);
  };
  struct Deps {
    obs::Logger& logger;
    obs::Metrics& metrics;
  };
  // Receives a body on the watch's thread, in the order of versions. After a reconnection the same
  // body may be received again.
  using Take = std::function<void(const google::protobuf::Struct& body)>;

  // `deps` must outlive the watch.
  SettingsWatch(const std::shared_ptr<grpc::Channel>& devices, Options options, Take take,
                const Deps& deps);
  ~SettingsWatch();  // afterwards `take` is not called and no call is in progress
  SettingsWatch(const SettingsWatch&) = delete;
  SettingsWatch& operator=(const SettingsWatch&) = delete;

  // Call once.
  void Start();

 private:
  void Run();
  // Reads one stream until it ends; true: it delivered at least one document.
  bool ReadOne();
  void Note(const grpc::Status& end);
  // False: the watch is being destroyed.
  bool Pause(absl::Duration pause);

  const std::unique_ptr<devices::v1::SettingsService::Stub> stub_;
  const Options options_;
  const Take take_;
  obs::Logger& logger_;
  const obs::Gauge up_;
  const obs::Counter opened_;
  const obs::Counter failed_;
  std::minstd_rand jitter_{std::random_device{}()};  // used only by the thread
  bool away_ = false;  // used only by the thread; the outage was logged
  base::Mutex mutex_;
  base::CondVar wake_;
  bool stopping_ MARQUEE_GUARDED_BY(mutex_) = false;
  grpc::ClientContext* call_ MARQUEE_GUARDED_BY(mutex_) = nullptr;  // the call in progress
  std::thread thread_;
};

}  // namespace marquee::playlist
