#include "services/playlist/sources/jellyfin/jellyfin_client.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/httpc/failure.h"
#include "services/playlist/sources/jellyfin/jellyfin_address.h"

namespace marquee::playlist {
namespace {

// Where the web servers of ready-made packages put it.
constexpr std::string_view kUsualBasePath = "/jellyfin";

absl::Status Explain(int http_status) {
  switch (http_status) {
    case 200:
      return absl::OkStatus();
    case 401:
    case 403:
      return absl::UnauthenticatedError(
          fmt::format("HTTP {}: the server does not accept the token; check it (an API key is made "
                      "in the server's dashboard under API Keys)",
                      http_status));
    case 404:
      return absl::FailedPreconditionError(
          "HTTP 404: no Jellyfin or Emby there; if it lives below a path, write that at the end of "
          "the url (http://10.0.0.5:8096/jellyfin)");
    default:
      break;
  }
  if (http_status >= 500) {
    return absl::UnavailableError(
        fmt::format("HTTP {}: the server failed; its own log says why", http_status));
  }
  if (http_status == 429 || http_status == 408) {
    return absl::UnavailableError(fmt::format("HTTP {}: the server is too busy", http_status));
  }
  return absl::FailedPreconditionError(
      fmt::format("HTTP {}: not an answer that such a server gives", http_status));
}

}  // namespace

JellyfinClient::JellyfinClient(Options options, httpc::HttpClient& http, const base::Clock& clock)
    : options_(std::move(options)), http_(http), clock_(clock), base_path_(options_.address.path) {}

bool JellyfinClient::connected() const {
  const base::MutexLock lock(mutex_);
  return connected_;
}

std::optional<std::string> JellyfinClient::PathOf(std::string_view url) const {
  httpc::Url address = options_.address;
  {
    const base::MutexLock lock(mutex_);
    address.path = base_path_;
  }
  return PathBelow(address, url);
}

void JellyfinClient::Forget() {
  const base::MutexLock lock(mutex_);
  connected_ = false;
}

httpc::HttpRequest JellyfinClient::Request(std::string_view path) const {
  httpc::HttpRequest request;
  {
    const base::MutexLock lock(mutex_);
    request.url = fmt::format("{}{}{}", options_.address.Origin(), base_path_, path);
  }
  request.upstream = options_.name;
  request.host_rule = httpc::OnlyServer(options_.address);
  request.headers = {{"Accept", "application/json"}};
  request.max_body_bytes = options_.max_json_bytes;
  // Newer servers want Authorization, older ones and Emby one of the X- headers.
  const std::string scheme = fmt::format(
      R"(MediaBrowser Client="Marquee", Device="Marquee", DeviceId="marquee-{:012x}", Version="{}", Token="{}")",
      XXH64(options_.name.data(), options_.name.size(), 0) & 0xffffffffffffU, options_.version,
      options_.token);
  request.credentials = {{"Authorization", scheme},
                         {"X-Emby-Authorization", scheme},
                         {"X-Emby-Token", options_.token},
                         {"X-MediaBrowser-Token", options_.token}};
  return request;
}

base::CallContext JellyfinClient::Limit(const base::CallContext& context) const {
  base::CallContext limited = context;
  limited.deadline = std::min(context.deadline, clock_.Now() + options_.request_timeout);
  return limited;
}

absl::Status JellyfinClient::InOurTerms(const absl::Status& status,
                                        const base::CallContext& context) const {
  switch (status.code()) {
    case absl::StatusCode::kDeadlineExceeded:
      // The caller's time, or only what this one request may take?
      if (clock_.Now() >= context.deadline) return status;
      return absl::UnavailableError(fmt::format("{} ({} passed); the server is too slow or hangs",
                                                base::MessageOf(status),
                                                absl::FormatDuration(options_.request_timeout)));
    case absl::StatusCode::kResourceExhausted:
      if (httpc::FailureOf(status) == httpc::Failure::kTooLarge) return status;
      return absl::UnavailableError(status.message());
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kInvalidArgument:
      return absl::FailedPreconditionError(status.message());
    default:
      return status;
  }
}

absl::StatusOr<std::string> JellyfinClient::BodyOf(absl::StatusOr<httpc::HttpResponse> response,
                                                   const base::CallContext& context) const {
  if (!response.ok()) return InOurTerms(response.status(), context);
  MARQUEE_RETURN_IF_ERROR(Explain(response->head.status));
  return std::move(response->body);
}

absl::StatusOr<std::string> JellyfinClient::Get(std::string_view path,
                                                const base::CallContext& context) {
  return BodyOf(httpc::Fetch(http_, Request(path), Limit(context)), context);
}

absl::StatusOr<std::string> JellyfinClient::FindServer(const base::CallContext& context) {
  std::vector<std::string> base_paths = {options_.address.path};
  if (options_.address.path.empty()) base_paths.emplace_back(kUsualBasePath);
  absl::StatusOr<httpc::HttpResponse> response = absl::InternalError("not asked");
  for (const std::string& base_path : base_paths) {
    {
      const base::MutexLock lock(mutex_);
      base_path_ = base_path;
    }
    // The second one for servers from before the public one.
    for (const char* path : {"/System/Info/Public", "/System/Info"}) {
      response = httpc::Fetch(http_, Request(path), Limit(context));
      if (!response.ok() || response->head.status != 404) return BodyOf(response, context);
    }
  }
  {
    const base::MutexLock lock(mutex_);
    base_path_ = options_.address.path;
  }
  return BodyOf(response, context);
}

absl::StatusOr<JellyfinServerInfo> JellyfinClient::Connect(const base::CallContext& context) {
  MARQUEE_ASSIGN_OR_RETURN(std::string body, FindServer(context));
  MARQUEE_ASSIGN_OR_RETURN(JellyfinServerInfo info, ParseServerInfo(std::move(body)));
  // The information is public; only this tells whether the token is good.
  MARQUEE_RETURN_IF_ERROR(Get("/Users", context).status());
  const base::MutexLock lock(mutex_);
  connected_ = true;
  return info;
}

}  // namespace marquee::playlist
