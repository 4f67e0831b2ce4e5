// The port of a server under more connections and fewer descriptors than there should be.
#include "libs/rpc/connection_acceptor.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/sanitizers.h"
#include "libs/rpc/server.h"
#include "libs/testing/capturing_logger.h"

namespace marquee::rpc {
namespace {

using ::testing::HasSubstr;

// A TCP connection without a word.
class RawConnection {
 public:
  explicit RawConnection(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  ~RawConnection() { close(fd_); }
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  // gRPC begins with its settings; a refused connection ends.
  bool IsServed() const {
    char first = 0;
    return recv(fd_, &first, 1, 0) == 1;
  }

 private:
  const int fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
};

// Whether a new channel gets an answer.
bool Answers(int port) {
  const auto channel =
      grpc::CreateChannel("127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials());
  return channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10));
}

TEST(ConnectionAcceptorTest, ThePortAnswersAgainAfterDescriptorsRanOut) {
  if (base::kSanitized) {
    GTEST_SKIP() << "to check the type of an object, the sanitizer needs a descriptor of its own";
  }
  base::SystemClock clock;
  obs::Metrics metrics;
  testing::CapturingLogger logger;
  const auto server =
      Server::Start({.listen = "127.0.0.1:0", .logger = &logger}, {}, metrics, clock).value();
  struct rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  struct rlimit low = before;
  low.rlim_cur = 128;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
  std::vector<int> taken;
  for (int fd; (fd = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;) taken.push_back(fd);
  for (int round = 0; round < 5; ++round) {
    close(taken.back());
    taken.pop_back();
    {
      const RawConnection connection(server->port());  // takes the descriptor that is free
      EXPECT_FALSE(connection.IsServed());
    }
    taken.push_back(open("/dev/null", O_RDONLY | O_CLOEXEC));
    ASSERT_GE(taken.back(), 0);
  }
  for (const int fd : taken) close(fd);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);

  EXPECT_TRUE(Answers(server->port()));
  EXPECT_EQ(logger.Count("connections to the gRPC port are refused"), 1U);
  EXPECT_EQ(logger.Count("connections to the gRPC port are accepted again"), 1U);
}

TEST(ConnectionAcceptorTest, BoundsTheConnectionsOfAPort) {
  base::SystemClock clock;
  obs::Metrics metrics;
  const auto server =
      Server::Start({.listen = "127.0.0.1:0", .max_connections = 2}, {}, metrics, clock).value();
  {
    const RawConnection first(server->port());
    const RawConnection second(server->port());
    EXPECT_TRUE(first.IsServed());
    EXPECT_TRUE(second.IsServed());

    EXPECT_FALSE(RawConnection(server->port()).IsServed());
    EXPECT_THAT(metrics.Render(), HasSubstr(R"(marquee_rpc_connections{listener="grpc"} 2)"));
    EXPECT_THAT(metrics.Render(),
                HasSubstr(R"(marquee_rpc_connections_refused_total{listener="grpc"} 1)"));
  }

  EXPECT_TRUE(Answers(server->port()));
}

TEST(ConnectionAcceptorTest, ListensOnAllAddressesOfANameAndOfTheMachine) {
  base::SystemClock clock;
  obs::Metrics metrics;
  for (const char* listen : {"localhost:0", "0.0.0.0:0", "[::]:0"}) {
    const auto server = Server::Start({.listen = listen}, {}, metrics, clock);
    ASSERT_TRUE(server.ok()) << server.status();
    EXPECT_TRUE(RawConnection((*server)->port()).IsServed()) << listen;
  }
}

}  // namespace
}  // namespace marquee::rpc
