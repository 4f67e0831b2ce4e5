#include "services/gateway/routes/admin/source_target.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "libs/base/status.h"
#include "services/gateway/model/json_reader.h"

namespace marquee::gateway {
namespace {

namespace json = boost::json;

constexpr size_t kMaxText = 2048;
// The placeholder that pages send for a key that was not shown to them.
constexpr std::string_view kStoredKey = "stored_key";

// A number, or text that contains one. "": absent.
absl::StatusOr<std::string> PortOf(const json::object& body) {
  std::string text = TextField(body, "port", kMaxText);
  if (text.empty() && body.contains("port")) text = fmt::format("{}", NumberField(body, "port"));
  const bool is_port = text.size() <= 5 && text.find_first_not_of("0123456789") == text.npos &&
                       (text.empty() || (text != "0" && std::stoi(text) <= 65535));
  if (!is_port) return absl::InvalidArgumentError("port must be a number from 1 to 65535");
  return text;
}

// "media.lan", "media.lan:32400", "http://media.lan" or "::1", and a port.
absl::StatusOr<std::string> UrlOf(const json::object& body) {
  std::string host = TextField(body, "hostname", kMaxText);
  while (host.ends_with('/')) host.pop_back();
  if (host.empty()) return TextField(body, "url", kMaxText);
  MARQUEE_ASSIGN_OR_RETURN(const std::string port, PortOf(body));
  std::string scheme = port == "443" || port == "8920" ? "https" : "http";
  if (const size_t end = host.find("://"); end != std::string::npos) {
    scheme = host.substr(0, end);
    host = host.substr(end + 3);
  }
  if (std::ranges::count(host, ':') > 1 && !host.starts_with('[')) host = "[" + host + "]";
  const bool says_port = host.find(':', host.rfind(']') + 1) != std::string::npos;
  if (!port.empty() && !says_port) host += ":" + port;
  return scheme + "://" + host;
}

void SetIfAny(json::object& object, const char* name, const std::string& value) {
  if (!value.empty()) object[name] = value;
}

}  // namespace

absl::StatusOr<json::object> SourceTargetOf(const json::object& body, const std::string& type,
                                            const std::vector<SourceInfo>& configured) {
  json::object target;
  MARQUEE_ASSIGN_OR_RETURN(const std::string url, UrlOf(body));
  std::string token = TextField(body, type == "plex" ? "token" : "apiKey", kMaxText);
  if (token == kStoredKey) token.clear();
  const std::string password = TextField(body, "password", kMaxText);
  SetIfAny(target, "url", url);
  SetIfAny(target, "token", token);
  SetIfAny(target, "username", TextField(body, "username", kMaxText));
  SetIfAny(target, "password", password);
  const json::value* insecure = body.if_contains("insecureHttps");
  if (insecure != nullptr && *insecure == json::value(true)) target["insecureTls"] = true;

  const bool has_address = type == "tmdb" || !url.empty();
  if (has_address && !(token.empty() && password.empty())) {
    target["type"] = type;
    return target;
  }
  const auto known = std::ranges::find_if(
      configured, [&type](const SourceInfo& source) { return source.is_like(type); });
  if (known == configured.end()) {
    return absl::InvalidArgumentError(fmt::format(
        "no source of type {} is configured; specify its address and credentials", type));
  }
  target["name"] = known->name;
  return target;
}

}  // namespace marquee::gateway
