// The gRPC side of an Attach stream: reads into an inbox, runs the session on an executor, writes
// from an outbox.
//
// Bounds. The inbox stops reading at kMaxInbox messages, so flow control slows down a gateway that
// sends faster than the store writes. The outbox admits commands up to kMaxOutbox; beyond that only
// the device id is remembered, its commands stay in the store, and its queue is read again once
// half of the outbox has been sent. If kHardOutbox messages pile up (closings, admitted commands),
// the stream is ended and the gateway opens a new one.
#pragma once

#include <absl/time/time.h>
#include <grpcpp/alarm.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/executor.h"
#include "libs/base/mutex.h"
#include "services/devices/service/attach_hub.h"
#include "services/devices/service/attach_session.h"
#include "services/devices/service/settings_feed.h"

namespace marquee::devices {

// Lives until gRPC has finished with it and no work is running. Thread-safe.
class AttachStream final : public grpc::ServerBidiReactor<pb::AttachRequest, pb::AttachResponse>,
                           public GatewayLink,
                           public std::enable_shared_from_this<AttachStream> {
 public:
  static constexpr size_t kMaxInbox = 256;
  static constexpr size_t kMaxInboxBytes = size_t{4} << 20;
  // Limit for messages that may be dropped (display logs).
  static constexpr size_t kMaxIdleBytes = size_t{1} << 20;
  static constexpr size_t kMaxOutbox = 1000;
  // A delivery that Admit() accepted may add all open commands of a display; this allows for sixty
  // such deliveries beyond kMaxOutbox.
  static constexpr size_t kHardOutbox = kMaxOutbox + 60 * kMaxOpenCommands;
  // A stream that ends during a write waits this long for the gateway to read; then it is cancelled
  // and ends with CANCELLED instead of its reason.
  static constexpr absl::Duration kLastWrite = absl::Seconds(1);

  // Returns the reactor for gRPC. `executor` should have capacity for one task per gateway.
  static grpc::ServerBidiReactor<pb::AttachRequest, pb::AttachResponse>* Start(
      grpc::CallbackServerContext& context, base::Executor& executor, AttachSession::Deps deps);

  void Push(pb::AttachResponse order) override;
  bool PushIfIdle(pb::AttachResponse order) override;
  void PushSettings(const SettingsChanges& update) override;
  bool Admit(std::string_view device_id, bool replay) override;
  void End(const absl::Status& status) override;

 private:
  AttachStream(grpc::CallbackServerContext& context, base::Executor& executor)
      : context_(context), executor_(executor) {}

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  // Runs the session on the executor unless it is running.
  void Pump() MARQUEE_REQUIRES(mutex_);
  void Work();
  void ReadMore() MARQUEE_REQUIRES(mutex_);
  void WriteMore() MARQUEE_REQUIRES(mutex_);
  void PushLocked(pb::AttachResponse order) MARQUEE_REQUIRES(mutex_);
  void EndLocked(const absl::Status& status) MARQUEE_REQUIRES(mutex_);
  void GiveUpWriting();
  void FinishIfIdle() MARQUEE_REQUIRES(mutex_);

  grpc::CallbackServerContext& context_;  // valid until OnDone
  base::Executor& executor_;
  std::unique_ptr<AttachSession> session_;  // used by Work, and by OnDone after it

  base::Mutex mutex_;
  pb::AttachRequest incoming_;   // used by gRPC while reading_
  pb::AttachResponse outgoing_;  // used by gRPC while writing_
  bool reading_ MARQUEE_GUARDED_BY(mutex_) = false;
  bool half_closed_ MARQUEE_GUARDED_BY(mutex_) = false;
  bool writing_ MARQUEE_GUARDED_BY(mutex_) = false;
  bool working_ MARQUEE_GUARDED_BY(mutex_) = false;
  bool finished_ MARQUEE_GUARDED_BY(mutex_) = false;
  bool done_ MARQUEE_GUARDED_BY(mutex_) = false;
  grpc::Alarm last_write_ MARQUEE_GUARDED_BY(mutex_);
  std::optional<absl::Status> end_ MARQUEE_GUARDED_BY(mutex_);
  std::vector<pb::AttachRequest> inbox_ MARQUEE_GUARDED_BY(mutex_);
  size_t inbox_bytes_ MARQUEE_GUARDED_BY(mutex_) = 0;
  size_t idle_bytes_ MARQUEE_GUARDED_BY(mutex_) = 0;  // bytes of logs in outbox_
  std::deque<pb::AttachResponse> outbox_ MARQUEE_GUARDED_BY(mutex_);
  SettingsFeed settings_ MARQUEE_GUARDED_BY(mutex_);
  // Displays that Admit rejected, and whether they need a replay.
  std::map<std::string, bool, std::less<>> deferred_ MARQUEE_GUARDED_BY(mutex_);
  std::shared_ptr<AttachStream> self_;  // until OnDone
};

}  // namespace marquee::devices
