#include "services/gateway/clients/account_client.h"

#include <grpcpp/support/client_callback.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "libs/base/strings.h"
#include "services/gateway/clients/unary.h"

namespace marquee::gateway {

namespace pb = marquee::devices::v1;

namespace {

constexpr int kMostTokens = 1000;

Scope ToScope(pb::TokenScope scope) {
  switch (scope) {
    case pb::TOKEN_SCOPE_READ:
      return Scope::kRead;
    case pb::TOKEN_SCOPE_OPERATE:
      return Scope::kOperate;
    case pb::TOKEN_SCOPE_ADMIN:
      return Scope::kAdmin;
    default:
      return Scope::kMetrics;
  }
}

pb::TokenScope ToProto(Scope scope) {
  switch (scope) {
    case Scope::kMetrics:
      return pb::TOKEN_SCOPE_METRICS;
    case Scope::kRead:
      return pb::TOKEN_SCOPE_READ;
    case Scope::kOperate:
      return pb::TOKEN_SCOPE_OPERATE;
    case Scope::kAdmin:
      break;
  }
  return pb::TOKEN_SCOPE_ADMIN;
}

ApiToken ToToken(const pb::ApiToken& token) {
  return {.id = token.token_id(),
          .name = token.name(),
          .scope = ToScope(token.scope()),
          .hint = token.hint()};
}

}  // namespace

// The stream of session epochs. Deletes itself when gRPC has finished with it.
class AccountClient::Watch final : public grpc::ClientReadReactor<pb::WatchSessionEpochResponse> {
 public:
  using Done = std::function<void(grpc::Status)>;

  static void Start(AccountClient& client, Done done) {
    auto* const self = new Watch(client, std::move(done));
    self->entered_ = client.in_flight_.Enter(self->context_);
    if (self->entered_ == nullptr) self->context_.TryCancel();
    client.stub_->async()->WatchSessionEpoch(&self->context_, &self->request_, self);
    self->StartRead(&self->response_);
    self->StartCall();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    client_.Learn(response_.account_id(), response_.session_epoch());
    client_.SetWatching(true);
    client_.NoteFirst();
    StartRead(&response_);
  }

  void OnDone(const grpc::Status& status) override {
    const Done done = std::move(done_);
    const std::shared_ptr<void> entered = std::move(entered_);
    delete this;  // the status is a library error, not one of this client
    done(status);
  }

 private:
  Watch(AccountClient& client, Done done) : client_(client), done_(std::move(done)) {}

  AccountClient& client_;
  Done done_;
  grpc::ClientContext context_;
  const pb::WatchSessionEpochRequest request_;
  pb::WatchSessionEpochResponse response_;
  std::shared_ptr<void> entered_;
};

AccountClient::AccountClient(Options options, Deps deps)
    : options_(options),
      deps_(std::move(deps)),
      stub_(pb::AccountService::NewStub(deps_.channel)),
      watch_(deps_.io, options.reconnect, [this] { return WatchOnce(); }) {}

AccountClient::~AccountClient() = default;

void AccountClient::Stop(absl::Time deadline) {
  watch_.BeginStop();
  in_flight_.Close(deadline);
  watch_.AwaitStopped(deadline);
}

void AccountClient::Start(std::function<void(std::string)> on_session_key) {
  on_session_key_ = std::move(on_session_key);
  watch_.Start();
}

void AccountClient::AwaitFirst(absl::Duration at_most) {
  first_.get_future().wait_for(absl::ToChronoMilliseconds(at_most));
}

void AccountClient::NoteFirst() {
  if (!first_noted_.exchange(true)) first_.set_value();
}

asio::awaitable<void> AccountClient::FetchSessionKey() {
  const auto answer =
      co_await Ask<pb::GetSessionKeyRequest, pb::GetSessionKeyResponse>({}, &Async::GetSessionKey);
  // kUnimplemented: an older service without session keys. Any other error is retried with the next
  // stream.
  if (!answer.ok() && !absl::IsUnimplemented(answer.status())) co_return;
  std::exchange(on_session_key_, nullptr)(answer.ok() ? answer->key() : std::string());
}

asio::awaitable<bool> AccountClient::WatchOnce() {
  if (on_session_key_) co_await FetchSessionKey();
  std::function<void(std::function<void(grpc::Status)>)> start =
      [this](const std::function<void(grpc::Status)>& done) { Watch::Start(*this, done); };
  const absl::Duration began = deps_.clock.Monotonic();
  co_await AwaitCallback<grpc::Status>(std::move(start));
  NoteFirst();
  SetWatching(false);
  // true: the stream delivered something before it ended.
  co_return deps_.clock.Monotonic() - began > absl::Seconds(1);
}

void AccountClient::Learn(const std::string& account_id, int64_t epoch) {
  const base::MutexLock lock(mutex_);
  int64_t& known = epochs_[account_id];
  known = std::max(known, epoch);
  heard_ = deps_.clock.Monotonic();
}

void AccountClient::SetWatching(bool watching) {
  const base::MutexLock lock(mutex_);
  watching_ = watching;
}

Account AccountClient::Known(const pb::Account& account) {
  Learn(account.account_id(), account.session_epoch());
  return {.id = account.account_id(),
          .username = account.username(),
          .totp_enabled = account.totp_enabled(),
          .session_epoch = account.session_epoch()};
}

template <class Request, class Reply>
AccountPort::Answer<Reply> AccountClient::Ask(
    Request request, void (Async::*method)(grpc::ClientContext*, const Request*, Reply*,
                                           std::function<void(grpc::Status)>)) {
  auto start = AsyncMethod(stub_->async(), method);
  co_return co_await CallUnary<Request, Reply>(in_flight_, deps_.clock, options_.deadline,
                                               std::move(request), std::move(start));
}

AccountPort::Answer<bool> AccountClient::SetupComplete() {
  pb::GetSetupStateRequest request;
  const auto answer = co_await Ask<pb::GetSetupStateRequest, pb::GetSetupStateResponse>(
      std::move(request), &Async::GetSetupState);
  if (!answer.ok()) co_return answer.status();
  co_return answer->complete();
}

AccountPort::Answer<Account> AccountClient::CompleteSetup(SetupRequest setup) {
  pb::CompleteSetupRequest request;
  request.set_username(std::move(setup.username));
  request.set_password(std::move(setup.password));
  request.set_setup_code(std::move(setup.setup_code));
  request.set_local(setup.local);
  const auto answer = co_await Ask<pb::CompleteSetupRequest, pb::CompleteSetupResponse>(
      std::move(request), &Async::CompleteSetup);
  if (!answer.ok()) co_return answer.status();
  co_return Known(answer->account());
}

AccountPort::Answer<Account> AccountClient::Get(std::string account_id) {
  pb::GetAccountRequest request;
  request.set_account_id(std::move(account_id));
  const auto answer = co_await Ask<pb::GetAccountRequest, pb::GetAccountResponse>(
      std::move(request), &Async::GetAccount);
  if (!answer.ok()) co_return answer.status();
  co_return Known(answer->account());
}

AccountPort::Answer<Account> AccountClient::VerifyLogin(LoginAttempt attempt) {
  pb::VerifyLoginRequest request;
  request.set_username(std::move(attempt.username));
  request.set_password(std::move(attempt.password));
  request.set_totp_code(std::move(attempt.totp_code));
  request.set_remote_address(std::move(attempt.remote_address));
  const auto answer = co_await Ask<pb::VerifyLoginRequest, pb::VerifyLoginResponse>(
      std::move(request), &Async::VerifyLogin);
  if (!answer.ok()) co_return answer.status();
  co_return Known(answer->account());
}

AccountPort::Answer<ApiToken> AccountClient::VerifyToken(std::string value) {
  pb::VerifyTokenRequest request;
  request.set_value(std::move(value));
  const auto answer = co_await Ask<pb::VerifyTokenRequest, pb::VerifyTokenResponse>(
      std::move(request), &Async::VerifyToken);
  if (!answer.ok()) co_return answer.status();
  co_return ToToken(answer->token());
}

AccountPort::Answer<Account> AccountClient::ChangePassword(std::string account_id,
                                                           std::string current, std::string fresh) {
  pb::ChangePasswordRequest request;
  request.set_account_id(std::move(account_id));
  request.set_current_password(std::move(current));
  request.set_new_password(std::move(fresh));
  const auto answer = co_await Ask<pb::ChangePasswordRequest, pb::ChangePasswordResponse>(
      std::move(request), &Async::ChangePassword);
  if (!answer.ok()) co_return answer.status();
  co_return Known(answer->account());
}

AccountPort::Answer<std::string> AccountClient::GenerateTotp(std::string account_id,
                                                             FactorProof proof) {
  pb::GenerateTotpRequest request;
  request.set_password(std::move(proof.password));
  request.set_totp_code(std::move(proof.totp_code));
  request.set_account_id(std::move(account_id));
  auto answer = co_await Ask<pb::GenerateTotpRequest, pb::GenerateTotpResponse>(
      std::move(request), &Async::GenerateTotp);
  if (!answer.ok()) co_return answer.status();
  co_return std::move(*answer->mutable_uri());
}

AccountPort::Answer<Account> AccountClient::ConfirmTotp(std::string account_id, std::string code) {
  pb::ConfirmTotpRequest request;
  request.set_account_id(std::move(account_id));
  request.set_totp_code(std::move(code));
  const auto answer = co_await Ask<pb::ConfirmTotpRequest, pb::ConfirmTotpResponse>(
      std::move(request), &Async::ConfirmTotp);
  if (!answer.ok()) co_return answer.status();
  co_return Known(answer->account());
}

AccountPort::Answer<Account> AccountClient::DisableTotp(std::string account_id,
                                                        std::string password) {
  pb::DisableTotpRequest request;
  request.set_account_id(std::move(account_id));
  request.set_password(std::move(password));
  const auto answer = co_await Ask<pb::DisableTotpRequest, pb::DisableTotpResponse>(
      std::move(request), &Async::DisableTotp);
  if (!answer.ok()) co_return answer.status();
  co_return Known(answer->account());
}

AccountPort::Answer<std::vector<ApiToken>> AccountClient::ListTokens() {
  pb::ListTokensRequest request;
  request.set_page_size(kMostTokens);
  const auto answer = co_await Ask<pb::ListTokensRequest, pb::ListTokensResponse>(
      std::move(request), &Async::ListTokens);
  if (!answer.ok()) co_return answer.status();
  std::vector<ApiToken> tokens;
  for (const pb::ApiToken& token : answer->tokens()) tokens.push_back(ToToken(token));
  co_return tokens;
}

AccountPort::Answer<NewToken> AccountClient::CreateToken(std::string name, Scope scope) {
  pb::CreateTokenRequest request;
  request.set_name(std::move(name));
  request.set_scope(ToProto(scope));
  const auto answer = co_await Ask<pb::CreateTokenRequest, pb::CreateTokenResponse>(
      std::move(request), &Async::CreateToken);
  if (!answer.ok()) co_return answer.status();
  NewToken made{.token = ToToken(answer->token()), .value = answer->value()};
  co_return made;
}

asio::awaitable<absl::Status> AccountClient::RevokeToken(std::string token_id) {
  pb::RevokeTokenRequest request;
  request.set_token_id(std::move(token_id));
  const auto answer = co_await Ask<pb::RevokeTokenRequest, pb::RevokeTokenResponse>(
      std::move(request), &Async::RevokeToken);
  co_return answer.status();
}

AccountPort::Answer<int64_t> AccountClient::RevokeSessions(std::string account_id) {
  pb::RevokeSessionsRequest request;
  request.set_account_id(account_id);
  const auto answer = co_await Ask<pb::RevokeSessionsRequest, pb::RevokeSessionsResponse>(
      std::move(request), &Async::RevokeSessions);
  if (!answer.ok()) co_return answer.status();
  Learn(account_id, answer->session_epoch());
  co_return answer->session_epoch();
}

std::optional<int64_t> AccountClient::EpochOf(const std::string& account_id) const {
  const base::MutexLock lock(mutex_);
  if (!watching_ && deps_.clock.Monotonic() - heard_ > options_.believe_for) return std::nullopt;
  const auto known = epochs_.find(account_id);
  if (known == epochs_.end()) return std::nullopt;
  return known->second;
}

void AccountClient::Record(AuditEvent event) {
  struct UnderWay {
    std::optional<grpc::ClientContext> context{std::in_place};
    pb::RecordAuditEventRequest request;
    pb::RecordAuditEventResponse answer;
    std::shared_ptr<void> entered;
  };
  auto call = std::make_shared<UnderWay>();
  pb::AuditEvent& line = *call->request.mutable_event();
  line.set_actor(event.actor);
  line.set_remote_address(event.remote_address);
  line.set_action(event.action);
  line.set_target(event.target);
  call->context->set_deadline(absl::ToChronoTime(deps_.clock.Now() + options_.deadline));
  call->entered = in_flight_.Enter(*call->context);
  if (call->entered == nullptr) return;
  stub_->async()->RecordAuditEvent(&*call->context, &call->request, &call->answer,
                                   [call, &logger = deps_.logger](const grpc::Status& status) {
                                     if (!status.ok()) {
                                       // The event must at least be in this process's log.
                                       logger.Warn(
                                           "an audit event could not be stored",
                                           {{"actor", call->request.event().actor()},
                                            {"from", call->request.event().remote_address()},
                                            {"action", call->request.event().action()},
                                            {"target", call->request.event().target()},
                                            {"error", status.error_message()}});
                                     }
                                     call->context.reset();  // before the channel may be destroyed
                                     call->entered.reset();
                                   });
}

}  // namespace marquee::gateway
