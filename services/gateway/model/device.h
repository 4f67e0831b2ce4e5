// Displays, as the gateway speaks of them with the device service. Objects that are passed through
// unread (states, payloads, settings) are JSON text.
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

// Where a display might be known from when it does not know its id.
struct DeviceIdentity {
  std::string install_id;
  std::string hardware_id;
  std::string cookie_id = {};  // cookie pr_iid where it differs: finds settings, proves nothing
};

// What a display without the secret of a record may do; see the device service's
// RegistrationPolicy.
enum class RegistrationPolicy { kOpen, kApprove, kClosed };

// Where a request of a display came from.
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
  std::string approval_code;    // its display waits for approval and shows it; empty: approved
  std::string perhaps_same_as;  // id of the device whose display this may be; empty: none
  std::string etag;
};

// A display that the store does not know; see the device service's UnknownDisplay.
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

// One line that a display wrote into its log.
struct DeviceLogEntry {
  int64_t at_ms = 0;  // by the display's clock
  std::string level;  // log, info, warn, error or debug
  std::string message;
  std::string data_json;  // empty: nothing came with it
};

// Which settings are in force for which displays, as the device service tells it.
struct SettingsUpdate {
  std::vector<std::string> device_ids;     // empty: displays that are not registered
  std::vector<DeviceIdentity> identities;  // in the order of device_ids
  std::string content_hash;
  std::optional<std::string> settings_json;  // told once a hash
  bool removed = false;                      // these devices are gone
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
  std::string store_id = {};       // names the device store
  std::string approval_code = {};  // the display waits for approval and shows it; empty: approved
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
  std::string approval_code = {};  // to be shown while it waits for approval
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
