// Attach streams over mutual TLS: a gateway id belongs to the certificate that used it first.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/rpc/channel.h"
#include "libs/testing/certificates.h"
#include "libs/testing/temp_dir.h"
#include "services/devices/service/attach_fixture.h"

namespace marquee::devices {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// Before the fixture, whose server needs the files.
class Certificates {
 protected:
  // `more`: a DNS name of its own beside the program's.
  rpc::TlsFiles Issue(const std::string& program, const std::string& more) {
    const auto pair = authority_.Issue({program, more});
    const std::string name = program + "-" + more + "-" + std::to_string(++issued_);
    return {.certificate = dir_.Write(name + ".crt", pair.certificate).string(),
            .key = dir_.Write(name + ".key", pair.key).string(),
            .authority = dir_.Write("authority.crt", authority_.certificate()).string()};
  }
  rpc::Server::Options ServerOptions() {
    return {.listen = "127.0.0.1:0",
            .tls = Issue("marquee-devices", "devices.example"),
            .peers = {{"/marquee.devices.v1.SettingsService/WatchSettings",
                       {"marquee-gateway", "marquee-playlist"}},
                      {"/", {"marquee-gateway"}}}};
  }

 private:
  const testing::TempDir dir_;
  const testing::CertificateAuthority authority_;
  int issued_ = 0;
};

class AttachIdentityTest : private Certificates, public DevicesFixture {
 protected:
  AttachIdentityTest() : DevicesFixture(ServerOptions()) {}

  std::unique_ptr<pb::DeviceService::Stub> As(const std::string& more) {
    return pb::DeviceService::NewStub(ChannelOf("marquee-gateway", more));
  }
  std::shared_ptr<grpc::Channel> ChannelOf(const std::string& program, const std::string& more) {
    return rpc::Connect("127.0.0.1:" + std::to_string(server_->port()),
                        {.tls = Issue(program, more)});
  }
};

TEST_F(AttachIdentityTest, RefusesTheGatewayIdOfAnotherCertificateWhateverTheEpoch) {
  const auto a = As("a.example");
  const auto b = As("b.example");
  Gateway first(*a, "g1", 1);
  ASSERT_TRUE(first.ReadSettings("").device_ids().empty());

  for (const int64_t epoch : {0, 1, 2}) {
    const grpc::Status refused = Gateway(*b, "g1", epoch).AwaitEnd();
    EXPECT_EQ(refused.error_code(), grpc::StatusCode::PERMISSION_DENIED);
    EXPECT_THAT(refused.error_message(),
                AllOf(HasSubstr("a.example"), HasSubstr("b.example"), HasSubstr("unique id")));
  }

  // The first one is not disturbed: it still gets what is sent to it.
  const std::string device = [&] {
    pb::RegisterDeviceRequest request;
    request.mutable_identity()->set_install_id("i1");
    pb::RegisterDeviceResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(a->RegisterDevice(&context, request, &response).ok());
    return response.device().id();
  }();
  first.SocketUp("deleted-long-ago", 5);
  EXPECT_EQ(first.Read().close().socket_id(), 5);
  EXPECT_FALSE(device.empty());
}

TEST_F(AttachIdentityTest, TheIdStaysBoundAfterTheStreamHasEnded) {
  const auto a = As("a.example");
  const auto b = As("b.example");
  {
    Gateway first(*a, "g1", 1);
    first.ReadSettings("");
    first.HangUp();
  }
  EXPECT_EQ(Gateway(*b, "g1", 2).AwaitEnd().error_code(), grpc::StatusCode::PERMISSION_DENIED);
  Gateway again(*As("a.example"), "g1", 2);  // with a renewed certificate of the same names
  again.ReadSettings("");
  Gateway other(*b, "g2", 1);
  other.ReadSettings("");
}

TEST_F(AttachIdentityTest, ThePlaylistCertificateMayWatchTheSourcesOnly) {
  const auto settings = pb::SettingsService::NewStub(ChannelOf("marquee-playlist", "p.example"));
  const auto watch = [&](const std::vector<std::string>& documents) {
    grpc::ClientContext context;
    pb::WatchSettingsRequest request;
    request.mutable_document_ids()->Assign(documents.begin(), documents.end());
    const auto reader = settings->WatchSettings(&context, request);
    pb::WatchSettingsResponse response;
    if (reader->Read(&response)) {
      context.TryCancel();
      while (reader->Read(&response)) {
      }
      (void)reader->Finish();
      return grpc::StatusCode::OK;
    }
    return reader->Finish().error_code();
  };
  EXPECT_EQ(watch({"sources"}), grpc::StatusCode::OK);
  EXPECT_EQ(watch({"display"}), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(watch({"sources", "display"}), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(watch({}), grpc::StatusCode::PERMISSION_DENIED);
}

class UnusedLink final : public GatewayLink {
 public:
  void Push(pb::AttachResponse) override {}
  bool PushIfIdle(pb::AttachResponse) override { return true; }
  void PushSettings(const SettingsChanges&) override {}
  bool Admit(std::string_view, bool) override { return true; }
  void End(const absl::Status&) override {}
};

// An attacker with a certificate cannot make the service forget whose id an attached gateway has.
TEST_F(AttachIdentityTest, RemembersABoundedNumberOfIdsAndThoseOfAttachedGateways) {
  const auto link = std::make_shared<UnusedLink>();
  ASSERT_TRUE(hub_->Join(hub_->NextStream(), "attached", 1, "a", link).ok());
  for (size_t i = 0; i < AttachHub::kMaxOwners + 10; ++i) {
    const uint64_t stream = hub_->NextStream();
    ASSERT_TRUE(hub_->Join(stream, "passing-" + std::to_string(i), 1, "b", link).ok());
    hub_->Leave(stream);
  }
  const auto join = [&](const std::string& id) {
    return hub_->Join(hub_->NextStream(), id, 2, "c", link).code();
  };
  EXPECT_EQ(join("attached"), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(join("passing-100"), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(join("passing-0"), absl::StatusCode::kOk);  // forgotten
}

}  // namespace
}  // namespace marquee::devices
