// Displays, as exchanged with the devices service. Objects that are forwarded without being
// interpreted (states, payloads, settings) are JSON text.
#pragma once

#include <absl/time/time.h>

#include <optional>
#include <string>
#include <vector>

namespace marquee::gateway {

struct DeviceCredentials {
  std::string device_id;
  std::string secret;
};

// Identifiers that may help to find a display that does not know its device id.
struct DeviceIdentity {
  std::string install_id;
  std::string hardware_id;
  std::string cookie_id = {};  // cookie pr_iid where it differs: finds settings, proves nothing
};

// What a display without the secret of a record may do; see RegistrationPolicy of the devices
// service.
enum class RegistrationPolicy { kOpen, kApprove, kClosed };

// The origin of a display's request.
struct DisplayOrigin {
  std::string address;  // numeric; empty: unknown
  RegistrationPolicy policy = RegistrationPolicy::kOpen;
};

enum class Presence { kUnknown, kLive, kOnline, kStale, kOffline, kNeverSeen };

struct ClientInfo {
  std::string user_agent;
  int screen_width = 0;  // CSS pixels
  int screen_height = 0;
  double device_pixel_ratio = 0;
  std::string mode;
};

struct Device {
  std::string id;
  std::string install_id;
  std::string hardware_id;
  std::string name;
  std::string location;
  std::vector<std::string> tags;
  std::vector<std::string> groups;
  std::string profile_id;
  std::string preset;
  std::string settings_override_json = "{}";
  std::string plex_username;
  ClientInfo client_info;
  std::string current_state_json = "{}";
  Presence presence = Presence::kUnknown;
  std::optional<absl::Time> created_at;
  std::optional<absl::Time> updated_at;
  std::optional<absl::Time> last_seen_at;
  std::optional<absl::Time> last_paired_at;
  std::string approval_code;    // shown by a display that waits for approval; empty: approved
  std::string perhaps_same_as;  // id of a device that may be the same display; empty: none
  std::string etag;
};

// A display that the device store does not know; see UnknownDisplay of the devices service.
struct UnknownDisplay {
  std::string key;
  std::string device_id;
  std::string hardware_id;
  std::string address;
  bool issued_here = false;
  bool has_record = false;
  std::optional<absl::Time> first_seen_at;
  std::optional<absl::Time> last_seen_at;
};

// One log entry of a display.
struct DeviceLogEntry {
  int64_t at_ms = 0;  // by the display's clock
  std::string level;  // log, info, warn, error or debug
  std::string message;
  std::string data_json;  // empty: no data
};

// The effective settings of some displays, as sent by the devices service.
struct SettingsUpdate {
  std::vector<std::string> device_ids;     // empty: displays that are not registered
  std::vector<DeviceIdentity> identities;  // in the order of device_ids
  std::string content_hash;
  std::optional<std::string> settings_json;  // sent once per hash
  bool removed = false;                      // these devices were deleted
};

struct RegisterRequest {
  DeviceIdentity identity;
  std::string name;
  std::string location;
  DeviceCredentials credentials = {};  // what the display still has
  DisplayOrigin origin = {};
};

struct Registered {
  std::string device_id;
  std::string secret;
  std::string name;
  std::string store_id = {};       // identifies the device store
  std::string approval_code = {};  // shown by a display that waits for approval; empty: approved
};

enum class CheckOutcome { kValid, kNotFound, kSecretRequired, kInvalidSecret };

struct Checked {
  CheckOutcome outcome = CheckOutcome::kNotFound;
  std::string device_id;
  std::string store_id = {};
};

struct HeartbeatRequest {
  DeviceCredentials credentials;
  DeviceIdentity identity;
  ClientInfo client_info;
  std::string state_json = "{}";  // the `status` object
  DisplayOrigin origin = {};
};

enum class CommandState { kUnknown, kQueued, kSent, kAcked, kFailed, kExpired, kCancelled };

struct Command {
  std::string id;
  std::string type;
  std::string payload_json = "{}";
  CommandState state = CommandState::kUnknown;
  std::string info;
  absl::Time created_at = absl::UnixEpoch();
};

struct HeartbeatReply {
  std::vector<Command> commands;
  bool reload = false;
  std::string store_id = {};
  std::string approval_code = {};  // to be shown while the display waits for approval
};

struct SendCommandRequest {
  std::string device_id;
  std::string type;
  std::string payload_json = "{}";
  absl::Duration wait = absl::ZeroDuration();  // for the acknowledgement; zero: do not wait
};

struct CommandSent {
  Command command;
  bool live = false;  // the display had an open socket
};

}  // namespace marquee::gateway
