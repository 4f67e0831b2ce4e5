// Bytes of a stranger through the parser and everything that stands around it, over a real socket.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <utility>

#include "libs/obs/logger.h"
#include "services/gateway/http/connection.h"

namespace {

using namespace marquee::gateway;  // NOLINT(google-build-using-namespace): one function

class SilentLogger final : public marquee::obs::Logger {
 public:
  void Log(marquee::obs::Level, std::string_view, marquee::obs::Fields) override {}
};

asio::awaitable<Response> Echo(RequestPtr request) {
  // What routes rely on.
  if (!request->path.starts_with('/') || request->path.starts_with("//")) std::abort();
  if (request->path.find('\0') != std::string::npos) std::abort();
  std::string cookie = request->Cookie("pr_iid").value_or("");
  co_return Response::Text(200, "text/plain", request->path + request->body + cookie);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const marquee::base::SystemClock clock;
  static SilentLogger logger;
  static const auto env = [] {
    HttpServer::Options options;
    options.header_timeout = absl::Milliseconds(200);
    options.body_timeout = absl::Milliseconds(200);
    return std::make_shared<const ConnectionEnv>(
        ConnectionEnv{options, clock, logger, Echo, nullptr});
  }();
  if (size > 64UL * 1024) return 0;
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()) != 0) return 0;
  asio::io_context io(1);
  {
    asio::ip::tcp::socket socket(io, asio::ip::tcp::v4(), ends[1]);
    if (send(ends[0], data, size, 0) < 0) size = 0;
    // Nobody reads the answers: what does not fit into the buffer of the pair is cut.
    shutdown(ends[0], SHUT_WR);
    const auto connection =
        Connection::Make(std::move(socket), {.ip = "192.0.2.1", .loopback = false}, env);
    asio::co_spawn(io, connection->Run(), asio::detached);
    io.run_for(std::chrono::milliseconds(500));
    connection->Close();
    close(ends[0]);
    io.restart();
    io.run_for(std::chrono::milliseconds(500));
  }
  return 0;
}
