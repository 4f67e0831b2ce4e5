// The gRPC side of an Attach stream: reads into an inbox, runs the session on an executor, writes
// from an outbox.
//
// Bounds. The inbox stops reading at kMaxInbox messages, so a gateway that talks faster than the
// store writes is slowed down by flow control. The outbox admits commands up to kMaxOutbox; beyond
// that a display is only remembered by name, its commands stay in the store, and its queue is read
// again once half of the outbox has gone. A gateway that takes nothing while kHardOutbox pile up
// (closings, commands already under way) loses its stream and attaches anew.
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

// Lives until gRPC is done with it and nobody works for it any more. Thread-safe.
class AttachStream final : public grpc::ServerBidiReactor<pb::AttachRequest, pb::AttachResponse>,
                           public GatewayLink,
                           public std::enable_shared_from_this<AttachStream> {
 public:
  static constexpr size_t kMaxInbox = 256;
  static constexpr size_t kMaxInboxBytes = size_t{4} << 20;
  // Of the messages that nothing depends on (logs of displays).
  static constexpr size_t kMaxIdleBytes = size_t{1} << 20;
  static constexpr size_t kMaxOutbox = 1000;
  // A delivery that was admitted may bring a whole queue; this leaves room for sixty at once.
  static constexpr size_t kHardOutbox = kMaxOutbox + 60 * kMaxOpenCommands;
  // A stream that ends while a message goes out waits this long for the gateway to take it; then it
  // is cut, and ends with CANCELLED instead of its reason.
  static constexpr absl::Duration kLastWrite = absl::Seconds(1);

  // The reactor to hand to gRPC. `executor` should have room for one task a gateway.
  static grpc::ServerBidiReactor<pb::AttachRequest, pb::AttachResponse>* Start(
      grpc::CallbackServerContext& context, base::Executor& executor, AttachSession::Deps deps);

  void Push(pb::AttachResponse order) override;
  bool PushIfIdle(pb::AttachResponse order) override;
  void PushSettings(const SettingsNews& news) override;
  bool Admit(std::string_view device_id, bool replay) override;
  void End(const absl::Status& status) override;

 private:
  AttachStream(grpc::CallbackServerContext& context, base::Executor& executor)
      : context_(context), executor_(executor) {}

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  // Has the session work, on the executor, unless it does already.
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
  pb::AttachRequest incoming_;   // gRPC's while reading_
  pb::AttachResponse outgoing_;  // gRPC's while writing_
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
  size_t idle_bytes_ MARQUEE_GUARDED_BY(mutex_) = 0;  // of logs in outbox_
  std::deque<pb::AttachResponse> outbox_ MARQUEE_GUARDED_BY(mutex_);
  SettingsFeed settings_ MARQUEE_GUARDED_BY(mutex_);
  // Displays that Admit refused, and whether they wait for a replay.
  std::map<std::string, bool, std::less<>> owed_ MARQUEE_GUARDED_BY(mutex_);
  std::shared_ptr<AttachStream> self_;  // until OnDone
};

}  // namespace marquee::devices
