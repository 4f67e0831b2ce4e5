// Fixture for the gRPC services: all components of the devices service behind a real gRPC server.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "libs/base/executor.h"
#include "libs/files/real_file_system.h"
#include "libs/rpc/server.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"
#include "marquee/devices/v1/command_service.grpc.pb.h"
#include "marquee/devices/v1/device_service.grpc.pb.h"
#include "services/devices/bus/inproc_bus.h"
#include "services/devices/service/account_service_impl.h"
#include "services/devices/service/command_service_impl.h"
#include "services/devices/service/device_service_impl.h"
#include "services/devices/service/direct_calls.h"
#include "services/devices/service/group_service_impl.h"
#include "services/devices/service/settings_service_impl.h"
#include "services/devices/service/settings_sink.h"
#include "services/devices/settings/settings_pusher.h"
#include "services/devices/store/sqlite/sqlite_device_store.h"

namespace marquee::devices {

class DevicesFixture : public ::testing::Test {
 protected:
  explicit DevicesFixture(rpc::Server::Options options = {.listen = "127.0.0.1:0"}) {
    box_ = std::move(*SecretBox::Create(std::string(64, 'a'), {}, files_));
    hub_ = std::make_unique<AttachHub>(logger_, metrics_);
    registry_ = std::move(*Registry::Create({.store = *store_,
                                             .presence = *presence_,
                                             .bus = bus_,
                                             .clock = clock_,
                                             .logger = logger_,
                                             .metrics = metrics_,
                                             .identity = identity_,
                                             .unknown = unknown_}));
    settings_cache_ = std::move(
        *EffectiveSettingsCache::Create({.store = *store_,
                                         .bus = bus_,
                                         .clock = clock_,
                                         .logger = logger_,
                                         .metrics = metrics_,
                                         .listener = [this](const SettingsChanges& update) {
                                           hub_->PushSettings(update);
                                           if (pusher_) pusher_->Note(update);
                                         }}));
    commands_ = std::make_unique<CommandCenter>(CommandCenter::Deps{.store = *store_,
                                                                    .presence = *presence_,
                                                                    .bus = bus_,
                                                                    .sender = *hub_,
                                                                    .clock = clock_,
                                                                    .logger = logger_,
                                                                    .metrics = metrics_});
    jobs_ = std::make_unique<CommandJobs>(CommandJobs::Deps{
        .store = *store_,
        .presence = *presence_,
        .bus = bus_,
        .center = *commands_,
        .clock = clock_,
        .logger = logger_,
        .listener = [this](const std::string& job_id, const JobProgress& progress) {
          command_service_->OnProgress(job_id, progress);
        }});
    sink_ = std::make_unique<GatewaySettingsSink>(*hub_, *jobs_);
    pusher_ = std::make_unique<SettingsPusher>(SettingsPusher::Deps{.presence = *presence_,
                                                                    .clock = clock_,
                                                                    .sink = *sink_,
                                                                    .logger = logger_,
                                                                    .metrics = metrics_});
    watch_ = std::make_unique<DeviceWatch>(DeviceWatch::Deps{
        .registry = *registry_, .presence = *presence_, .bus = bus_, .clock = clock_});
    device_service_ =
        std::make_unique<DeviceServiceImpl>(DeviceServiceImpl::Deps{.registry = *registry_,
                                                                    .editor = editor(),
                                                                    .pairing = pairing(),
                                                                    .approval = approval_,
                                                                    .adoption = adoption_,
                                                                    .unknown = unknown_,
                                                                    .identity = identity_,
                                                                    .commands = *commands_,
                                                                    .presence = *presence_,
                                                                    .hub = *hub_,
                                                                    .settings = *settings_cache_,
                                                                    .watch = *watch_,
                                                                    .logger = logger_,
                                                                    .clock = rpc_clock_,
                                                                    .executor = executor_,
                                                                    .attach_executor = executor_});
    groups_ = std::make_unique<GroupManager>(
        GroupManager::Deps{.store = *store_, .bus = bus_, .clock = clock_, .logger = logger_});
    documents_ = std::make_unique<DocumentManager>(DocumentManager::Deps{
        .store = *store_, .bus = bus_, .box = *box_, .clock = clock_, .logger = logger_});
    accounts_ = std::make_unique<AccountManager>(AccountManager::Deps{.store = *store_,
                                                                      .bus = bus_,
                                                                      .box = *box_,
                                                                      .clock = clock_,
                                                                      .logger = logger_,
                                                                      .metrics = metrics_});
    tokens_ = std::make_unique<TokenManager>(
        TokenManager::Deps{.store = *store_, .clock = clock_, .logger = logger_});
    command_service_ =
        std::make_unique<CommandServiceImpl>(CommandServiceImpl::Deps{.commands = *commands_,
                                                                      .jobs = *jobs_,
                                                                      .groups = *groups_,
                                                                      .clock = rpc_clock_,
                                                                      .executor = executor_});
    group_service_ = std::make_unique<GroupServiceImpl>(GroupServiceImpl::Deps{
        .groups = *groups_, .logger = logger_, .clock = rpc_clock_, .executor = executor_});
    settings_service_ = std::make_unique<SettingsServiceImpl>(
        SettingsServiceImpl::Deps{.documents = *documents_,
                                  .settings_cache = *settings_cache_,
                                  .bus = bus_,
                                  .logger = logger_,
                                  .clock = rpc_clock_,
                                  .executor = executor_});
    account_service_ = std::make_unique<AccountServiceImpl>(
        AccountServiceImpl::Deps{.accounts = *accounts_,
                                 .setup_code = setup_code_,
                                 .session_key = box_->DeriveKey("sessions"),
                                 .tokens = *tokens_,
                                 .bus = bus_,
                                 .clock = rpc_clock_,
                                 .executor = executor_,
                                 .hashing_executor = executor_});
    options.make_interceptor = [this] {
      return MakeDirectCallAudit({.tokens = *tokens_, .executor = executor_, .logger = logger_});
    };
    server_ = std::move(
        *rpc::Server::Start(options,
                            {device_service_.get(), command_service_.get(), group_service_.get(),
                             settings_service_.get(), account_service_.get()},
                            metrics_, rpc_clock_));
    channel_ = server_->InProcessChannel();
    devices_ = pb::DeviceService::NewStub(channel_);
    command_stub_ = pb::CommandService::NewStub(channel_);
    group_stub_ = pb::GroupService::NewStub(channel_);
    settings_stub_ = pb::SettingsService::NewStub(channel_);
    account_stub_ = pb::AccountService::NewStub(channel_);
  }

 public:
  ~DevicesFixture() override {
    const absl::Status over = absl::UnavailableError("the test is over");
    hub_->EndAll(over);
    watch_->EndAll(over);
    settings_service_->EndAll(over);
    command_service_->EndAll(over);
    account_service_->EndAll(over);
    commands_->EndWaits();
    jobs_->EndWaits();
    server_.reset();
    executor_.Drain();
  }

 protected:
  pb::RegisterDeviceResponse Register(const std::string& install_id) {
    pb::RegisterDeviceRequest request;
    request.mutable_identity()->set_install_id(install_id);
    pb::RegisterDeviceResponse response;
    grpc::ClientContext context;
    const grpc::Status status = devices_->RegisterDevice(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  DeviceEditor& editor() {
    if (!editor_) {
      editor_ = std::make_unique<DeviceEditor>(DeviceEditor::Deps{.store = *store_,
                                                                  .presence = *presence_,
                                                                  .bus = bus_,
                                                                  .clock = clock_,
                                                                  .logger = logger_});
    }
    return *editor_;
  }
  Pairing& pairing() {
    if (!pairing_) {
      pairing_ = std::make_unique<Pairing>(Pairing::Deps{.store = *store_,
                                                         .presence = *presence_,
                                                         .bus = bus_,
                                                         .clock = clock_,
                                                         .logger = logger_,
                                                         .metrics = metrics_,
                                                         .identity = identity_});
    }
    return *pairing_;
  }
  // Runs the periodic tasks of the program once.
  void Beat() {
    clock_.Advance(absl::Seconds(2));
    commands_->Tick();
    pusher_->Tick();
    jobs_->Tick();
    watch_->Tick();
  }

  testing::FakeClock clock_;     // used by the components
  base::SystemClock rpc_clock_;  // gRPC deadlines use real time
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  InprocBus bus_;
  base::BoundedExecutor executor_{{.name = "test", .threads = 4, .max_queued = 256}};
  files::RealFileSystem files_;
  std::unique_ptr<DeviceStore> store_ =
      SqliteDeviceStore::Create({}, {.clock = clock_, .metrics = metrics_}).value();
  std::unique_ptr<SecretBox> box_;
  std::unique_ptr<PresenceTracker> presence_ = std::make_unique<PresenceTracker>(clock_);
  UnknownDisplays unknown_{clock_, metrics_};
  const StoreIdentity identity_ = StoreIdentity::Open(*store_).value();
  Adoption adoption_{{.store = *store_,
                      .identity = identity_,
                      .unknown = unknown_,
                      .presence = *presence_,
                      .bus = bus_,
                      .clock = clock_,
                      .logger = logger_}};
  Approval approval_{
      {.store = *store_, .presence = *presence_, .bus = bus_, .clock = clock_, .logger = logger_}};
  std::unique_ptr<AttachHub> hub_;
  std::unique_ptr<Registry> registry_;
  std::unique_ptr<DeviceEditor> editor_;
  std::unique_ptr<Pairing> pairing_;
  std::unique_ptr<CommandCenter> commands_;
  std::unique_ptr<CommandJobs> jobs_;
  std::unique_ptr<GatewaySettingsSink> sink_;
  std::unique_ptr<SettingsPusher> pusher_;
  std::unique_ptr<EffectiveSettingsCache> settings_cache_;
  std::unique_ptr<DeviceWatch> watch_;
  std::unique_ptr<GroupManager> groups_;
  std::unique_ptr<DocumentManager> documents_;
  std::unique_ptr<AccountManager> accounts_;
  const SetupCode setup_code_;
  std::unique_ptr<TokenManager> tokens_;
  std::unique_ptr<DeviceServiceImpl> device_service_;
  std::unique_ptr<CommandServiceImpl> command_service_;
  std::unique_ptr<GroupServiceImpl> group_service_;
  std::unique_ptr<SettingsServiceImpl> settings_service_;
  std::unique_ptr<AccountServiceImpl> account_service_;
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<pb::DeviceService::Stub> devices_;
  std::unique_ptr<pb::CommandService::Stub> command_stub_;
  std::unique_ptr<pb::GroupService::Stub> group_stub_;
  std::unique_ptr<pb::SettingsService::Stub> settings_stub_;
  std::unique_ptr<pb::AccountService::Stub> account_stub_;
};

}  // namespace marquee::devices
