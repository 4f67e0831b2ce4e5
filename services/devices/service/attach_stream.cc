#include "services/devices/service/attach_stream.h"

#include <absl/time/clock.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "libs/rpc/status.h"
#include "libs/rpc/tls.h"

namespace marquee::devices {
namespace {

std::string IdentityOf(const grpc::CallbackServerContext& context) {
  const auto peer = context.auth_context();
  std::vector<std::string> names;
  if (peer) names = rpc::PeerNames(*peer);
  std::ranges::sort(names);
  return fmt::format("{}", fmt::join(names, ","));
}

}  // namespace

grpc::ServerBidiReactor<pb::AttachRequest, pb::AttachResponse>* AttachStream::Start(
    grpc::CallbackServerContext& context, base::Executor& executor, AttachSession::Deps deps) {
  auto stream = std::shared_ptr<AttachStream>(new AttachStream(context, executor));
  stream->session_ =
      std::make_unique<AttachSession>(deps, IdentityOf(context), stream->weak_from_this());
  stream->self_ = stream;
  const base::MutexLock lock(stream->mutex_);
  stream->ReadMore();
  return stream.get();
}

void AttachStream::ReadMore() {
  if (reading_ || half_closed_ || end_) return;
  if (inbox_.size() >= kMaxInbox || inbox_bytes_ >= kMaxInboxBytes) return;
  reading_ = true;
  StartRead(&incoming_);
}

void AttachStream::OnReadDone(bool ok) {
  const base::MutexLock lock(mutex_);
  reading_ = false;
  if (ok) {
    inbox_bytes_ += incoming_.ByteSizeLong();
    inbox_.push_back(std::move(incoming_));
    incoming_.Clear();
    ReadMore();
  } else {
    half_closed_ = true;
  }
  Pump();
}

void AttachStream::Pump() {
  if (working_ || done_) return;
  working_ = true;
  const absl::Status accepted = executor_.Submit([stream = shared_from_this()] { stream->Work(); });
  if (accepted.ok()) return;
  working_ = false;
  EndLocked(accepted);
}

void AttachStream::Work() {
  while (true) {
    std::vector<pb::AttachRequest> events;
    std::map<std::string, bool, std::less<>> owed;
    {
      const base::MutexLock lock(mutex_);
      if (!end_) events = std::exchange(inbox_, {});
      inbox_bytes_ = 0;
      if (!end_ && outbox_.size() <= kMaxOutbox / 2) owed = std::exchange(deferred_, {});
      if (events.empty() && owed.empty()) {
        working_ = false;
        if (half_closed_) EndLocked(absl::OkStatus());
        if (!done_) return;
        break;
      }
      ReadMore();
    }
    absl::Status status = session_->Handle(events);
    for (const auto& [device_id, replay] : owed) {
      if (status.ok()) status = session_->DeliverDeferred(device_id, replay);
    }
    if (!status.ok()) End(status);
  }
  session_->Gone();  // OnDone ran meanwhile and left this call to Work
}

bool AttachStream::Admit(std::string_view device_id, bool replay) {
  const base::MutexLock lock(mutex_);
  if (end_) return false;
  if (outbox_.size() < kMaxOutbox) return true;
  const auto owed = deferred_.try_emplace(std::string(device_id), replay).first;
  owed->second = owed->second || replay;
  return false;
}

void AttachStream::Push(pb::AttachResponse order) {
  const base::MutexLock lock(mutex_);
  PushLocked(std::move(order));
}

bool AttachStream::PushIfIdle(pb::AttachResponse order) {
  const base::MutexLock lock(mutex_);
  const size_t bytes = order.ByteSizeLong();
  if (outbox_.size() >= kMaxOutbox / 2 || idle_bytes_ + bytes > kMaxIdleBytes) return false;
  if (!end_) idle_bytes_ += bytes;
  PushLocked(std::move(order));
  return true;
}

void AttachStream::PushSettings(const SettingsChanges& update) {
  const base::MutexLock lock(mutex_);
  for (pb::AttachResponse& order : settings_.MessagesFor(update)) PushLocked(std::move(order));
}

void AttachStream::PushLocked(pb::AttachResponse order) {
  if (end_) return;
  if (outbox_.size() >= kHardOutbox) {
    EndLocked(absl::ResourceExhaustedError("the gateway reads too slowly"));
    return;
  }
  outbox_.push_back(std::move(order));
  WriteMore();
}

void AttachStream::WriteMore() {
  if (writing_ || end_ || outbox_.empty()) return;
  outgoing_ = std::move(outbox_.front());
  outbox_.pop_front();
  if (outgoing_.has_device_log()) idle_bytes_ -= outgoing_.ByteSizeLong();
  writing_ = true;
  StartWrite(&outgoing_);
}

void AttachStream::OnWriteDone(bool ok) {
  const base::MutexLock lock(mutex_);
  writing_ = false;
  if (!ok) EndLocked(absl::CancelledError("the gateway has disconnected"));
  WriteMore();
  FinishIfIdle();
  if (!deferred_.empty() && outbox_.size() <= kMaxOutbox / 2) Pump();
}

void AttachStream::OnCancel() { End(absl::CancelledError("the gateway has disconnected")); }

void AttachStream::End(const absl::Status& status) {
  const base::MutexLock lock(mutex_);
  EndLocked(status);
}

void AttachStream::EndLocked(const absl::Status& status) {
  if (end_) return;
  end_ = status;
  outbox_.clear();
  idle_bytes_ = 0;
  deferred_.clear();
  if (writing_ && !done_) {
    // Weak, since the alarm keeps its callback as long as it lives.
    last_write_.Set(absl::ToChronoTime(absl::Now() + kLastWrite),
                    [weak = weak_from_this()](bool due) {
                      const std::shared_ptr<AttachStream> stream = weak.lock();
                      if (due && stream != nullptr) stream->GiveUpWriting();
                    });
  }
  FinishIfIdle();
}

void AttachStream::GiveUpWriting() {
  const base::MutexLock lock(mutex_);
  if (writing_ && !done_) context_.TryCancel();
}

void AttachStream::FinishIfIdle() {
  if (!end_ || writing_ || finished_) return;
  finished_ = true;
  last_write_.Cancel();
  Finish(rpc::ToGrpc(*end_));
}

void AttachStream::OnDone() {
  bool is_working = false;
  {
    const base::MutexLock lock(mutex_);
    done_ = true;
    is_working = working_;
  }
  // Only after the last message was processed; otherwise a socket reported in it would remain open.
  if (!is_working) session_->Gone();
  self_.reset();
}

}  // namespace marquee::devices
