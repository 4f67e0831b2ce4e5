// What the device routes have in common: who is asking, and refusals.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/gateway/http/message.h"
#include "services/gateway/limits/fixed_window.h"
#include "services/gateway/model/device.h"

namespace marquee::gateway {

inline constexpr size_t kMaxDeviceName = 256;
// As long as the reference waits for a display's acknowledgement.
inline constexpr absl::Duration kAckWait = absl::Seconds(3);

// Install and hardware id of the display that asks: cookie, headers, then the body. The cookie
// comes first because the server gave it and the page cannot read it: what the page itself says
// changes when its storage is cleared.
DeviceIdentity IdentityOf(const Request& request, const boost::json::object& body);

// What the device service refused: 404 `not_found`, 400, 409 with the present version, 429, else
// 503.
Response Refusal(const absl::Status& status, std::string_view not_found = "not_found");
// 429 and its RateLimit headers; `path` as clients know it, below the mount point.
Response TooMany(const FixedWindow::Verdict& verdict, const Request& request, std::string_view path,
                 absl::Time now);
void AddLimitHeaders(const FixedWindow::Verdict& verdict, Response& response);

// The texts of a list; nullopt when the field is absent or no list of texts.
std::optional<std::vector<std::string>> TextsField(const boost::json::object& object,
                                                   std::string_view name);
// The text of a field that is there; nullopt when it is absent. null counts as empty.
std::optional<std::string> OptionalText(const boost::json::object& object, std::string_view name,
                                        size_t max_length);
// The JSON text of an object that is there; nullopt when it is absent or no object.
std::optional<std::string> OptionalObject(const boost::json::object& object, std::string_view name);

// {id, type, payload} of a command in a body; nullopt without a type.
struct CommandOrder {
  std::string type;
  std::string payload_json = "{}";
};
std::optional<CommandOrder> OrderFrom(const boost::json::object& object);

// "ok", "error", "timeout" or "queued": what became of a command.
std::string_view OutcomeWord(const CommandSent& sent);

}  // namespace marquee::gateway
