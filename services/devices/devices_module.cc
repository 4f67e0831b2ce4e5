#include "services/devices/devices_module.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "libs/base/executor.h"
#include "libs/base/status.h"
#include "libs/config/values.h"
#include "marquee/devices/v1/account_service.grpc.pb.h"
#include "marquee/devices/v1/group_service.grpc.pb.h"
#include "marquee/devices/v1/settings_service.grpc.pb.h"
#include "services/devices/bus/inproc_bus.h"
#include "services/devices/commands/command_center.h"
#include "services/devices/presence/presence_board.h"
#include "services/devices/registry/registry.h"
#include "services/devices/service/attach_hub.h"
#include "services/devices/service/command_door.h"
#include "services/devices/service/device_door.h"
#include "services/devices/service/pulse.h"
#include "services/devices/store/sqlite/sqlite_device_store.h"

namespace marquee::devices {
namespace {

// How exactly a wait for a display keeps its deadline.
constexpr absl::Duration kTickEvery = absl::Milliseconds(50);

// Gateways that may have something in hand at once; each has at most one task.
constexpr size_t kMaxAttachTasks = 1024;

absl::StatusOr<std::filesystem::path> DatabaseIn(const std::string& data_dir) {
  std::error_code error;
  std::filesystem::create_directories(data_dir, error);
  if (error) {
    return absl::FailedPreconditionError(
        fmt::format("data_dir {}: the folder cannot be made ({}); name another, or make it",
                    data_dir, error.message()));
  }
  return std::filesystem::path(data_dir) / "devices.db";
}

}  // namespace

// In order of construction, threads last.
struct DevicesModule::Rooms {
  Rooms(const DevicesSettings& settings, Deps deps, std::unique_ptr<DeviceStore> opened)
      : flush_every(config::DurationOf(settings.flush_every())),
        clock(deps.clock),
        store(std::move(opened)),
        presence(clock),
        hub(deps.logger, deps.metrics),
        commands({.store = *store,
                  .presence = presence,
                  .bus = bus,
                  .sender = hub,
                  .clock = clock,
                  .logger = deps.logger,
                  .metrics = deps.metrics}),
        executor({.name = "devices",
                  .threads = static_cast<size_t>(settings.requests().threads()),
                  .max_queued = static_cast<size_t>(settings.requests().max_queued())}),
        attach_executor({.name = "devices-attach", .threads = 2, .max_queued = kMaxAttachTasks}),
        command_door({.commands = commands, .clock = clock, .executor = executor}) {}

  void Open(std::unique_ptr<Registry> opened) {
    registry = std::move(opened);
    device_door.emplace(DeviceDoor::Deps{.registry = *registry,
                                         .commands = commands,
                                         .presence = presence,
                                         .hub = hub,
                                         .clock = clock,
                                         .executor = executor,
                                         .attach_executor = attach_executor});
  }

  void Beat() {
    commands.Tick();
    const absl::Duration now = clock.Monotonic();
    if (now < next_flush) return;
    next_flush = now + flush_every;
    registry->FlushPresence().IgnoreError();  // says so itself, and tries again next time
  }

  const absl::Duration flush_every;
  const base::Clock& clock;
  const std::unique_ptr<DeviceStore> store;
  PresenceBoard presence;
  InprocBus bus;
  AttachHub hub;
  std::unique_ptr<Registry> registry;
  CommandCenter commands;
  base::BoundedExecutor executor;
  base::BoundedExecutor attach_executor;
  std::optional<DeviceDoor> device_door;
  CommandDoor command_door;
  pb::GroupService::CallbackService group_door;
  pb::SettingsService::CallbackService settings_door;
  pb::AccountService::CallbackService account_door;
  absl::Duration next_flush;  // only the pulse
  std::optional<Pulse> pulse;
};

absl::StatusOr<std::unique_ptr<DevicesModule>> DevicesModule::Create(
    const DevicesSettings& settings, Deps deps) {
  MARQUEE_ASSIGN_OR_RETURN(std::filesystem::path file, DatabaseIn(settings.data_dir()));
  MARQUEE_ASSIGN_OR_RETURN(std::unique_ptr<DeviceStore> store,
                           SqliteDeviceStore::Create(
                               {.file = std::move(file),
                                .busy_timeout = config::DurationOf(settings.store().busy_timeout()),
                                .readers = static_cast<size_t>(settings.store().readers())},
                               {.clock = deps.clock, .metrics = deps.metrics}));
  auto rooms = std::make_unique<Rooms>(settings, deps, std::move(store));
  MARQUEE_ASSIGN_OR_RETURN(std::unique_ptr<Registry> registry,
                           Registry::Create({.store = *rooms->store,
                                             .presence = rooms->presence,
                                             .bus = rooms->bus,
                                             .clock = deps.clock,
                                             .logger = deps.logger,
                                             .metrics = deps.metrics}));
  rooms->Open(std::move(registry));
  return std::unique_ptr<DevicesModule>(new DevicesModule(std::move(rooms)));
}

DevicesModule::DevicesModule(std::unique_ptr<Rooms> rooms) : rooms_(std::move(rooms)) {}

DevicesModule::~DevicesModule() { Drain(rooms_->clock.Now()); }

std::vector<grpc::Service*> DevicesModule::services() {
  return {&*rooms_->device_door, &rooms_->command_door, &rooms_->group_door, &rooms_->settings_door,
          &rooms_->account_door};
}

absl::Status DevicesModule::Start() {
  rooms_->pulse.emplace(kTickEvery, [rooms = rooms_.get()] { rooms->Beat(); });
  return absl::OkStatus();
}

void DevicesModule::Drain(absl::Time deadline) {
  rooms_->hub.EndAll(absl::UnavailableError("the devices service is shutting down"));
  if (rooms_->pulse) rooms_->pulse->Stop();
  // No call in hand lasts longer than a commit, so there is nothing to cut at the deadline.
  rooms_->executor.Drain();
  rooms_->attach_executor.Drain();
  rooms_->commands.EndWaits();
  rooms_->registry->FlushPresence().IgnoreError();  // says so itself
}

}  // namespace marquee::devices
