#include "services/devices/registry/secret_issuer.h"

#include <gtest/gtest.h>

#include <string>

namespace marquee::devices {
namespace {

const std::string kKey(64, 'a');

TEST(SecretIssuerTest, SecretsAreUniqueAndHave64HexDigits) {
  const SecretIssuer issuer(kKey);
  const std::string secret = issuer.Issue("device", 1);
  EXPECT_EQ(secret.size(), 64U);
  EXPECT_EQ(secret.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(secret, issuer.Issue("device", 1));
}

TEST(SecretIssuerTest, RecognisesOnlyItsOwnSecrets) {
  const SecretIssuer issuer(kKey);
  const std::string secret = issuer.Issue("device", 123456789);
  EXPECT_EQ(issuer.SerialOf("device", secret), 123456789);
  EXPECT_EQ(issuer.SerialOf("another", secret), std::nullopt);
  EXPECT_EQ(SecretIssuer(std::string(64, 'b')).SerialOf("device", secret), std::nullopt);
  EXPECT_EQ(issuer.SerialOf("device", ""), std::nullopt);
  EXPECT_EQ(issuer.SerialOf("device", std::string(64, '0')), std::nullopt);
}

TEST(SecretIssuerTest, RejectsASecretWithAnyChangedDigit) {
  const SecretIssuer issuer(kKey);
  const std::string secret = issuer.Issue("device", 7);
  for (size_t i = 0; i < secret.size(); ++i) {
    std::string changed = secret;
    changed[i] = changed[i] == '0' ? '1' : '0';
    EXPECT_EQ(issuer.SerialOf("device", changed), std::nullopt) << i;
  }
}

}  // namespace
}  // namespace marquee::devices
