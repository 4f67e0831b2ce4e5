// Runs one coroutine to completion on the calling thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <utility>

namespace marquee::gateway {

template <class T>
T RunToEnd(boost::asio::awaitable<T> coroutine) {
  boost::asio::io_context context;
  std::optional<T> result;
  boost::asio::co_spawn(context, std::move(coroutine),
                        [&result](const std::exception_ptr& error, T value) {
                          if (error) std::rethrow_exception(error);
                          result.emplace(std::move(value));
                        });
  context.run();
  return std::move(result).value();
}

}  // namespace marquee::gateway
