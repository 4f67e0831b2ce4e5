#include "services/devices/registry/pairing.h"

#include <gtest/gtest.h>

#include "libs/rpc/error_info.h"
#include "services/devices/registry/registry_fixture.h"

namespace marquee::devices {
namespace {

class PairingTest : public RegistryTest {
 protected:
  // The device to be paired.
  std::string Screen() {
    return Register({.install_id = "", .hardware_id = "hw"}, "Lobby").device.id;
  }

  absl::StatusOr<Registered> Claim(const std::string& code, const std::string& token = "") {
    return pairing_.Claim({.code = code,
                           .token = token,
                           .identity = {.install_id = "phone", .hardware_id = ""},
                           .name = "Requested",
                           .location = "Hall"});
  }

  // Six digits that are not an open code.
  static std::string Another(const std::string& code) {
    return code == "000000" ? "000001" : "000000";
  }

  Pairing pairing_{{.store = *store_,
                    .presence = *presence_,
                    .bus = bus_,
                    .clock = clock_,
                    .logger = logger_,
                    .metrics = metrics_,
                    .identity = *identity_}};
};

TEST_F(PairingTest, ADisplayClaimsADeviceOnceByItsCode) {
  const std::string id = Screen();
  const auto made = pairing_.CreateCode(id, absl::ZeroDuration(), false);
  ASSERT_TRUE(made.ok()) << made.status();

  const auto claimed = Claim(made->open.code.code);

  ASSERT_TRUE(claimed.ok()) << claimed.status();
  EXPECT_EQ(claimed->device.id, id);
  EXPECT_EQ(claimed->device.name, "Lobby") << "a name chosen by the owner is kept";
  EXPECT_EQ(claimed->device.location, "Hall");
  EXPECT_TRUE(Beat(Of(*claimed)).ok());
  EXPECT_EQ(Claim(made->open.code.code).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(PairingTest, ACodeExpires) {
  const auto made = pairing_.CreateCode(Screen(), absl::Minutes(1), false);
  ASSERT_TRUE(made.ok());

  clock_.Advance(absl::Minutes(1));

  EXPECT_EQ(Claim(made->open.code.code).status().code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(pairing_.ListCodes()->empty());
}

TEST_F(PairingTest, ANewCodeReplacesTheDevicesEarlierCode) {
  const std::string id = Screen();
  const auto first = pairing_.CreateCode(id, absl::ZeroDuration(), false);
  const auto second = pairing_.CreateCode(id, absl::ZeroDuration(), false);
  ASSERT_TRUE(first.ok() && second.ok());

  EXPECT_EQ(pairing_.ListCodes()->size(), 1U);
  if (first->open.code.code != second->open.code.code) {
    EXPECT_EQ(Claim(first->open.code.code).status().code(), absl::StatusCode::kNotFound);
  }
  EXPECT_TRUE(Claim(second->open.code.code).ok());
}

TEST_F(PairingTest, RejectsWrongTokensAndClosesTheCodeAfterFive) {
  const auto made = pairing_.CreateCode(Screen(), absl::ZeroDuration(), true);
  ASSERT_TRUE(made.ok());
  ASSERT_EQ(made->token.size(), 32U);

  for (int i = 0; i < Pairing::kWrongTokens; ++i) {
    EXPECT_EQ(Claim(made->open.code.code, "guess").status().code(),
              absl::StatusCode::kPermissionDenied);
  }

  EXPECT_EQ(Claim(made->open.code.code, made->token).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(PairingTest, RejectsAllCodesForAMinuteAfterTooManyWrongOnes) {
  const auto made = pairing_.CreateCode(Screen(), absl::ZeroDuration(), false);
  ASSERT_TRUE(made.ok());
  const std::string& code = made->open.code.code;
  for (int i = 0; i < Pairing::kWrongCodesPerMinute; ++i) {
    EXPECT_EQ(Claim(Another(code)).status().code(), absl::StatusCode::kNotFound);
  }

  const auto refused = Claim(code);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_GT(rpc::RetryAfterOf(refused.status()), absl::ZeroDuration());

  clock_.Advance(absl::Minutes(1));
  EXPECT_TRUE(Claim(code).ok());
}

TEST_F(PairingTest, WrongCodesOfStrangersDoNotStopClaimsWithATokenAndDiscloseNoCode) {
  const auto made = pairing_.CreateCode(Screen(), absl::ZeroDuration(), true);
  const std::string other = Register({.install_id = "", .hardware_id = "hw-2"}, "").device.id;
  const auto open = pairing_.CreateCode(other, absl::ZeroDuration(), false);
  ASSERT_TRUE(made.ok() && open.ok());
  const std::string& code = made->open.code.code;
  for (int i = 0; i < Pairing::kWrongCodesPerMinute; ++i) {
    EXPECT_EQ(Claim(Another(code)).status().code(), absl::StatusCode::kNotFound);
  }

  // Codes that are open and not are answered alike, with any token.
  const std::string wrong(32, 'a');
  for (int i = 0; i < 2 * Pairing::kWrongTokens; ++i) {
    for (const std::string& guess : {Another(code), code, open->open.code.code}) {
      EXPECT_EQ(Claim(guess, wrong).status().code(), absl::StatusCode::kResourceExhausted);
    }
  }
  EXPECT_TRUE(Claim(code, made->token).ok());
}

TEST_F(PairingTest, RejectsInvalidRequests) {
  EXPECT_EQ(pairing_.CreateCode("unknown", absl::ZeroDuration(), false).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(pairing_.CreateCode(Screen(), absl::Seconds(59), false).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(pairing_.CreateCode(Screen(), absl::Hours(25), false).status().code(),
            absl::StatusCode::kInvalidArgument);
  for (const char* code : {"", "12345", "1234567", "12345a", "１２３４５６"}) {
    EXPECT_EQ(Claim(code).status().code(), absl::StatusCode::kInvalidArgument) << code;
  }
}

}  // namespace
}  // namespace marquee::devices
