#include "services/gateway/http/http_server.h"

#include <absl/time/clock.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <future>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "libs/base/keyed_places.h"
#include "libs/base/mutex.h"
#include "services/gateway/http/connection.h"
#include "services/gateway/http/connection_table.h"
#include "services/gateway/http/endpoints.h"

namespace marquee::gateway {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

constexpr int kBacklog = 1024;
// A closed connection, and a sweep, end at the next iteration of their event loop; this is ample.
// On the monotonic clock, so that setting the machine's clock neither skips nor prolongs the wait.
constexpr std::chrono::seconds kClosing(1);
constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\n"
    "Connection: close\r\n\r\n";

}  // namespace

class HttpServer::Impl : public std::enable_shared_from_this<HttpServer::Impl> {
 public:
  Impl(Options options, Deps deps)
      : io_(deps.io),
        logger_(deps.logger),
        tls_(deps.tls),
        is_shared_address_(std::move(deps.is_shared_address)),
        is_reserved_address_(std::move(deps.is_reserved_address)),
        env_(std::make_shared<ConnectionEnv>(ConnectionEnv{
            std::move(options), deps.clock, deps.logger, std::move(deps.on_request),
            std::move(deps.handler), deps.upgrades, std::move(deps.on_administrator)})),
        open_(deps.metrics.gauge("marquee_http_connections", "Open client connections.",
                                 {{"listener", env_->options.name}})),
        accepted_(deps.metrics.counter("marquee_http_connections_total",
                                       "Client connections accepted.",
                                       {{"listener", env_->options.name}})),
        refused_(deps.metrics.counter("marquee_http_connections_refused_total",
                                      "Client connections rejected because too many were open.",
                                      {{"listener", env_->options.name}})),
        refused_by_address_(
            deps.metrics.counter("marquee_http_connections_refused_by_address_total",
                                 "Client connections closed at once: their address had its share.",
                                 {{"listener", env_->options.name}})),
        evicted_(deps.metrics.counter("marquee_http_connections_evicted_total",
                                      "Client connections closed for those of other clients.",
                                      {{"listener", env_->options.name}})),
        by_address_(env_->options.max_connections_per_address),
        table_({.max_connections = env_->options.max_connections,
                .reserved = env_->options.reserved_connections}),
        shards_(io_.size()) {}
  ~Impl() {
    if (reserve_ >= 0) ::close(reserve_);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  absl::StatusOr<std::string> Start() {
    const auto endpoint = ListenEndpoint(env_->options.host, env_->options.port, io_.context(0));
    if (!endpoint.ok()) return endpoint.status();
    error_code ec;
    tcp::acceptor acceptor(io_.context(0));
    acceptor.open(endpoint->protocol(), ec);
    // SO_REUSEADDR only allows a restart while old connections are in TIME_WAIT; unlike
    // SO_REUSEPORT, it does not share the port with a listener that is still running.
    if (!ec) acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
    if (!ec) acceptor.bind(*endpoint, ec);
    if (!ec) acceptor.listen(kBacklog, ec);
    if (ec == asio::error::address_in_use) {
      return absl::FailedPreconditionError(
          fmt::format("listen: {} is taken by another program; stop it or choose another port",
                      Describe(*endpoint)));
    }
    if (ec) {
      return absl::FailedPreconditionError(
          fmt::format("listen: {}: {}", Describe(*endpoint), ec.message()));
    }
    std::string bound = Describe(acceptor.local_endpoint(ec));
    acceptor_.emplace(std::move(acceptor));
    {
      const base::MutexLock lock(mutex_);
      sweeps_ = shards_.size();
    }
    for (size_t i = 0; i < shards_.size(); ++i) {
      asio::co_spawn(io_.context(i), Sweep(shared_from_this(), i), asio::detached);
    }
    asio::co_spawn(io_.context(0), AcceptLoop(shared_from_this()), asio::detached);
    return bound;
  }

  void StopAccepting() {
    if (!acceptor_ || std::exchange(stopped_accepting_, true)) return;
    std::promise<void> done;
    asio::post(io_.context(0), [this, &done] {
      error_code ignored;
      acceptor_->close(ignored);
      done.set_value();
    });
    done.get_future().wait();
  }

  void Drain(absl::Time deadline) {
    StopAccepting();
    ForEachConnection([](Connection& connection) { connection.BeginDrain(); });
    if (!WaitUntilEmpty(absl::ToChronoTime(deadline))) {
      logger_.Warn("connections cut at the end of the drain",
                   {{"listener", env_->options.name}, {"connections", connections()}});
      ForEachConnection([](Connection& connection) { connection.Close(); });
      WaitUntilEmpty(std::chrono::steady_clock::now() + kClosing);
    }
    AwaitSweeps(std::chrono::steady_clock::now() + kClosing);
  }

  size_t connections() const {
    const base::MutexLock lock(mutex_);
    return count_;
  }

 private:
  // Connections of one io thread; accessed on that thread only.
  struct Shard {
    std::unordered_set<Connection*> connections;
    bool draining = false;
    asio::steady_timer* sweep = nullptr;  // null: the sweep has ended
  };

  static asio::awaitable<void> AcceptLoop(std::shared_ptr<Impl> self) {
    asio::steady_timer pause(self->io_.context(0));
    size_t next = 0;
    bool is_short = false;
    while (self->acceptor_->is_open()) {
      const size_t shard = next++ % self->io_.size();
      error_code ec;
      tcp::socket socket(self->io_.context(shard));
      co_await self->acceptor_->async_accept(socket, asio::redirect_error(asio::use_awaitable, ec));
      if (ec == asio::error::operation_aborted || ec == asio::error::bad_descriptor) co_return;
      if (ec) {
        if (!std::exchange(is_short, true)) {
          self->logger_.Warn(
              "connections are refused: accept failed; raise the limit of open files (ulimit -n)",
              {{"listener", self->env_->options.name}, {"error", ec.message()}});
        }
        self->RefuseWithReserve();
        // Retrying at once would only use the CPU.
        pause.expires_after(std::chrono::milliseconds(100));
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ec));
        continue;
      }
      if (std::exchange(is_short, false)) {
        self->logger_.Info("connections are accepted again",
                           {{"listener", self->env_->options.name}});
      }
      self->Take(std::move(socket), shard);
    }
  }

  // Accepts one connection with the reserved descriptor and closes it, so that its client is
  // refused and does not wait.
  void RefuseWithReserve() {
    if (reserve_ < 0) return;
    ::close(std::exchange(reserve_, -1));
    const int refused = ::accept4(acceptor_->native_handle(), nullptr, nullptr, SOCK_CLOEXEC);
    if (refused >= 0) {
      refused_.Add();
      ::close(refused);
    }
    reserve_ = OpenReserve();
  }

  static int OpenReserve() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }

  void Take(tcp::socket socket, size_t shard) {
    std::optional<Peer> peer = PeerOf(socket);
    if (!peer) return;
    using Client = ConnectionTable::Client;
    const Client client = ClientOf(peer->ip);
    base::KeyedPlaces::Place share;
    if (client != Client::kShared) {
      share = by_address_.Take(peer->ip);
      if (share == nullptr) {
        refused_by_address_.Add();
        AnswerFull(socket);
        return;
      }
    }
    ConnectionTable::Admission admission = table_.Admit(peer->ip, client, shard);
    if (admission.place == nullptr) {
      NoteFull();
      refused_.Add();
      AnswerFull(socket);
      return;
    }
    if (admission.evicted != nullptr) {
      NoteFull();
      evicted_.Add();
      asio::post(io_.context(admission.evicted->thread()),
                 [evicted = std::move(admission.evicted)] { evicted->Evict(); });
    }
    {
      const base::MutexLock lock(mutex_);
      ++count_;
    }
    accepted_.Add();
    open_.Add(1);
    asio::co_spawn(io_.context(shard),
                   Serve(shared_from_this(), std::move(socket), *std::move(peer), std::move(share),
                         std::move(admission.place), shard),
                   asio::detached);
  }

  ConnectionTable::Client ClientOf(std::string_view ip) const {
    if (is_shared_address_ != nullptr && is_shared_address_(ip)) {
      return ConnectionTable::Client::kShared;
    }
    return is_reserved_address_ != nullptr && is_reserved_address_(ip)
               ? ConnectionTable::Client::kReserved
               : ConnectionTable::Client::kOrdinary;
  }

  // At most one line per minute.
  void NoteFull() {
    const absl::Duration now = env_->clock.Monotonic();
    if (now - noted_full_ < absl::Minutes(1)) return;
    noted_full_ = now;
    logger_.Warn(
        "the most connections are open (http.max_connections); new ones close idle ones of the "
        "addresses with most",
        {{"listener", env_->options.name}, {"connections", table_.size()}});
  }

  static void AnswerFull(tcp::socket& socket) {
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(kFull), ignored);
  }

  // Closes overdue connections of one shard until the shard is drained.
  static asio::awaitable<void> Sweep(std::shared_ptr<Impl> self, size_t shard_index) {
    const HttpServer::Options& options = self->env_->options;
    const absl::Duration shortest = std::min({options.header_timeout, options.body_timeout,
                                              options.idle_timeout, options.write_timeout});
    const auto pause = absl::ToChronoMilliseconds(
        std::clamp(shortest / 4, absl::Milliseconds(10), absl::Seconds(1)));
    Shard& shard = self->shards_[shard_index];
    asio::steady_timer timer(self->io_.context(shard_index));
    shard.sweep = &timer;
    while (!shard.draining || !shard.connections.empty()) {
      error_code ec;
      timer.expires_after(pause);
      co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ec));
      // Close() resumes no coroutine inside this loop: completions are posted to the event loop.
      for (Connection* connection : shard.connections) connection->CloseIfOverdue();
    }
    shard.sweep = nullptr;
    const base::MutexLock lock(self->mutex_);
    --self->sweeps_;
    self->emptier_.NotifyAll();
  }

  static void EndSweepIfDone(Shard& shard) {
    if (shard.draining && shard.connections.empty() && shard.sweep != nullptr) {
      shard.sweep->cancel();
    }
  }

  // `share` and `place` are held as long as the connection, a WebSocket included.
  static asio::awaitable<void> Serve(std::shared_ptr<Impl> self, tcp::socket socket, Peer peer,
                                     base::KeyedPlaces::Place share,
                                     std::shared_ptr<ConnectionPlace> place, size_t shard_index) {
    Shard& shard = self->shards_[shard_index];
    error_code ec;
    socket.set_option(tcp::no_delay(true), ec);
    std::optional<tcp::socket> plain(std::move(socket));
    if (self->tls_ != nullptr) {
      auto opened = co_await self->tls_->Accept(*std::exchange(plain, std::nullopt), *place);
      if (opened.ok()) {
        plain.emplace(*std::move(opened));
        peer.secure = true;
      }
    }
    if (plain) {
      const auto connection =
          Connection::Make(*std::move(plain), std::move(peer), self->env_, place);
      shard.connections.insert(connection.get());
      if (shard.draining) connection->BeginDrain();
      try {
        co_await connection->Run();
      } catch (const std::exception& error) {
        self->logger_.Error("a connection failed with an exception", {{"error", error.what()}});
        connection->Close();
      }
      shard.connections.erase(connection.get());
      EndSweepIfDone(shard);
    }
    self->open_.Add(-1);
    place.reset();
    share.reset();
    const base::MutexLock lock(self->mutex_);
    --self->count_;
    self->emptier_.NotifyAll();
  }

  void ForEachConnection(const std::function<void(Connection&)>& visit) {
    for (size_t i = 0; i < shards_.size(); ++i) {
      asio::post(io_.context(i), [self = shared_from_this(), i, visit] {
        Shard& shard = self->shards_[i];
        shard.draining = true;
        for (Connection* connection : shard.connections) visit(*connection);
        EndSweepIfDone(shard);
      });
    }
  }

  template <class TimePoint>
  bool WaitUntilEmpty(TimePoint until) {
    base::MutexLock lock(mutex_);
    while (count_ > 0) {
      if (!emptier_.WaitUntil(lock, until)) return count_ == 0;
    }
    return true;
  }

  // A sweep holds a reference to this object and a timer of its io thread, which may end before
  // this object does.
  void AwaitSweeps(std::chrono::steady_clock::time_point until) {
    base::MutexLock lock(mutex_);
    while (sweeps_ > 0 && emptier_.WaitUntil(lock, until)) {
    }
  }

  IoThreads& io_;
  obs::Logger& logger_;
  TlsFront* const tls_;
  const std::function<bool(std::string_view)> is_shared_address_;
  const std::function<bool(std::string_view)> is_reserved_address_;
  const std::shared_ptr<const ConnectionEnv> env_;
  const obs::Gauge open_;
  const obs::Counter accepted_;
  const obs::Counter refused_;
  const obs::Counter refused_by_address_;
  const obs::Counter evicted_;
  base::AddressPlaces by_address_;
  ConnectionTable table_;
  absl::Duration noted_full_ = -absl::InfiniteDuration();  // used by the accept loop only
  std::optional<tcp::acceptor> acceptor_;                  // on context 0
  int reserve_ = OpenReserve();  // given up to refuse a connection; -1: none
  bool stopped_accepting_ = false;
  std::vector<Shard> shards_;
  mutable base::Mutex mutex_;
  base::CondVar emptier_;
  size_t count_ MARQUEE_GUARDED_BY(mutex_) = 0;
  size_t sweeps_ MARQUEE_GUARDED_BY(mutex_) = 0;
};

HttpServer::HttpServer(Options options, Deps deps)
    : impl_(std::make_shared<Impl>(std::move(options), std::move(deps))) {}

HttpServer::~HttpServer() = default;

absl::StatusOr<std::string> HttpServer::Start() { return impl_->Start(); }
void HttpServer::StopAccepting() { impl_->StopAccepting(); }
void HttpServer::Drain(absl::Time deadline) { impl_->Drain(deadline); }
size_t HttpServer::connections() const { return impl_->connections(); }

}  // namespace marquee::gateway
