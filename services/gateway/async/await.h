// Adapts callback interfaces to coroutines.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <utility>

namespace marquee::gateway {

// Calls `start` with a completion function and suspends the coroutine until that function is
// called, at most once and from any thread. The coroutine continues on its own executor. `start`
// may complete before it returns. The completion function must be called eventually, or the
// coroutine never resumes.
//
// Name the closure before the co_await:
//   std::function<void(std::function<void(T)>)> start = [&](auto done) { … };
//   T value = co_await AwaitCallback<T>(std::move(start));
template <class T>
boost::asio::awaitable<T> AwaitCallback(std::function<void(std::function<void(T)>)> start) {
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void(T)>(
      [&start](auto handler) {
        // A std::function must be copyable and the handler can only be moved, so it is shared. The
        // work guard keeps the executor running until the completion arrives.
        const auto executor = boost::asio::get_associated_executor(handler);
        auto state = std::make_shared<
            std::pair<decltype(handler),
                      boost::asio::executor_work_guard<std::remove_const_t<decltype(executor)>>>>(
            std::move(handler), boost::asio::make_work_guard(executor));
        start([state, executor](T value) {
          boost::asio::post(executor, [state, value = std::move(value)]() mutable {
            std::move(state->first)(std::move(value));
          });
        });
      },
      boost::asio::use_awaitable);
}

}  // namespace marquee::gateway
