#include "services/gateway/http/tls_front.h"

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <ctime>
#include <utility>

#include "libs/base/strings.h"

namespace marquee::gateway {
namespace {

namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

// Size, time and inode of the files; the text differs when either file was replaced. Certificate
// tools rename a new file over the old one, which changes the inode.
std::string VersionOf(const std::string& certificate, const std::string& key) {
  std::string version;
  for (const std::string* file : {&certificate, &key}) {
    struct stat status{};
    if (stat(file->c_str(), &status) != 0) return {};
    version += fmt::format("{}/{}/{}.{} ", status.st_ino, status.st_size, status.st_mtim.tv_sec,
                           status.st_mtim.tv_nsec);
  }
  return version;
}

// Unix time of the certificate's notAfter; 0 if it cannot be represented.
double ExpiryOf(ssl::context& context) {
  const X509* certificate = SSL_CTX_get0_certificate(context.native_handle());
  std::tm time{};
  if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &time) != 1) {
    return 0;
  }
  return static_cast<double>(timegm(&time));
}

absl::StatusOr<std::shared_ptr<ssl::context>> Read(const std::string& certificate,
                                                   const std::string& key) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  // Releases the record buffers of connections that are idle between requests.
  SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION);
  error_code ec;
  context->use_certificate_chain_file(certificate, ec);
  if (ec) {
    return absl::InvalidArgumentError(fmt::format(
        "tls: certificate \"{}\": {}; it must be PEM with the server's certificate first",
        certificate, ec.message()));
  }
  context->use_private_key_file(key, ssl::context::pem, ec);
  if (ec || SSL_CTX_check_private_key(context->native_handle()) != 1) {
    return absl::InvalidArgumentError(fmt::format(
        "tls: key \"{}\" cannot be used with certificate \"{}\"; it must be the matching key "
        "in PEM and without a password",
        key, certificate));
  }
  return context;
}

}  // namespace

// Relays one connection: decrypts what the client sends and encrypts what it receives. Two
// coroutines on one thread; when the first ends, it ends the other.
class TlsFront::Relay : public std::enable_shared_from_this<TlsFront::Relay> {
 public:
  Relay(tcp::socket client, Context context, const Options& options)
      : context_(std::move(context)),
        write_timeout_(absl::ToChronoMilliseconds(options.write_timeout)),
        client_(std::move(client), *context_),
        plain_(client_.get_executor()),
        deadline_(client_.get_executor()) {}

  asio::awaitable<bool> Handshake(std::chrono::milliseconds at_most) {
    Arm(at_most);
    error_code ec;
    co_await client_.async_handshake(ssl::stream_base::server,
                                     asio::redirect_error(asio::use_awaitable, ec));
    deadline_.cancel();
    co_return !ec;
  }

  absl::StatusOr<tcp::socket> Begin() {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      return absl::UnavailableError(
          "no file descriptor is free for the decrypted end of a connection");
    }
    plain_.assign(ends[0]);
    tcp::socket other(client_.get_executor());
    // Only read and written from here on, which works the same for every kind of stream socket.
    other.assign(tcp::v4(), ends[1]);
    asio::co_spawn(client_.get_executor(), Inward(shared_from_this()), asio::detached);
    asio::co_spawn(client_.get_executor(), Outward(shared_from_this()), asio::detached);
    return other;
  }

  void Cut() {
    deadline_.cancel();
    error_code ignored;
    client_.next_layer().close(ignored);
    plain_.close(ignored);
  }

 private:
  using Piece = std::array<char, 16384>;  // a TLS record

  static asio::awaitable<void> Inward(std::shared_ptr<Relay> self) {
    Piece piece;
    error_code ec;
    while (!ec) {
      const size_t n = co_await self->client_.async_read_some(
          asio::buffer(piece), asio::redirect_error(asio::use_awaitable, ec));
      if (ec) break;
      co_await asio::async_write(self->plain_, asio::buffer(piece, n),
                                 asio::redirect_error(asio::use_awaitable, ec));
    }
    // The client has sent its last byte; the response is still sent.
    ::shutdown(self->plain_.native_handle(), SHUT_WR);
    if (ec != asio::error::eof) self->Cut();
  }

  static asio::awaitable<void> Outward(std::shared_ptr<Relay> self) {
    Piece piece;
    error_code ec;
    while (true) {
      const size_t n = co_await self->plain_.async_read_some(
          asio::buffer(piece), asio::redirect_error(asio::use_awaitable, ec));
      if (ec) break;
      self->Arm(self->write_timeout_);
      co_await asio::async_write(self->client_, asio::buffer(piece, n),
                                 asio::redirect_error(asio::use_awaitable, ec));
      self->deadline_.cancel();
      if (ec) break;
    }
    // Sends close_notify without waiting for the client's, because no data is left that could be
    // truncated.
    self->Arm(std::chrono::seconds(1));
    if (ec == asio::error::eof) {
      co_await self->client_.async_shutdown(asio::redirect_error(asio::use_awaitable, ec));
    }
    self->Cut();
  }

  void Arm(std::chrono::milliseconds at_most) {
    deadline_.expires_after(at_most);
    deadline_.async_wait([self = shared_from_this()](error_code ec) {
      if (!ec) self->Cut();
    });
  }

  const Context context_;
  const std::chrono::milliseconds write_timeout_;
  ssl::stream<tcp::socket> client_;
  asio::posix::stream_descriptor plain_;
  asio::steady_timer deadline_;
};

TlsFront::TlsFront(Options options, Deps deps)
    : options_(std::move(options)),
      deps_(deps),
      failures_(deps.metrics.counter("marquee_tls_handshake_failures_total",
                                     "Client connections whose TLS handshake failed.")),
      expiry_(deps.metrics.gauge("marquee_tls_certificate_expiry_timestamp_seconds",
                                 "Unix time at which the certificate in use expires.")) {}

absl::StatusOr<std::unique_ptr<TlsFront>> TlsFront::Create(Options options, Deps deps) {
  auto context = Read(options.certificate_file, options.key_file);
  if (!context.ok()) return context.status();
  auto front = std::unique_ptr<TlsFront>(new TlsFront(std::move(options), deps));
  const base::MutexLock lock(front->mutex_);
  front->expiry_.Set(ExpiryOf(**context));
  front->context_ = *std::move(context);
  front->version_ = VersionOf(front->options_.certificate_file, front->options_.key_file);
  return front;
}

asio::awaitable<absl::StatusOr<tcp::socket>> TlsFront::Accept(tcp::socket client,
                                                              ConnectionPlace& place) {
  error_code ignored;
  client.set_option(tcp::no_delay(true), ignored);
  const auto relay = std::make_shared<Relay>(std::move(client), Present(), options_);
  place.OnEvict([weak = std::weak_ptr<Relay>(relay)] {
    if (const auto held = weak.lock()) held->Cut();
  });
  if (!co_await relay->Handshake(absl::ToChronoMilliseconds(options_.handshake_timeout))) {
    failures_.Add();
    co_return absl::UnavailableError("the TLS handshake failed");
  }
  co_return relay->Begin();
}

TlsFront::Context TlsFront::Present() {
  const absl::Duration now = deps_.clock.Monotonic();
  const base::MutexLock lock(mutex_);
  if (now - looked_ < options_.look_every) return context_;
  looked_ = now;
  std::string version = VersionOf(options_.certificate_file, options_.key_file);
  if (version == version_) return context_;
  version_ = std::move(version);
  auto read = Read(options_.certificate_file, options_.key_file);
  if (read.ok()) {
    expiry_.Set(ExpiryOf(**read));
    context_ = *std::move(read);
    deps_.logger.Info("TLS certificate reloaded", {{"file", options_.certificate_file}});
  } else {
    deps_.logger.Error("the changed TLS certificate cannot be used; the previous one stays in use",
                       {{"error", base::MessageOf(read.status())}});
  }
  return context_;
}

}  // namespace marquee::gateway
