// A server stream that never blocks a thread: whenever gRPC can send a message, the stream gets the
// next one from its feed. A slow reader costs the memory of one message.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <memory>
#include <utility>
#include <variant>

#include "libs/base/mutex.h"
#include "libs/rpc/status.h"

namespace marquee::rpc {

// Source of the messages of a PullStream. Calls never overlap.
template <class Message>
class Feed {
 public:
  // Nothing to send until PullStream::Wake() is called.
  struct Idle {};
  // A message, Idle, or the status that ends the stream.
  using Step = std::variant<Idle, Message, absl::Status>;

  virtual ~Feed() = default;
  // Called with the stream's lock held: must neither block nor call the stream.
  virtual Step Next() = 0;
};

// Lives until gRPC has finished with it. Pass `reactor()` to gRPC; keep a weak_ptr to wake it
// later. Thread-safe.
template <class Message>
class PullStream final : public grpc::ServerWriteReactor<Message> {
 public:
  static std::shared_ptr<PullStream> Create(std::unique_ptr<Feed<Message>> feed) {
    auto stream = std::shared_ptr<PullStream>(new PullStream(std::move(feed)));
    stream->self_ = stream;
    return stream;
  }

  // Calls the feed again if it was idle. Call once after Create to start. Not under a lock that the
  // feed's Next() takes.
  void Wake() {
    const base::MutexLock lock(mutex_);
    Advance();
  }

  grpc::ServerWriteReactor<Message>* reactor() { return this; }

 private:
  explicit PullStream(std::unique_ptr<Feed<Message>> feed) : feed_(std::move(feed)) {}

  void Advance() MARQUEE_REQUIRES(mutex_) {
    if (writing_ || finished_) return;
    auto step = feed_->Next();
    if (auto* message = std::get_if<Message>(&step)) {
      message_ = std::move(*message);
      writing_ = true;
      this->StartWrite(&message_);
    } else if (const auto* status = std::get_if<absl::Status>(&step)) {
      End(*status);
    }
  }

  void End(const absl::Status& status) MARQUEE_REQUIRES(mutex_) {
    if (finished_) return;
    finished_ = true;
    this->Finish(ToGrpc(status));
  }

  void OnWriteDone(bool ok) override {
    const base::MutexLock lock(mutex_);
    writing_ = false;
    if (ok) {
      Advance();
    } else {
      End(absl::CancelledError("the caller has cancelled"));
    }
  }

  void OnCancel() override {
    const base::MutexLock lock(mutex_);
    // With a write in progress, OnWriteDone(false) follows and ends the stream.
    if (!writing_) End(absl::CancelledError("the caller has cancelled"));
  }

  void OnDone() override { self_.reset(); }

  base::Mutex mutex_;
  const std::unique_ptr<Feed<Message>> feed_;
  Message message_ MARQUEE_GUARDED_BY(mutex_);
  bool writing_ MARQUEE_GUARDED_BY(mutex_) = false;
  bool finished_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::shared_ptr<PullStream> self_;
};

}  // namespace marquee::rpc
