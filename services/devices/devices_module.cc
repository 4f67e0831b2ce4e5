#include "services/devices/devices_module.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "libs/base/executor.h"
#include "libs/base/status.h"
#include "libs/config/values.h"
#include "services/devices/accounts/account_manager.h"
#include "services/devices/accounts/setup_code.h"
#include "services/devices/accounts/token_manager.h"
#include "services/devices/bus/inproc_bus.h"
#include "services/devices/commands/command_center.h"
#include "services/devices/commands/command_jobs.h"
#include "services/devices/documents/document_manager.h"
#include "services/devices/documents/sealed_values.h"
#include "services/devices/groups/group_manager.h"
#include "services/devices/presence/presence_tracker.h"
#include "services/devices/registry/adoption.h"
#include "services/devices/registry/approval.h"
#include "services/devices/registry/device_editor.h"
#include "services/devices/registry/pairing.h"
#include "services/devices/registry/registry.h"
#include "services/devices/registry/store_identity.h"
#include "services/devices/registry/unknown_displays.h"
#include "services/devices/service/account_service_impl.h"
#include "services/devices/service/attach_hub.h"
#include "services/devices/service/command_service_impl.h"
#include "services/devices/service/device_service_impl.h"
#include "services/devices/service/device_watch.h"
#include "services/devices/service/direct_calls.h"
#include "services/devices/service/group_service_impl.h"
#include "services/devices/service/periodic_task.h"
#include "services/devices/service/settings_service_impl.h"
#include "services/devices/service/settings_sink.h"
#include "services/devices/settings/effective_settings_cache.h"
#include "services/devices/settings/settings_pusher.h"
#include "services/devices/store/sqlite/sqlite_device_store.h"
#include "services/devices/vault/secret_box.h"

namespace marquee::devices {
namespace {

// Precision of the deadline of a wait for a display.
constexpr absl::Duration kTickEvery = absl::Milliseconds(50);

// Maximum number of gateways with a pending task; each has at most one.
constexpr size_t kMaxAttachTasks = 1024;

// Maximum number of queued password hashes, about 30 ms each.
constexpr size_t kMaxHashTasks = 64;

// A repeated request id is recognised for this time.
constexpr absl::Duration kRequestsKept = absl::Hours(24);
constexpr absl::Duration kCleanEvery = absl::Hours(1);

absl::StatusOr<std::filesystem::path> DatabaseIn(const std::string& data_dir) {
  std::error_code error;
  std::filesystem::create_directories(data_dir, error);
  if (error) {
    return absl::FailedPreconditionError(
        fmt::format("data_dir {}: the folder cannot be created ({}); choose another, or create it",
                    data_dir, error.message()));
  }
  return std::filesystem::path(data_dir) / "devices.db";
}

// Opens the box with the key of the store's secrets.
absl::StatusOr<std::unique_ptr<SecretBox>> OpenBox(const std::string& key_hex,
                                                   const std::filesystem::path& key_file,
                                                   DeviceStore& store,
                                                   const DevicesModule::Deps& deps) {
  bool holds = false;
  MARQUEE_RETURN_IF_ERROR(store.Read([&](StoreView& view) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(holds, HoldsSealedValues(view));
    return absl::OkStatus();
  }));
  if (holds && deps.forget_secrets && !SecretBox::HasKey(key_hex, key_file, deps.files)) {
    MARQUEE_RETURN_IF_ERROR(store.Write([&](StoreTransaction& transaction) {
      return ForgetSealedValues(transaction, deps.clock.Now());
    }));
    deps.logger.Warn(
        "the secrets key is lost: stored tokens, passwords and second factors were erased; enter "
        "them again",
        {{"key", key_file.string()}});
    holds = false;
  }
  return SecretBox::Create(key_hex, key_file, deps.files,
                           holds ? SecretBox::MissingKey::kRefuse : SecretBox::MissingKey::kMake);
}

}  // namespace

// In order of construction, threads last. Members whose construction can fail (store, box,
// registry, settings_cache) are created before the rest.
struct DevicesModule::Components {
  Components(const DevicesSettings& settings, Deps deps, std::unique_ptr<DeviceStore> opened,
             StoreIdentity store_identity, std::unique_ptr<SecretBox> secrets)
      : flush_every(config::DurationOf(settings.flush_every())),
        clock(deps.clock),
        logger(deps.logger),
        metrics(deps.metrics),
        max_awaiting_approval(static_cast<size_t>(settings.store().max_waiting_displays())),
        store(std::move(opened)),
        identity(std::move(store_identity)),
        box(std::move(secrets)),
        presence(clock),
        unknown(clock, metrics),
        hub(logger, metrics),
        commands({.store = *store,
                  .presence = presence,
                  .bus = bus,
                  .sender = hub,
                  .clock = clock,
                  .logger = logger,
                  .metrics = metrics}),
        jobs({.store = *store,
              .presence = presence,
              .bus = bus,
              .center = commands,
              .clock = clock,
              .logger = logger,
              .listener =
                  [this](const std::string& job_id, const JobProgress& progress) {
                    command_door.OnProgress(job_id, progress);
                  }}),
        sink(hub, jobs),
        pusher({.presence = presence,
                .clock = clock,
                .sink = sink,
                .logger = logger,
                .metrics = metrics}),
        groups({.store = *store, .bus = bus, .clock = clock, .logger = logger}),
        documents({.store = *store, .bus = bus, .box = *box, .clock = clock, .logger = logger}),
        accounts({.store = *store,
                  .bus = bus,
                  .box = *box,
                  .clock = clock,
                  .logger = logger,
                  .metrics = metrics}),
        tokens({.store = *store, .clock = clock, .logger = logger}),
        pairing({.store = *store,
                 .presence = presence,
                 .bus = bus,
                 .clock = clock,
                 .logger = logger,
                 .metrics = metrics,
                 .identity = identity}),
        approval(
            {.store = *store, .presence = presence, .bus = bus, .clock = clock, .logger = logger}),
        adoption({.store = *store,
                  .identity = identity,
                  .unknown = unknown,
                  .presence = presence,
                  .bus = bus,
                  .clock = clock,
                  .logger = logger}),
        editor(
            {.store = *store, .presence = presence, .bus = bus, .clock = clock, .logger = logger}),
        executor({.name = "devices",
                  .threads = static_cast<size_t>(settings.requests().threads()),
                  .max_queued = static_cast<size_t>(settings.requests().max_queued())}),
        attach_executor({.name = "devices-attach", .threads = 2, .max_queued = kMaxAttachTasks}),
        hashing_executor({.name = "devices-hash", .threads = 2, .max_queued = kMaxHashTasks}),
        command_door({.commands = commands,
                      .jobs = jobs,
                      .groups = groups,
                      .clock = clock,
                      .executor = executor}),
        group_door({.groups = groups, .logger = logger, .clock = clock, .executor = executor}),
        account_door({.accounts = accounts,
                      .setup_code = setup_code,
                      .session_key = box->DeriveKey("marquee sessions v1"),
                      .tokens = tokens,
                      .bus = bus,
                      .clock = clock,
                      .executor = executor,
                      .hashing_executor = hashing_executor}) {}

  // Second part of the construction: everything that reads the store.
  absl::Status Open() {
    MARQUEE_ASSIGN_OR_RETURN(registry,
                             Registry::Create({.store = *store,
                                               .presence = presence,
                                               .bus = bus,
                                               .clock = clock,
                                               .logger = logger,
                                               .metrics = metrics,
                                               .identity = identity,
                                               .unknown = unknown,
                                               .max_awaiting_approval = max_awaiting_approval}));
    MARQUEE_ASSIGN_OR_RETURN(
        settings_cache,
        EffectiveSettingsCache::Create({.store = *store,
                                        .bus = bus,
                                        .clock = clock,
                                        .logger = logger,
                                        .metrics = metrics,
                                        .listener = [this](const SettingsChanges& update) {
                                          hub.PushSettings(update);
                                          pusher.Note(update);
                                        }}));
    watch.emplace(
        DeviceWatch::Deps{.registry = *registry, .presence = presence, .bus = bus, .clock = clock});
    device_door.emplace(DeviceServiceImpl::Deps{.registry = *registry,
                                                .editor = editor,
                                                .pairing = pairing,
                                                .approval = approval,
                                                .adoption = adoption,
                                                .unknown = unknown,
                                                .identity = identity,
                                                .commands = commands,
                                                .presence = presence,
                                                .hub = hub,
                                                .settings = *settings_cache,
                                                .watch = *watch,
                                                .logger = logger,
                                                .clock = clock,
                                                .executor = executor,
                                                .attach_executor = attach_executor});
    settings_door.emplace(SettingsServiceImpl::Deps{.documents = documents,
                                                    .settings_cache = *settings_cache,
                                                    .bus = bus,
                                                    .logger = logger,
                                                    .clock = clock,
                                                    .executor = executor});
    return absl::OkStatus();
  }

  void Beat() {
    commands.Tick();
    pusher.Tick();
    jobs.Tick();
    watch->Tick();
    const absl::Duration now = clock.Monotonic();
    if (now >= next_flush) {
      next_flush = now + flush_every;
      registry->FlushPresence()
          .IgnoreError();  // logs errors itself and retries at the next interval
      settings_cache->Tick();
    }
    if (now >= next_clean) {
      next_clean = now + kCleanEvery;
      store
          ->Write([this](StoreTransaction& transaction) {
            return transaction.ForgetRequestsBefore(clock.Now() - kRequestsKept);
          })
          .IgnoreError();  // retried an hour later
    }
  }

  void EndStreams(const absl::Status& status) {
    hub.EndAll(status);
    watch->EndAll(status);
    settings_door->EndAll(status);
    command_door.EndAll(status);
    account_door.EndAll(status);
  }

  const absl::Duration flush_every;
  const base::Clock& clock;
  obs::Logger& logger;
  obs::Metrics& metrics;
  const size_t max_awaiting_approval;
  const std::unique_ptr<DeviceStore> store;
  const StoreIdentity identity;
  const std::unique_ptr<SecretBox> box;
  PresenceTracker presence;
  UnknownDisplays unknown;
  InprocBus bus;
  AttachHub hub;
  CommandCenter commands;
  CommandJobs jobs;
  GatewaySettingsSink sink;
  SettingsPusher pusher;
  GroupManager groups;
  DocumentManager documents;
  AccountManager accounts;
  TokenManager tokens;
  const SetupCode setup_code;
  Pairing pairing;
  Approval approval;
  Adoption adoption;
  DeviceEditor editor;
  std::unique_ptr<Registry> registry;
  std::unique_ptr<EffectiveSettingsCache> settings_cache;
  std::optional<DeviceWatch> watch;
  base::BoundedExecutor executor;
  base::BoundedExecutor attach_executor;
  base::BoundedExecutor hashing_executor;
  std::optional<DeviceServiceImpl> device_door;
  std::optional<SettingsServiceImpl> settings_door;
  CommandServiceImpl command_door;
  GroupServiceImpl group_door;
  AccountServiceImpl account_door;
  absl::Duration next_flush;  // used only by periodic_task
  absl::Duration next_clean;
  std::optional<PeriodicTask> periodic_task;
};

absl::StatusOr<std::unique_ptr<DevicesModule>> DevicesModule::Create(
    const DevicesSettings& settings, Deps deps) {
  MARQUEE_ASSIGN_OR_RETURN(std::filesystem::path file, DatabaseIn(settings.data_dir()));
  const std::filesystem::path key_file = file.parent_path() / "secrets.key";
  MARQUEE_ASSIGN_OR_RETURN(std::unique_ptr<SqliteDeviceStore> store,
                           SqliteDeviceStore::Create(
                               {.file = std::move(file),
                                .busy_timeout = config::DurationOf(settings.store().busy_timeout()),
                                .readers = static_cast<size_t>(settings.store().readers())},
                               {.clock = deps.clock, .metrics = deps.metrics}));
  // After the store, whose lock prevents a second process from creating a second key.
  MARQUEE_ASSIGN_OR_RETURN(std::unique_ptr<SecretBox> box,
                           OpenBox(settings.secrets_key(), key_file, *store, deps));
  MARQUEE_ASSIGN_OR_RETURN(StoreIdentity identity, StoreIdentity::Open(*store));
  if (store->is_new()) {
    deps.logger.Info(
        "a new device store was created; displays that were registered in another one are "
        "listed as unknown and can be adopted",
        {{"store", identity.id()}, {"data_dir", settings.data_dir()}});
  }
  auto components = std::make_unique<Components>(settings, deps, std::move(store),
                                                 std::move(identity), std::move(box));
  MARQUEE_RETURN_IF_ERROR(components->Open());
  return std::unique_ptr<DevicesModule>(new DevicesModule(std::move(components)));
}

DevicesModule::DevicesModule(std::unique_ptr<Components> components)
    : components_(std::move(components)) {}

DevicesModule::~DevicesModule() { Drain(components_->clock.Now()); }

std::vector<grpc::Service*> DevicesModule::services() {
  return {&*components_->device_door, &components_->command_door, &components_->group_door,
          &*components_->settings_door, &components_->account_door};
}

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>
DevicesModule::MakeInterceptor() {
  return MakeDirectCallAudit({.tokens = components_->tokens,
                              .executor = components_->executor,
                              .logger = components_->logger});
}

absl::Status DevicesModule::Start() {
  MARQUEE_ASSIGN_OR_RETURN(const bool is_set_up, components_->accounts.IsSetUp());
  if (!is_set_up) components_->setup_code.Announce(components_->logger);
  components_->periodic_task.emplace(kTickEvery,
                                     [components = components_.get()] { components->Beat(); });
  return absl::OkStatus();
}

void DevicesModule::Drain(absl::Time deadline) {
  components_->EndStreams(absl::UnavailableError("the devices service is shutting down"));
  if (components_->periodic_task) components_->periodic_task->Stop();
  // Every call in progress ends within the time of a commit, so nothing is cancelled at the
  // deadline.
  components_->executor.Drain();
  components_->attach_executor.Drain();
  components_->hashing_executor.Drain();
  components_->commands.EndWaits();
  components_->jobs.EndWaits();
  components_->registry->FlushPresence().IgnoreError();  // logs errors itself
}

}  // namespace marquee::devices
