#include "services/devices/devices_module.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/strings.h"
#include "libs/files/real_file_system.h"
#include "libs/rpc/server.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/temp_dir.h"
#include "marquee/devices/v1/account_service.grpc.pb.h"
#include "marquee/devices/v1/command_service.grpc.pb.h"
#include "marquee/devices/v1/device_service.grpc.pb.h"
#include "marquee/devices/v1/group_service.grpc.pb.h"
#include "marquee/devices/v1/settings_service.grpc.pb.h"

namespace marquee::devices {
namespace {

namespace pb = ::marquee::devices::v1;
using ::testing::AllOf;
using ::testing::HasSubstr;

// The program without its main: module, server and channel.
class Program {
 public:
  Program(const DevicesSettings& settings, obs::Logger& logger) {
    auto module = DevicesModule::Create(
        settings, {.clock = clock_, .logger = logger, .metrics = metrics_, .files = files_});
    EXPECT_TRUE(module.ok()) << module.status();
    module_ = std::move(*module);
    server_ = std::move(*rpc::Server::Start({}, module_->services(), metrics_, clock_));
    channel_ = server_->InProcessChannel();
    EXPECT_TRUE(module_->Start().ok());
  }
  ~Program() {
    module_->Drain(absl::Now() + absl::Seconds(5));
    server_->Drain(absl::Now() + absl::Seconds(5));
  }

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  std::string Metrics() { return metrics_.Render(); }

 private:
  base::SystemClock clock_;
  obs::Metrics metrics_;
  files::RealFileSystem files_;
  std::unique_ptr<DevicesModule> module_;
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

class DevicesModuleTest : public ::testing::Test {
 protected:
  DevicesModuleTest() {
    settings_.set_data_dir(dir_ / "data");
    settings_.set_flush_every("5s");
    settings_.mutable_store()->set_busy_timeout("5s");
    settings_.mutable_store()->set_readers(2);
    settings_.mutable_store()->set_max_waiting_displays(1000);
    settings_.mutable_requests()->set_threads(2);
    settings_.mutable_requests()->set_max_queued(64);
  }

  testing::TempDir dir_;
  testing::CapturingLogger logger_;
  files::RealFileSystem files_;
  DevicesSettings settings_;
};

TEST_F(DevicesModuleTest, KeepsDevicesAndCommandsOverARestart) {
  std::string device_id;
  std::string secret;
  std::string command_id;
  {
    Program program(settings_, logger_);
    pb::RegisterDeviceRequest request;
    request.mutable_identity()->set_install_id("i1");
    pb::RegisterDeviceResponse registered;
    grpc::ClientContext register_context;
    ASSERT_TRUE(pb::DeviceService::NewStub(program.channel())
                    ->RegisterDevice(&register_context, request, &registered)
                    .ok());
    device_id = registered.device().id();
    secret = registered.secret();
    pb::SendCommandRequest send;
    send.set_device_id(device_id);
    send.set_type("mode.navigate");
    pb::SendCommandResponse sent;
    grpc::ClientContext send_context;
    ASSERT_TRUE(pb::CommandService::NewStub(program.channel())
                    ->SendCommand(&send_context, send, &sent)
                    .ok());
    command_id = sent.command().id();
  }

  Program program(settings_, logger_);
  pb::SendHeartbeatRequest request;
  request.mutable_credentials()->set_device_id(device_id);
  request.mutable_credentials()->set_secret(secret);
  pb::SendHeartbeatResponse answer;
  grpc::ClientContext context;
  ASSERT_TRUE(pb::DeviceService::NewStub(program.channel())
                  ->SendHeartbeat(&context, request, &answer)
                  .ok());

  ASSERT_EQ(answer.commands_size(), 1);
  EXPECT_EQ(answer.commands(0).id(), command_id);
}

TEST_F(DevicesModuleTest, AWaitForADisplayEndsAtItsDeadline) {
  Program program(settings_, logger_);
  const auto devices = pb::DeviceService::NewStub(program.channel());
  pb::RegisterDeviceResponse registered;
  grpc::ClientContext register_context;
  ASSERT_TRUE(
      devices->RegisterDevice(&register_context, pb::RegisterDeviceRequest(), &registered).ok());
  grpc::ClientContext attach_context;
  const auto stream = devices->Attach(&attach_context);
  pb::AttachRequest hello;
  hello.mutable_hello()->set_gateway_id("g1");
  auto* socket = hello.mutable_hello()->add_sockets();
  socket->set_device_id(registered.device().id());
  socket->set_socket_id(1);
  ASSERT_TRUE(stream->Write(hello));
  while (program.Metrics().find("marquee_devices{presence=\"live\"} 1") == std::string::npos) {
  }

  pb::SendCommandRequest send;
  send.set_device_id(registered.device().id());
  send.set_type("playback.next");
  send.mutable_wait()->set_nanos(100000000);
  pb::SendCommandResponse sent;
  grpc::ClientContext send_context;
  ASSERT_TRUE(
      pb::CommandService::NewStub(program.channel())->SendCommand(&send_context, send, &sent).ok());

  EXPECT_TRUE(sent.live());
  EXPECT_EQ(sent.command().state(), pb::COMMAND_STATE_SENT);
}

TEST_F(DevicesModuleTest, DrainDoesNotWaitForDisplays) {
  std::unique_ptr<grpc::ClientReaderWriter<pb::AttachRequest, pb::AttachResponse>> stream;
  grpc::ClientContext context;
  absl::Time end_began;
  {
    Program program(settings_, logger_);
    stream = pb::DeviceService::NewStub(program.channel())->Attach(&context);
    pb::AttachRequest hello;
    hello.mutable_hello()->set_gateway_id("g1");
    ASSERT_TRUE(stream->Write(hello));
    pb::AttachResponse settings;
    ASSERT_TRUE(stream->Read(&settings));  // a gateway reads its messages
    while (program.Metrics().find("marquee_attached_gateways 1") == std::string::npos) {
    }
    end_began = absl::Now();
  }

  EXPECT_LT(absl::Now() - end_began, absl::Seconds(4));
  pb::AttachResponse ignored;
  while (stream->Read(&ignored)) {
  }
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(DevicesModuleTest, ServesAllServicesAndKeepsSettingsOverARestart) {
  {
    Program program(settings_, logger_);
    pb::CreateGroupRequest group;
    group.mutable_group()->set_id("foyer");
    pb::CreateGroupResponse made;
    grpc::ClientContext group_context;
    ASSERT_TRUE(pb::GroupService::NewStub(program.channel())
                    ->CreateGroup(&group_context, group, &made)
                    .ok());
    pb::UpdateDocumentRequest update;
    update.set_document_id("display");
    (*update.mutable_body()->mutable_fields())["clockWidget"].set_bool_value(false);
    pb::UpdateDocumentResponse updated;
    grpc::ClientContext update_context;
    ASSERT_TRUE(pb::SettingsService::NewStub(program.channel())
                    ->UpdateDocument(&update_context, update, &updated)
                    .ok());
    pb::CompleteSetupRequest set_up;
    set_up.set_username("ann");
    set_up.set_password("correct horse");
    set_up.set_local(true);
    pb::CompleteSetupResponse account;
    grpc::ClientContext set_up_context;
    ASSERT_TRUE(pb::AccountService::NewStub(program.channel())
                    ->CompleteSetup(&set_up_context, set_up, &account)
                    .ok());
  }

  Program program(settings_, logger_);
  pb::ListGroupsResponse groups;
  grpc::ClientContext groups_context;
  ASSERT_TRUE(pb::GroupService::NewStub(program.channel())
                  ->ListGroups(&groups_context, pb::ListGroupsRequest(), &groups)
                  .ok());
  pb::GetEffectiveSettingsResponse effective;
  grpc::ClientContext effective_context;
  ASSERT_TRUE(
      pb::SettingsService::NewStub(program.channel())
          ->GetEffectiveSettings(&effective_context, pb::GetEffectiveSettingsRequest(), &effective)
          .ok());
  pb::VerifyLoginRequest login;
  login.set_username("ann");
  login.set_password("correct horse");
  pb::VerifyLoginResponse logged_in;
  grpc::ClientContext login_context;
  const grpc::Status status = pb::AccountService::NewStub(program.channel())
                                  ->VerifyLogin(&login_context, login, &logged_in);

  EXPECT_EQ(groups.groups_size(), 1);
  EXPECT_FALSE(effective.settings().fields().at("clockWidget").bool_value());
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST_F(DevicesModuleTest, ReportsAnUnusableDatabaseInOneSentence) {
  dir_.Write("data/devices.db", std::string(4096, 'x'));
  base::SystemClock clock;
  obs::Metrics metrics;

  const auto module = DevicesModule::Create(
      settings_, {.clock = clock, .logger = logger_, .metrics = metrics, .files = files_});

  EXPECT_EQ(module.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(base::MessageOf(module.status())),
              AllOf(HasSubstr("devices.db"), HasSubstr("not a database"), HasSubstr("restore")));
}

class LostKeyTest : public DevicesModuleTest {
 protected:
  LostKeyTest() {
    Program program(settings_, logger_);
    pb::UpdateDocumentRequest update;
    update.set_document_id("sources");
    auto& sources = *(*update.mutable_body()->mutable_fields())["sources"].mutable_list_value();
    for (const char* name : {"Den", "Hall"}) {
      auto& source = *sources.add_values()->mutable_struct_value()->mutable_fields();
      source["name"].set_string_value(name);
      source["type"].set_string_value("plex");
      source["url"].set_string_value("http://plex.test:32400");
      source["token"].set_string_value(std::string("token of ") + name);
    }
    pb::UpdateDocumentResponse updated;
    grpc::ClientContext context;
    const grpc::Status status =
        pb::SettingsService::NewStub(program.channel())->UpdateDocument(&context, update, &updated);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  absl::Status Start(bool forget) {
    base::SystemClock clock;
    obs::Metrics metrics;
    return DevicesModule::Create(settings_, {.clock = clock,
                                             .logger = logger_,
                                             .metrics = metrics,
                                             .files = files_,
                                             .forget_secrets = forget})
        .status();
  }
  // The sources document as the playlist service receives it.
  std::string Watched() {
    Program program(settings_, logger_);
    pb::WatchSettingsRequest watch;
    watch.add_document_ids("sources");
    grpc::ClientContext context;
    const auto stub = pb::SettingsService::NewStub(program.channel());
    const auto reader = stub->WatchSettings(&context, watch);
    pb::WatchSettingsResponse response;
    EXPECT_TRUE(reader->Read(&response));
    context.TryCancel();
    return response.document().DebugString();
  }

  const std::filesystem::path key_ = dir_ / "data/secrets.key";
};

TEST_F(LostKeyTest, RejectsAMissingKeyWithSealedSecretsAndNamesTheRemedy) {
  std::filesystem::remove(key_);

  const absl::Status refused = Start(false);

  EXPECT_EQ(refused.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(base::MessageOf(refused)),
              AllOf(HasSubstr("secrets.key"), HasSubstr("restore"), HasSubstr("--forget-secrets")));
  EXPECT_FALSE(std::filesystem::exists(key_));

  EXPECT_TRUE(Start(true).ok());
  EXPECT_THAT(Watched(), AllOf(HasSubstr("Den"), ::testing::Not(HasSubstr("token of"))));
  EXPECT_TRUE(Start(false).ok());
}

TEST_F(LostKeyTest, ForgetSecretsErasesNothingWhileTheKeyExists) {
  EXPECT_TRUE(Start(true).ok());
  EXPECT_THAT(Watched(), AllOf(HasSubstr("token of Den"), HasSubstr("token of Hall")));
}

TEST_F(LostKeyTest, OmitsOnlyTheValueThatCannotBeUnsealed) {
  // A document sealed with another key, with one value sealed with this one.
  const std::string other(64, 'b');
  dir_.Write("data/secrets.key", other);

  EXPECT_THAT(Watched(), AllOf(HasSubstr("Den"), HasSubstr("plex.test"),
                               ::testing::Not(HasSubstr("token of"))));
  EXPECT_GE(logger_.Count("cannot be unsealed"), 1U);
}

TEST_F(DevicesModuleTest, NamesADataFolderThatCannotBeCreated) {
  dir_.Write("file", "");
  settings_.set_data_dir(dir_ / "file/data");
  base::SystemClock clock;
  obs::Metrics metrics;

  const auto module = DevicesModule::Create(
      settings_, {.clock = clock, .logger = logger_, .metrics = metrics, .files = files_});

  EXPECT_THAT(std::string(base::MessageOf(module.status())), HasSubstr("file/data"));
}

}  // namespace
}  // namespace marquee::devices
