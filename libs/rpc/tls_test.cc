// Mutual TLS over real sockets, with certificates created for the test.
#include "libs/rpc/tls.h"

#include <absl/time/clock.h>
#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <fstream>

#include "libs/base/clock.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/server.h"
#include "libs/testing/certificates.h"
#include "libs/testing/temp_dir.h"
#include "marquee/playlist/v1/artwork_service.grpc.pb.h"
#include "marquee/playlist/v1/playlist_service.grpc.pb.h"

namespace marquee::rpc {
namespace {

namespace pb = playlist::v1;
using ::testing::HasSubstr;

class Items final : public pb::PlaylistService::Service {
 public:
  grpc::Status GetItem(grpc::ServerContext*, const pb::GetItemRequest* request,
                       pb::GetItemResponse* response) override {
    response->mutable_item()->set_key(request->key());
    return grpc::Status::OK;
  }
};

class Artwork final : public pb::ArtworkService::Service {
 public:
  grpc::Status FetchArtwork(grpc::ServerContext*, const pb::FetchArtworkRequest*,
                            grpc::ServerWriter<pb::FetchArtworkResponse>*) override {
    return grpc::Status::OK;
  }
};

class MutualTlsTest : public ::testing::Test {
 protected:
  TlsFiles FilesFor(const testing::CertificateAuthority& authority, const std::string& name) {
    const auto pair = authority.Issue({name, "localhost"});
    return {.certificate = dir_.Write(name + ".crt", pair.certificate),
            .key = dir_.Write(name + ".key", pair.key),
            .authority = dir_.Write(name + "-authority.crt", authority.certificate())};
  }

  std::unique_ptr<Server> Serve(std::string health_listen = {}) {
    const Server::Options options{
        .listen = "127.0.0.1:0",
        .tls = FilesFor(authority_, "marquee-playlist"),
        .peers = {{"/marquee.playlist.v1.ArtworkService/", {"marquee-imageproc"}},
                  {"/marquee.", {"marquee-gateway", "marquee-imageproc"}}},
        .health_listen = std::move(health_listen)};
    auto server = Server::Start(options, {&items_, &images_}, metrics_, clock_);
    EXPECT_TRUE(server.ok()) << server.status();
    return *std::move(server);
  }

  static grpc::Status GetItem(const std::shared_ptr<grpc::Channel>& channel) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(10)));
    pb::GetItemResponse response;
    return pb::PlaylistService::NewStub(channel)->GetItem(&context, {}, &response);
  }

  static grpc::Status Fetch(const std::shared_ptr<grpc::Channel>& channel) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(10)));
    const auto reader = pb::ArtworkService::NewStub(channel)->FetchArtwork(&context, {});
    pb::FetchArtworkResponse piece;
    while (reader->Read(&piece)) {
    }
    return reader->Finish();
  }

  std::shared_ptr<grpc::Channel> As(const Server& server, const TlsFiles& files) {
    return Connect("127.0.0.1:" + std::to_string(server.port()), {.tls = files});
  }

  const testing::TempDir dir_;
  const testing::CertificateAuthority authority_;
  const base::SystemClock clock_;
  obs::Metrics metrics_;
  Items items_;
  Artwork images_;
};

TEST_F(MutualTlsTest, AllowsCallsByPeerRules) {
  const auto server = Serve();
  const auto gateway = As(*server, FilesFor(authority_, "marquee-gateway"));
  const auto imageproc = As(*server, FilesFor(authority_, "marquee-imageproc"));
  const auto devices = As(*server, FilesFor(authority_, "marquee-devices"));

  EXPECT_TRUE(GetItem(gateway).ok()) << GetItem(gateway).error_message();
  EXPECT_TRUE(Fetch(imageproc).ok());

  const grpc::Status artwork = Fetch(gateway);
  EXPECT_EQ(artwork.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(artwork.error_message(), HasSubstr("\"marquee-gateway\" may not call"));
  EXPECT_EQ(GetItem(devices).error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(MutualTlsTest, IgnoresTheCommonNameIfThereAreAlternativeNames) {
  const auto server = Serve();
  const auto pair = authority_.IssueWithoutDnsName("marquee-gateway");
  const TlsFiles files{.certificate = dir_.Write("cn.crt", pair.certificate),
                       .key = dir_.Write("cn.key", pair.key),
                       .authority = dir_.Write("cn-ca.crt", authority_.certificate())};
  EXPECT_EQ(GetItem(As(*server, files)).error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(MutualTlsTest, RejectsAClientWithoutACertificateOfTheAuthority) {
  const auto server = Serve();
  const testing::CertificateAuthority other("other");
  TlsFiles forged = FilesFor(other, "marquee-gateway");
  // The client trusts the real server, but not the reverse.
  forged.authority = dir_.Write("right.crt", authority_.certificate());

  EXPECT_EQ(GetItem(As(*server, forged)).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(GetItem(As(*server, TlsFiles{})).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(MutualTlsTest, AClientRejectsAServerOfAnotherAuthority) {
  const testing::CertificateAuthority other("other");
  const Server::Options options{.listen = "127.0.0.1:0",
                                .tls = FilesFor(other, "marquee-playlist"),
                                .peers = {{"/", {"marquee-gateway"}}}};
  const auto impostor = Server::Start(options, {&items_}, metrics_, clock_).value();

  const grpc::Status status = GetItem(As(*impostor, FilesFor(authority_, "marquee-gateway")));

  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(MutualTlsTest, ServesOnlyHealthWithoutTls) {
  const auto server = Serve("127.0.0.1:0");
  ASSERT_NE(server->health_port(), 0);

  const auto probe = Connect("127.0.0.1:" + std::to_string(server->health_port()));

  EXPECT_EQ(GetItem(probe).error_code(), grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(MutualTlsTest, ReportsWhichFileIsMissing) {
  TlsFiles files = FilesFor(authority_, "marquee-playlist");
  files.key = dir_ / "absent.key";
  EXPECT_THAT(std::string(CheckTlsFiles(files).message()), HasSubstr("mtls.key"));
  files.authority.clear();
  files.key = files.certificate;
  EXPECT_THAT(std::string(CheckTlsFiles(files).message()), HasSubstr("mtls.authority"));
}

TEST(PeerRules, TheFirstMatchingRuleDecides) {
  const std::vector<PeerRule> rules{{"/a.B/", {"x"}}, {"/a.", {"y"}}};
  EXPECT_TRUE(MayCall(rules, "/a.B/C", {"x"}));
  EXPECT_FALSE(MayCall(rules, "/a.B/C", {"y"}));
  EXPECT_TRUE(MayCall(rules, "/a.D/C", {"z", "y"}));
  EXPECT_FALSE(MayCall(rules, "/e.F/G", {"x", "y"}));
  EXPECT_FALSE(MayCall(rules, "/a.D/C", {}));
}

}  // namespace
}  // namespace marquee::rpc
