// Shared by the device routes: identification of the display, and error responses.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/gateway/http/message.h"
#include "services/gateway/limits/verdict.h"
#include "services/gateway/model/device.h"

namespace marquee::gateway {

inline constexpr size_t kMaxDeviceName = 256;
// How long Posterrama 2.9.4 waits for a display's acknowledgement.
inline constexpr absl::Duration kAckWait = absl::Seconds(3);

// `?accept_unknown=1`: take words that a known setting does not know.
bool AcceptsUnknown(const Request& request);

// Installation id of the display that asks: header X-Install-Id, body, then the cookie pr_iid,
// which else is its `cookie_id`. Hardware id: body, then X-Hardware-Id.
DeviceIdentity IdentityOf(const Request& request, const boost::json::object& body);

// The response to an error of the devices service: 404 `not_found`, 400, 409 with the current
// version, 429, else 503.
Response Refusal(const absl::Status& status, std::string_view not_found = "not_found");
// 429 with RateLimit headers; `path` as clients see it, below the mount point.
Response TooMany(const LimitVerdict& verdict, const Request& request, std::string_view path,
                 absl::Time now);

// The strings of a list; nullopt if the field is absent or not a list of strings.
std::optional<std::vector<std::string>> TextsField(const boost::json::object& object,
                                                   std::string_view name);
// The text of a field; nullopt if it is absent. null counts as empty.
std::optional<std::string> OptionalText(const boost::json::object& object, std::string_view name,
                                        size_t max_length);
// The JSON text of an object field; nullopt if it is absent or not an object.
std::optional<std::string> OptionalObject(const boost::json::object& object, std::string_view name);

// The command {id, type, payload} in a body; nullopt without a type.
struct CommandOrder {
  std::string type;
  std::string payload_json = "{}";
};
std::optional<CommandOrder> OrderFrom(const boost::json::object& object);

// The status of a command as clients know it: "ok", "error", "timeout" (not acknowledged in time,
// or expired) or "queued".
std::string_view OutcomeWord(const CommandSent& sent);

}  // namespace marquee::gateway
