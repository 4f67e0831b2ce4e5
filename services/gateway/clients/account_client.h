// Accounts, tokens and sessions of the devices service, and the session epochs of all accounts,
// kept up to date by a stream.
#pragma once

#include <absl/time/time.h>
#include <grpcpp/channel.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/obs/logger.h"
#include "marquee/devices/v1/account_service.grpc.pb.h"
#include "services/gateway/clients/in_flight.h"
#include "services/gateway/clients/reconnect.h"
#include "services/gateway/ports/account_port.h"

namespace marquee::gateway {

namespace asio = boost::asio;

// Thread-safe.
class AccountClient final : public AccountPort {
 public:
  struct Options {
    absl::Duration deadline = absl::Seconds(5);  // argon2 takes up to a second on a small machine
    // How long the known epochs are used after the stream broke: a session that was revoked through
    // another gateway may live that much longer.
    absl::Duration believe_for = absl::Minutes(1);
    Reconnect::Options reconnect = {};
  };
  struct Deps {
    std::shared_ptr<grpc::Channel> channel;
    asio::io_context& io;
    const base::Clock& clock;
    obs::Logger& logger;
  };

  AccountClient(Options options, Deps deps);
  ~AccountClient() override;

  // `on_session_key`: called once, on a thread of `io`, with the key that seals sessions; "" if the
  // service has none. Null: the key is not requested.
  void Start(std::function<void(std::string)> on_session_key);
  // Waits until the session key and the epochs have arrived, the first attempt to get them has
  // failed, or `at_most` has passed, so that sessions can be verified from the first request on.
  void AwaitFirst(absl::Duration at_most);
  // Cancels the calls in progress and waits for their end. Call once, before the io_context stops.
  void Stop(absl::Time deadline);

  Answer<bool> SetupComplete() override;
  Answer<Account> CompleteSetup(SetupRequest request) override;
  Answer<Account> Get(std::string account_id) override;
  Answer<Account> VerifyLogin(LoginAttempt attempt) override;
  Answer<ApiToken> VerifyToken(std::string value) override;
  Answer<Account> ChangePassword(std::string account_id, std::string current,
                                 std::string fresh) override;
  Answer<std::string> GenerateTotp(std::string account_id, FactorProof proof) override;
  Answer<Account> ConfirmTotp(std::string account_id, std::string code) override;
  Answer<Account> DisableTotp(std::string account_id, std::string password) override;
  Answer<std::vector<ApiToken>> ListTokens() override;
  Answer<NewToken> CreateToken(std::string name, Scope scope) override;
  asio::awaitable<absl::Status> RevokeToken(std::string token_id) override;
  Answer<int64_t> RevokeSessions(std::string account_id) override;
  std::optional<int64_t> EpochOf(const std::string& account_id) const override;
  void Record(AuditEvent event) override;

 private:
  class Watch;

  asio::awaitable<bool> WatchOnce();
  asio::awaitable<void> FetchSessionKey();
  void NoteFirst();
  // Epochs only grow: an older value from the stream does not replace a newer one from a response.
  void Learn(const std::string& account_id, int64_t epoch);
  void SetWatching(bool watching);
  Account Known(const marquee::devices::v1::Account& account);

  using Async = class marquee::devices::v1::AccountService::Stub::async;
  template <class Request, class Reply>
  Answer<Reply> Ask(Request request,
                    void (Async::*method)(grpc::ClientContext*, const Request*, Reply*,
                                          std::function<void(grpc::Status)>));

  const Options options_;
  const Deps deps_;
  const std::unique_ptr<marquee::devices::v1::AccountService::Stub> stub_;
  std::function<void(std::string)> on_session_key_;  // null after it was called
  std::promise<void> first_;
  std::atomic<bool> first_noted_{false};
  mutable base::Mutex mutex_;
  std::map<std::string, int64_t> epochs_ MARQUEE_GUARDED_BY(mutex_);
  bool watching_ MARQUEE_GUARDED_BY(mutex_) = false;  // the stream is open and has sent the epochs
  absl::Duration heard_ MARQUEE_GUARDED_BY(mutex_) = -absl::InfiniteDuration();
  InFlight in_flight_;
  Reconnect watch_;
};

}  // namespace marquee::gateway
