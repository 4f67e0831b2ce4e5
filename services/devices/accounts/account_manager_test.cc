#include "services/devices/accounts/account_manager.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>

#include "libs/base/status.h"
#include "libs/files/real_file_system.h"
#include "libs/rpc/error_info.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/temp_dir.h"
#include "services/devices/accounts/setup_code.h"
#include "services/devices/accounts/totp.h"
#include "services/devices/bus/inproc_bus.h"
#include "services/devices/store/sqlite/sqlite_device_store.h"

namespace marquee::devices {
namespace {

class AccountManagerTest : public ::testing::Test {
 protected:
  AccountManagerTest()
      : box_(std::move(*SecretBox::Create("", dir_ / "secrets.key", files_))),
        store_(std::move(*SqliteDeviceStore::Create({}, {.clock = clock_, .metrics = metrics_}))),
        manager_({.store = *store_,
                  .bus = bus_,
                  .box = *box_,
                  .clock = clock_,
                  .logger = logger_,
                  .metrics = metrics_}) {
    ended_ = bus_.Subscribe(BusTopic::kSessionsEnded, [this](std::string_view) { ++endings_; });
  }

  Account MakeAnn() {
    auto account = manager_.SetUp("ann", "correct horse");
    EXPECT_TRUE(account.ok()) << account.status();
    return account.value_or(Account());
  }
  absl::Status LogIn(const std::string& password, const std::string& code = "",
                     const std::string& address = "192.0.2.1") {
    return manager_
        .LogIn(
            {.username = "ann", .password = password, .totp_code = code, .remote_address = address})
        .status();
  }
  std::string Reason(const absl::Status& status) { return rpc::ReasonOf(status); }

  // The code that an authenticator app shows for this URI.
  std::string CodeNow() {
    std::string code;
    EXPECT_TRUE(store_
                    ->Read([&](StoreView& store) -> absl::Status {
                      MARQUEE_ASSIGN_OR_RETURN(const auto account, store.AccountNamed("ann"));
                      MARQUEE_ASSIGN_OR_RETURN(
                          const std::string secret,
                          box_->Open(account->totp_secret.empty() ? account->totp_pending
                                                                  : account->totp_secret));
                      code = TotpCode(secret, absl::ToUnixSeconds(clock_.Now()) / 30);
                      return absl::OkStatus();
                    })
                    .ok());
    return code;
  }

  testing::FakeClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  testing::TempDir dir_;
  files::RealFileSystem files_;
  InprocBus bus_;
  std::unique_ptr<SecretBox> box_;
  std::unique_ptr<DeviceStore> store_;
  AccountManager manager_;
  int endings_ = 0;
  std::shared_ptr<void> ended_;
};

TEST_F(AccountManagerTest, CreatesTheFirstAccountOnlyOnce) {
  EXPECT_FALSE(*manager_.IsSetUp());
  MakeAnn();

  EXPECT_TRUE(*manager_.IsSetUp());
  EXPECT_TRUE(absl::IsFailedPrecondition(manager_.SetUp("bob", "another one").status()));
  EXPECT_EQ(manager_.List()->size(), 1U);
}

TEST_F(AccountManagerTest, RejectsShortPasswordsAndStoresOnlyAHash) {
  EXPECT_TRUE(absl::IsInvalidArgument(manager_.SetUp("ann", "short").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(manager_.SetUp("", "correct horse").status()));
  const Account account = MakeAnn();

  EXPECT_TRUE(account.password_hash.starts_with("$argon2id$"));
  EXPECT_EQ(logger_.Count("correct horse"), 0U);
}

TEST_F(AccountManagerTest, AcceptsOnlyTheRightNameAndPassword) {
  MakeAnn();

  EXPECT_TRUE(LogIn("correct horse").ok());
  EXPECT_EQ(Reason(LogIn("wrong horse")), "INVALID_LOGIN");
  EXPECT_EQ(Reason(manager_.LogIn({.username = "bob", .password = "correct horse"}).status()),
            "INVALID_LOGIN");
}

TEST_F(AccountManagerTest, BlocksAnAddressAfterTooManyWrongPasswords) {
  MakeAnn();
  for (int i = 0; i < LoginAttempts::kByNameAndAddress; ++i) {
    EXPECT_EQ(Reason(LogIn("wrong horse")), "INVALID_LOGIN");
  }

  const absl::Status blocked = LogIn("correct horse");
  EXPECT_TRUE(absl::IsResourceExhausted(blocked)) << blocked;
  EXPECT_GT(rpc::RetryAfterOf(blocked), absl::ZeroDuration());
  EXPECT_TRUE(LogIn("correct horse", "", "198.51.100.7").ok());  // from another address

  clock_.Advance(LoginAttempts::kWindow);
  EXPECT_TRUE(LogIn("correct horse").ok());
}

TEST_F(AccountManagerTest, AttemptsFromOtherAddressesDoNotLockTheAccount) {
  MakeAnn();
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(Reason(LogIn("wrong horse", "",
                           "198.51." + std::to_string(i / 100) + "." + std::to_string(i % 100))),
              "INVALID_LOGIN");
  }
  EXPECT_TRUE(LogIn("correct horse", "", "192.0.2.1").ok());
}

TEST_F(AccountManagerTest, CountsAnIpv6NetworkAsOneClient) {
  MakeAnn();
  for (int i = 0; i < LoginAttempts::kByNameAndAddress; ++i) {
    EXPECT_EQ(Reason(LogIn("wrong horse", "", "2001:db8::" + std::to_string(i))), "INVALID_LOGIN");
  }
  EXPECT_TRUE(absl::IsResourceExhausted(LogIn("correct horse", "", "2001:db8::99")));
}

TEST_F(AccountManagerTest, CountsConcurrentAttemptsBeforeTheyAreChecked) {
  LoginAttempts attempts(clock_);
  std::vector<LoginAttempts::Attempt> checking;
  for (int i = 0; i < LoginAttempts::kByNameAndAddress; ++i) {
    auto attempt = attempts.Begin("ann", "192.0.2.1");
    ASSERT_TRUE(attempt.ok());
    checking.push_back(*std::move(attempt));
  }
  EXPECT_TRUE(absl::IsResourceExhausted(attempts.Begin("ann", "192.0.2.1").status()));
  checking.clear();  // none was reported as wrong
  EXPECT_TRUE(attempts.Begin("ann", "192.0.2.1").ok());
}

TEST_F(AccountManagerTest, ASecondFactorIsActiveOnceConfirmed) {
  const Account account = MakeAnn();
  const auto uri = manager_.GenerateTotp(account.id);
  ASSERT_TRUE(uri.ok()) << uri.status();
  EXPECT_TRUE(uri->starts_with("otpauth://totp/Marquee:ann?secret="));
  EXPECT_TRUE(LogIn("correct horse").ok());

  EXPECT_EQ(Reason(manager_.ConfirmTotp(account.id, "000000").status()), "INVALID_TOTP");
  ASSERT_TRUE(manager_.ConfirmTotp(account.id, CodeNow()).ok());
  clock_.Advance(absl::Seconds(30));

  EXPECT_EQ(Reason(LogIn("correct horse")), "TOTP_REQUIRED");
  EXPECT_EQ(Reason(LogIn("wrong horse")), "INVALID_LOGIN");
  EXPECT_EQ(Reason(LogIn("correct horse", "000000")), "INVALID_TOTP");
  EXPECT_TRUE(LogIn("correct horse", CodeNow()).ok());
}

TEST_F(AccountManagerTest, ACodeIsAcceptedOnlyOnce) {
  const Account account = MakeAnn();
  ASSERT_TRUE(manager_.GenerateTotp(account.id).ok());
  ASSERT_TRUE(manager_.ConfirmTotp(account.id, CodeNow()).ok());
  clock_.Advance(absl::Seconds(30));
  const std::string code = CodeNow();
  ASSERT_TRUE(LogIn("correct horse", code).ok());

  EXPECT_EQ(Reason(LogIn("correct horse", code)), "INVALID_TOTP");
}

TEST_F(AccountManagerTest, ReplacesASecondFactorOnlyWithThePasswordOrACode) {
  const Account account = MakeAnn();
  ASSERT_TRUE(manager_.GenerateTotp(account.id).ok());
  const auto confirmed = manager_.ConfirmTotp(account.id, CodeNow());
  ASSERT_TRUE(confirmed.ok());
  EXPECT_EQ(confirmed->session_epoch, account.session_epoch + 1);
  clock_.Advance(absl::Seconds(30));

  EXPECT_EQ(Reason(manager_.GenerateTotp(account.id).status()), "PROOF_REQUIRED");
  EXPECT_EQ(Reason(manager_.GenerateTotp(account.id, "wrong horse").status()), "INVALID_LOGIN");
  EXPECT_EQ(Reason(manager_.GenerateTotp(account.id, "", "000000").status()), "INVALID_TOTP");
  const std::string code = CodeNow();
  EXPECT_TRUE(manager_.GenerateTotp(account.id, "", code).ok());
  EXPECT_EQ(Reason(manager_.GenerateTotp(account.id, "", code).status()), "INVALID_TOTP");
  EXPECT_TRUE(manager_.GenerateTotp(account.id, "correct horse").ok());
}

TEST(SetupCode, IsComparedIgnoringCaseAndDash) {
  const SetupCode code;
  EXPECT_EQ(code.text().size(), 11U);
  EXPECT_TRUE(code.Is(code.text()));
  std::string typed = code.text();
  typed.erase(typed.find('-'), 1);
  for (char& c : typed) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  EXPECT_TRUE(code.Is(typed));
  EXPECT_FALSE(code.Is(""));
  EXPECT_FALSE(code.Is(SetupCode().text()));
}

TEST_F(AccountManagerTest, DisablesASecondFactorWithThePassword) {
  const Account account = MakeAnn();
  ASSERT_TRUE(manager_.GenerateTotp(account.id).ok());
  ASSERT_TRUE(manager_.ConfirmTotp(account.id, CodeNow()).ok());

  EXPECT_EQ(Reason(manager_.DisableTotp(account.id, "wrong horse").status()), "INVALID_LOGIN");
  ASSERT_TRUE(manager_.DisableTotp(account.id, "correct horse").ok());

  EXPECT_TRUE(LogIn("correct horse").ok());
}

TEST_F(AccountManagerTest, ChangingThePasswordEndsEverySession) {
  const Account account = MakeAnn();
  const int before = endings_;

  EXPECT_EQ(Reason(manager_.ChangePassword(account.id, "wrong", "new password").status()),
            "INVALID_LOGIN");
  const auto changed = manager_.ChangePassword(account.id, "correct horse", "new password");

  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(changed->session_epoch, account.session_epoch + 1);
  EXPECT_EQ(endings_, before + 1);
  EXPECT_TRUE(LogIn("new password").ok());
  EXPECT_EQ(Reason(LogIn("correct horse")), "INVALID_LOGIN");
}

TEST_F(AccountManagerTest, EndsSessionsOfOneAccountOrOfAll) {
  const Account account = MakeAnn();

  EXPECT_EQ(*manager_.RevokeSessions(account.id), account.session_epoch + 1);
  EXPECT_EQ(*manager_.RevokeSessions(""), account.session_epoch + 2);
  EXPECT_TRUE(absl::IsNotFound(manager_.RevokeSessions("unknown").status()));
}

}  // namespace
}  // namespace marquee::devices
