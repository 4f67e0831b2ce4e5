// Hears of one document of the devices service at once and at each change, for as long as it lives:
// a stream that ends is opened again after a pause.
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

// Metrics: marquee_settings_watch_up, marquee_settings_watch_streams_total{result}. The log says
// when the devices service goes away and when it is back.
class SettingsWatch {
 public:
  struct Options {
    std::string document = "sources";
    // Between two streams; doubles while they fail, and is cut by up to half so that replicas do
    // not come back in one instant.
    absl::Duration first_pause = absl::Milliseconds(100);
    absl::Duration longest_pause = absl::Seconds(30);
  };
  struct Deps {
    obs::Logger& logger;
    obs::Metrics& metrics;
  };
  // Takes a body, on the watch's thread, in the order of the versions; the same one perhaps again
  // after a stream was cut.
  using Take = std::function<void(const google::protobuf::Struct& body)>;

  // `deps` must outlive the watch.
  SettingsWatch(const std::shared_ptr<grpc::Channel>& devices, Options options, Take take,
                const Deps& deps);
  ~SettingsWatch();  // after it `take` is not called and no call is under way
  SettingsWatch(const SettingsWatch&) = delete;
  SettingsWatch& operator=(const SettingsWatch&) = delete;

  // Once.
  void Start();

 private:
  void Run();
  // Reads a stream until it ends; true: it had been of use.
  bool ReadOne();
  void Note(const grpc::Status& end);
  // False: the end has come.
  bool Pause(absl::Duration pause);

  const std::unique_ptr<devices::v1::SettingsService::Stub> stub_;
  const Options options_;
  const Take take_;
  obs::Logger& logger_;
  const obs::Gauge up_;
  const obs::Counter opened_;
  const obs::Counter failed_;
  std::minstd_rand jitter_{std::random_device{}()};  // of the thread
  bool away_ = false;                                // of the thread: and the log has said so
  base::Mutex mutex_;
  base::CondVar wake_;
  bool stopping_ MARQUEE_GUARDED_BY(mutex_) = false;
  grpc::ClientContext* call_ MARQUEE_GUARDED_BY(mutex_) = nullptr;  // the one under way
  std::thread thread_;
};

}  // namespace marquee::playlist
