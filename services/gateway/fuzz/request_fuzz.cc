// Arbitrary bytes to a server over a real socket: parser, limits and connection handling.
#include <absl/status/statusor.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "libs/base/clock.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "services/gateway/async/io_threads.h"
#include "services/gateway/http/http_server.h"
#include "services/gateway/testing/raw_client.h"

namespace marquee::gateway {
namespace {

class SilentLogger final : public obs::Logger {
 public:
  void Log(obs::Level, std::string_view, obs::Fields) override {}
};

asio::awaitable<Response> Echo(RequestPtr request) {
  // The guarantees that routes rely on.
  if (!request->path.starts_with('/') || request->path.starts_with("//")) std::abort();
  if (request->path.find('\0') != std::string::npos) std::abort();
  const std::string cookie = request->Cookie("pr_iid").value_or("");
  co_return Response::Text(200, "text/plain", request->path + request->body + cookie);
}

// One server for the life of the process.
class Server {
 public:
  Server() {
    const auto bound = server_.Start();
    if (!bound.ok()) std::abort();
    address_ = *bound;
    io_.Start();
  }
  const std::string& address() const { return address_; }

 private:
  static HttpServer::Options Options() {
    HttpServer::Options options;
    options.port = 0;
    options.header_timeout = absl::Milliseconds(500);
    options.body_timeout = absl::Milliseconds(500);
    options.idle_timeout = absl::Milliseconds(500);
    return options;
  }

  base::SystemClock clock_;
  SilentLogger logger_;
  obs::Metrics metrics_;
  IoThreads io_{1};
  HttpServer server_{
      Options(),
      {.io = io_, .clock = clock_, .logger = logger_, .metrics = metrics_, .handler = Echo}};
  std::string address_;
};

void Run(std::string_view bytes) {
  static auto& server = *new Server;
  RawClient client(server.address());
  if (!client.connected()) return;
  client.Send(bytes);
  client.HalfClose();
  const std::string answer = client.ReadToEnd();
  if (!answer.empty() && !answer.starts_with("HTTP/1.1 ")) std::abort();
}

}  // namespace
}  // namespace marquee::gateway

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  marquee::gateway::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
