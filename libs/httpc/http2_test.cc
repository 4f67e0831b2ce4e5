// HTTP/2 and gzip against a real server: nginx.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "libs/base/clock.h"
#include "libs/files/real_file_system.h"
#include "libs/httpc/curl_http_client.h"
#include "libs/httpc/fetch.h"
#include "libs/testing/certificates.h"
#include "libs/testing/temp_dir.h"

namespace marquee::httpc {
namespace {

constexpr const char* kNginx = "/usr/sbin/nginx";

// Serves the folder `www` over TLS with HTTP/2 and gzip. It inherits its listening socket, as nginx
// does on a binary upgrade, so the port cannot be taken by another process.
class Nginx {
 public:
  explicit Nginx(const testing::TempDir& dir) : dir_(dir) {
    const testing::CertificateAuthority authority;
    const auto pair = authority.Issue({"localhost"});
    dir.Write("cert.pem", pair.certificate);
    dir.Write("key.pem", pair.key);
    const int listener = Listen();
    const std::string folder = dir.path().string();
    const std::string config = dir.Write("nginx.conf", Config(folder)).string();
    const std::string socket = fmt::format("NGINX={};", listener);
    pid_ = ::fork();
    if (pid_ == 0) {
      const char* const environment[] = {socket.c_str(), nullptr};
      ::execle(kNginx, "nginx", "-c", config.c_str(), "-e", (folder + "/error.log").c_str(),
               nullptr, environment);
      ::_exit(127);
    }
    ::close(listener);
  }
  ~Nginx() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  Nginx(const Nginx&) = delete;
  Nginx& operator=(const Nginx&) = delete;

  std::string url(std::string_view path) const {
    return fmt::format("https://127.0.0.1:{}{}", port_, path);
  }

  struct Line {
    std::string protocol;
    std::string connection;
  };
  // The requests so far; written when a response has been sent.
  std::vector<Line> Log(size_t at_least) const {
    std::vector<Line> lines;
    while (lines.size() < at_least) {
      lines.clear();
      std::istringstream log(*files::RealFileSystem().Read(dir_ / "access.log", 1 << 20));
      for (Line line; log >> line.protocol >> line.connection;) lines.push_back(line);
      std::this_thread::yield();
    }
    return lines;
  }

 private:
  int Listen() {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener, any, size), 0);
    EXPECT_EQ(::listen(listener, 64), 0);
    EXPECT_EQ(::getsockname(listener, any, &size), 0);
    port_ = ntohs(address.sin_port);
    return listener;
  }

  std::string Config(const std::string& folder) const {
    return fmt::format(
        "daemon off; user root; worker_processes 1; error_log {0}/error.log; pid {0}/nginx.pid;\n"
        "events {{ worker_connections 256; }}\n"
        "http {{\n"
        "  log_format f '$server_protocol $connection'; access_log {0}/access.log f;\n"
        "  gzip on; gzip_types application/json; gzip_min_length 100;\n"
        "  client_body_temp_path {0}/t1; proxy_temp_path {0}/t2; fastcgi_temp_path {0}/t3;\n"
        "  uwsgi_temp_path {0}/t4; scgi_temp_path {0}/t5;\n"
        "  types {{ application/json json; }}\n"
        "  server {{ listen 127.0.0.1:{1} ssl http2; ssl_certificate {0}/cert.pem;\n"
        "    ssl_certificate_key {0}/key.pem; root {0}/www; }}\n"
        "}}\n",
        folder, port_);
  }

  const testing::TempDir& dir_;
  pid_t pid_ = 0;
  uint16_t port_ = 0;
};

class Http2Test : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kNginx)) GTEST_SKIP() << "nginx is not installed";
    for (int i = 0; i < 2'000; ++i) listing_ += fmt::format("{{\"Name\":\"Film {}\"}},", i);
    dir_.Write("www/a.json", listing_);
    nginx_ = std::make_unique<Nginx>(dir_);
    client_ = *CurlHttpClient::Create({}, {clock_, metrics_});
  }
  HttpRequest Request(bool verify = false) const {
    HttpRequest request;
    request.url = nginx_->url("/a.json");
    request.upstream = "Den";
    request.host_rule = [](const Url&) { return HostTrust::kConfigured; };
    request.verify_tls = verify;
    return request;
  }
  base::CallContext Soon() const {
    return {.deadline = clock_.Now() + absl::Seconds(20), .stop = {}};
  }

  testing::TempDir dir_;
  base::SystemClock clock_;
  obs::Metrics metrics_;
  std::string listing_;
  std::unique_ptr<Nginx> nginx_;
  std::unique_ptr<CurlHttpClient> client_;
};

TEST_F(Http2Test, ManyRequestsShareOneConnection) {
  ASSERT_TRUE(Fetch(*client_, Request(), Soon()).ok());
  std::vector<PendingFetch> pending;
  for (int i = 0; i < 50; ++i) pending.emplace_back(*client_, Request(), Soon());
  for (PendingFetch& fetch : pending) {
    const auto response = fetch.Wait();
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->body, listing_);
  }

  std::set<std::string> connections;
  for (const auto& [protocol, connection] : nginx_->Log(51)) {
    EXPECT_EQ(protocol, "HTTP/2.0");
    connections.insert(connection);
  }
  EXPECT_EQ(connections.size(), 1U);
}

TEST_F(Http2Test, DecodesGzipOverHttp2) {
  HttpRequest request = Request();
  request.accept_compressed = true;

  const auto response = Fetch(*client_, std::move(request), Soon());

  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, listing_);
  EXPECT_EQ(response->head.header("content-encoding"), "gzip");
}

TEST_F(Http2Test, RejectsAnUnverifiedCertificateUnlessVerificationIsOff) {
  EXPECT_FALSE(Fetch(*client_, Request(true), Soon()).ok());
  EXPECT_TRUE(Fetch(*client_, Request(false), Soon()).ok());
}

}  // namespace
}  // namespace marquee::httpc
