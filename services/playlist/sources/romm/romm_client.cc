#include "services/playlist/sources/romm/romm_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "services/playlist/model/image_url.h"

namespace marquee::playlist {
namespace {

constexpr absl::Duration kRenewBefore = absl::Minutes(5);

RemoteServer::Options ServerOptions(const RommClient::Options& options) {
  RemoteServer::Options server;
  server.type = "romm";
  server.name = options.name;
  server.address = options.address;
  server.request_timeout = options.request_timeout;
  server.verify_tls = options.verify_tls;
  server.refused = options.token.empty()
                       ? "the server does not accept the user name and password; check them, and "
                         "that the user may read ROMs and platforms"
                       : "the server does not accept the token; check it, and that it may read "
                         "ROMs, platforms and assets (a client API token is made in the profile "
                         "of a user)";
  server.absent = "no RomM server at this address; if it has a base path, append that to the url";
  return server;
}

}  // namespace

RommClient::RommClient(Options options, httpc::HttpClient& http, const base::Clock& clock)
    : options_(std::move(options)), server_(ServerOptions(options_), http, clock) {}

void RommClient::Forget() {
  const base::MutexLock lock(mutex_);
  token_.reset();
}

httpc::HttpRequest RommClient::Request(std::string_view path) const {
  httpc::HttpRequest request = server_.Request(path);
  if (!options_.token.empty()) {
    request.credentials = {{"Authorization", "Bearer " + options_.token}};
    return request;
  }
  const base::MutexLock lock(mutex_);
  if (token_) request.credentials = {{"Authorization", "Bearer " + token_->access}};
  return request;
}

absl::Status RommClient::SignIn(const base::CallContext& context) {
  if (!options_.token.empty()) return absl::OkStatus();
  std::string refresh;
  {
    const base::MutexLock lock(mutex_);
    if (token_ && server_.clock().Now() < renew_at_) return absl::OkStatus();
    if (token_) refresh = token_->refresh;
  }
  const std::string with_password = fmt::format(
      "grant_type=password&username={}&password={}&scope=roms.read%20platforms.read%20assets.read",
      PercentEncode(options_.username), PercentEncode(options_.password));
  absl::StatusOr<RommToken> token = absl::UnauthenticatedError("no refresh token");
  if (!refresh.empty()) {
    token = AskForToken(
        fmt::format("grant_type=refresh_token&refresh_token={}", PercentEncode(refresh)), context);
  }
  if (!token.ok()) token = AskForToken(with_password, context);
  MARQUEE_RETURN_IF_ERROR(token.status());
  const base::MutexLock lock(mutex_);
  // A token with a short lifetime is renewed after half of it.
  renew_at_ = server_.clock().Now() + std::max(token->lasts - kRenewBefore, token->lasts / 2);
  if (token->refresh.empty()) token->refresh = refresh;
  token_ = *std::move(token);
  return absl::OkStatus();
}

absl::StatusOr<RommToken> RommClient::AskForToken(const std::string& form,
                                                  const base::CallContext& context) {
  httpc::HttpRequest request = server_.Request("/api/token");
  request.method = httpc::HttpRequest::Method::kPost;
  request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  request.body = form;
  MARQUEE_ASSIGN_OR_RETURN(httpc::HttpResponse response, server_.Ask(std::move(request), context));
  return ParseRommToken(std::move(response.body));
}

absl::StatusOr<std::string> RommClient::Get(std::string_view path,
                                            const base::CallContext& context) {
  for (bool again = options_.token.empty();; again = false) {
    MARQUEE_RETURN_IF_ERROR(SignIn(context));
    auto response = server_.Ask(Request(path), context);
    if (response.ok()) return std::move(response->body);
    if (!absl::IsUnauthenticated(response.status()) || !again) return response.status();
    Forget();
  }
}

}  // namespace marquee::playlist
