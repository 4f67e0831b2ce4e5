#include "libs/httpc/fetch.h"

#include <optional>
#include <utility>

#include "libs/base/mutex.h"
#include "libs/base/status.h"

namespace marquee::httpc {

class PendingFetch::Collector final : public ResponseHandler {
 public:
  void OnHead(HttpHead head) override { response_.head = std::move(head); }

  Flow OnBody(std::string_view bytes) override {
    response_.body.append(bytes);  // the client enforces max_body_bytes
    return Flow::kTaken;
  }

  void OnDone(const absl::Status& status) override {
    const base::MutexLock lock(mutex_);
    done_ = status;
    changed_.NotifyAll();
  }

  absl::StatusOr<HttpResponse> Wait() {
    base::MutexLock lock(mutex_);
    while (!done_.has_value()) changed_.Wait(lock);
    if (!done_->ok()) return *done_;
    return std::move(response_);
  }

 private:
  HttpResponse response_;  // used by the client until OnDone, then by the waiter
  base::Mutex mutex_;
  base::CondVar changed_;
  std::optional<absl::Status> done_ MARQUEE_GUARDED_BY(mutex_);
};

PendingFetch::PendingFetch(HttpClient& client, HttpRequest request, base::CallContext context)
    : collector_(std::make_shared<Collector>()),
      exchange_(client.Start(std::move(request), std::move(context), collector_)) {}

PendingFetch::~PendingFetch() {
  if (exchange_ != nullptr) exchange_->Cancel();
}

PendingFetch::PendingFetch(PendingFetch&&) noexcept = default;

PendingFetch& PendingFetch::operator=(PendingFetch&& other) noexcept {
  std::swap(collector_, other.collector_);
  std::swap(exchange_, other.exchange_);
  return *this;
}

absl::StatusOr<HttpResponse> PendingFetch::Wait() { return collector_->Wait(); }

absl::StatusOr<HttpResponse> Fetch(HttpClient& client, HttpRequest request,
                                   base::CallContext context) {
  return PendingFetch(client, std::move(request), std::move(context)).Wait();
}

class PendingStream::Pipe final : public ResponseHandler {
 public:
  void OnHead(HttpHead head) override {
    const base::MutexLock lock(mutex_);
    head_ = std::move(head);
    changed_.NotifyAll();
  }

  Flow OnBody(std::string_view bytes) override {
    const base::MutexLock lock(mutex_);
    if (!buffer_.empty() && buffer_.size() + bytes.size() > HttpStream::kBufferBytes) {
      full_ = true;
      return Flow::kFull;
    }
    buffer_.append(bytes);
    changed_.NotifyAll();
    return Flow::kTaken;
  }

  void OnDone(const absl::Status& status) override {
    const base::MutexLock lock(mutex_);
    done_ = status;
    changed_.NotifyAll();
  }

  absl::StatusOr<HttpHead> WaitForHead() {
    base::MutexLock lock(mutex_);
    while (!head_.has_value() && !done_.has_value()) changed_.Wait(lock);
    if (!head_.has_value()) return *done_;
    return std::move(*head_);
  }

  struct Taken {
    std::string bytes;
    bool resume = false;  // the sender was paused
  };

  absl::StatusOr<Taken> Take() {
    base::MutexLock lock(mutex_);
    while (buffer_.empty() && !done_.has_value()) changed_.Wait(lock);
    if (buffer_.empty() && !done_->ok()) return *done_;
    return Taken{std::exchange(buffer_, {}), std::exchange(full_, false)};
  }

 private:
  base::Mutex mutex_;
  base::CondVar changed_;
  std::optional<HttpHead> head_ MARQUEE_GUARDED_BY(mutex_);
  std::string buffer_ MARQUEE_GUARDED_BY(mutex_);
  bool full_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> done_ MARQUEE_GUARDED_BY(mutex_);
};

PendingStream::PendingStream(HttpClient& client, HttpRequest request, base::CallContext context)
    : pipe_(std::make_shared<Pipe>()),
      exchange_(client.Start(std::move(request), std::move(context), pipe_)) {}

PendingStream::~PendingStream() {
  if (exchange_ != nullptr) exchange_->Cancel();
}

PendingStream::PendingStream(PendingStream&&) noexcept = default;

PendingStream& PendingStream::operator=(PendingStream&& other) noexcept {
  std::swap(pipe_, other.pipe_);
  std::swap(exchange_, other.exchange_);
  return *this;
}

absl::StatusOr<std::unique_ptr<HttpStream>> PendingStream::Wait() {
  MARQUEE_ASSIGN_OR_RETURN(HttpHead head, pipe_->WaitForHead());
  return std::unique_ptr<HttpStream>(
      new HttpStream(std::move(pipe_), std::exchange(exchange_, nullptr), std::move(head)));
}

absl::StatusOr<std::unique_ptr<HttpStream>> HttpStream::Open(HttpClient& client,
                                                             HttpRequest request,
                                                             base::CallContext context) {
  return PendingStream(client, std::move(request), std::move(context)).Wait();
}

HttpStream::HttpStream(std::shared_ptr<Pipe> pipe, std::shared_ptr<HttpExchange> exchange,
                       HttpHead head)
    : pipe_(std::move(pipe)), exchange_(std::move(exchange)), head_(std::move(head)) {}

HttpStream::~HttpStream() { exchange_->Cancel(); }

absl::StatusOr<std::string> HttpStream::Read() {
  MARQUEE_ASSIGN_OR_RETURN(auto taken, pipe_->Take());
  if (taken.resume) exchange_->Resume();
  return std::move(taken.bytes);
}

}  // namespace marquee::httpc
