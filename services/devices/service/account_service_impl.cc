#include "services/devices/service/account_service_impl.h"

#include <charconv>
#include <optional>
#include <utility>

#include "libs/base/status.h"
#include "libs/rpc/error_info.h"
#include "services/devices/service/convert.h"
#include "services/devices/service/paging.h"
#include "services/devices/service/run_service_method.h"

namespace marquee::devices {
namespace {

constexpr int kTokensPage = 100;
constexpr int kMostTokensPage = 1000;

void ToProto(const Account& account, pb::Account& out) {
  out.set_account_id(account.id);
  out.set_username(account.username);
  out.set_totp_enabled(!account.totp_secret.empty());
  out.set_session_epoch(account.session_epoch);
}

pb::TokenScope ScopeFrom(TokenScope scope) {
  switch (scope) {
    case TokenScope::kRead:
      return pb::TOKEN_SCOPE_READ;
    case TokenScope::kOperate:
      return pb::TOKEN_SCOPE_OPERATE;
    case TokenScope::kAdmin:
      return pb::TOKEN_SCOPE_ADMIN;
    case TokenScope::kMetrics:
      return pb::TOKEN_SCOPE_METRICS;
  }
  return pb::TOKEN_SCOPE_UNSPECIFIED;
}

absl::StatusOr<TokenScope> ScopeFrom(pb::TokenScope scope) {
  switch (scope) {
    case pb::TOKEN_SCOPE_READ:
      return TokenScope::kRead;
    case pb::TOKEN_SCOPE_OPERATE:
      return TokenScope::kOperate;
    case pb::TOKEN_SCOPE_ADMIN:
      return TokenScope::kAdmin;
    case pb::TOKEN_SCOPE_METRICS:
      return TokenScope::kMetrics;
    default:
      return absl::InvalidArgumentError("scope: expected read, operate, admin or metrics");
  }
}

void ToProto(const ApiToken& token, pb::ApiToken& out) {
  out.set_token_id(token.id);
  out.set_name(token.name);
  out.set_scope(ScopeFrom(token.scope));
  out.set_hint(token.hint);
  *out.mutable_created_at() = TimestampFrom(token.created_at);
  if (token.expires_at != absl::InfinitePast()) {
    *out.mutable_expires_at() = TimestampFrom(token.expires_at);
  }
  if (token.last_used_at != absl::InfinitePast()) {
    *out.mutable_last_used_at() = TimestampFrom(token.last_used_at);
  }
}

void ToProto(const AuditEvent& event, pb::AuditEvent& out) {
  *out.mutable_occurred_at() = TimestampFrom(event.occurred_at);
  out.set_actor(event.actor);
  out.set_remote_address(event.remote_address);
  out.set_action(event.action);
  out.set_target(event.target);
  out.set_detail(event.detail);
}

std::shared_ptr<const pb::WatchSessionEpochResponse> EpochOf(const Account& account) {
  auto message = std::make_shared<pb::WatchSessionEpochResponse>();
  message->set_account_id(account.id);
  message->set_session_epoch(account.session_epoch);
  return message;
}

}  // namespace

AccountServiceImpl::AccountServiceImpl(Deps deps) : deps_(std::move(deps)) {
  on_sessions_ =
      deps_.bus.Subscribe(BusTopic::kSessionsEnded, [this](std::string_view id) { NotifyOf(id); });
}

absl::Status AccountServiceImpl::SetupState(const pb::GetSetupStateRequest&,
                                            pb::GetSetupStateResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const bool complete, deps_.accounts.IsSetUp());
  out.set_complete(complete);
  return absl::OkStatus();
}

absl::Status AccountServiceImpl::SetUp(const pb::CompleteSetupRequest& in,
                                       pb::CompleteSetupResponse& out) {
  if (!in.local() && !deps_.setup_code.Is(in.setup_code())) {
    return rpc::WithReason(
        absl::PermissionDeniedError(in.setup_code().empty()
                                        ? "the first account requires setup_code over the network; "
                                          "the devices service wrote it to its log at its start"
                                        : "setup_code is wrong; it is in the log of the devices "
                                          "service and changes with each start"),
        "SETUP_CODE_REQUIRED");
  }
  MARQUEE_ASSIGN_OR_RETURN(const Account account,
                           deps_.accounts.SetUp(in.username(), in.password()));
  ToProto(account, *out.mutable_account());
  return absl::OkStatus();
}

absl::Status AccountServiceImpl::Get(const pb::GetAccountRequest& in, pb::GetAccountResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const Account account, deps_.accounts.Get(in.account_id()));
  ToProto(account, *out.mutable_account());
  return absl::OkStatus();
}

absl::Status AccountServiceImpl::LogIn(const pb::VerifyLoginRequest& in,
                                       pb::VerifyLoginResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const Account account,
                           deps_.accounts.LogIn({.username = in.username(),
                                                 .password = in.password(),
                                                 .totp_code = in.totp_code(),
                                                 .remote_address = in.remote_address()}));
  ToProto(account, *out.mutable_account());
  return absl::OkStatus();
}

absl::Status AccountServiceImpl::Token(const pb::VerifyTokenRequest& in,
                                       pb::VerifyTokenResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const ApiToken token, deps_.tokens.Verify(in.value()));
  ToProto(token, *out.mutable_token());
  return absl::OkStatus();
}

absl::Status AccountServiceImpl::Password(const pb::ChangePasswordRequest& in,
                                          pb::ChangePasswordResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(
      const Account account,
      deps_.accounts.ChangePassword(in.account_id(), in.current_password(), in.new_password()));
  ToProto(account, *out.mutable_account());
  return absl::OkStatus();
}

absl::Status AccountServiceImpl::Generate(const pb::GenerateTotpRequest& in,
                                          pb::GenerateTotpResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(*out.mutable_uri(), deps_.accounts.GenerateTotp(
                                                   in.account_id(), in.password(), in.totp_code()));
  return absl::OkStatus();
}

absl::Status AccountServiceImpl::Confirm(const pb::ConfirmTotpRequest& in,
                                         pb::ConfirmTotpResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const Account account,
                           deps_.accounts.ConfirmTotp(in.account_id(), in.totp_code()));
  ToProto(account, *out.mutable_account());
  return absl::OkStatus();
}

absl::Status AccountServiceImpl::Disable(const pb::DisableTotpRequest& in,
                                         pb::DisableTotpResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const Account account,
                           deps_.accounts.DisableTotp(in.account_id(), in.password()));
  ToProto(account, *out.mutable_account());
  return absl::OkStatus();
}

absl::Status AccountServiceImpl::Tokens(const pb::ListTokensRequest& in,
                                        pb::ListTokensResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const auto tokens, deps_.tokens.List());
  MARQUEE_ASSIGN_OR_RETURN(
      const PageRange page,
      PageOf(tokens.size(), in.page_size(), in.page_token(), kTokensPage, kMostTokensPage));
  for (size_t i = page.begin; i < page.end; ++i) ToProto(tokens[i], *out.add_tokens());
  out.set_next_page_token(page.next_token);
  return absl::OkStatus();
}

absl::Status AccountServiceImpl::NewTokenOf(const pb::CreateTokenRequest& in,
                                            pb::CreateTokenResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const TokenScope scope, ScopeFrom(in.scope()));
  const absl::Time expires_at =
      in.has_expires_at() ? TimeFrom(in.expires_at()) : absl::InfinitePast();
  MARQUEE_ASSIGN_OR_RETURN(const NewToken made, deps_.tokens.Create(in.name(), scope, expires_at));
  ToProto(made.token, *out.mutable_token());
  out.set_value(made.value);
  return absl::OkStatus();
}

absl::Status AccountServiceImpl::Revoke(const pb::RevokeTokenRequest& in,
                                        pb::RevokeTokenResponse&) {
  return deps_.tokens.Revoke(in.token_id());
}

absl::Status AccountServiceImpl::Sessions(const pb::RevokeSessionsRequest& in,
                                          pb::RevokeSessionsResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const int64_t epoch, deps_.accounts.RevokeSessions(in.account_id()));
  out.set_session_epoch(epoch);
  return absl::OkStatus();
}

absl::Status AccountServiceImpl::SessionKey(const pb::GetSessionKeyRequest&,
                                            pb::GetSessionKeyResponse& out) {
  out.set_key(deps_.session_key);
  return absl::OkStatus();
}

absl::Status AccountServiceImpl::Events(const pb::ListAuditEventsRequest& in,
                                        pb::ListAuditEventsResponse& out) {
  if (in.page_size() < 0 || in.page_size() > kMostTokensPage) {
    return absl::InvalidArgumentError("page_size: expected 1 to 1000, or 0 for 100");
  }
  std::optional<int64_t> before;
  if (!in.page_token().empty()) {
    const std::string& token = in.page_token();
    const auto [stopped, error] =
        std::from_chars(token.data(), token.data() + token.size(), before.emplace());
    if (error != std::errc() || stopped != token.data() + token.size()) {
      return absl::InvalidArgumentError("page_token: expected a token from an earlier response");
    }
  }
  const auto size = static_cast<size_t>(in.page_size() == 0 ? kTokensPage : in.page_size());
  // One more than requested, to find out whether there is a next page.
  MARQUEE_ASSIGN_OR_RETURN(auto events, deps_.tokens.Events(before, size + 1));
  const bool more = events.size() > size;
  if (more) events.resize(size);
  for (const AuditEvent& event : events) ToProto(event, *out.add_events());
  if (more) out.set_next_page_token(std::to_string(events.back().ordinal));
  return absl::OkStatus();
}

absl::Status AccountServiceImpl::Record(const pb::RecordAuditEventRequest& in,
                                        pb::RecordAuditEventResponse&) {
  return deps_.tokens.Record({.actor = in.event().actor(),
                              .remote_address = in.event().remote_address(),
                              .action = in.event().action(),
                              .target = in.event().target(),
                              .detail = in.event().detail()});
}

void AccountServiceImpl::NotifyOf(std::string_view account_id) {
  const base::MutexLock lock(notify_mutex_);
  const auto account = deps_.accounts.Get(account_id);
  // On an error watchers keep the last value; a gateway that needs certainty calls GetAccount.
  if (account.ok()) watchers_.Notify(account->id, EpochOf(*account));
}

grpc::ServerWriteReactor<pb::WatchSessionEpochResponse>* AccountServiceImpl::WatchSessionEpoch(
    grpc::CallbackServerContext* context, const pb::WatchSessionEpochRequest* request) {
  const base::MutexLock lock(notify_mutex_);
  const auto accounts = deps_.accounts.List();
  if (!accounts.ok()) return watchers_.Refuse(accounts.status());
  std::vector<Updates::Keyed> first;
  for (const Account& account : *accounts) first.emplace_back(account.id, EpochOf(account));
  // An empty message tells the gateway that there are no accounts.
  if (accounts->empty()) {
    first.emplace_back("", std::make_shared<const pb::WatchSessionEpochResponse>());
  }
  return watchers_.Add(first);
}

void AccountServiceImpl::EndAll(const absl::Status& status) { watchers_.EndAll(status); }

grpc::ServerUnaryReactor* AccountServiceImpl::GetSetupState(grpc::CallbackServerContext* context,
                                                            const pb::GetSetupStateRequest* request,
                                                            pb::GetSetupStateResponse* response) {
  return RunServiceMethod(*this, &AccountServiceImpl::SetupState, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* AccountServiceImpl::CompleteSetup(grpc::CallbackServerContext* context,
                                                            const pb::CompleteSetupRequest* request,
                                                            pb::CompleteSetupResponse* response) {
  return RunServiceMethod(*this, &AccountServiceImpl::SetUp, *context, deps_.hashing_executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* AccountServiceImpl::GetAccount(grpc::CallbackServerContext* context,
                                                         const pb::GetAccountRequest* request,
                                                         pb::GetAccountResponse* response) {
  return RunServiceMethod(*this, &AccountServiceImpl::Get, *context, deps_.executor, deps_.clock,
                          *request, *response);
}

grpc::ServerUnaryReactor* AccountServiceImpl::VerifyLogin(grpc::CallbackServerContext* context,
                                                          const pb::VerifyLoginRequest* request,
                                                          pb::VerifyLoginResponse* response) {
  return RunServiceMethod(*this, &AccountServiceImpl::LogIn, *context, deps_.hashing_executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* AccountServiceImpl::VerifyToken(grpc::CallbackServerContext* context,
                                                          const pb::VerifyTokenRequest* request,
                                                          pb::VerifyTokenResponse* response) {
  return RunServiceMethod(*this, &AccountServiceImpl::Token, *context, deps_.executor, deps_.clock,
                          *request, *response);
}

grpc::ServerUnaryReactor* AccountServiceImpl::ChangePassword(
    grpc::CallbackServerContext* context, const pb::ChangePasswordRequest* request,
    pb::ChangePasswordResponse* response) {
  return RunServiceMethod(*this, &AccountServiceImpl::Password, *context, deps_.hashing_executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* AccountServiceImpl::GenerateTotp(grpc::CallbackServerContext* context,
                                                           const pb::GenerateTotpRequest* request,
                                                           pb::GenerateTotpResponse* response) {
  return RunServiceMethod(*this, &AccountServiceImpl::Generate, *context, deps_.hashing_executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* AccountServiceImpl::ConfirmTotp(grpc::CallbackServerContext* context,
                                                          const pb::ConfirmTotpRequest* request,
                                                          pb::ConfirmTotpResponse* response) {
  return RunServiceMethod(*this, &AccountServiceImpl::Confirm, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* AccountServiceImpl::DisableTotp(grpc::CallbackServerContext* context,
                                                          const pb::DisableTotpRequest* request,
                                                          pb::DisableTotpResponse* response) {
  return RunServiceMethod(*this, &AccountServiceImpl::Disable, *context, deps_.hashing_executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* AccountServiceImpl::ListTokens(grpc::CallbackServerContext* context,
                                                         const pb::ListTokensRequest* request,
                                                         pb::ListTokensResponse* response) {
  return RunServiceMethod(*this, &AccountServiceImpl::Tokens, *context, deps_.executor, deps_.clock,
                          *request, *response);
}

grpc::ServerUnaryReactor* AccountServiceImpl::CreateToken(grpc::CallbackServerContext* context,
                                                          const pb::CreateTokenRequest* request,
                                                          pb::CreateTokenResponse* response) {
  return RunServiceMethod(*this, &AccountServiceImpl::NewTokenOf, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* AccountServiceImpl::RevokeToken(grpc::CallbackServerContext* context,
                                                          const pb::RevokeTokenRequest* request,
                                                          pb::RevokeTokenResponse* response) {
  return RunServiceMethod(*this, &AccountServiceImpl::Revoke, *context, deps_.executor, deps_.clock,
                          *request, *response);
}

grpc::ServerUnaryReactor* AccountServiceImpl::RevokeSessions(
    grpc::CallbackServerContext* context, const pb::RevokeSessionsRequest* request,
    pb::RevokeSessionsResponse* response) {
  return RunServiceMethod(*this, &AccountServiceImpl::Sessions, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* AccountServiceImpl::GetSessionKey(grpc::CallbackServerContext* context,
                                                            const pb::GetSessionKeyRequest* request,
                                                            pb::GetSessionKeyResponse* response) {
  return RunServiceMethod(*this, &AccountServiceImpl::SessionKey, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* AccountServiceImpl::ListAuditEvents(
    grpc::CallbackServerContext* context, const pb::ListAuditEventsRequest* request,
    pb::ListAuditEventsResponse* response) {
  return RunServiceMethod(*this, &AccountServiceImpl::Events, *context, deps_.executor, deps_.clock,
                          *request, *response);
}

grpc::ServerUnaryReactor* AccountServiceImpl::RecordAuditEvent(
    grpc::CallbackServerContext* context, const pb::RecordAuditEventRequest* request,
    pb::RecordAuditEventResponse* response) {
  return RunServiceMethod(*this, &AccountServiceImpl::Record, *context, deps_.executor, deps_.clock,
                          *request, *response);
}

}  // namespace marquee::devices
