#include "services/devices/accounts/totp.h"

#include <gtest/gtest.h>

namespace marquee::devices {
namespace {

// RFC 6238 appendix B, SHA-1, cut to six digits.
constexpr std::string_view kRfcSecret = "12345678901234567890";

TEST(TotpTest, MatchesTheRfcTestVectors) {
  EXPECT_EQ(TotpCode(kRfcSecret, 59 / 30), "287082");
  EXPECT_EQ(TotpCode(kRfcSecret, 1111111109 / 30), "081804");
  EXPECT_EQ(TotpCode(kRfcSecret, 1234567890 / 30), "005924");
  EXPECT_EQ(TotpCode(kRfcSecret, 20000000000 / 30), "353130");
}

TEST(TotpTest, AcceptsAdjacentStepsAndEachStepOnce) {
  const absl::Time now = absl::FromUnixSeconds(1111111109);
  const int64_t step = 1111111109 / 30;

  EXPECT_EQ(MatchTotp(kRfcSecret, TotpCode(kRfcSecret, step - 1), now, 0), step - 1);
  EXPECT_EQ(MatchTotp(kRfcSecret, TotpCode(kRfcSecret, step + 1), now, 0), step + 1);
  EXPECT_EQ(MatchTotp(kRfcSecret, TotpCode(kRfcSecret, step - 2), now, 0), std::nullopt);
  EXPECT_EQ(MatchTotp(kRfcSecret, TotpCode(kRfcSecret, step), now, step), std::nullopt);
  EXPECT_EQ(MatchTotp(kRfcSecret, "", now, 0), std::nullopt);
}

TEST(TotpTest, Base32MatchesTheRfcTestVectors) {
  EXPECT_EQ(Base32(""), "");
  EXPECT_EQ(Base32("f"), "MY");
  EXPECT_EQ(Base32("foobar"), "MZXW6YTBOI");
}

TEST(TotpTest, EscapesTheUserNameInTheUri) {
  EXPECT_EQ(TotpUri("foobar", "ann@home"),
            "otpauth://totp/Marquee:ann%40home?secret=MZXW6YTBOI&issuer=Marquee");
}

}  // namespace
}  // namespace marquee::devices
