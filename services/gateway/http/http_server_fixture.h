// An HTTP server on a real port whose routes answer, stream, wait and throw, for the tests in this
// folder.
#pragma once

#include <absl/time/clock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>

#include "libs/testing/capturing_logger.h"
#include "services/gateway/async/await.h"
#include "services/gateway/http/http_server.h"

namespace marquee::gateway {

class ThreePieces final : public BodyStream {
 public:
  asio::awaitable<absl::StatusOr<std::string>> Next() override {
    if (left_ == 0) co_return std::string();
    --left_;
    co_return std::string("piece");
  }

 private:
  int left_ = 3;
};

class HttpServerTest : public ::testing::Test {
 public:
  ~HttpServerTest() override {
    if (server_) server_->Drain(absl::Now());
    io_.Stop();
  }

 protected:
  void Start(HttpServer::Options options = {}) {
    options.port = 0;
    server_.emplace(
        options, HttpServer::Deps{
                     .io = io_,
                     .clock = clock_,
                     .logger = logger_,
                     .metrics = metrics_,
                     .handler = [this](RequestPtr request) { return Handle(std::move(request)); },
                     .is_shared_address = [this](std::string_view ip) { return ip == proxy_; },
                     .on_administrator =
                         [this](const Request& request) {
                           if (reported_.exchange(true)) return;
                           administrator_.set_value(request.remote_ip);
                         }});
    const auto address = server_->Start();
    ASSERT_TRUE(address.ok()) << address.status();
    address_ = *address;
    io_.Start();
  }

  asio::awaitable<Response> Handle(RequestPtr request) {
    if (request->path == "/stream") {
      Response response;
      response.stream = std::make_shared<ThreePieces>();
      if (request->query.Get("length")) response.stream_length = 15;
      co_return response;
    }
    if (const auto size = request->query.Get("size")) {
      Response response = Response::Shared(200, "text/plain", large_);
      response.length = std::stoul(std::string(*size));
      co_return response;
    }
    if (request->path == "/administration") {
      Response response = Response::Text(200, "text/plain", "administration");
      response.for_administrator = true;
      co_return response;
    }
    if (request->path == "/id") {
      parsed_.insert(request);
      co_return Response::Text(200, "text/plain", request->id_text());
    }
    if (request->path == "/host") {
      co_return Response::Text(200, "text/plain", std::string(request->header("Host")));
    }
    if (request->path == "/headers") {
      std::string all;
      for (size_t i = 0; i < request->headers.size(); ++i) {
        all.append(request->headers.name(i)).append("=").append(request->headers.value(i)) += ';';
      }
      co_return Response::Text(200, "text/plain", all + "|" + request->body);
    }
    if (request->path == "/throw") throw std::runtime_error("an error");
    if (request->path == "/held") co_return co_await Held(request);
    if (request->path == "/watched") co_return co_await Watched(request);
    co_return Response::Text(200, "text/plain", request->path + "|" + request->body);
  }

  // Answers when release_ is called.
  asio::awaitable<Response> Held(RequestPtr request) {
    std::function<void(std::function<void(bool)>)> start =
        [this](const std::function<void(bool)>& done) {
          release_ = [done] { done(true); };
          held_.set_value();
        };
    co_await AwaitCallback<bool>(std::move(start));
    co_return Response::Text(200, "text/plain", "released");
  }

  // Answers when the client has disconnected.
  asio::awaitable<Response> Watched(RequestPtr request) {
    const std::stop_token gone = request->WatchClient();
    std::optional<std::stop_callback<std::function<void()>>> on_stop;
    std::function<void(std::function<void(bool)>)> start =
        [this, &gone, &on_stop](const std::function<void(bool)>& done) {
          on_stop.emplace(gone, [done] { done(true); });
          held_.set_value();
        };
    co_await AwaitCallback<bool>(std::move(start));
    gone_.set_value();
    co_return Response::Empty(204);
  }

  // Bytes in which every part differs from the others.
  static std::string Pattern(size_t size) {
    std::string bytes;
    for (size_t i = 0; bytes.size() < size; ++i) bytes += std::to_string(i) + ' ';
    bytes.resize(size);
    return bytes;
  }

  const Bytes large_ = MakeBytes(Pattern(9'000'000));
  base::SystemClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  IoThreads io_{2};
  std::optional<HttpServer> server_;
  std::string address_;
  std::string proxy_;  // an address that many clients share; "": none is
  std::set<std::weak_ptr<const Request>, std::owner_less<>>
      parsed_;  // parsed requests whose id was asked for
  std::atomic<bool> reported_ = false;
  std::promise<std::string> administrator_;  // address of the first request for an administrator
  std::promise<void> held_;
  std::promise<void> gone_;
  std::function<void()> release_;
};

}  // namespace marquee::gateway
