#include "services/playlist/sources/remote/remote_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/httpc/failure.h"

namespace marquee::playlist {

RemoteServer::RemoteServer(Options options, httpc::HttpClient& http, const base::Clock& clock)
    : options_(std::move(options)), http_(http), clock_(clock) {}

httpc::HttpRequest RemoteServer::Request(std::string_view path) const {
  httpc::HttpRequest request;
  request.url = fmt::format("{}{}{}", options_.address.Origin(), options_.address.path, path);
  request.upstream = options_.name;
  request.host_rule = httpc::OnlyServer(options_.address);
  request.headers = {{"Accept", "application/json"}};
  request.headers.insert(request.headers.end(), options_.headers.begin(), options_.headers.end());
  request.credentials = options_.credentials;
  request.max_body_bytes = options_.max_answer_bytes;
  request.verify_tls = options_.verify_tls;
  return request;
}

base::CallContext RemoteServer::Limit(const base::CallContext& context) const {
  base::CallContext limited = context;
  limited.deadline = std::min(context.deadline, clock_.Now() + options_.request_timeout);
  return limited;
}

absl::StatusOr<httpc::HttpResponse> RemoteServer::Ask(httpc::HttpRequest request,
                                                      const base::CallContext& context) const {
  const bool conditional = std::ranges::any_of(request.headers, [](const httpc::Header& header) {
    return header.name == "If-None-Match" || header.name == "If-Modified-Since";
  });
  auto response = httpc::Fetch(http_, std::move(request), Limit(context));
  if (!response.ok()) return InOurTerms(response.status(), context);
  if (response->head.status == 304 && conditional) return response;
  MARQUEE_RETURN_IF_ERROR(Explain(response->head.status));
  return response;
}

absl::StatusOr<std::string> RemoteServer::Get(std::string_view path,
                                              const base::CallContext& context) const {
  MARQUEE_ASSIGN_OR_RETURN(httpc::HttpResponse response, Ask(Request(path), context));
  return std::move(response.body);
}

absl::Status RemoteServer::InOurTerms(const absl::Status& status,
                                      const base::CallContext& context) const {
  switch (status.code()) {
    case absl::StatusCode::kDeadlineExceeded:
      // Distinguish the caller's deadline from the time limit of this request.
      if (clock_.Now() >= context.deadline) return status;
      return httpc::WithFailure(
          absl::UnavailableError(fmt::format("{} (after {}); the server is too slow or hangs",
                                             base::MessageOf(status),
                                             absl::FormatDuration(options_.request_timeout))),
          httpc::Failure::kDeadline);
    case absl::StatusCode::kResourceExhausted:
      if (httpc::FailureOf(status) == httpc::Failure::kTooLarge) {
        return absl::FailedPreconditionError(status.message());
      }
      return absl::UnavailableError(status.message());
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kInvalidArgument:
      return absl::FailedPreconditionError(status.message());
    default:
      return status;
  }
}

absl::Status RemoteServer::Explain(int http_status) const {
  switch (http_status) {
    case 200:
    case 203:  // modified by a proxy, but valid
      return absl::OkStatus();
    case 401:
    case 403:
      return absl::UnauthenticatedError(fmt::format("HTTP {}: {}", http_status, options_.refused));
    case 404:
      return absl::FailedPreconditionError(fmt::format("HTTP 404: {}", options_.absent));
    default:
      break;
  }
  if (http_status >= 500) {
    return httpc::WithFailure(
        absl::UnavailableError(fmt::format("HTTP {}: the server failed; see its log", http_status)),
        httpc::Failure::kHttpStatus);
  }
  if (http_status == 429 || http_status == 408) {
    return httpc::WithFailure(
        absl::UnavailableError(fmt::format("HTTP {}: the server is too busy", http_status)),
        httpc::Failure::kHttpStatus);
  }
  return absl::FailedPreconditionError(fmt::format(
      "HTTP {}: unexpected response for such a server; check the address", http_status));
}

void RemoteServer::Report(std::string_view what, const DamagedEntries& damaged) const {
  if (options_.logger == nullptr) return;
  const std::string text = damaged.Describe();
  {
    const base::MutexLock lock(mutex_);
    const auto last = reported_.find(what);
    if (last == reported_.end() ? text.empty() : last->second == text) return;
    reported_.insert_or_assign(std::string(what), text);
  }
  if (text.empty()) return;
  options_.logger->Warn("entries of a server's response cannot be read",
                        {{"source", options_.name}, {"answer", what}, {"remark", text}});
}

absl::Status RemoteServer::Named(const absl::Status& status) const {
  return base::Annotate(status, fmt::format("{} \"{}\"", options_.type, options_.name));
}

}  // namespace marquee::playlist
