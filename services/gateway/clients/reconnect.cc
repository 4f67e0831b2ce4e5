#include "services/gateway/clients/reconnect.h"

#include <absl/time/clock.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

namespace marquee::gateway {

namespace asio = boost::asio;

Reconnect::Reconnect(asio::io_context& io, Options options, OneStream one_stream)
    : io_(io),
      options_(options),
      one_stream_(std::move(one_stream)),
      pause_(io),
      jitter_(std::random_device{}()) {}

void Reconnect::Start() {
  {
    const base::MutexLock lock(mutex_);
    running_ = true;
  }
  asio::co_spawn(io_, Run(), [this](const std::exception_ptr& error) {
    if (error) std::rethrow_exception(error);
    const base::MutexLock lock(mutex_);
    running_ = false;
    ended_.NotifyAll();
  });
}

void Reconnect::Hurry() {
  asio::post(io_, [this] { pause_.cancel(); });
}

void Reconnect::BeginStop() {
  stopping_ = true;
  Hurry();
}

bool Reconnect::AwaitStopped(absl::Time deadline) {
  base::MutexLock lock(mutex_);
  while (running_) {
    if (!ended_.WaitUntil(lock, absl::ToChronoTime(deadline))) return !running_;
  }
  return true;
}

asio::awaitable<void> Reconnect::Run() {
  absl::Duration pause = options_.first_pause;
  while (!stopping_) {
    const bool useful = co_await one_stream_();
    if (stopping_) co_return;
    pause = useful ? options_.first_pause : std::min(pause * 2, options_.longest_pause);
    // A random pause between half and the full length, so that many gateways do not reconnect at
    // the same instant.
    const double share =
        0.5 + 0.5 * static_cast<double>(jitter_()) / static_cast<double>(std::minstd_rand::max());
    pause_.expires_after(absl::ToChronoMilliseconds(pause * share));
    boost::system::error_code ignored;
    co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

}  // namespace marquee::gateway
