// Keeps a stream to a backend open: opens it, waits until it ends, and opens it again after a
// pause. The pause grows with consecutive failures and is randomised.
#pragma once

#include <absl/time/time.h>

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <random>

#include "libs/base/mutex.h"

namespace marquee::gateway {

class Reconnect {
 public:
  struct Options {
    absl::Duration first_pause = absl::Milliseconds(100);
    absl::Duration longest_pause = absl::Seconds(2);
  };
  // Opens the stream and resumes when it has ended. true: it was useful, so the next pause is short
  // again.
  using OneStream = std::function<boost::asio::awaitable<bool>()>;

  Reconnect(boost::asio::io_context& io, Options options, OneStream one_stream);

  void Start();
  // Ends the current pause, if any. Thread-safe.
  void Hurry();
  // Stops the loop: no stream is opened after this. The caller cancels the open one. Thread-safe.
  void BeginStop();
  // Returns when the loop has ended, or at `deadline`; false: it has not ended. Not on an io
  // thread.
  bool AwaitStopped(absl::Time deadline);

  bool stopping() const { return stopping_; }

 private:
  boost::asio::awaitable<void> Run();

  boost::asio::io_context& io_;
  const Options options_;
  const OneStream one_stream_;
  boost::asio::steady_timer pause_;  // on io's thread
  std::minstd_rand jitter_;
  std::atomic<bool> stopping_{false};
  base::Mutex mutex_;
  base::CondVar ended_;
  bool running_ MARQUEE_GUARDED_BY(mutex_) = false;
};

}  // namespace marquee::gateway
