// Administration over gRPC without a gateway is in the audit log.
#include "services/devices/service/direct_calls.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libs/rpc/channel.h"
#include "services/devices/service/attach_fixture.h"

namespace marquee::devices {
namespace {

class DirectCallsTest : public AttachTest {
 protected:
  std::shared_ptr<grpc::Channel> Tcp() const {
    return rpc::Connect("127.0.0.1:" + std::to_string(server_->port()));
  }
  static grpc::Status CreateGroup(const std::shared_ptr<grpc::Channel>& channel,
                                  const std::string& id) {
    pb::CreateGroupRequest request;
    request.mutable_group()->set_id(id);
    request.mutable_group()->set_name(id);
    pb::CreateGroupResponse response;
    grpc::ClientContext context;
    return pb::GroupService::NewStub(channel)->CreateGroup(&context, request, &response);
  }
  // All events, once those of the calls so far are written.
  std::vector<AuditEvent> Events() {
    executor_.Drain();
    return *tokens_->Events(std::nullopt, 100);
  }
};

TEST_F(DirectCallsTest, AChangeNamesItsCallerAndMethod) {
  ASSERT_TRUE(CreateGroup(Tcp(), "halls").ok());

  const auto events = Events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].actor, "gRPC caller without certificate");
  EXPECT_EQ(events[0].remote_address, "127.0.0.1");
  EXPECT_EQ(events[0].action, "gRPC marquee.devices.v1.GroupService/CreateGroup");
}

TEST_F(DirectCallsTest, TheSessionKeyIsNotGivenAwayInSilence) {
  pb::GetSessionKeyResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(pb::AccountService::NewStub(Tcp())->GetSessionKey(&context, {}, &response).ok());

  const auto events = Events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].action, "gRPC marquee.devices.v1.AccountService/GetSessionKey");
}

TEST_F(DirectCallsTest, ReadsAndRejectedChangesAreNotRecorded) {
  const auto channel = Tcp();
  pb::ListGroupsResponse groups;
  grpc::ClientContext reads;
  ASSERT_TRUE(pb::GroupService::NewStub(channel)->ListGroups(&reads, {}, &groups).ok());
  ASSERT_FALSE(CreateGroup(channel, "not a valid id!").ok());

  EXPECT_TRUE(Events().empty());
}

TEST_F(DirectCallsTest, ChangesThroughAGatewayAndWithinTheProcessAreRecordedByTheGateway) {
  ASSERT_TRUE(CreateGroup(channel_, "in-process").ok());
  const std::string device = Register("i1").device().id();
  const auto channel = Tcp();
  const auto stub = pb::DeviceService::NewStub(channel);
  {
    Gateway gateway(*stub, "g1");
    gateway.SocketUp(device, 1);
    AwaitPresence(device, Presence::kLive);
    ASSERT_TRUE(CreateGroup(channel, "by-gateway").ok());
    // Another connection is not the gateway's. Its own arguments keep gRPC from sharing.
    grpc::ChannelArguments own;
    own.SetInt("own", 1);
    ASSERT_TRUE(
        CreateGroup(grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(server_->port()),
                                              grpc::InsecureChannelCredentials(), own),
                    "direct")
            .ok());
  }

  const auto events = Events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].remote_address, "127.0.0.1");
}

TEST(HostOfPeerTest, IsTheAddressWithoutPort) {
  EXPECT_EQ(HostOfPeer("ipv4:10.0.0.5:4711"), "10.0.0.5");
  EXPECT_EQ(HostOfPeer("ipv6:%5B::1%5D:4711"), "::1");
  EXPECT_EQ(HostOfPeer("ipv6:[fe80::1]:4711"), "fe80::1");
  EXPECT_EQ(HostOfPeer("unix:/run/marquee.sock"), "unix:/run/marquee.sock");
  EXPECT_EQ(HostOfPeer("unknown"), "");
  EXPECT_EQ(HostOfPeer("inproc"), "");
}

}  // namespace
}  // namespace marquee::devices
