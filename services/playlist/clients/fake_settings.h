// A fake devices service that serves one document, for tests.
#pragma once

#include <google/protobuf/util/json_util.h>

#include <chrono>
#include <string>

#include "libs/base/mutex.h"
#include "marquee/devices/v1/settings_service.grpc.pb.h"

namespace marquee::playlist {

// Thread-safe.
class FakeSettings final : public devices::v1::SettingsService::Service {
 public:
  // Sets a new version with the body `json` and notifies all watchers.
  void Put(const std::string& json) {
    const base::MutexLock lock(mutex_);
    document_.mutable_body()->Clear();
    (void)google::protobuf::util::JsonStringToMessage(json, document_.mutable_body());
    document_.set_document_id("sources");
    document_.set_version(document_.version() + 1);
    changed_.NotifyAll();
  }
  // Ends all open streams; while `away`, new streams end immediately.
  void Cut(bool away = false) {
    const base::MutexLock lock(mutex_);
    ++cuts_;
    away_ = away;
    changed_.NotifyAll();
  }
  int streams() const {
    const base::MutexLock lock(mutex_);
    return streams_;
  }
  void AwaitStreams(int count) {
    base::MutexLock lock(mutex_);
    while (streams_ < count) changed_.Wait(lock);
  }

  grpc::Status WatchSettings(grpc::ServerContext* context,
                             const devices::v1::WatchSettingsRequest* /*request*/,
                             grpc::ServerWriter<devices::v1::WatchSettingsResponse>* out) override {
    base::MutexLock lock(mutex_);
    ++streams_;
    changed_.NotifyAll();
    const int cuts = cuts_;
    int64_t told = -1;
    while (!away_ && cuts == cuts_ && !context->IsCancelled()) {
      if (told != document_.version()) {
        told = document_.version();
        devices::v1::WatchSettingsResponse response;
        *response.mutable_document() = document_;
        if (!out->Write(response)) break;
      }
      // Cancellation is not signalled to a synchronous handler, so poll for it.
      changed_.WaitUntil(lock, std::chrono::steady_clock::now() + std::chrono::milliseconds(5));
    }
    return {grpc::StatusCode::UNAVAILABLE, "going away"};
  }

 private:
  mutable base::Mutex mutex_;
  base::CondVar changed_;
  devices::v1::Document document_ MARQUEE_GUARDED_BY(mutex_);
  int streams_ MARQUEE_GUARDED_BY(mutex_) = 0;
  int cuts_ MARQUEE_GUARDED_BY(mutex_) = 0;
  bool away_ MARQUEE_GUARDED_BY(mutex_) = false;
};

}  // namespace marquee::playlist
