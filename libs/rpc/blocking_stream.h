// A server stream that is written from a worker thread, which blocks while the previous message is
// being sent. For work that itself blocks (reading an upstream body); the number of threads is the
// bound.
//   return rpc::RunStream<FetchArtworkResponse>(*context, executor_, clock_,
//       [this, request = *request](const base::CallContext& call, auto& out) {
//         return Fetch(call, request, out); });
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <utility>

#include "libs/base/call_context.h"
#include "libs/base/executor.h"
#include "libs/base/mutex.h"
#include "libs/rpc/call.h"
#include "libs/rpc/status.h"

namespace marquee::rpc {

// The worker's end of the stream.
template <class Message>
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;
  // Waits until the previous message has been sent, then takes this one. kCancelled: the caller has
  // cancelled. kDeadlineExceeded: the previous message was not sent in time.
  virtual absl::Status Write(Message message) = 0;
};

template <class Message>
using StreamWork = std::function<absl::Status(const base::CallContext&, StreamWriter<Message>&)>;

namespace internal {

template <class Message>
class BlockingStream final : public grpc::ServerWriteReactor<Message>,
                             public StreamWriter<Message> {
 public:
  BlockingStream(absl::Time deadline, base::Executor& executor, StreamWork<Message> work)
      : deadline_(deadline), work_(std::move(work)) {
    const absl::Status accepted = executor.Submit([this] {
      const base::CallContext context{.deadline = deadline_, .stop = stop_.get_token()};
      const absl::Status status = work_(context, *this);
      AwaitWrite();
      this->Finish(ToGrpc(status));
    });
    if (!accepted.ok()) this->Finish(ToGrpc(accepted));
  }

  absl::Status Write(Message message) override {
    base::MutexLock lock(mutex_);
    while (writing_ && !broken_) {
      if (!taken_.WaitUntil(lock, absl::ToChronoTime(deadline_))) break;
    }
    if (broken_) return absl::CancelledError("the caller has cancelled");
    if (writing_) return absl::DeadlineExceededError("the caller reads too slowly");
    message_ = std::move(message);
    writing_ = true;
    this->StartWrite(&message_);
    return absl::OkStatus();
  }

  void OnWriteDone(bool ok) override {
    const base::MutexLock lock(mutex_);
    writing_ = false;
    broken_ = broken_ || !ok;
    taken_.NotifyAll();
  }

  void OnCancel() override {
    stop_.request_stop();
    const base::MutexLock lock(mutex_);
    broken_ = true;
    taken_.NotifyAll();
  }

  void OnDone() override { delete this; }

 private:
  // gRPC reports every write, at the latest when the call is cancelled at its deadline.
  void AwaitWrite() {
    base::MutexLock lock(mutex_);
    while (writing_) taken_.Wait(lock);
  }

  const absl::Time deadline_;
  StreamWork<Message> work_;
  std::stop_source stop_;
  base::Mutex mutex_;
  base::CondVar taken_;
  Message message_ MARQUEE_GUARDED_BY(mutex_);
  bool writing_ MARQUEE_GUARDED_BY(mutex_) = false;
  bool broken_ MARQUEE_GUARDED_BY(mutex_) = false;
};

}  // namespace internal

// Runs `work` on `executor`; fails immediately with RESOURCE_EXHAUSTED if its queue is full. The
// stream ends with the status that `work` returns.
template <class Message, class Work>
grpc::ServerWriteReactor<Message>* RunStream(const grpc::CallbackServerContext& context,
                                             base::Executor& executor, const base::Clock& clock,
                                             Work work) {
  return new internal::BlockingStream<Message>(DeadlineOf(context, clock.Now()), executor,
                                               std::move(work));
}

}  // namespace marquee::rpc
