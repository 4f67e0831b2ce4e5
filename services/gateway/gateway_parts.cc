#include "services/gateway/gateway_parts.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>

#include "libs/base/status.h"
#include "services/gateway/auth/origin_check.h"
#include "services/gateway/auth/web_origin.h"
#include "services/gateway/http/base_path.h"
#include "services/gateway/routes/core/answer_policy.h"
#include "services/gateway/routes/core/pages.h"

namespace marquee::gateway {
namespace {

constexpr size_t kMiB = 1024UL * 1024;
constexpr size_t kMinKey = 32;

// share/marquee/<name> beside the program's folder; empty: there is no such folder.
std::filesystem::path InstalledFolder(std::string_view name) {
  std::error_code ec;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", ec);
  auto installed = program.parent_path().parent_path() / "share" / "marquee" / name;
  if (ec || !std::filesystem::is_directory(installed, ec)) return {};
  return installed;
}

// Beside the installed program, otherwise in the source tree of the build.
std::filesystem::path PagesFolder(const GatewaySettings& settings) {
  if (!settings.web_dir().empty()) return settings.web_dir();
  const auto installed = InstalledFolder("web");
  return installed.empty() ? std::filesystem::path(MARQUEE_WEB_DIR) : installed;
}

absl::StatusOr<std::unique_ptr<StaticFiles>> LoadPages(const GatewaySettings& settings) {
  MARQUEE_ASSIGN_OR_RETURN(auto pages, StaticFiles::Load(PagesFolder(settings)));
  if (const auto folder = InstalledFolder(kControlRoomFolder); !folder.empty()) {
    MARQUEE_RETURN_IF_ERROR(pages->Add(folder, kControlRoomFolder));
  }
  return pages;
}

TlsFront::Options TlsOptions(const GatewaySettings& settings) {
  TlsFront::Options options;
  options.certificate_file = settings.tls().certificate();
  options.key_file = settings.tls().key();
  options.handshake_timeout = config::DurationOf(settings.http().header_timeout());
  options.write_timeout = config::DurationOf(settings.http().write_timeout());
  return options;
}

absl::StatusOr<AddressList> AddressesOf(
    const google::protobuf::RepeatedPtrField<std::string>& entries) {
  return AddressList::Parse({entries.begin(), entries.end()});
}

absl::Status CheckKeys(std::string_view setting,
                       const google::protobuf::RepeatedPtrField<std::string>& keys) {
  for (const std::string& key : keys) {
    if (key.size() < kMinKey) {
      return absl::InvalidArgumentError(
          fmt::format("{}: a key must have at least {} characters", setting, kMinKey));
    }
  }
  return absl::OkStatus();
}

// The configured base path, otherwise the path of public_url.
absl::StatusOr<std::string> BasePathOf(const GatewaySettings& settings) {
  if (!settings.base_path().empty()) {
    if (auto base = ParseBasePath(settings.base_path())) return *std::move(base);
    return absl::InvalidArgumentError(fmt::format(
        "base_path: \"{}\" must be a path such as /wall, of letters, digits, \"-\", \".\", \"_\" "
        "and \"~\"",
        settings.base_path()));
  }
  std::string_view url(settings.public_url());
  if (url.empty()) return std::string();
  url.remove_prefix(std::min(url.find("://") + 3, url.size()));
  url.remove_prefix(std::min(url.find('/'), url.size()));
  if (auto base = ParseBasePath(url)) return *std::move(base);
  return absl::InvalidArgumentError(fmt::format(
      "public_url: the part after the host, \"{}\", must be a path such as /wall/", url));
}

absl::Status CheckOrigins(const BrowserSettings& browsers) {
  for (const std::string& text : browsers.frame_ancestors()) {
    if (const absl::Status status = CheckFrameAncestor(text); !status.ok()) {
      return absl::InvalidArgumentError(
          fmt::format("browsers.frame_ancestors: {}", base::MessageOf(status)));
    }
  }
  for (const std::string& text : browsers.allowed_origins()) {
    if (text == "*" || WebOrigin::Parse(text)) continue;
    return absl::InvalidArgumentError(
        fmt::format("browsers.allowed_origins: \"{}\" must be \"*\" or an origin such as "
                    "https://wall.example or http://10.0.0.5:8080, without a path",
                    text));
  }
  return absl::OkStatus();
}

// Prefixes the error with the name of the setting.
template <class T>
absl::StatusOr<T> Named(std::string_view setting, absl::StatusOr<T> value) {
  if (value.ok()) return value;
  return base::Annotate(value.status(), setting);
}

}  // namespace

absl::StatusOr<GatewayParts> GatewayParts::Load(const GatewaySettings& settings,
                                                const GatewayDeps& deps) {
  MARQUEE_RETURN_IF_ERROR(CheckKeys("admin.session_keys", settings.admin().session_keys()));
  MARQUEE_RETURN_IF_ERROR(
      CheckKeys("image_urls.signing_keys", settings.image_urls().signing_keys()));
  MARQUEE_RETURN_IF_ERROR(CheckOrigins(settings.browsers()));
  for (const std::string& host : settings.allowed_hosts()) {
    MARQUEE_RETURN_IF_ERROR(base::Annotate(OriginCheck::CheckAllowedHost(host), "allowed_hosts"));
  }
  GatewayParts parts;
  MARQUEE_ASSIGN_OR_RETURN(parts.base_path, BasePathOf(settings));
  MARQUEE_ASSIGN_OR_RETURN(parts.listen, Named("listen", config::ParseHostPort(settings.listen())));
  MARQUEE_ASSIGN_OR_RETURN(parts.bypass,
                           Named("unmanaged_networks", AddressesOf(settings.unmanaged_networks())));
  MARQUEE_ASSIGN_OR_RETURN(parts.proxies,
                           Named("trusted_proxies", AddressesOf(settings.trusted_proxies())));
  MARQUEE_ASSIGN_OR_RETURN(
      parts.registration,
      RegistrationRule::Create(settings.registration(), !settings.public_url().empty()));
  MARQUEE_ASSIGN_OR_RETURN(parts.pages, LoadPages(settings));
  if (!settings.tls().certificate().empty()) {
    MARQUEE_ASSIGN_OR_RETURN(
        parts.tls,
        TlsFront::Create(TlsOptions(settings),
                         {.clock = deps.clock, .logger = deps.logger, .metrics = deps.metrics}));
  }
  return parts;
}

namespace {

// Descriptors that are no connections of clients: files, connections to services and media servers,
// their gRPC ports in the all-in-one.
constexpr size_t kOtherDescriptors = 256;

// More connections than there are descriptors would leave none for the images they ask for.
size_t ConnectionsWithinDescriptors() {
  struct rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return std::numeric_limits<size_t>::max();
  const size_t limit = files.rlim_cur;
  return limit > 2 * kOtherDescriptors ? limit - kOtherDescriptors : std::max<size_t>(limit / 2, 8);
}

}  // namespace

HttpServer::Options ServerOptions(const GatewaySettings& settings, const config::HostPort& listen) {
  HttpServer::Options options;
  options.host = listen.host;
  options.port = listen.port;
  options.max_connections = std::min(static_cast<size_t>(settings.http().max_connections()),
                                     ConnectionsWithinDescriptors());
  options.reserved_connections = static_cast<size_t>(settings.http().reserved_connections());
  options.max_connections_per_address =
      static_cast<size_t>(settings.http().max_connections_per_address());
  options.header_timeout = config::DurationOf(settings.http().header_timeout());
  options.idle_timeout = config::DurationOf(settings.http().idle_timeout());
  options.write_timeout = config::DurationOf(settings.http().write_timeout());
  return options;
}

DeviceSockets::Options SocketOptions(const GatewaySettings& settings) {
  DeviceSockets::Options options;
  options.max_sockets_per_address =
      static_cast<size_t>(settings.http().max_websockets_per_address());
  return options;
}

RenderedCache::Options RenderedOptions(const GatewaySettings& settings) {
  RenderedCache::Options options;
  options.capacity_bytes = static_cast<size_t>(settings.edge_cache().response_mb()) * kMiB;
  return options;
}

ImageCache::Options ImageOptions(const GatewaySettings& settings) {
  ImageCache::Options options;
  options.capacity_bytes = static_cast<size_t>(settings.edge_cache().image_mb()) * kMiB;
  // A sixteenth of the cache: a larger image would evict many posters for one backdrop.
  options.max_entry_bytes = options.capacity_bytes / 16;
  return options;
}

}  // namespace marquee::gateway
