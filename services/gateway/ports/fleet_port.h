// Port to the administration of displays: changing, pairing and merging them, commands to many,
// groups, profiles and presets.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <vector>

#include "services/gateway/model/device.h"

namespace marquee::gateway {

namespace asio = boost::asio;

// A change of a device: fields with a value are replaced, the others are unchanged. Each *_json is
// the JSON text of an object.
struct DeviceChange {
  std::optional<std::string> name = {};
  std::optional<std::string> location = {};
  std::optional<std::vector<std::string>> tags = {};
  std::optional<std::vector<std::string>> groups = {};
  std::optional<std::string> profile_id = {};
  std::optional<std::string> preset = {};
  std::optional<std::string> settings_override_json = {};
  std::optional<std::string> plex_username = {};
  bool accept_unknown = false;  // take words that a known setting does not know
};

struct PairingCode {
  std::string code;
  std::string device_id;
  std::string device_name;
  std::string device_location;
  absl::Time expires_at = absl::UnixEpoch();
  bool require_token = false;
  std::string token;  // only in a new code, if requested
};

// The result of a decision on displays that waited.
struct Decided {
  std::vector<Device> devices;  // none for a rejection
  int number = 0;
  std::vector<std::string> missing;    // names that no waiting display has
  std::vector<std::string> ambiguous;  // ids that several of them present
};

struct UnknownDisplays {
  std::vector<UnknownDisplay> displays;
  std::string store_id;
};

struct ClaimRequest {
  std::string code;
  std::string token;
  DeviceIdentity identity;
  std::string name;
  std::string location;
};

// A group, or a profile (which has no order).
struct SettingsGroup {
  std::string id;
  std::string name;
  std::string description;
  std::string settings_json = "{}";
  int order = 0;
  std::optional<absl::Time> created_at;
  std::optional<absl::Time> updated_at;
  std::string etag;
};

struct GroupChange {
  std::optional<std::string> name = {};
  std::optional<std::string> description = {};
  std::optional<std::string> settings_json = {};
  std::optional<int> order = {};  // of groups
  bool accept_unknown = false;    // as in DeviceChange
};

enum class GroupKind { kGroup, kProfile };

struct BatchCommand {
  std::vector<std::string> device_ids = {};
  std::string group_id = {};  // the group's members too
  bool all = false;           // every device
  std::string type = {};
  std::string payload_json = "{}";
  absl::Duration wait = absl::ZeroDuration();
};

struct BatchSent {
  struct Result {
    std::string device_id;
    CommandSent sent;
  };
  std::vector<Result> results;
  std::vector<std::string> missing_ids;
};

// Errors in addition to kUnavailable: kNotFound, kInvalidArgument, kAlreadyExists; kAborted: `etag`
// is set and not current (rpc::MetadataOf "version" is the current one); kResourceExhausted: a
// limit was reached.
class FleetPort {
 public:
  virtual ~FleetPort() = default;

  virtual asio::awaitable<absl::StatusOr<Device>> Update(std::string device_id, DeviceChange change,
                                                         std::string etag) = 0;
  virtual asio::awaitable<absl::Status> Delete(std::string device_id, std::string etag) = 0;
  // Returns how many were merged into the target.
  virtual asio::awaitable<absl::StatusOr<int>> Merge(std::string target_id,
                                                     std::vector<std::string> source_ids) = 0;

  // Displays that wait for approval. Approve selects some by id, or by the code that they show.
  virtual asio::awaitable<absl::StatusOr<std::vector<Device>>> Waiting() = 0;
  virtual asio::awaitable<absl::StatusOr<Decided>> Approve(std::vector<std::string> device_ids,
                                                           std::vector<std::string> codes) = 0;
  // Displays that the device store does not know. Adopt and Reject apply to the displays with these
  // names (key or device id), or to all if `names` is empty.
  virtual asio::awaitable<absl::StatusOr<UnknownDisplays>> Unknown() = 0;
  virtual asio::awaitable<absl::StatusOr<Decided>> Adopt(std::vector<std::string> names) = 0;
  virtual asio::awaitable<absl::StatusOr<Decided>> Reject(std::vector<std::string> names) = 0;

  // `ttl` zero: the service's default.
  virtual asio::awaitable<absl::StatusOr<PairingCode>> CreateCode(std::string device_id,
                                                                  absl::Duration ttl,
                                                                  bool require_token) = 0;
  virtual asio::awaitable<absl::StatusOr<std::vector<PairingCode>>> ListCodes() = 0;
  // kNotFound: no such code; kPermissionDenied: the token is missing or wrong.
  virtual asio::awaitable<absl::StatusOr<Registered>> Claim(ClaimRequest request) = 0;

  virtual asio::awaitable<absl::StatusOr<BatchSent>> Send(BatchCommand command) = 0;

  virtual asio::awaitable<absl::StatusOr<std::vector<SettingsGroup>>> ListGroups(
      GroupKind kind) = 0;
  virtual asio::awaitable<absl::StatusOr<SettingsGroup>> CreateGroup(GroupKind kind, std::string id,
                                                                     GroupChange values) = 0;
  virtual asio::awaitable<absl::StatusOr<SettingsGroup>> UpdateGroup(GroupKind kind, std::string id,
                                                                     GroupChange change,
                                                                     std::string etag) = 0;
  virtual asio::awaitable<absl::Status> DeleteGroup(GroupKind kind, std::string id) = 0;

  // The presets document as JSON text; "{}" if it was never written.
  virtual asio::awaitable<absl::StatusOr<std::string>> Presets() = 0;
  virtual asio::awaitable<absl::Status> PutPresets(std::string document_json,
                                                   bool accept_unknown) = 0;
};

}  // namespace marquee::gateway
