#include "libs/app/ops_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "libs/app/descriptor_watch.h"
#include "libs/base/strings.h"

namespace marquee::app {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

sockaddr_in Loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// Sends `request` to a loopback port and returns everything received until the server closes.
std::string Ask(uint16_t port, const std::string& request) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(port);
  EXPECT_EQ(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(send(fd, request.data(), request.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(request.size()));
  std::string answer;
  char buffer[4096];
  for (ssize_t got; (got = read(fd, buffer, sizeof buffer)) > 0;) {
    answer.append(buffer, static_cast<size_t>(got));
  }
  close(fd);
  return answer;
}

class OpsServerTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<OpsServer>> Start(const std::string& listen) {
    OpsServer::Deps deps{clock_, metrics_, [this] { return ready_.load(); }};
    return OpsServer::Start(config::ParseHostPort(listen).value(), std::move(deps));
  }
  static std::string Get(const OpsServer& server, const std::string& path) {
    return Ask(config::ParseHostPort(server.address())->port,
               "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }

  const base::SystemClock clock_;
  obs::Metrics metrics_;
  std::atomic<bool> ready_ = false;
};

TEST_F(OpsServerTest, ServesMetricsInTheTextFormat) {
  metrics_.counter("marquee_test_total", "A test.").Add(3);
  const auto server = Start("127.0.0.1:0");
  ASSERT_TRUE(server.ok()) << server.status();

  const std::string answer = Get(**server, "/metrics");

  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/plain; version=0.0.4"));
  EXPECT_THAT(answer, HasSubstr("marquee_test_total 3"));
}

TEST_F(OpsServerTest, IsAliveImmediatelyButReadyOnlyWhenReadyReturnsTrue) {
  const auto server = Start("127.0.0.1:0");
  ASSERT_TRUE(server.ok()) << server.status();

  EXPECT_THAT(Get(**server, "/livez"), AllOf(StartsWith("HTTP/1.1 200 "), EndsWith("alive\n")));
  EXPECT_THAT(Get(**server, "/readyz"), StartsWith("HTTP/1.1 503 "));
  ready_ = true;
  EXPECT_THAT(Get(**server, "/readyz"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(OpsServerTest, RejectsOtherPathsMethodsAndLongHeads) {
  const auto server = Start("127.0.0.1:0");
  ASSERT_TRUE(server.ok()) << server.status();
  const uint16_t port = config::ParseHostPort((*server)->address())->port;

  EXPECT_THAT(Get(**server, "/"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(Get(**server, "/../../etc/passwd"), Not(HasSubstr("root:")));
  EXPECT_THAT(Ask(port, "POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"),
              StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(Ask(port, "HEAD /livez HTTP/1.1\r\nHost: x\r\n\r\n"), EndsWith("\r\n\r\n"));
  EXPECT_THAT(Ask(port, "GET /livez HTTP/1.1\r\nX: " + std::string(9000, 'x') + "\r\n\r\n"),
              Not(HasSubstr("alive")));
}

TEST_F(OpsServerTest, FailsWithOneSentenceWhenThePortIsInUse) {
  const auto first = Start("127.0.0.1:0");
  ASSERT_TRUE(first.ok()) << first.status();
  const std::string taken = (*first)->address();

  const auto second = Start(taken);

  EXPECT_EQ(second.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(base::MessageOf(second.status()),
            "cannot serve metrics on " + taken +
                ": the port is in use; set ops_listen to another address, or stop the program that "
                "uses this one");
  EXPECT_THAT(Get(**first, "/livez"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(OpsServerTest, FailsWhenAnotherProgramListensOnAllAddresses) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in any = Loopback(0);
  any.sin_addr.s_addr = htonl(INADDR_ANY);
  const int yes = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes);  // as gRPC does by default
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&any), sizeof any), 0);
  ASSERT_EQ(listen(fd, 1), 0);
  socklen_t length = sizeof any;
  getsockname(fd, reinterpret_cast<sockaddr*>(&any), &length);

  const auto server = Start("127.0.0.1:" + std::to_string(ntohs(any.sin_port)));

  close(fd);
  EXPECT_EQ(server.status().code(), absl::StatusCode::kAlreadyExists) << server.status();
}

TEST_F(OpsServerTest, NamesTheReasonWhenAnAddressCannotBeListenedOn) {
  EXPECT_THAT(
      base::MessageOf(Start("192.0.2.1:0").status()),  // TEST-NET-1: never an address of this host
      AllOf(HasSubstr("192.0.2.1:0"), HasSubstr("Cannot assign requested address")));
  EXPECT_EQ(Start("no.such.host.invalid:0").status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(OpsServerTest, ListensOnIpv6IfAvailable) {
  const auto server = Start("[::1]:0");
  if (!server.ok()) GTEST_SKIP() << server.status();

  EXPECT_THAT((*server)->address(), StartsWith("[::1]:"));
}

// A connection that says nothing, or `head` and no more.
class Silent {
 public:
  explicit Silent(const OpsServer& server, const std::string& head = "") {
    const sockaddr_in address = Loopback(config::ParseHostPort(server.address())->port);
    EXPECT_EQ(connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(send(fd_, head.data(), head.size(), MSG_NOSIGNAL), static_cast<ssize_t>(head.size()));
  }
  ~Silent() { close(fd_); }
  Silent(const Silent&) = delete;
  Silent& operator=(const Silent&) = delete;

 private:
  const int fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
};

TEST_F(OpsServerTest, ClientsThatSayNothingDelayNoOther) {
  const auto server = Start("127.0.0.1:0");
  ASSERT_TRUE(server.ok()) << server.status();
  std::vector<std::unique_ptr<Silent>> silent;
  // More than both threads together hold at a time.
  for (int i = 0; i < 100; ++i) {
    silent.push_back(
        std::make_unique<Silent>(**server, i % 2 == 0 ? "" : "GET /livez HTTP/1.1\r\n"));
  }

  const absl::Duration begin = clock_.Monotonic();
  for (int i = 0; i < 5; ++i) EXPECT_THAT(Get(**server, "/livez"), StartsWith("HTTP/1.1 200 "));

  // A client that says nothing is cut after 5 s; nothing waited for that.
  EXPECT_LT(clock_.Monotonic() - begin, absl::Seconds(4));
}

TEST_F(OpsServerTest, SilentClientsLeaveDescriptorsForTheProgram) {
  struct rlimit files{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
  struct rlimit few = files;
  few.rlim_cur = 256;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  const auto server = Start("127.0.0.1:0");
  ASSERT_TRUE(server.ok()) << server.status();
  const size_t before = DescriptorWatch::UsageOfThisProcess().open;
  std::vector<std::unique_ptr<Silent>> silent;
  for (int i = 0; i < 100; ++i) silent.push_back(std::make_unique<Silent>(**server, ""));

  EXPECT_THAT(Get(**server, "/livez"), StartsWith("HTTP/1.1 200 "));

  // An eighth of 256, besides the clients' own.
  EXPECT_LE(DescriptorWatch::UsageOfThisProcess().open, before + silent.size() + 32);
  setrlimit(RLIMIT_NOFILE, &files);
}

TEST_F(OpsServerTest, StopsImmediatelyWhileAClientIsIdle) {
  auto server = Start("127.0.0.1:0");
  ASSERT_TRUE(server.ok()) << server.status();
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(config::ParseHostPort((*server)->address())->port);
  ASSERT_EQ(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);

  server->reset();

  char nothing = 0;
  EXPECT_LE(read(fd, &nothing, 1), 0);  // the server closed the connection
  close(fd);
}

TEST_F(OpsServerTest, ReadinessSaysWhyTheProcessShouldGetNoNewWork) {
  std::string why = "file descriptors are running out";
  auto server = *OpsServer::Start(config::ParseHostPort("127.0.0.1:0").value(),
                                  {clock_, metrics_, [] { return true; }, [&] { return why; }});
  EXPECT_THAT(Get(*server, "/readyz"),
              AllOf(StartsWith("HTTP/1.1 503"), HasSubstr("not ready: file descriptors")));
  EXPECT_THAT(Get(*server, "/livez"), StartsWith("HTTP/1.1 200"));
  why.clear();
  EXPECT_THAT(Get(*server, "/readyz"), StartsWith("HTTP/1.1 200"));
}

}  // namespace
}  // namespace marquee::app
