#include "services/allinone/allinone.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "libs/app/version.h"
#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/rpc/drain.h"
#include "libs/rpc/server.h"
#include "services/allinone/settings_parts.h"
#include "services/devices/devices_module.h"
#include "services/gateway/gateway_module.h"
#include "services/imageproc/imageproc_module.h"
#include "services/playlist/playlist_module.h"

namespace marquee::allinone {
namespace {

// A module and its gRPC server.
template <class Module>
class ModuleHost {
 public:
  absl::Status Open(std::unique_ptr<Module> module, const app::Context& context) {
    module_ = std::move(module);
    MARQUEE_RETURN_IF_ERROR(module_->Start());
    MARQUEE_ASSIGN_OR_RETURN(
        server_, rpc::Server::Start({}, module_->services(), context.metrics, context.clock));
    return absl::OkStatus();
  }

  // Serves in place of a module that cannot start: every call gets UNAVAILABLE.
  absl::Status OpenUnavailable(const std::string& why, const app::Context& context) {
    MARQUEE_ASSIGN_OR_RETURN(
        server_, rpc::Server::Start({.unavailable = why}, {}, context.metrics, context.clock));
    return absl::OkStatus();
  }

  std::shared_ptr<grpc::Channel> Channel() { return server_->InProcessChannel(); }

  void Drain(absl::Time deadline) {
    if (module_ != nullptr) {
      rpc::DrainBoth(*module_, *server_, deadline);
    } else {
      server_->Drain(deadline);
    }
  }

 private:
  std::unique_ptr<Module> module_;
  std::unique_ptr<rpc::Server> server_;  // after the module, whose services it calls
};

template <class Settings>
Settings PartOf(const AllInOneSettings& whole) {
  Settings part;
  CopySharedFields(whole, part);
  return part;
}

class AllInOne final : public app::Running {
 public:
  absl::Status Open(const AllInOneSettings& settings, const app::Context& context) {
    MARQUEE_RETURN_IF_ERROR(OpenDevices(settings, context));

    MARQUEE_ASSIGN_OR_RETURN(auto playlist, playlist::PlaylistModule::Create(
                                                PartOf<playlist::PlaylistSettings>(settings),
                                                {.clock = context.clock,
                                                 .logger = context.logger,
                                                 .metrics = context.metrics,
                                                 .files = context.files,
                                                 .devices = devices_.Channel()}));
    MARQUEE_RETURN_IF_ERROR(playlist_.Open(std::move(playlist), context));

    MARQUEE_ASSIGN_OR_RETURN(auto imageproc, imageproc::ImageprocModule::Create(
                                                 PartOf<imageproc::ImageprocSettings>(settings),
                                                 {.clock = context.clock,
                                                  .logger = context.logger,
                                                  .metrics = context.metrics,
                                                  .files = context.files,
                                                  .playlist = playlist_.Channel()}));
    MARQUEE_RETURN_IF_ERROR(imageproc_.Open(std::move(imageproc), context));

    gateway::GatewayDeps deps{.clock = context.clock,
                              .logger = context.logger,
                              .log = &context.log,
                              .metrics = context.metrics,
                              .playlist = playlist_.Channel(),
                              .imageproc = imageproc_.Channel(),
                              .devices = devices_.Channel(),
                              .version = std::string(app::Version()),
                              .ops_elsewhere = !settings.ops_listen().empty(),
                              .shortage = context.shortage};
    MARQUEE_ASSIGN_OR_RETURN(
        gateway_, gateway::GatewayModule::Create(PartOf<gateway::GatewaySettings>(settings), deps));
    MARQUEE_ASSIGN_OR_RETURN(address_, gateway_->Start());
    return absl::OkStatus();
  }

  // If the store is damaged or unreadable, displays lose their names and settings, but still get
  // posters: device routes respond with 503 until it is restored and the program restarted.
  absl::Status OpenDevices(const AllInOneSettings& settings, const app::Context& context) {
    auto devices =
        devices::DevicesModule::Create(PartOf<devices::DevicesSettings>(settings),
                                       {.clock = context.clock,
                                        .logger = context.logger,
                                        .metrics = context.metrics,
                                        .files = context.files,
                                        .forget_secrets = context.flags.has("forget-secrets")});
    if (devices.ok()) return devices_.Open(*std::move(devices), context);
    const absl::Status& why = devices.status();
    if (!absl::IsDataLoss(why) && !absl::IsUnavailable(why)) return why;
    context.logger.Error(
        "the devices service did not start: posters are shown with default settings, device routes "
        "respond with 503; restore the file named in the error, then restart",
        {{"error", base::MessageOf(why)}});
    return devices_.OpenUnavailable(
        "the device store cannot be used; see the log lines of the start", context);
  }

  std::string ready_line() const override {
    return fmt::format("marquee listening on {}://{}", gateway_->scheme(), address_);
  }

  bool ready() const override { return gateway_->ready(); }

  // The gateway, which displays use, drains first, then each service before those that it calls.
  void Drain(absl::Time deadline) override {
    gateway_->Drain(deadline);
    imageproc_.Drain(deadline);
    playlist_.Drain(deadline);
    devices_.Drain(deadline);
  }

 private:
  ModuleHost<devices::DevicesModule> devices_;
  ModuleHost<playlist::PlaylistModule> playlist_;
  ModuleHost<imageproc::ImageprocModule> imageproc_;
  std::unique_ptr<gateway::GatewayModule> gateway_;
  std::string address_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<app::Running>> StartAllInOne(const AllInOneSettings& settings,
                                                            const app::Context& context) {
  auto running = std::make_unique<AllInOne>();
  MARQUEE_RETURN_IF_ERROR(running->Open(settings, context));
  return running;
}

}  // namespace marquee::allinone
