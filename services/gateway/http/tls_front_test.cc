// TLS over real sockets.
#include "services/gateway/http/tls_front.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>

#include "libs/testing/capturing_logger.h"
#include "libs/testing/certificates.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/temp_dir.h"
#include "services/gateway/http/http_server.h"
#include "services/gateway/testing/raw_client.h"

namespace marquee::gateway {
namespace {

using ::testing::HasSubstr;

// One exchange over TLS; "" if the handshake failed. `name`: receives the name in the server's
// certificate.
struct Exchange {
  std::string answer;
  std::string name;
};
Exchange Ask(const std::string& address, const std::string& request, int max_version = 0) {
  Exchange exchange;
  const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_client_method()),
                                                             SSL_CTX_free);
  if (max_version != 0) {
    SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_max_proto_version(context.get(), max_version);
  }
  const std::unique_ptr<BIO, void (*)(BIO*)> connection(BIO_new_ssl_connect(context.get()),
                                                        BIO_free_all);
  BIO_set_conn_hostname(connection.get(), address.c_str());
  if (BIO_do_connect(connection.get()) != 1 || BIO_do_handshake(connection.get()) != 1) {
    return exchange;
  }
  SSL* ssl = nullptr;
  BIO_get_ssl(connection.get(), &ssl);
  const std::unique_ptr<X509, void (*)(X509*)> shown(SSL_get1_peer_certificate(ssl), X509_free);
  std::string name(64, '\0');
  const int length = X509_NAME_get_text_by_NID(X509_get_subject_name(shown.get()), NID_commonName,
                                               name.data(), static_cast<int>(name.size()));
  exchange.name = name.substr(0, static_cast<size_t>(length));
  BIO_write(connection.get(), request.data(), static_cast<int>(request.size()));
  std::string piece(4096, '\0');
  for (int n = 0; (n = BIO_read(connection.get(), piece.data(), 4096)) > 0;) {
    exchange.answer.append(piece, 0, static_cast<size_t>(n));
  }
  return exchange;
}

class TlsFrontTest : public ::testing::Test {
 public:
  TlsFrontTest() { Install("first"); }
  ~TlsFrontTest() override {
    if (server_) server_->Drain(absl::Now());
    io_.Stop();
  }

 protected:
  void Install(const std::string& name) {
    const auto pair = authority_.Issue({name});
    dir_.Write("tls.crt", pair.certificate);
    dir_.Write("tls.key", pair.key);
  }

  void Start() {
    front_ = TlsFront::Create({.certificate_file = dir_ / "tls.crt", .key_file = dir_ / "tls.key"},
                              {.clock = clock_, .logger = logger_, .metrics = metrics_})
                 .value();
    HttpServer::Options options;
    options.port = 0;
    server_.emplace(
        options, HttpServer::Deps{.io = io_,
                                  .clock = clock_,
                                  .logger = logger_,
                                  .metrics = metrics_,
                                  .handler = [](RequestPtr request) -> asio::awaitable<Response> {
                                    co_return Response::Text(
                                        200, "text/plain",
                                        request->remote_ip +
                                            (request->secure ? " secure " : " plain ") +
                                            std::string(300'000, 'x'));
                                  },
                                  .tls = front_.get()});
    address_ = server_->Start().value();
    io_.Start();
  }

  const testing::TempDir dir_;
  const testing::CertificateAuthority authority_;
  testing::FakeClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  IoThreads io_{2};
  std::unique_ptr<TlsFront> front_;
  std::optional<HttpServer> server_;
  std::string address_;
  static constexpr const char* kGet = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
};

TEST_F(TlsFrontTest, AnswersOverTlsAndKnowsTheClientAddress) {
  Start();
  const Exchange exchange = Ask(address_, kGet);
  EXPECT_EQ(exchange.name, "first");
  EXPECT_THAT(exchange.answer, HasSubstr("127.0.0.1 secure "));
  EXPECT_TRUE(exchange.answer.ends_with(std::string(300'000, 'x')));
}

TEST_F(TlsFrontTest, ReloadsChangedCertificateWithoutRestart) {
  Start();
  EXPECT_EQ(Ask(address_, kGet).name, "first");
  Install("second");
  clock_.Advance(absl::Seconds(6));
  EXPECT_EQ(Ask(address_, kGet).name, "second");
}

TEST_F(TlsFrontTest, ExportsWhenTheCertificateInUseExpires) {
  const obs::Gauge expiry = metrics_.gauge("marquee_tls_certificate_expiry_timestamp_seconds", "");
  Start();
  const double day = 24 * 3600;  // as long as the test's authority issues certificates for
  EXPECT_NEAR(expiry.value(), static_cast<double>(absl::ToUnixSeconds(absl::Now())) + day, 3600);

  expiry.Set(0);
  Install("second");
  clock_.Advance(absl::Seconds(6));
  Ask(address_, kGet);
  EXPECT_GT(expiry.value(), day);
}

TEST_F(TlsFrontTest, KeepsPreviousCertificateWhenTheNewOneIsInvalid) {
  Start();
  EXPECT_EQ(Ask(address_, kGet).name, "first");
  dir_.Write("tls.key", "no key");
  clock_.Advance(absl::Seconds(6));
  EXPECT_EQ(Ask(address_, kGet).name, "first");
  EXPECT_EQ(logger_.Count("cannot be used"), 1U);
}

TEST_F(TlsFrontTest, ClosesConnectionsWithoutTlsOrWithAnOldVersion) {
  Start();
  RawClient plain(address_);
  plain.Send(kGet);
  EXPECT_EQ(plain.ReadToEnd().find("HTTP/"), std::string::npos);
  EXPECT_EQ(Ask(address_, kGet, TLS1_1_VERSION).answer, "");
  server_->Drain(absl::Now() + absl::Seconds(10));  // until the last of them has ended
  EXPECT_EQ(metrics_.counter("marquee_tls_handshake_failures_total", "").value(), 2);
}

TEST_F(TlsFrontTest, ErrorNamesTheInvalidFile) {
  const auto create = [this](const std::string& certificate, const std::string& key) {
    return TlsFront::Create({.certificate_file = dir_ / certificate, .key_file = dir_ / key},
                            {.clock = clock_, .logger = logger_, .metrics = metrics_})
        .status()
        .ToString();
  };
  EXPECT_THAT(create("absent.crt", "tls.key"), HasSubstr("absent.crt"));
  dir_.Write("other.key", authority_.Issue({"other"}).key);
  EXPECT_THAT(create("tls.crt", "other.key"), HasSubstr("other.key"));
}

}  // namespace
}  // namespace marquee::gateway
