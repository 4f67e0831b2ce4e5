// A server stream that is written from a worker thread, which blocks while the previous message is
// being sent. For work that itself blocks (reading an upstream body); the number of threads is the
// bound.
//   return rpc::RunStream<FetchArtworkResponse>(*context, executor_, clock_,
//       [this, request = *request](const base::CallContext& call, auto& out) {
//         return Fetch(call, request, out); });
#pragma once

#include <grpcpp/alarm.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
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

// How a stream ends whose work does not: a read of a file on a network share that hangs cannot be
// interrupted, and behind enough of them other work waits for a thread.
struct Overdue {
  absl::Time at = absl::InfiniteFuture();  // system time; at the latest before the deadline
  bool until_first_write = false;          // what has begun to arrive may take longer
  // The status that ends the stream; `started`: the work is under way and is left alone, else it is
  // never begun. Called at most once and before `ended`, under a lock of the stream.
  std::function<absl::Status(bool started)> status = {};
  // Work that was left alone has come to its end.
  std::function<void()> ended = {};
};

namespace internal {

template <class Message>
class BlockingStream final : public grpc::ServerWriteReactor<Message>,
                             public StreamWriter<Message> {
 public:
  BlockingStream(absl::Time deadline, base::Executor& executor, StreamWork<Message> work,
                 Overdue overdue)
      : deadline_(deadline), work_(std::move(work)), overdue_(std::move(overdue)) {
    const bool timed = overdue_.at < absl::InfiniteFuture();
    users_ += timed ? 2 : 1;
    const absl::Status accepted = executor.Submit([this] { Work(); });
    if (!accepted.ok()) {
      if (End()) this->Finish(ToGrpc(accepted));
      Release();
    }
    // Last: from here on the call may end at any time. What it refers to lives until Release().
    if (timed) {
      alarm_.Set(absl::ToChronoTime(overdue_.at), [this](bool rang) {
        if (rang) Ring();
        Release();
      });
      const base::MutexLock lock(mutex_);
      armed_ = true;
      if (worked_) alarm_.Cancel();
    }
  }

  absl::Status Write(Message message) override {
    base::MutexLock lock(mutex_);
    while (writing_ && !broken_ && !ended_) {
      if (!taken_.WaitUntil(lock, absl::ToChronoTime(deadline_))) break;
    }
    if (broken_ || ended_) return absl::CancelledError("the caller has cancelled");
    if (writing_) return absl::DeadlineExceededError("the caller reads too slowly");
    message_ = std::move(message);
    writing_ = true;
    wrote_ = true;
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

  void OnDone() override { Release(); }

 private:
  void Work() {
    if (Begin()) {
      const base::CallContext context{.deadline = deadline_, .stop = stop_.get_token()};
      const absl::Status status = work_(context, *this);
      AwaitWrite();
      if (End()) {
        this->Finish(ToGrpc(status));
      } else if (overdue_.ended) {
        overdue_.ended();
      }
    }
    {
      const base::MutexLock lock(mutex_);
      worked_ = true;
      if (armed_) alarm_.Cancel();
    }
    Release();
  }

  // False: the stream has ended while the work waited for a thread.
  bool Begin() {
    const base::MutexLock lock(mutex_);
    started_ = !ended_;
    return started_;
  }

  // False: it has ended already.
  bool End() {
    const base::MutexLock lock(mutex_);
    return !std::exchange(ended_, true);
  }

  void Ring() {
    absl::Status status;
    {
      const base::MutexLock lock(mutex_);
      // A message on its way means a slow reader, not slow work; the deadline ends that.
      if (ended_ || writing_ || (overdue_.until_first_write && wrote_)) return;
      ended_ = true;
      status = overdue_.status(started_);
    }
    stop_.request_stop();
    this->Finish(ToGrpc(status));
  }

  // The call, the work and the alarm each use it; the last one frees it.
  void Release() {
    if (users_.fetch_sub(1) == 1) delete this;
  }

  // gRPC reports every write, at the latest when the call is cancelled at its deadline.
  void AwaitWrite() {
    base::MutexLock lock(mutex_);
    while (writing_) taken_.Wait(lock);
  }

  const absl::Time deadline_;
  StreamWork<Message> work_;
  const Overdue overdue_;
  std::atomic<int> users_ = 1;
  grpc::Alarm alarm_;
  std::stop_source stop_;
  base::Mutex mutex_;
  base::CondVar taken_;
  Message message_ MARQUEE_GUARDED_BY(mutex_);
  bool writing_ MARQUEE_GUARDED_BY(mutex_) = false;
  bool broken_ MARQUEE_GUARDED_BY(mutex_) = false;
  bool wrote_ MARQUEE_GUARDED_BY(mutex_) = false;
  bool started_ MARQUEE_GUARDED_BY(mutex_) = false;
  bool ended_ MARQUEE_GUARDED_BY(mutex_) = false;   // Finish was called, or is about to be
  bool worked_ MARQUEE_GUARDED_BY(mutex_) = false;  // the worker is done with it
  bool armed_ MARQUEE_GUARDED_BY(mutex_) = false;   // the alarm is set
};

}  // namespace internal

// Runs `work` on `executor`; fails immediately with RESOURCE_EXHAUSTED if its queue is full. The
// stream ends with the status that `work` returns, or with that of `overdue`; `work` may outlive
// the call then, so it holds copies of what it needs of the request.
template <class Message, class Work>
grpc::ServerWriteReactor<Message>* RunStream(const grpc::CallbackServerContext& context,
                                             base::Executor& executor, const base::Clock& clock,
                                             Work work, Overdue overdue = {}) {
  return new internal::BlockingStream<Message>(DeadlineOf(context, clock.Now()), executor,
                                               std::move(work), std::move(overdue));
}

}  // namespace marquee::rpc
