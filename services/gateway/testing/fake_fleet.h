// A fleet port whose results the test sets.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <string>
#include <utility>
#include <vector>

#include "services/gateway/ports/fleet_port.h"

namespace marquee::gateway {

// Returns configured results and records the arguments.
class FakeFleet final : public FleetPort {
 public:
  asio::awaitable<absl::StatusOr<Device>> Update(std::string device_id, DeviceChange change,
                                                 std::string etag) override {
    last_id = std::move(device_id);
    last_change = std::move(change);
    last_etag = std::move(etag);
    co_return device;
  }
  asio::awaitable<absl::Status> Delete(std::string device_id, std::string etag) override {
    last_id = std::move(device_id);
    co_return done;
  }
  asio::awaitable<absl::StatusOr<int>> Merge(std::string target_id,
                                             std::vector<std::string> source_ids) override {
    if (!done.ok()) co_return done;
    merges.emplace_back(target_id, source_ids);
    co_return static_cast<int>(source_ids.size());
  }
  asio::awaitable<absl::StatusOr<PairingCode>> CreateCode(std::string device_id, absl::Duration ttl,
                                                          bool require_token) override {
    if (!code.ok()) co_return code.status();
    PairingCode made = *code;
    if (require_token) made.token = "token-1";
    co_return made;
  }
  asio::awaitable<absl::StatusOr<std::vector<Device>>> Waiting() override {
    if (!device.ok()) co_return device.status();
    std::vector<Device> all{*device};
    co_return all;
  }
  asio::awaitable<absl::StatusOr<Decided>> Approve(std::vector<std::string> device_ids,
                                                   std::vector<std::string> codes) override {
    last_names = std::move(device_ids);
    last_names.insert(last_names.end(), codes.begin(), codes.end());
    co_return decided;
  }
  asio::awaitable<absl::StatusOr<UnknownDisplays>> Unknown() override { co_return unknown; }
  asio::awaitable<absl::StatusOr<Decided>> Adopt(std::vector<std::string> names) override {
    last_names = std::move(names);
    co_return decided;
  }
  asio::awaitable<absl::StatusOr<Decided>> Reject(std::vector<std::string> names) override {
    last_names = std::move(names);
    co_return decided;
  }
  asio::awaitable<absl::StatusOr<std::vector<PairingCode>>> ListCodes() override {
    if (!code.ok()) co_return code.status();
    std::vector<PairingCode> all{*code};
    co_return all;
  }
  asio::awaitable<absl::StatusOr<Registered>> Claim(ClaimRequest request) override {
    ++claims;
    last_claim = std::move(request);
    co_return claimed;
  }
  asio::awaitable<absl::StatusOr<BatchSent>> Send(BatchCommand command) override {
    batches.push_back(std::move(command));
    co_return sent;
  }
  asio::awaitable<absl::StatusOr<std::vector<SettingsGroup>>> ListGroups(GroupKind kind) override {
    co_return groups;
  }
  asio::awaitable<absl::StatusOr<SettingsGroup>> CreateGroup(GroupKind kind, std::string id,
                                                             GroupChange values) override {
    last_id = std::move(id);
    last_group = std::move(values);
    if (!done.ok()) co_return done;
    co_return groups.front();
  }
  asio::awaitable<absl::StatusOr<SettingsGroup>> UpdateGroup(GroupKind kind, std::string id,
                                                             GroupChange change,
                                                             std::string etag) override {
    last_id = std::move(id);
    last_group = std::move(change);
    last_etag = std::move(etag);
    if (!done.ok()) co_return done;
    co_return groups.front();
  }
  asio::awaitable<absl::Status> DeleteGroup(GroupKind kind, std::string id) override {
    co_return done;
  }
  asio::awaitable<absl::StatusOr<std::string>> Presets() override { co_return presets; }
  asio::awaitable<absl::Status> PutPresets(std::string document_json,
                                           bool accept_unknown) override {
    last_accept_unknown = accept_unknown;
    presets = std::move(document_json);
    co_return done;
  }

  absl::StatusOr<Device> device = absl::NotFoundError("no such device");
  absl::Status done;
  bool last_accept_unknown = false;                                      // of PutPresets
  std::vector<std::pair<std::string, std::vector<std::string>>> merges;  // target, sources
  absl::StatusOr<PairingCode> code =
      PairingCode{"123456", "device-1", "Screen", "Foyer", absl::UnixEpoch(), false, ""};
  absl::StatusOr<Registered> claimed = Registered{"device-1", "secret-1", "Screen"};
  absl::StatusOr<BatchSent> sent = BatchSent{};
  absl::StatusOr<Decided> decided = Decided{};
  absl::StatusOr<UnknownDisplays> unknown = UnknownDisplays{};
  std::vector<std::string> last_names;
  std::vector<SettingsGroup> groups = {SettingsGroup{"foyer", "Foyer", "", "{}", 3, {}, {}, "1"}};
  std::string presets = "{}";
  int claims = 0;
  std::string last_id;
  std::string last_etag;
  DeviceChange last_change;
  GroupChange last_group;
  ClaimRequest last_claim;
  std::vector<BatchCommand> batches;
};

}  // namespace marquee::gateway
