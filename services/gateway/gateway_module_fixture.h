// The whole gateway on a real port, with minimal backends over real gRPC, for the tests in this
// folder.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "libs/config/loader.h"
#include "libs/files/real_file_system.h"
#include "libs/obs/json_logger.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/server.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/temp_dir.h"
#include "services/gateway/gateway_module.h"
#include "services/gateway/gateway_module_fakes.h"

namespace marquee::gateway {

class GatewayModuleTest : public ::testing::Test {
 protected:
  GatewayModuleTest() {
    web_.Write("wallart.html", "<!doctype html>");
    server_ = rpc::Server::Start({.listen = "127.0.0.1:0"},
                                 {&playlist_, &sources_, &artwork_, &images_, &devices_}, metrics_,
                                 clock_)
                  .value();
    files::RealFileSystem files;
    EXPECT_TRUE(config::Load({}, files, settings_).ok());
    settings_.set_listen("127.0.0.1:0");
    settings_.set_web_dir(web_.path().string());
  }

 public:
  ~GatewayModuleTest() override {
    if (gateway_) gateway_->Drain(clock_.Now() + absl::Seconds(5));
    server_->Drain(clock_.Now() + absl::Seconds(5));
  }

 protected:
  void Start() {
    // With gRPC 1.51, a call on an in-process channel whose server has ended aborts the process.
    const auto channel = over_tcp_ ? rpc::Connect("127.0.0.1:" + std::to_string(server_->port()))
                                   : server_->InProcessChannel();
    auto gateway = GatewayModule::Create(settings_, {.clock = clock_,
                                                     .logger = logger_,
                                                     .log = log_,
                                                     .metrics = metrics_,
                                                     .playlist = channel,
                                                     .imageproc = channel,
                                                     .devices = channel,
                                                     .version = "1.2.3",
                                                     .ops_elsewhere = false});
    ASSERT_TRUE(gateway.ok()) << gateway.status();
    gateway_ = *std::move(gateway);
    const auto address = gateway_->Start();
    ASSERT_TRUE(address.ok()) << address.status();
    address_ = *address;
  }

  base::SystemClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  testing::TempDir web_;
  FakePlaylistService playlist_;
  FakeSourceService sources_;
  FakeArtworkService artwork_;
  FakeImageService images_;
  FakeDeviceService devices_;
  std::unique_ptr<rpc::Server> server_;
  obs::JsonLogger* log_ = nullptr;  // the log that the control room shows; null: none
  bool over_tcp_ = false;
  GatewaySettings settings_;
  std::unique_ptr<GatewayModule> gateway_;
  std::string address_;
};

}  // namespace marquee::gateway
