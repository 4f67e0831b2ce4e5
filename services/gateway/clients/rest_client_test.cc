// The REST API in front of a real gRPC server.
#include "services/gateway/clients/rest_client.h"

#include <absl/time/clock.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "libs/rpc/channel.h"
#include "libs/rpc/error_info.h"
#include "libs/rpc/server.h"
#include "libs/rpc/status.h"
#include "marquee/devices/v1/device_service.grpc.pb.h"
#include "marquee/devices/v1/settings_service.grpc.pb.h"
#include "services/gateway/testing/run.h"

namespace marquee::gateway {
namespace {

namespace pb = marquee::devices::v1;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Devices final : public pb::DeviceService::Service {
 public:
  grpc::Status UpdateDevice(grpc::ServerContext*, const pb::UpdateDeviceRequest* request,
                            pb::UpdateDeviceResponse* response) override {
    update = *request;
    if (!answer.ok()) return rpc::ToGrpc(answer);
    *response->mutable_device() = request->device();
    response->mutable_device()->set_etag("tag-2");
    return grpc::Status::OK;
  }
  grpc::Status ListDevices(grpc::ServerContext*, const pb::ListDevicesRequest* request,
                           pb::ListDevicesResponse* response) override {
    list = *request;
    response->add_devices()->set_name("Hall");
    return grpc::Status::OK;
  }
  grpc::Status MergeDevices(grpc::ServerContext*, const pb::MergeDevicesRequest* request,
                            pb::MergeDevicesResponse*) override {
    merge = *request;
    return grpc::Status::OK;
  }

  absl::Status answer;
  pb::UpdateDeviceRequest update;
  pb::ListDevicesRequest list;
  pb::MergeDevicesRequest merge;
};

class Settings final : public pb::SettingsService::Service {
 public:
  grpc::Status UpdateDocument(grpc::ServerContext*, const pb::UpdateDocumentRequest* request,
                              pb::UpdateDocumentResponse*) override {
    update = *request;
    return grpc::Status::OK;
  }

  pb::UpdateDocumentRequest update;
};

class RestClientTest : public ::testing::Test {
 public:
  ~RestClientTest() override { client_.Stop(absl::Now() + absl::Seconds(1)); }

 protected:
  RestReply Call(Method method, const std::string& target, const std::string& body = {},
                 const std::string& if_match = {}) {
    RestCall call;
    call.method = method;
    call.target = target;
    call.body = body;
    call.if_match = if_match;
    return RunToEnd(client_.Call(std::move(call)));
  }

  base::SystemClock clock_;
  obs::Metrics metrics_;
  Devices devices_;
  Settings settings_;
  std::unique_ptr<rpc::Server> server_ =
      rpc::Server::Start({}, {&devices_, &settings_}, metrics_, clock_).value();
  std::shared_ptr<grpc::Channel> channel_ = server_->InProcessChannel();
  RestClient client_{{},
                     {.playlist = channel_,
                      .imageproc = channel_,
                      .devices = channel_,
                      .clock = clock_,
                      .version = "1.2.3"}};
};

TEST_F(RestClientTest, AcceptUnknownOfTheQueryReachesTheRequest) {
  for (const std::string said : {"accept_unknown=1", "acceptUnknown=true"}) {
    Call(Method::kPatch, "/api/v2/devices/a", R"({"settingsOverride":{}})");
    EXPECT_FALSE(devices_.update.accept_unknown()) << said;
    Call(Method::kPatch, "/api/v2/devices/a?" + said, R"({"settingsOverride":{}})");
    EXPECT_TRUE(devices_.update.accept_unknown()) << said;
  }
}

TEST_F(RestClientTest, ReadsQueryParametersIntoTheRequest) {
  const RestReply reply = Call(Method::kGet, "/api/v2/devices?page_size=7&pageToken=a%20b");

  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(devices_.list.page_size(), 7);
  EXPECT_EQ(devices_.list.page_token(), "a b");
  const auto body = boost::json::parse(reply.json).as_object();
  EXPECT_EQ(body.at("devices").at(0).at("name"), "Hall");
}

TEST_F(RestClientTest, PatchDerivesTheMaskFromItsBody) {
  const RestReply reply =
      Call(Method::kPatch, "/api/v2/devices/d%2F1", R"({"name":"Hall","etag":"old"})");

  EXPECT_EQ(reply.status, 200) << reply.json;
  EXPECT_EQ(reply.etag, "tag-2");
  EXPECT_EQ(devices_.update.device().id(), "d/1");
  EXPECT_THAT(devices_.update.update_mask().paths(), ElementsAre("name"));
}

TEST_F(RestClientTest, PathVariableOverridesTheBody) {
  Call(Method::kPatch, "/api/v2/devices/one", R"({"id":"two","name":"x"})");
  EXPECT_EQ(devices_.update.device().id(), "one");
}

TEST_F(RestClientTest, IfMatchSetsTheEtagAndAConflictYields412) {
  devices_.answer = absl::AbortedError("changed meanwhile");
  const RestReply conditional =
      Call(Method::kPatch, "/api/v2/devices/d", R"({"name":"x"})", "tag-1");
  EXPECT_EQ(devices_.update.device().etag(), "tag-1");
  EXPECT_EQ(conditional.status, 412);
  EXPECT_EQ(Call(Method::kPatch, "/api/v2/devices/d", R"({"name":"x","etag":"e"})").status, 409);
}

TEST_F(RestClientTest, NamesTheCallerAsTheAuthorOfADocument) {
  RestCall call;
  call.method = Method::kPut;
  call.target = "/api/v2/settings/display";
  call.body = R"({"body":{"clockFormat":"12h"},"author":"dallas"})";
  call.author = "ripley";
  EXPECT_EQ(RunToEnd(client_.Call(std::move(call))).status, 200);
  EXPECT_EQ(settings_.update.author(), "ripley");
}

TEST_F(RestClientTest, SupportsVerbsAndWholeBodies) {
  const RestReply reply =
      Call(Method::kPost, "/api/v2/devices/t:merge", R"({"sourceIds":["a","b"]})");
  EXPECT_EQ(reply.status, 200) << reply.json;
  EXPECT_EQ(devices_.merge.target_id(), "t");
  EXPECT_THAT(devices_.merge.source_ids(), ElementsAre("a", "b"));
}

TEST_F(RestClientTest, ErrorBodyHasCodeReasonAndMessage) {
  devices_.answer = rpc::WithReason(absl::NotFoundError("no such device"), "DEVICE_NOT_FOUND");
  const RestReply reply = Call(Method::kPatch, "/api/v2/devices/d", R"({"name":"x"})");
  EXPECT_EQ(reply.status, 404);
  const auto error = boost::json::parse(reply.json).at("error").as_object();
  EXPECT_EQ(error.at("status"), "NOT_FOUND");
  EXPECT_EQ(error.at("reason"), "DEVICE_NOT_FOUND");
  EXPECT_EQ(error.at("message"), "no such device");
}

class BadCall : public RestClientTest,
                public ::testing::WithParamInterface<std::tuple<Method, const char*, const char*>> {
};
TEST_P(BadCall, Yields400) {
  const auto& [method, target, body] = GetParam();
  EXPECT_EQ(Call(method, target, body).status, 400) << target;
}
INSTANTIATE_TEST_SUITE_P(
    Rest, BadCall,
    ::testing::Values(std::tuple(Method::kGet, "/api/v2/devices?nonsense=1", ""),
                      std::tuple(Method::kGet, "/api/v2/devices?page_size=many", ""),
                      std::tuple(Method::kGet, "/api/v2/devices?page_size.x=1", ""),
                      std::tuple(Method::kPatch, "/api/v2/devices/d", "no json"),
                      std::tuple(Method::kPatch, "/api/v2/devices/d", "[]"),
                      std::tuple(Method::kPatch, "/api/v2/devices/d", R"({"nonsense":1})"),
                      std::tuple(Method::kPost, "/api/v2/devices/t:merge", R"({"sourceIds":7})")));

TEST_F(RestClientTest, UnknownResourceYields404) {
  for (const char* target :
       {"/api/v2/", "/api/v2/devices/a/b/c", "/api/v2/devices/a:explode", "/api/v2/nothing"}) {
    EXPECT_FALSE(client_.ScopeOf(Method::kGet, target)) << target;
    EXPECT_EQ(Call(Method::kGet, target).status, 404) << target;
  }
}

TEST_F(RestClientTest, ChangesRequireAWiderScopeThanReads) {
  EXPECT_EQ(client_.ScopeOf(Method::kGet, "/api/v2/devices?x=1"), Scope::kRead);
  EXPECT_EQ(client_.ScopeOf(Method::kPost, "/api/v2/devices/d/commands"), Scope::kOperate);
  EXPECT_EQ(client_.ScopeOf(Method::kPost, "/api/v2/playlist:refresh"), Scope::kOperate);
  EXPECT_EQ(client_.ScopeOf(Method::kDelete, "/api/v2/devices/d"), Scope::kAdmin);
  EXPECT_EQ(client_.ScopeOf(Method::kGet, "/api/v2/tokens"), Scope::kAdmin);
}

TEST_F(RestClientTest, UnavailableServiceYields503) {
  EXPECT_EQ(Call(Method::kGet, "/api/v2/groups").status, 501);
  // Port 1 is reserved and has no listener.
  const auto away = rpc::Connect("127.0.0.1:1");
  RestClient client(
      {}, {.playlist = away, .imageproc = away, .devices = away, .clock = clock_, .version = "1"});
  RestCall call;
  call.target = "/api/v2/devices";
  const RestReply reply = RunToEnd(client.Call(std::move(call)));
  client.Stop(absl::Now() + absl::Seconds(1));
  EXPECT_EQ(reply.status, 503);
  EXPECT_GT(reply.retry_after_seconds, 0);
}

TEST_F(RestClientTest, OpenApiUsesTheCommentsOfTheProtos) {
  const auto document = boost::json::parse(client_.openapi()).as_object();
  EXPECT_EQ(document.at("openapi"), "3.1.0");
  EXPECT_EQ(document.at("info").at("version"), "1.2.3");
  const auto& paths = document.at("paths").as_object();
  const auto& patch = paths.at("/api/v2/devices/{device_id}").at("get").as_object();
  EXPECT_EQ(patch.at("operationId"), "GetDevice");
  EXPECT_FALSE(patch.at("description").as_string().empty());
  EXPECT_TRUE(paths.contains("/api/v2/playlist:refresh"));
  // Every schema reference can be resolved.
  const auto& schemas = document.at("components").at("schemas").as_object();
  std::string_view rest(client_.openapi());
  constexpr std::string_view kReference = "#/components/schemas/";
  for (size_t at = 0; (at = rest.find(kReference)) != std::string_view::npos;) {
    rest.remove_prefix(at + kReference.size());
    const std::string name(rest.substr(0, rest.find('"')));
    EXPECT_TRUE(schemas.contains(name)) << name;
  }
}

}  // namespace
}  // namespace marquee::gateway
