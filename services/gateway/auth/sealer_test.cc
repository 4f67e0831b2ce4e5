#include "services/gateway/auth/sealer.h"

#include <gtest/gtest.h>

namespace marquee::gateway {
namespace {

const std::string kOldSeal(32, 'o');
const std::string kNewSeal(32, 'n');

TEST(Sealer, OpensWhatItSealed) {
  const Sealer sealer({kNewSeal});
  const std::string sealed = sealer.Seal("session", "who I am");
  EXPECT_EQ(sealer.Open("session", sealed), "who I am");
  EXPECT_EQ(sealed.find("who"), std::string::npos);
  EXPECT_NE(sealer.Seal("session", "who I am"), sealed);
  EXPECT_EQ(sealer.Open("session", sealer.Seal("session", "")), "");
}

TEST(Sealer, DoesNotOpenForAnotherPurposeOrKey) {
  const Sealer sealer({kNewSeal});
  const std::string sealed = sealer.Seal("login", "secret");
  EXPECT_FALSE(sealer.Open("session", sealed));
  EXPECT_FALSE(Sealer({kOldSeal}).Open("login", sealed));
  EXPECT_FALSE(Sealer({}).Open("login", sealed));
}

TEST(Sealer, OldKeyStillOpensAfterRotation) {
  const std::string sealed = Sealer({kOldSeal}).Seal("session", "x");
  const Sealer rotated({kNewSeal, kOldSeal});
  EXPECT_EQ(rotated.Open("session", sealed), "x");
  EXPECT_EQ(Sealer({kNewSeal}).Open("session", rotated.Seal("session", "y")), "y");
}

TEST(Sealer, DetectsEveryModification) {
  const Sealer sealer({kNewSeal});
  const std::string sealed = sealer.Seal("session", "x");
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(sealer.Open("session", changed)) << i;
    EXPECT_FALSE(sealer.Open("session", sealed.substr(0, i))) << i;
  }
  for (const char* nonsense : {"", "=", "%%%%", "AAAA", "\xff\xff"}) {
    EXPECT_FALSE(sealer.Open("session", nonsense));
  }
  EXPECT_FALSE(sealer.Open("session", std::string(100'000, 'A')));
}

}  // namespace
}  // namespace marquee::gateway
