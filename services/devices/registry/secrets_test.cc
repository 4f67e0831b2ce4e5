#include "services/devices/registry/secrets.h"

#include <gtest/gtest.h>

namespace marquee::devices {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1767225600);

Device DeviceWith(const std::string& secret) {
  Device device;
  device.secret_hash = HashOf(secret);
  return device;
}

TEST(SecretsTest, AreStoredAsSha256) {
  // FIPS 180-2, appendix B.1: the digest of "abc".
  EXPECT_EQ(HashOf("abc"),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(SecretsTest, ThePreviousSecretIsValidForTenMinutesAfterARotation) {
  Device device = DeviceWith("old");

  Rotate(device, HashOf("new"), kNow);

  const absl::Time last = kNow + absl::Minutes(10) - absl::Milliseconds(1);
  EXPECT_EQ(MatchSecret(device, "new", kNow), SecretMatch::kCurrent);
  EXPECT_EQ(MatchSecret(device, "old", last), SecretMatch::kPrevious);
  EXPECT_EQ(MatchSecret(device, "old", kNow + absl::Minutes(10)), SecretMatch::kNone);
}

TEST(SecretsTest, MatchesNothingWithoutAStoredSecret) {
  EXPECT_EQ(MatchSecret(Device(), "", kNow), SecretMatch::kNone);
  EXPECT_EQ(MatchSecret(DeviceWith("right"), "wrong", kNow), SecretMatch::kNone);
}

}  // namespace
}  // namespace marquee::devices
