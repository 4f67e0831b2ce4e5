// gRPC service AccountService. Calls that hash a password run on an executor of their own: each
// takes 60 ms of a core and 32 MiB, and calls of displays must not queue behind login attempts.
#pragma once

#include <memory>
#include <string>

#include "libs/base/clock.h"
#include "libs/base/executor.h"
#include "libs/base/mutex.h"
#include "marquee/devices/v1/account_service.grpc.pb.h"
#include "services/devices/accounts/account_manager.h"
#include "services/devices/accounts/setup_code.h"
#include "services/devices/accounts/token_manager.h"
#include "services/devices/bus/bus.h"
#include "services/devices/service/watchers.h"

namespace marquee::devices {

namespace pb = ::marquee::devices::v1;

class AccountServiceImpl final : public pb::AccountService::CallbackService {
 public:
  struct Deps {
    AccountManager& accounts;
    const SetupCode& setup_code;
    std::string session_key;  // returned to gateways
    TokenManager& tokens;
    Bus& bus;
    const base::Clock& clock;
    base::Executor& executor;
    base::Executor& hashing_executor;  // its threads limit concurrent hashing
  };

  explicit AccountServiceImpl(Deps deps);

  grpc::ServerUnaryReactor* GetSetupState(grpc::CallbackServerContext* context,
                                          const pb::GetSetupStateRequest* request,
                                          pb::GetSetupStateResponse* response) override;
  grpc::ServerUnaryReactor* CompleteSetup(grpc::CallbackServerContext* context,
                                          const pb::CompleteSetupRequest* request,
                                          pb::CompleteSetupResponse* response) override;
  grpc::ServerUnaryReactor* GetAccount(grpc::CallbackServerContext* context,
                                       const pb::GetAccountRequest* request,
                                       pb::GetAccountResponse* response) override;
  grpc::ServerUnaryReactor* VerifyLogin(grpc::CallbackServerContext* context,
                                        const pb::VerifyLoginRequest* request,
                                        pb::VerifyLoginResponse* response) override;
  grpc::ServerUnaryReactor* VerifyToken(grpc::CallbackServerContext* context,
                                        const pb::VerifyTokenRequest* request,
                                        pb::VerifyTokenResponse* response) override;
  grpc::ServerUnaryReactor* ChangePassword(grpc::CallbackServerContext* context,
                                           const pb::ChangePasswordRequest* request,
                                           pb::ChangePasswordResponse* response) override;
  grpc::ServerUnaryReactor* GenerateTotp(grpc::CallbackServerContext* context,
                                         const pb::GenerateTotpRequest* request,
                                         pb::GenerateTotpResponse* response) override;
  grpc::ServerUnaryReactor* ConfirmTotp(grpc::CallbackServerContext* context,
                                        const pb::ConfirmTotpRequest* request,
                                        pb::ConfirmTotpResponse* response) override;
  grpc::ServerUnaryReactor* DisableTotp(grpc::CallbackServerContext* context,
                                        const pb::DisableTotpRequest* request,
                                        pb::DisableTotpResponse* response) override;
  grpc::ServerUnaryReactor* ListTokens(grpc::CallbackServerContext* context,
                                       const pb::ListTokensRequest* request,
                                       pb::ListTokensResponse* response) override;
  grpc::ServerUnaryReactor* CreateToken(grpc::CallbackServerContext* context,
                                        const pb::CreateTokenRequest* request,
                                        pb::CreateTokenResponse* response) override;
  grpc::ServerUnaryReactor* RevokeToken(grpc::CallbackServerContext* context,
                                        const pb::RevokeTokenRequest* request,
                                        pb::RevokeTokenResponse* response) override;
  grpc::ServerUnaryReactor* RevokeSessions(grpc::CallbackServerContext* context,
                                           const pb::RevokeSessionsRequest* request,
                                           pb::RevokeSessionsResponse* response) override;
  grpc::ServerWriteReactor<pb::WatchSessionEpochResponse>* WatchSessionEpoch(
      grpc::CallbackServerContext* context, const pb::WatchSessionEpochRequest* request) override;
  grpc::ServerUnaryReactor* GetSessionKey(grpc::CallbackServerContext* context,
                                          const pb::GetSessionKeyRequest* request,
                                          pb::GetSessionKeyResponse* response) override;
  grpc::ServerUnaryReactor* ListAuditEvents(grpc::CallbackServerContext* context,
                                            const pb::ListAuditEventsRequest* request,
                                            pb::ListAuditEventsResponse* response) override;
  grpc::ServerUnaryReactor* RecordAuditEvent(grpc::CallbackServerContext* context,
                                             const pb::RecordAuditEventRequest* request,
                                             pb::RecordAuditEventResponse* response) override;

  void EndAll(const absl::Status& status);

 private:
  using Updates = Watchers<pb::WatchSessionEpochResponse>;

  absl::Status SetupState(const pb::GetSetupStateRequest& in, pb::GetSetupStateResponse& out);
  absl::Status SetUp(const pb::CompleteSetupRequest& in, pb::CompleteSetupResponse& out);
  absl::Status Get(const pb::GetAccountRequest& in, pb::GetAccountResponse& out);
  absl::Status LogIn(const pb::VerifyLoginRequest& in, pb::VerifyLoginResponse& out);
  absl::Status Token(const pb::VerifyTokenRequest& in, pb::VerifyTokenResponse& out);
  absl::Status Password(const pb::ChangePasswordRequest& in, pb::ChangePasswordResponse& out);
  absl::Status Generate(const pb::GenerateTotpRequest& in, pb::GenerateTotpResponse& out);
  absl::Status Confirm(const pb::ConfirmTotpRequest& in, pb::ConfirmTotpResponse& out);
  absl::Status Disable(const pb::DisableTotpRequest& in, pb::DisableTotpResponse& out);
  absl::Status Tokens(const pb::ListTokensRequest& in, pb::ListTokensResponse& out);
  absl::Status NewTokenOf(const pb::CreateTokenRequest& in, pb::CreateTokenResponse& out);
  absl::Status Revoke(const pb::RevokeTokenRequest& in, pb::RevokeTokenResponse& out);
  absl::Status Sessions(const pb::RevokeSessionsRequest& in, pb::RevokeSessionsResponse& out);
  absl::Status SessionKey(const pb::GetSessionKeyRequest& in, pb::GetSessionKeyResponse& out);
  absl::Status Events(const pb::ListAuditEventsRequest& in, pb::ListAuditEventsResponse& out);
  absl::Status Record(const pb::RecordAuditEventRequest& in, pb::RecordAuditEventResponse& out);
  void NotifyOf(std::string_view account_id);

  const Deps deps_;
  base::Mutex notify_mutex_;  // ensures that the latest epoch is sent last
  Updates watchers_;
  std::shared_ptr<void> on_sessions_;
};

}  // namespace marquee::devices
